"""Reading a page of the feed: along indexes, in one statement, without a sort.

A database that is asked for "these kinds, as far as this partner may see them, after this place, in
order" takes whatever index it likes best for one of the conditions, reads all that is left of the
table and sorts it, for each page. So the question is put as at most two ranges, each of them one
piece of one index that is in order already:

- up to the place at which the partner first fetched, only what somebody lists;
- beyond it, all.

That is ``rules.sees_withdrawal``, since the number of a withdrawn entry is that of its withdrawal.
One statement is one snapshot on both databases, so that the head that is read with it is true of
the whole page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import F, QuerySet, Subquery

from staydown.bank.models import Entry, Head, Listing, PartnerFeedback

#: Listings of one entry that a page tells: readers read no more either.
MOST_CASES = 1000


class Row(NamedTuple):
    """An entry as a page has it; ``head`` is the feed's head in the snapshot of the page."""

    pk: int
    entry_id: UUID
    kind: str
    sealed: bytes
    state: str
    seq: int
    stamp: int
    picture: UUID | None
    head: int


@dataclass(frozen=True, slots=True)
class Slice:
    """A page, and whether there is more after it."""

    rows: Sequence[Row]
    more: bool


def read(*, first_fetch_seq: int, after: int, limit: int, v1: bool = False) -> Slice:
    """Read up to ``limit`` entries that a partner may see with seq > ``after``, ascending.

    ``v1``: of those that the v1 wire has a word for.
    """
    place = "v1_seq" if v1 else "seq"
    ranges = [_range(place, max(after, first_fetch_seq))]
    if after < first_fetch_seq:
        live = Entry.objects.filter(
            withdrawn_seq__isnull=True, **{f"{place}__lte": first_fetch_seq}
        )
        ranges.append(_range(place, after, live))
    found = [Row(*values) for values in _merged(ranges, limit + 1)]
    return Slice(found[:limit], more=len(found) > limit)


#: Of columns that the plugin for types can't see, as one is made here.
_Rows = QuerySet[Any, tuple[Any, ...]]


def _range(place: str, after: int, rows: QuerySet[Entry] | None = None) -> _Rows:
    """Return what comes after a place, with the place for the number that orders it."""
    every: QuerySet[Any] = Entry.objects.all() if rows is None else rows
    head = Subquery(Head.objects.values("seq")[:1])
    columns = every.filter(**{f"{place}__gt": after}).annotate(place=F(place), head=head)
    rows_of: _Rows = columns.values_list(
        "pk", "entry_id", "kind", "sealed", "state", "place", "stamp", "picture", "head"
    )
    return rows_of


def _merged(ranges: Sequence[_Rows], most: int) -> _Rows:
    """Return the first ``most`` rows of all ranges.

    SQLite takes them from the ranges in turns and allows no limit inside. PostgreSQL would read all
    of each range first, so that it is given one.
    """
    if len(ranges) == 1:
        return ranges[0].order_by("place")[:most]
    if connection.features.supports_slicing_ordering_in_compound:
        ranges = [one.order_by("place")[:most] for one in ranges]
    return ranges[0].union(*ranges[1:], all=True).order_by("place")[:most]


def before(start: int) -> int:
    """Return a place such that every entry stamped at or after ``start`` comes after it."""
    earlier = Entry.objects.filter(stamp__lt=start).order_by("-stamp", "-seq")
    return earlier.values_list("seq", flat=True).first() or 0


# --------------------------------------------------------------------------- what hangs on entries


class Case(NamedTuple):
    """A listing of an entry, as v1 names it."""

    name: UUID
    withdrawn: bool


class Said(NamedTuple):
    """A partner's word on an entry."""

    organisation: str
    value: str
    tags: list[str]
    counts: bool
    at: datetime
    pk: int


def cases_of(rows: Sequence[Row]) -> Mapping[int, list[Case]]:
    """Return the listings of these entries, by the entry's key: the first made first.

    Somebody can list one picture again and again; that must not make a page longer and longer.
    """
    keys = [row.pk for row in rows]
    most = 2 * len(keys) + 10 * MOST_CASES
    found = list(_listings().filter(entry_id__in=keys)[:most])
    if len(found) == most:
        found = [one for key in keys for one in _listings().filter(entry_id=key)[:MOST_CASES]]
    told: dict[int, list[Case]] = {}
    for _, key, name, withdrawn_seq in sorted(found):
        told.setdefault(key, []).append(Case(name, withdrawn_seq is not None))
    return {key: cases[:MOST_CASES] for key, cases in told.items()}


def _listings() -> QuerySet[Listing, tuple[int, int, UUID, int | None]]:
    return Listing.objects.values_list("pk", "entry_id", "listing_id", "withdrawn_seq")


def words_of(rows: Sequence[Row]) -> Mapping[int, list[Said]]:
    """Return what partners say of these entries, by the entry's key: the latest word first."""
    said = PartnerFeedback.objects.filter(entry_id__in=[row.pk for row in rows])
    columns = said.annotate(organisation=F("partner__organisation__name")).values_list(
        "entry_id", "organisation", "value", "tags", "counts_from", "at", "pk"
    )
    told: dict[int, list[Said]] = {}
    for key, name, value, tags, counts_from, at, pk in columns:
        told.setdefault(key, []).append(Said(name, value, tags, counts_from is not None, at, pk))
    for words in told.values():
        words.sort(key=lambda word: (word.at, word.pk), reverse=True)
    return told
