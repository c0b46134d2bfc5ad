"""When each packet of a film is shown, whatever its time stamps say. Pure.

Time stamps count from anywhere, start again (a transport stream that was joined, a counter of 33
bits that runs over), leap, are missing, or are all the same. What comes out counts seconds from the
first packet, and goes on by one frame where a stamp makes no sense.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

#: Seconds that a stamp may go back: more is a new beginning. Without the order of decoding, stamps
#: go back by some frames wherever frames are stored in another order than they are shown in.
_BACK = 0.5
_BACK_UNORDERED = 10.0

#: Seconds that it may leap where a film is one piece: one picture may well be shown for an hour.
LONGEST_STILL = 3600.0

#: Seconds that it may leap in what was broadcast, where stamps may begin again anywhere.
LONGEST_BREAK = 10.0

#: A frame may be shown so much later than it is decoded, in seconds and in frames.
_LATE_SECONDS = 10.0
_LATE_FRAMES = 32

#: Seconds beyond which a stamp is none: some streams count from 1970 on, and a number further out
#: can't be told from the next frame's any more.
_FARTHEST = 1e11

#: Frames a second: of what is believed, and where nothing is told.
_MOST_RATE = 2000.0
_LEAST_RATE, _USUAL_RATE = 1 / 3600, 25.0

#: Stamps that mostly come closer, in seconds, are none; so many are needed to say so.
_CLOSEST = 1 / 480
_ENOUGH = 4


class Stamp(NamedTuple):  # made for every packet, and much sooner than a dataclass
    """What a packet says: when it is shown and decoded, how long it lasts; in seconds."""

    shown: float | None
    decoded: float | None
    lasts: float = 0.0


def sane_rate(*told: float | None) -> float:
    """Return the first of the rates (frames a second) that a film can have, else 25."""
    for rate in told:
        if rate is not None and _LEAST_RATE <= rate <= _MOST_RATE:
            return rate
    return _USUAL_RATE


def says_nothing(stamps: Sequence[Stamp]) -> bool:
    """Say whether stamps are none: mostly the same, or closer than those of any film.

    ``stamps`` are those of the first packets.
    """
    told = [at for one in stamps if (at := _order(one)) is not None]
    if len(told) < _ENOUGH:
        return False
    return median(abs(later - earlier) for earlier, later in pairwise(told)) < _CLOSEST


@dataclass(slots=True)
class FilmClock:
    """Counts the seconds of one stream. ``frame``: seconds of a frame; ``longest``: leap believed.

    ``counting``: stamps are of no use, every packet is one frame.
    """

    frame: float
    longest: float = LONGEST_STILL
    counting: bool = False
    leapt: bool = False  # some stamp made no sense after the one before
    _offset: float = 0.0
    _last: float | None = None  # when the last packet came, by its own stamp
    _ordered: bool = False  # that was the time of its decoding
    _next: float = 0.0  # when the next one is expected

    def shown(self, stamp: Stamp) -> float:
        """Return when a packet is shown, in seconds, as the first packet counts them."""
        at = _order(stamp)
        if self.counting or at is None:
            shown = self._next
            self._next += self.frame
            return shown
        ordered = at == stamp.decoded
        if self._leapt(at, ordered=ordered):
            self._offset = self._next - at
            self.leapt = True
        self._last, self._ordered = at, ordered
        lasts = stamp.lasts if 0 < stamp.lasts <= self.longest else self.frame
        self._next = at + self._offset + lasts
        return self._fitting(stamp, at) + self._offset

    def _leapt(self, at: float, *, ordered: bool) -> bool:
        """Whether a stamp makes no sense after the last one."""
        if self._last is None:
            return self._next > 0 and abs(at - self._next) > _BACK_UNORDERED
        back = _BACK if ordered and self._ordered else _BACK_UNORDERED
        return at - self._last < -back or at + self._offset - self._next > self.longest

    def _fitting(self, stamp: Stamp, at: float) -> float:
        """When a packet is shown by its own stamp, unless that is far from when it is decoded."""
        if stamp.shown is None or stamp.decoded is None:
            return at
        late = stamp.shown - stamp.decoded
        fits = -_BACK_UNORDERED <= late <= max(_LATE_SECONDS, _LATE_FRAMES * self.frame)
        return stamp.shown if fits else at


def _order(stamp: Stamp) -> float | None:
    """When a packet comes: packets are stored in the order in which they are decoded."""
    for at in (stamp.decoded, stamp.shown):
        if at is not None and -_FARTHEST <= at <= _FARTHEST:
            return at
    return None
