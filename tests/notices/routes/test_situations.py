import tomllib
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from staydown.cli.notice.input_files import facts_of
from staydown.notices.routes.route import Route, Routes
from staydown.notices.vocabulary import RecipientKind
from tests.notices.routes.services import found

VECTORS = Path(__file__).parents[2] / "vectors" / "routes" / "situations.toml"

#: Of these the directory may gain more without changing what is open.
_MANY = frozenset(
    {
        RecipientKind.SEARCH_ENGINE,
        RecipientKind.APP_STORE,
        RecipientKind.DATA_BROKER,
        RecipientKind.SUPPORT,
    }
)


def groups_of(routes: Routes) -> list[list[str]]:
    """Return the ids by order, each group sorted."""
    grouped = groupby(routes.routes, key=lambda one: one.order)
    return [sorted({_name(one) for one in group}) for _, group in grouped]


def _name(one: Route) -> str:
    return f"{one.id.split('_')[0]}_*" if one.recipient_kind in _MANY else one.id


def _situations() -> list[Any]:
    table = tomllib.loads(VECTORS.read_text("utf-8"))["situation"]
    return [pytest.param(one["facts"], one["routes"], id=one["name"]) for one in table]


@pytest.mark.parametrize(("facts", "expected"), _situations())
def test_every_situation_of_the_table_opens_its_routes_in_its_order(
    facts: dict[str, object], expected: list[list[str]]
) -> None:
    assert groups_of(found(facts_of(facts))) == expected
