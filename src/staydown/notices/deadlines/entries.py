"""A clock that somebody keeps: whose, on which law, and what has happened."""

from dataclasses import dataclass, field

from staydown.notices.deadlines.terms import Happened, Terms


@dataclass(frozen=True, slots=True)
class DeadlineEntry:
    """One notice that is waited for. ``id``: random, since a calendar's identifiers follow it."""

    id: str
    title: str = field(repr=False)
    terms: Terms
    happened: tuple[Happened, ...]
