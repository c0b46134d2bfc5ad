"""Which pictures of a video are decoded: as few as tell it from another.

A key frame can be decoded alone, in a fraction of the time that it takes to decode all. Encoders
place one at every cut, and phones and streaming sites one every second or two. So key frames are
all that is decoded where no two lie further apart than ``LONGEST_GAP``, and of those only as many
as it takes to leave no longer gap. Where they lie further apart, everything between them has to be
decoded, and then more pictures are taken since they cost little. A short video is decoded as a
whole: it is soon done, and has few pictures to be told by.

What comes before the first key frame can't be decoded as a rule, and is left out where it is short.
Where it isn't, or where key frames turn out to be none, all there is goes to the decoder.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

#: Seconds that pass without a picture at most, where the video has any.
LONGEST_GAP = 2.0

#: Seconds of a video that is decoded as a whole.
SHORT_VIDEO = 12.0

#: Seconds between pictures where everything is decoded.
FILLED_GAP = 0.5

#: Seconds between key frames at least: in some videos every frame is one.
SHORTEST_GAP = 0.25

#: Players and encoders round time stamps.
_ROUNDING = 0.05

#: Packets, and bytes of them, that are held back before it is known whether they are needed.
_MOST_HELD = 2_000
_MOST_HELD_BYTES = 64 << 20


class Packet(Protocol):
    """What is asked of a piece of the compressed stream."""

    @property
    def is_keyframe(self) -> bool:
        """Whether it can be decoded without the ones before."""

    @property
    def size(self) -> int:
        """Bytes."""


Piece = TypeVar("Piece", bound=Packet)


@dataclass(slots=True)
class Chooser(Generic[Piece]):
    """Lets through the packets that have to be decoded, in their order.

    Holds back a key frame, and what follows it, until it is known whether they are needed.
    """

    longest_gap: float = LONGEST_GAP
    held: list[Piece] = field(default_factory=list)
    held_bytes: int = 0
    held_seconds: float | None = None  # when the key frame is shown that is held back, if one is
    key_seconds: float | None = None  # when the last one was shown that was let through
    first_seconds: float | None = None  # when the first packet of all is shown
    filling: bool = False
    everything: bool = False
    left_out: bool = False  # some packet was, so far

    def take(self, packet: Piece, seconds: float) -> Iterator[Piece]:
        """Yield the packets that are now to be decoded; ``seconds``: when this one is shown."""
        if self.first_seconds is None:
            self.first_seconds = seconds
        if self.everything:
            yield from self._all_held()
            yield packet
        elif packet.is_keyframe:
            yield from self._key(packet, seconds)
        elif self.filling:
            yield packet
        else:
            self._hold(packet)
            if self.held_seconds is not None and self._overdue(seconds):
                yield from self._let_key_through()
            if self._overdue(seconds):
                self.filling = True
                yield from self._all_held()

    def distrust(self) -> None:
        """Let everything through from now on: what was said to be a key frame is none."""
        self.everything = True

    def rest(self) -> Iterator[Piece]:
        """Yield what is still needed when there are no more packets: the last key frame."""
        if self.everything or self.key_seconds is None:
            yield from self._all_held()
        elif self.held_seconds is not None:
            yield from self._let_key_through()

    def _all_held(self) -> Iterator[Piece]:
        yield from self.held
        self.held_seconds = None
        self.held.clear()
        self.held_bytes = 0

    def _key(self, packet: Piece, seconds: float) -> Iterator[Piece]:
        if self.held_seconds is not None and not self._in_time(seconds):
            yield from self._let_key_through()
        self._drop()
        self.filling = False
        if self.key_seconds is not None and self._in_time(seconds):
            self.held_seconds = seconds
            self._hold(packet)
        else:
            self.key_seconds = seconds
            yield packet

    def _in_time(self, seconds: float) -> bool:
        """Whether no more than the longest gap has passed since the last key frame let through."""
        since = self.first_seconds if self.key_seconds is None else self.key_seconds
        return since is not None and 0 <= seconds - since <= self.longest_gap + _ROUNDING

    def _let_key_through(self) -> Iterator[Piece]:
        key, *others = self.held
        self.key_seconds, self.held_seconds = self.held_seconds, None
        self.held, self.held_bytes = others, self.held_bytes - key.size
        yield key

    def _hold(self, packet: Piece) -> None:
        self.held.append(packet)
        self.held_bytes += packet.size

    def _drop(self) -> None:
        self.left_out = self.left_out or bool(self.held)
        self.held.clear()
        self.held_bytes = 0
        self.held_seconds = None

    def _overdue(self, seconds: float) -> bool:
        return (
            not self._in_time(seconds)
            or len(self.held) >= _MOST_HELD
            or self.held_bytes > _MOST_HELD_BYTES
        )
