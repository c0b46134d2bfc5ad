"""One walk through a stream of pictures of an open film. Runs only in the child process.

What a header says of length, rate and number of frames is a hint at most: what is sampled, and what
is said to be missing, is told by the packets that really come.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import TypeAlias

import av
import av.error
from av.container import InputContainer
from av.packet import Packet as AvPacket
from av.stream import Stream
from av.video.frame import PictureType
from av.video.frame import VideoFrame as AvFrame
from av.video.stream import VideoStream

from staydown.media.errors import TooLarge
from staydown.media.film_clock import (
    LONGEST_BREAK,
    LONGEST_STILL,
    FilmClock,
    Stamp,
    sane_rate,
    says_nothing,
)
from staydown.media.film_damage import FilmDamage
from staydown.media.film_end import Ending
from staydown.media.film_frame import Frame
from staydown.media.film_kind import FilmKind
from staydown.media.sampling import (
    FILLED_GAP,
    LONGEST_GAP,
    SHORT_VIDEO,
    SHORTEST_GAP,
    Chooser,
)

#: A piece of the compressed file.
Packet: TypeAlias = "AvPacket[Stream]"  # quoted: it has no parameters when it runs

#: Seconds that a video may last: nearly six days.
MOST_SECONDS = 500_000.0

#: Kinds whose stamps may begin again anywhere.
_JOINED = frozenset({FilmKind.TS, FilmKind.PS, FilmKind.ES, FilmKind.H264, FilmKind.HEVC})

#: Kinds whose header tells a length that its writer knew; of the others it is only guessed.
_TOLD = frozenset({FilmKind.MATROSKA, FilmKind.AVI, FilmKind.FLV, FilmKind.ASF})

#: A file whose pictures end this much before its header says has lost its end; the last where it
#: is known to break off.
_LOST_SECONDS = 2.0
_LOST_SHARE = 0.1
_LOST_LEAST = 0.1

#: A header's length is as good as the packets' where they are so close, in seconds.
_SAME_LENGTH = 0.5

#: Packets, and bytes of them, that are held back until it is known whether the film is short.
_MOST_HELD = 4_000
_MOST_HELD_BYTES = 64 << 20

#: A first stamp beyond so many seconds is counted from, since numbers of that size are not exact.
_FAR = 1e6

#: Seconds of a tick where stamps are counted by us: where there are none, or their ticks are long.
_OWN_TICK = 1e-6
_COARSE = 0.5

#: Key frames that a decoder may keep to itself for a while; if more are missing, they were none.
_MOST_DELAYED = 20

#: Times in a row that reading may fail and be tried again behind the fault.
_MOST_FAULTS = 20


class Reading:
    """One walk through the pictures of one stream.

    ``ending``: what the file says of its end. ``rate``: frames a second, on average.
    """

    def __init__(
        self,
        kind: FilmKind,
        container: InputContainer,
        stream: VideoStream,
        most_pixels: int,
        *,
        ending: Ending = Ending(),  # noqa: B008 - frozen
    ) -> None:
        self._ending = ending
        self._kind = kind
        self._container = container
        self._stream = stream
        self._most_pixels = most_pixels
        self._tick = float(stream.time_base or 1e-6)  # seconds; a Fraction is slow
        self._given_tick = self._tick if self._tick <= _COARSE else _OWN_TICK  # to the decoder
        self.rate = sane_rate(*map(_number, (stream.average_rate, stream.guessed_rate)))
        longest = LONGEST_BREAK if kind in _JOINED else LONGEST_STILL
        self._clock = FilmClock(1 / self.rate, longest, counting=self._tick > LONGEST_STILL)
        self._base: int | None = None  # ticks that stamps are counted from
        self._start: float | None = None  # when the first picture is shown
        self._last: float | None = None  # the last picture given
        self._out: float | None = None  # the last picture that was decoded, in the file's time
        self._first_packet: float | None = None
        self._pictures_end = 0.0
        self._repeated: Stamp | None = None  # the last packet that says "the same once more"
        self._others_ends: dict[int, int] = {}  # of the other streams, in ticks of each
        self._came = 0
        self._given = 0
        self._passed_over = 0
        self._keys = self._keys_shown = 0  # packets that should have given a frame alone; that did
        self._unfinished = False

    @property
    def seconds(self) -> float:
        """From the first picture given to the end of the last one read."""
        whole = self._pictures_end - (self._start or 0.0)
        return min(max(whole, self._last or 0.0), MOST_SECONDS)

    @property
    def anything(self) -> bool:
        """Whether there was any sign of pictures."""
        return bool(self._came or self._passed_over)

    def frames(self) -> Iterator[Frame]:
        """Yield the pictures."""
        packets = self._packets()
        held, whole = self._held(packets)
        if says_nothing([self._stamp(packet) for packet in held]):
            self._clock = FilmClock(1 / self.rate, counting=True)
            self._given_tick = _OWN_TICK
        timed = deque((packet, self._timed(packet)) for packet in held)
        held.clear()
        short = self._short(whole=whole)
        chooser: Chooser[Packet] = Chooser(FILLED_GAP if short else LONGEST_GAP)
        rest = ((packet, self._timed(packet)) for packet in packets)
        for packet, at in chain(_emptied(timed), rest):
            for chosen in chooser.take(packet, at):
                yield from self._decoded(chosen, chooser)
        for chosen in chooser.rest():
            yield from self._decoded(chosen, chooser)
        if self._repeated is not None:
            shown = self._clock.shown(self._repeated) + self._repeated.lasts
            self._pictures_end = max(self._pictures_end, shown)
        yield from self._decoded(None, chooser)

    def stopped(self) -> None:
        """Say that the film couldn't be read to its end."""
        self._unfinished = True

    def damage(self) -> FilmDamage:
        """Say what couldn't be looked at, once the pictures have been given."""
        seen = self.seconds
        of = max(seen, self._missing_from())
        cut = self._unfinished or (bool(self._ending.missing) and not self._promised())
        passed_over = self._passed_over
        return FilmDamage(seen, of, max(passed_over, 1) if cut and of <= seen else passed_over)

    # ----------------------------------------------------------------- what should have come

    def _missing_from(self) -> float:
        """How long the film was before it lost its end, in seconds; 0 where it hasn't."""
        if self._kind is FilmKind.MOV:
            return self._length_by_index()
        told = self._listed() or self._promised() if self._kind in _TOLD else 0.0
        if self._ending.missing is False or self._clock.leapt or not 0 < told <= MOST_SECONDS:
            return 0.0
        came = self._pictures_end - min(0.0, self._first_packet or 0.0)
        others = (
            ends * float(self._container.streams[number].time_base or 0)
            for number, ends in self._others_ends.items()
        )
        lost = told - max(came, *others, 0.0)
        least = _LOST_LEAST if self._ending.missing else max(_LOST_SECONDS, _LOST_SHARE * told)
        return told if lost > least else 0.0

    def _listed(self) -> float:
        """The length that some files say they have, and that FFmpeg shortens to what is there."""
        if self._kind is FilmKind.AVI:
            return self._stream.frames * self._tick
        return self._ending.seconds

    def _length_by_index(self) -> float:
        """The length that the list of all pictures gives, where some of them didn't come."""
        listed = self._stream.index_entries
        count = len(listed)
        if count <= self._came:
            return 0.0
        ticks = listed[count - 1].timestamp - listed[0].timestamp
        length = ticks * float(self._stream.time_base or 0) + 1 / self.rate
        return length if self.seconds < length <= MOST_SECONDS else self.seconds + 1 / self.rate

    def _promised(self) -> float:
        """How long the file says that it is; 0 where it doesn't say.

        In some kinds that counts from the first stamp, in others from 0.
        """
        stream = self._stream
        if stream.duration is not None and stream.time_base is not None:
            return float(stream.duration * stream.time_base)
        whole = self._container.duration
        return whole / av.time_base if whole else 0.0

    def _short(self, *, whole: bool) -> bool:
        """Whether the film is so short that all of it is decoded.

        ``whole``: it has been read to its end.
        """
        told = self._promised()
        came = self._pictures_end - (self._first_packet or 0.0)
        if not whole and came <= SHORT_VIDEO + _SAME_LENGTH:  # its packets are many, or huge
            return 0 < told <= SHORT_VIDEO
        if abs(told - came) <= _SAME_LENGTH:
            return told <= SHORT_VIDEO
        return came <= SHORT_VIDEO

    # ----------------------------------------------------------------- packets and their time

    def _held(self, packets: Iterator[Packet]) -> tuple[list[Packet], bool]:
        """Take the packets of the first seconds. Return them, and whether they are all."""
        held: list[Packet] = []
        clock = replace(self._clock)  # a trial: they are timed once more
        size, first = 0, None
        for packet in packets:
            held.append(packet)
            size += packet.size
            stamp = self._stamp(packet)
            at = clock.shown(stamp)
            first = at if first is None else first
            long = at + stamp.lasts - first > SHORT_VIDEO + _SAME_LENGTH
            if long or len(held) >= _MOST_HELD or size > _MOST_HELD_BYTES:
                return held, False
        return held, True

    def _packets(self) -> Iterator[Packet]:
        """The packets of the stream of pictures; the others only tell how far the file goes."""
        faults = 0
        while faults < _MOST_FAULTS:
            try:
                for packet in self._container.demux():
                    faults = 0
                    if packet.stream_index == self._stream.index:
                        if packet.size:
                            yield self._counted(packet)
                        elif packet.pts is not None:
                            self._repeated = self._stamp(packet)
                    elif packet.pts is not None:
                        self._beside(packet.stream_index, packet.pts + (packet.duration or 0))
            except av.error.MemoryError:
                raise
            except av.error.FFmpegError:
                faults += 1
                self._passed_over += faults == 1
            else:
                return

    def _beside(self, number: int, ends: int) -> None:
        """Remember when a packet of another stream ends."""
        if ends > self._others_ends.get(number, 0):
            self._others_ends[number] = ends

    def _counted(self, packet: Packet) -> Packet:
        self._came += 1
        self._passed_over += packet.is_corrupt
        if self._base is None:
            first = packet.dts if packet.dts is not None else packet.pts
            if first is not None:
                self._base = first if abs(first * self._tick) > _FAR else 0
        return packet

    def _stamp(self, packet: Packet) -> Stamp:
        base, tick = self._base or 0, self._tick
        shown = None if packet.pts is None else (packet.pts - base) * tick
        decoded = None if packet.dts is None else (packet.dts - base) * tick
        return Stamp(shown, decoded, (packet.duration or 0) * tick)

    def _timed(self, packet: Packet) -> float:
        """When a packet is shown; its stamps say so afterwards, for the decoder to pass on."""
        if self._clock.counting:
            lasts, at = 1 / self.rate, self._clock.shown(Stamp(None, None))
        else:
            stamp = self._stamp(packet)
            lasts, at = stamp.lasts, self._clock.shown(stamp)
        ticks = round(at / self._given_tick)
        if ticks != (packet.dts if packet.pts is None else packet.pts):
            packet.pts = packet.dts = ticks
        if self._first_packet is None:
            self._first_packet = at
        self._pictures_end = max(self._pictures_end, at + lasts)
        return at

    # ----------------------------------------------------------------- pictures

    def _decoded(self, packet: "Packet | None", chooser: Chooser[Packet]) -> Iterator[Frame]:
        try:
            found = self._stream.codec_context.decode(packet)
        except av.error.MemoryError:
            raise
        except av.error.FFmpegError:  # one damaged frame; players go on too
            if packet is not None and not packet.is_corrupt:  # that was counted as it came
                self._passed_over += packet.is_keyframe or not chooser.left_out
            return
        self._keys += packet is not None and packet.is_keyframe
        for frame in found:
            self._keys_shown += _alone(frame)
            given = self._taken(frame)
            if given is not None:
                yield given

        if self._keys - self._keys_shown > _MOST_DELAYED:
            chooser.distrust()

    def _taken(self, frame: AvFrame) -> Frame | None:
        if frame.width * frame.height > self._most_pixels:
            raise TooLarge
        stamp = frame.pts if frame.pts is not None else frame.dts
        if stamp is None:
            at = 0.0 if self._out is None else self._out + 1 / self.rate
        else:
            at = stamp * self._given_tick
        # They come in the order in which they are shown, whatever their stamps say.
        if self._out is not None and at <= self._out:
            at = self._out + 1 / self.rate
        self._out = at
        if self._start is None:
            self._start = at
        seconds = at - self._start
        if self._last is not None:
            least = SHORTEST_GAP if frame.key_frame else FILLED_GAP
            if seconds - self._last < least - min(0.5 / self.rate, least / 2):
                return None
        self._last = seconds
        self._given += 1
        return Frame(round(seconds * self.rate), seconds, frame)


def _emptied(timed: deque[tuple[Packet, float]]) -> Iterator[tuple[Packet, float]]:
    """Yield what is held and hold it no longer."""
    while timed:
        yield timed.popleft()


def _alone(frame: AvFrame) -> bool:
    """Whether a frame was decoded without others."""
    return frame.key_frame or frame.pict_type in (PictureType.I, PictureType.SI)


def _number(rate: object) -> float | None:
    return None if rate is None else float(rate)  # type: ignore[arg-type]  # a Fraction
