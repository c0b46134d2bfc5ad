"""How much one bank may send, and what becomes of more: values and the moment in, an answer out.

What a bank sends is counted page by page, in slots of five minutes. A page is asked for only while
the slots of the last hour hold less than the share; so in no hour does more come in than the share
and one page, however large the pages are. What was agreed with the bank beforehand (its backfill)
comes on top, once. How many entries may stay is a measure of its own: a bank that keeps to its
share for months must not fill the machine either.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Self

from staydown.base.vocabulary import Kind
from staydown.fingerprint.kinds import KINDS

#: Seconds in a slot, and how many slots before the present one still count: an hour, and the rest
#: of the slot in which it began.
SLOT = 300
SLOTS = 12

#: Rows that are kept for each entry that may be listed: a withdrawn one keeps a row without a
#: fingerprint.
ROWS_EACH = 2

#: What a page costs at least, in entries, if the bank says that there is more: pages without news
#: must end too.
PAGE_COST = 50

#: Bytes of a page that belong to one entry. What a withdrawal or an agreed entry brings is free.
BYTES_EACH = 1024

#: An agreed backfill that isn't used within this time is no longer agreed.
BACKFILL_LASTS = timedelta(days=30)

#: How often a bank may have its feed read again from the start without its share being touched.
RESTART_EVERY = timedelta(days=1)

#: The longest pause between looks that bring nothing but repeats.
LONGEST_PACE = timedelta(minutes=5)

#: Memory that the live index takes for an entry, in bytes.
INDEX_BYTES = {kind: row.memory for kind, row in KINDS.items()}


class Measure(StrEnum):
    """What is counted of each bank and hour."""

    ENTRIES = "entries"
    BYTES = "bytes"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class Spent:
    """What was taken in: entries, bytes received, and bytes that the index grew by."""

    entries: int = 0
    bytes: int = 0
    memory: int = 0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(
            self.entries + other.entries, self.bytes + other.bytes, self.memory + other.memory
        )


#: The share of each bank and hour.
SHARE = Spent(entries=20_000, bytes=256 * 1024 * 1024, memory=4 * 1024 * 1024)


@dataclass(frozen=True, slots=True)
class Window:
    """What a bank spent lately: ``(slot, spent)`` in ascending order, at most 13 of them.

    A slot is the number of five-minute spans since 1970.
    """

    slots: tuple[tuple[int, Spent], ...] = ()

    @classmethod
    def parse(cls, stored: Sequence[Sequence[int]]) -> Self:
        """Read what ``stored`` returned."""
        return cls(tuple((slot, Spent(*rest)) for slot, *rest in stored))

    def stored(self) -> list[list[int]]:
        """Return the same as plain lists, for a row."""
        return [[slot, one.entries, one.bytes, one.memory] for slot, one in self.slots]

    def at(self, now: datetime) -> "Window":
        """Return what still counts at ``now``.

        A slot that lies in the future, because the clock was set back, becomes the present one: it
        counts for an hour more, not until the clock is there again.
        """
        present = _slot(now)
        counting: dict[int, Spent] = {}
        for slot, spent in self.slots:
            if slot >= present - SLOTS:
                place = min(slot, present)
                counting[place] = counting.get(place, Spent()) + spent
        return Window(tuple(sorted(counting.items())))

    def add(self, spent: Spent, now: datetime) -> "Window":
        """Return the window with ``spent`` in its present slot."""
        return Window((*self.slots, (_slot(now), spent))).at(now)

    def total(self, now: datetime) -> Spent:
        """Return what was spent in the last hour, and up to five minutes before it."""
        return sum((spent for _, spent in self.at(now).slots), Spent())

    def over(self, now: datetime, share: Spent = SHARE) -> tuple[Measure, ...]:
        """Return the measures of which nothing is left; none of them: the bank may go on."""
        total = self.total(now)
        return tuple(one for one in Measure if getattr(total, one) >= getattr(share, one))

    def resumes(self, now: datetime, share: Spent = SHARE) -> datetime:
        """Return the moment from which something is left again; ``now`` where something is."""
        left = self.at(now)
        when = now
        while left.over(when, share):
            when = datetime.fromtimestamp((left.slots[0][0] + SLOTS + 1) * SLOT, UTC)
            left = left.at(when)
        return when


def _slot(now: datetime) -> int:
    return int(now.timestamp()) // SLOT


# --------------------------------------------------------------------------- what a page costs


@dataclass(frozen=True, slots=True)
class PageTaken:
    """What a page held and what came of it.

    ``records`` are all, also those set aside. ``withdrawn`` are entries that were live here and no
    longer are; ``repeats`` those that a v1 bank serves again by its rules; ``grown`` is the memory
    that the index takes for new entries, in bytes.
    """

    records: int
    received: int
    more: bool
    withdrawn: int = 0
    repeats: int = 0
    grown: int = 0

    def cost(self) -> Spent:
        """Return what the page counts as.

        A withdrawal of what is listed here is free: it must get through, and there can be no more
        of them than there were listings. All else counts, whatever it is and however often it is
        said again.
        """
        least = max(0, PAGE_COST - self.withdrawn) if self.more else 0
        return Spent(
            entries=max(least, self.records - self.withdrawn - self.repeats),
            bytes=max(0, self.received - BYTES_EACH * self.withdrawn),
            memory=self.grown,
        )


@dataclass(frozen=True, slots=True)
class Backfill:
    """Entries that a bank may send on top of its share, agreed with the operator, until when."""

    entries: int = 0
    until: datetime | None = None

    def left(self, now: datetime) -> int:
        """Return how many entries of it are left at ``now``."""
        return self.entries if self.until is not None and now <= self.until else 0

    def pays(self, cost: Spent, now: datetime) -> tuple["Backfill", Spent]:
        """Return what is left of it after a page, and what of the page counts as the share's."""
        paid = min(cost.entries, self.left(now))
        if not paid:
            return self, cost
        each = max(INDEX_BYTES.values())
        rest = Spent(
            cost.entries - paid,
            max(0, cost.bytes - BYTES_EACH * paid),
            max(0, cost.memory - each * paid),
        )
        return Backfill(self.entries - paid, self.until), rest

    def more(self, entries: int, now: datetime) -> "Backfill":
        """Return it with ``entries`` more, all good for thirty days from ``now``."""
        return Backfill(self.left(now) + entries, now + BACKFILL_LASTS)

    def at_least(self, entries: int, now: datetime) -> "Backfill":
        """Return it with no fewer than ``entries`` left."""
        return self.more(max(0, entries - self.left(now)), now)


# --------------------------------------------------------------------------- what may stay


class Lack(StrEnum):
    """Whose limit an entry found no room under."""

    BANK = "bank"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Room:
    """How much of a bank's may still be kept: listed entries, rows, memory of the desk's index.

    An entry that becomes listed takes one of the first, a row if it has none, and its memory.
    """

    entries: int
    rows: int
    memory: int

    def lacks(self, memory: int, *, new: bool) -> "Lack | None":
        """Return what one more entry has no room in; ``new`` if it has no row yet."""
        if self.entries <= 0 or (new and self.rows <= 0):
            return Lack.BANK
        return Lack.DESK if self.memory < memory else None

    def with_one(self, memory: int, *, new: bool) -> "Room":
        """Return what is left once it is listed."""
        return Room(self.entries - 1, self.rows - new, self.memory - memory)

    def without_one(self, memory: int) -> "Room":
        """Return what is left once an entry was withdrawn; its row stays."""
        return Room(self.entries + 1, self.rows, self.memory + memory)


def room(*, most: int, listed: int, rows: int, desk_memory: int, desk_most: int) -> Room:
    """Return the room of a bank that may have ``most`` entries listed at a desk."""
    return Room(most - listed, most * ROWS_EACH - rows, desk_most - desk_memory)


def index_bytes(kinds: Iterable[tuple[Kind, int]]) -> int:
    """Return the memory that the index takes for so many entries of each kind."""
    return sum(INDEX_BYTES[kind] * count for kind, count in kinds)


def restart_is_free(last: datetime | None, now: datetime) -> bool:
    """Say whether reading a feed from its start again may leave the share alone.

    It may once a day: a bank that says again and again that it was restored pays for it.
    """
    return last is None or last > now or now - last >= RESTART_EVERY


def repeat_pace(received: int, share: Spent = SHARE) -> timedelta:
    """Return how long to leave a bank alone after a look that brought only repeats.

    So that looking often at a long last second takes half of the share at most. ``received`` is in
    bytes.
    """
    return min(timedelta(hours=1) * (2 * received / share.bytes), LONGEST_PACE)
