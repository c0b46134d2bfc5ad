"""Which lines of a wording file reasons name: what a test of a rule compares."""

from collections.abc import Iterable

from staydown.base.reasons import Reason


def lines_of(said: Iterable[Reason | str]) -> set[str]:
    """Return the lines; what is text already, such as a record's own words, has none."""
    return {each.line for each in said if isinstance(each, Reason)}
