"""Names: of staff, banks and keys. None may be taken for another of its kind."""

from collections.abc import Iterable

from staydown.accounts.errors import NameTaken, NameUnfit
from staydown.base.names import fault_of_name, looks_like, tidy_name
from staydown.base.reasons import reasons

_say = reasons("accounts.errors")


def fit_name(name: str, longest: int) -> str:
    """Return a name in one form. Raises NameUnfit."""
    tidy = tidy_name(name)
    if fault := fault_of_name(tidy, longest):
        raise NameUnfit(_say("name.unfit", why=fault))
    return tidy


def refuse_look_alike(name: str, others: Iterable[str]) -> None:
    """Raise NameTaken for a name that looks like one of the others, but isn't the same."""
    different = [other for other in others if other != name]
    if looks_like(name, different):
        raise NameTaken(_say("name.looks_alike"))
