"""All connections of a site at once: how many, whose, how much they hold, and who must go.

One owner, used from the event loop's thread alone. Addresses live here only as long as their
connections, and are never written down.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Protocol

from staydown.web.serving.limits import Limits
from staydown.web.serving.standing import Phase, Standing, deserving, deserving_memory, patience


class Ended(Enum):
    """Why a connection was ended by us."""

    LATE = "late"
    #: Its place was needed, or its memory.
    CROWDED = "crowded"
    MEMORY = "memory"
    #: There was nobody to take a place from.
    NO_ROOM = "no_room"


class Member(Protocol):
    """A connection, as the crowd sees it."""

    #: Whose share it counts to; None for nobody's.
    share: str | None
    #: Bytes of bodies and answers that it holds in memory.
    held: int

    def standing(self, now: float) -> Standing: ...

    def end(self, why: Ended) -> None: ...


class Crowd:
    """Who is here."""

    def __init__(self, limits: Limits, now: Callable[[], float]) -> None:
        self.limits = limits
        self._now = now
        self._members: set[Member] = set()
        self._shares: Counter[str] = Counter()
        self._held_each: Counter[str] = Counter()
        self.held = 0
        #: How many were ended, and why, since that was last told.
        self.ended: Counter[Ended] = Counter()

    def __len__(self) -> int:
        return len(self._members)

    def enter(self, member: Member) -> bool:
        """Take a connection in. Where there is no room, the least deserving ones go.

        False where all the others are being worked for: then this one must go.
        """
        if not self._room_in_share(member.share):
            self.ended[Ended.NO_ROOM] += 1
            return False
        # Several at once: to look at each of them for every new one would cost too much.
        at_once = max(1, self.limits.connections // 32)
        full = len(self._members) >= self.limits.connections
        if full and not self._evict(self._members, at_once):
            self.ended[Ended.NO_ROOM] += 1
            return False
        self._members.add(member)
        if member.share is not None:
            self._shares[member.share] += 1
        return True

    def leave(self, member: Member) -> None:
        """Forget a connection; does nothing for one that isn't here."""
        if member not in self._members:
            return
        self.hold(member, -member.held)
        self._members.discard(member)
        self._leave_share(member)

    def count_to(self, member: Member, share: str | None) -> bool:
        """Let a connection count to another share from now on. False where that is used up."""
        if share == member.share or member not in self._members:
            return True
        if not self._room_in_share(share):
            self.ended[Ended.NO_ROOM] += 1
            return False
        held = member.held
        self.hold(member, -held)
        self._leave_share(member)
        member.share = share
        if share is not None:
            self._shares[share] += 1
        return self.hold(member, held)

    def hold(self, member: Member, more: int, *, done: bool = False) -> bool:
        """Note that a connection holds ``more`` bytes (or fewer) than before.

        Where that is too much, others that hold any and deserve less go. False where it is still
        too much: the caller then gives up its own. With ``done`` (an answer that was made) others
        go in any case.
        """
        if member not in self._members:
            return False
        member.held += more
        self.held += more
        share = member.share
        if share is not None:
            self._held_each[share] += more
            if self._held_each[share] <= 0:
                del self._held_each[share]
        if more <= 0:
            return True
        shares = (None,) if share is None else (share, None)
        return all(self._fits(one, member, done=done) for one in shares)

    def sweep(self) -> None:
        """End every connection that has had its time."""
        now = self._now()
        late = [one for one in self._members if patience(one.standing(now), now, self.limits) < 0]
        for member in late:
            self._end(member, Ended.LATE)

    def _room_in_share(self, share: str | None) -> bool:
        if share is None or self._shares[share] < self.limits.connections_each:
            return True
        return self._evict([one for one in self._members if one.share == share], 1)

    def _leave_share(self, member: Member) -> None:
        if member.share is not None:
            self._shares[member.share] -= 1
            if self._shares[member.share] <= 0:
                del self._shares[member.share]

    def _fits(self, share: str | None, newest: Member, *, done: bool) -> bool:
        """Make the bytes held by a share, or by all, fit; False where that isn't possible."""
        most = self.limits.held_bytes if share is None else self.limits.held_bytes_each
        now = self._now()

        def key(member: Member) -> tuple[int, float]:
            return deserving_memory(member.standing(now), member.held, now, self.limits)

        while (self.held if share is None else self._held_each[share]) > most:
            others = [
                one for one in self._able(now)
                if one.held and one is not newest and share in (None, one.share)
            ]  # fmt: skip
            least = min(others, key=key, default=None)
            if least is None or not (done or key(least) < key(newest)):
                return False
            self.ended[Ended.MEMORY] += 1
            self.hold(least, -least.held)
            least.end(Ended.MEMORY)
        return True

    def _evict(self, among: Iterable[Member], count: int) -> bool:
        """End the ones that deserve their places least; False where nobody can go."""
        now = self._now()
        able = self._able(now) & set(among)
        least = heapq.nsmallest(
            count, able, key=lambda one: deserving(one.standing(now), now, self.limits)
        )
        for member in least:
            self._end(member, Ended.CROWDED)
        return bool(least)

    def _able(self, now: float) -> set[Member]:
        """Return who can go: nobody whose request is being worked on."""
        return {one for one in self._members if one.standing(now).phase is not Phase.WORK}

    def _end(self, member: Member, why: Ended) -> None:
        self.ended[why] += 1
        self.leave(member)
        member.end(why)
