"""Short ways to say what a test is about."""

from staydown.base.vocabulary import Cut, EntryState, Kind, Turn
from staydown.fingerprint.query import Query
from staydown.fingerprint.value import BITS, Fingerprint, View
from staydown.matching.in_memory import Known, MemoryMatcher
from staydown.matching.rules import Evidence

LISTED, DISPUTED, WITHDRAWN = EntryState.LISTED, EntryState.DISPUTED, EntryState.WITHDRAWN


def bits(kind: Kind, flipped: int) -> bytes:
    """So many ones at the end: as many bits away from all zeros."""
    return ((1 << flipped) - 1).to_bytes(BITS[kind] // 8)


def pdq(flipped: int = 0, quality: int | None = 80) -> Fingerprint:
    """A PDQ that many bits away from all zeros."""
    return Fingerprint(Kind.PDQ, bits(Kind.PDQ, flipped), quality)


def code(flipped: int = 0) -> Fingerprint:
    """A copy code that many bits away from all zeros."""
    return Fingerprint(Kind.COPY1, bits(Kind.COPY1, flipped))


def known(
    entry_id: str,
    fingerprint: Fingerprint | None,
    state: EntryState = LISTED,
    *,
    bank: str = "a",
    picture: str = "",
) -> Known:
    """An entry as the matcher gets it."""
    return Known(bank, entry_id, state, fingerprint, picture)


def held(*entries: Known) -> MemoryMatcher:
    """A matcher that has taken in ``entries``."""
    matcher = MemoryMatcher()
    matcher.update(entries)
    return matcher


def query(fingerprint: Fingerprint, cut: Cut = Cut.WHOLE, quality: int | None = 80) -> Query:
    """A query of the whole or of a part."""
    return Query(fingerprint, View(cut), int(cut is not Cut.WHOLE), quality)


def near(
    distance: int = 0,
    kind: Kind = Kind.PDQ,
    state: EntryState = LISTED,
    *,
    cut: Cut = Cut.WHOLE,
    turn: Turn = Turn.NONE,
    quality: int | None = 90,
    entry_quality: int | None = 90,
    entry: str = "e",
    picture: str = "p",
    bank: str = "a",
    copy_listed: bool = False,
    part: int = 0,
) -> Evidence:
    """Evidence against one picture of one bank."""
    return Evidence(
        bank=bank,
        entry_id=f"{entry}-{kind.value}",
        picture=picture,
        kind=kind,
        distance=distance,
        state=state,
        view=View(cut, turn),
        part=part,
        query_quality=quality,
        entry_quality=entry_quality if kind is Kind.PDQ else None,
        copy_listed=copy_listed,
    )
