"""An authority's address changes only where a person changes it in two files."""

import tomllib
from pathlib import Path

import pytest

from staydown.notices.directory.reading import load_directory

COPY = Path(__file__).parents[2] / "vectors/directory/authorities.toml"
KEYS = ("url", "email", "phone")


def second_copy() -> dict[str, dict[str, str]]:
    return tomllib.loads(COPY.read_text("utf-8"))


def test_every_authority_is_in_the_second_copy() -> None:
    assert set(second_copy()) == set(load_directory().authorities)


@pytest.mark.parametrize("authority", second_copy())
def test_an_address_is_the_same_in_both(authority: str) -> None:
    record = load_directory().authorities[authority]
    shown = {key: getattr(record, key) for key in KEYS if getattr(record, key)}
    assert shown == second_copy()[authority]
