"""A v1 fetch as one chain of pages, and where a new one may start without losing anything.

Every page of a chain is asked for with the same ``startTimestamp`` and the token of the page before
it, as the public client does: some banks' tokens belong to the query that they came with. A chain
may break off at any moment, since the desk stops, or the bank forgets its tokens. So each page also
says where a new chain may start: at the last time stamp, inclusive, if stamps were seen to rise and
never to fall, and else only where this chain started.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from staydown.matching.sync import V1_START, PageChanges

#: A stamp that lies further ahead than this, in seconds, orders nothing (milliseconds, say).
_FAR_AHEAD = 86_400


@dataclass(frozen=True, slots=True)
class Chain:
    """How far a chain was read. Stamps are unix seconds.

    ``token`` leads to its next page, ``last`` is the last stamp that it brought, and ``promised``
    the highest ``nextSetTimestamp``. ``read`` counts its records, and ``again`` those that a chain
    from ``safe()`` would bring once more. ``breaks`` counts how often it was read from its start
    and broke off, and ``old`` says that its token is from an earlier moment. ``rises``: a later
    stamp was seen to follow an earlier one, here or in the chain before; a bank may serve the
    newest first. ``ended``: how many it had brought when an old token led to an empty page.
    """

    start: int = V1_START
    token: str | None = None
    last: int = 0
    promised: int = 0
    in_order: bool = True
    read: int = 0
    again: int = 0
    breaks: int = 0
    old: bool = False
    rises: bool = False
    ended: int = -1

    @classmethod
    def parse(cls, stored: Mapping[str, Any]) -> Self | None:
        """Read what ``stored`` returned; None where nothing was."""
        if not stored:
            return None
        token = stored["token"]
        return cls(**{**stored, "token": None if token is None else json.loads(token)})

    def stored(self) -> dict[str, Any]:
        """Return the same as a plain dictionary, for a row.

        A bank may put anything into a token; a null character is not kept by every database.
        """
        return asdict(self) | {"token": None if self.token is None else json.dumps(self.token)}

    def safe(self) -> int:
        """Return the stamp from which a new chain brings everything that this one didn't yet."""
        if not (self.in_order and self.rises) or self.last <= self.start:
            return self.start
        # A bank whose nextSetTimestamp moves only at the end says nothing before.
        return min(self.last, self.promised) if self.promised > self.start else self.last

    def anew(self) -> "Chain":
        """Return the chain that starts at the safe place, without a token."""
        return Chain(self.safe(), rises=self.rises and self.in_order)

    def resumed(self) -> "Chain":
        """Return how to go on at a later moment.

        Best in a new chain: tokens age, and what is counted from a start has moved by then. Only
        where a second fills more than can be read at once, or a bank keeps no order, the token is
        the one way on; from the start again is tried first.
        """
        if self.token is None:
            return self
        if self.safe() > self.start:
            return self.anew()
        if not self.breaks:
            return self._from_start(1)
        return replace(self, breaks=self.breaks + 1, old=True)

    def _from_start(self, breaks: int) -> "Chain":
        return Chain(self.start, breaks=breaks, rises=self.rises, ended=self.ended)

    def after(self, page: PageChanges, now: int) -> "Chain":
        """Return the chain once ``page`` is read."""
        stamps = page.stamps
        records = len(page.snapshots) + len(page.set_aside)
        lowest = max(self.start, self.last)
        in_order = (
            self.in_order
            and all(a <= b for a, b in zip((lowest, *stamps), stamps, strict=False))
            and (not stamps or stamps[-1] <= now + _FAR_AHEAD)
        )
        last = max(self.last, min(max(stamps), now)) if stamps else self.last
        grown = replace(
            self,
            token=page.token,
            last=last,
            promised=max(self.promised, page.promised),
            in_order=in_order,
            rises=self.rises or (in_order and bool(stamps) and self._first(stamps) < stamps[-1]),
            old=False,
            read=self.read + records,
        )
        return replace(grown, again=self._again(grown, page, records))

    def _first(self, stamps: tuple[int, ...]) -> int:
        """Return the earliest stamp of a record that came, of the chain and ``stamps``."""
        return min(self.last, stamps[0]) if self.last else stamps[0]

    def _again(self, grown: "Chain", page: PageChanges, records: int) -> int:
        safe = grown.safe()
        if safe == grown.start:
            return grown.read
        same = sum(stamp >= safe for stamp in page.stamps) + records - len(page.stamps)
        return same + (self.again if self.safe() == safe else 0)

    def end(self, page: PageChanges, now: int) -> tuple["Chain | None", int]:
        """Return the chain that has to follow the last page, and the place to go on from later.

        An empty page in answer to a token may be the end, or all that is left of a token that the
        bank forgot. So the place stays where it is safe, and a chain from there looks again.
        """
        if self.token is None:
            return None, page.cursor
        read = self.after(page, now)
        # While pages came, more may have been stamped than they held.
        place = min(page.cursor, read.last) if read.last > self.start else page.cursor
        if page.snapshots or page.set_aside:
            return None, place
        if self.safe() > self.start:
            return self.anew(), self.safe()
        if self.old:
            # The bank forgot it, or this was the end: then the next time ends at the same place.
            if self.read != self.ended:
                return replace(self._from_start(self.breaks), ended=self.read), self.start
            return None, self.start
        return None, self.start if self.in_order else place


def served_again(chain: Chain, page: PageChanges, place: int) -> int:
    """Return how many records of a chain a bank will serve again from ``place`` by its rules."""
    if place == chain.safe() and chain.in_order:
        return chain.again
    return sum(stamp >= place for stamp in page.stamps) + len(page.set_aside)


class Loops:
    """Finds pages that come round again: under a token that was used, or under ever new ones."""

    def __init__(self) -> None:
        self._pages: set[int] = set()
        self._tokens: set[int] = set()

    def forget(self) -> None:
        """A new chain begins."""
        self._pages.clear()
        self._tokens.clear()

    def seen(self, page: PageChanges, chain: Chain) -> bool:
        """Note a page of a chain. Say whether it, and the token that it leads to, came before.

        So it did too where a token that leads to itself leads back before the chain's start.
        """
        content = hash(tuple((one.entry_id, one.state, one.order) for one in page.snapshots))
        token = hash(page.token)
        self._repeats = bool(page.snapshots) and content in self._pages
        closed = (
            (self._repeats or not page.snapshots) and page.token is not None
        ) and token in self._tokens
        if page.token is not None and page.token == chain.token and chain.safe() > chain.start:
            closed = closed or any(stamp < chain.start for stamp in page.stamps)
        self._pages.add(content)
        self._tokens.add(token)
        return closed

    @property
    def repeats(self) -> bool:
        """Whether the page that was noted last brought what an earlier one had brought."""
        return self._repeats
