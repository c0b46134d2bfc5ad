"""Bytes of a video to a few of its pictures. Runs only in the child process: see ``worker``.

Which containers and codecs are opened is a short list: FFmpeg knows hundreds, some of which read
other files or the network, and each is a way in. What a file is, is told by its first bytes; the
one demuxer for that is named, so that FFmpeg never guesses.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

import av
import av.error
import av.logging
import numpy as np
from av.codec.context import CodecContext
from av.container import InputContainer
from av.packet import Packet as AvPacket
from av.stream import Stream
from av.video.frame import VideoFrame as AvFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from staydown.media import animation
from staydown.media.blame import blamed
from staydown.media.errors import (
    BrokenVideo,
    DecoderFailed,
    MediaError,
    NoFrames,
    NotAVideo,
    TooLarge,
    UnsupportedVideo,
    VideoTooLong,
)
from staydown.media.luma import Stored, colour_of, luma_of
from staydown.media.picture import Pixels
from staydown.media.sampling import (
    FILLED_GAP,
    LONGEST_GAP,
    SHORT_VIDEO,
    SHORTEST_GAP,
    Chooser,
)

av.logging.set_level(None)  # a decoder's complaints quote the file

#: A piece of the compressed file.
Packet: TypeAlias = "AvPacket[Stream]"  # quoted: it has no parameters when it runs

#: Pixels of one frame: somewhat more than 8K.
MOST_PIXELS = 36_000_000

#: Seconds that a video may last: nearly six days.
MOST_SECONDS = 500_000.0

#: Bytes looked at to tell what a file is.
HEAD_BYTES = 32

_MOV_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}

_CODECS = frozenset(
    {
        *("h264", "hevc", "av1", "libdav1d", "vp8", "libvpx", "vp9", "libvpx-vp9", "h263"),
        *("mpeg4", "msmpeg4v2", "msmpeg4", "mpeg1video", "mpeg2video", "mjpeg", "prores"),
        *("rawvideo", "png", "qtrle", "wmv1", "wmv2", "flv", "dvvideo", "theora", "cinepak"),
        "svq3",
    }
)

#: A file whose pictures end this much before its header says has lost its end.
_LOST_SECONDS = 2.0
_LOST_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a video. Pixels are made when asked for.

    ``seconds`` counts from the first picture, ``number`` frames at the video's average rate.
    """

    number: int
    seconds: float
    stored: Stored

    @property
    def pixels(self) -> int:
        """How many there are: what the frame costs to keep."""
        if isinstance(self.stored, np.ndarray):
            return self.stored.size // 3
        return self.stored.width * self.stored.height

    def luma(self) -> NDArray[np.uint8]:
        """Brightness, (height, width), 0 black to 255 white, upright, in the size of the video."""
        return luma_of(self.stored)

    def colour(self) -> Pixels:
        """(height, width, 3), red, green and blue, upright, in the size of the video."""
        return colour_of(self.stored)


def load_all() -> None:
    """Load every part of PyAV that opening a file may ask for, which it does one by one."""
    for module in pkgutil.walk_packages(av.__path__, "av."):
        if module.name not in {"av.__main__", "av.datasets"}:  # these are programs
            importlib.import_module(module.name)


def sniff_video(head: bytes) -> str:
    """Return the name of the one demuxer for a file that begins with ``head``.

    Raises UnsupportedVideo for kinds known but not opened here, NotAVideo for all else.
    """
    if head[4:8] in _MOV_BOXES:
        return "mov"
    if head[:4] == b"\x1aE\xdf\xa3":
        return "matroska"
    if head[:4] == b"RIFF" and head[8:11] == b"AVI":
        return "avi"
    if animation.is_animation(head):
        return "animation"
    known = (b"FLV\x01", b"\x00\x00\x01\xba", b"0&\xb2u\x8ef\xcf\x11", b"OggS", b"\x00\x00\x01\xb3")
    if head.startswith(known) or head[:1] == b"G":
        raise UnsupportedVideo
    raise NotAVideo


class Film:
    """A video: its pictures in the order of time, at least one for every two seconds.

    To go over the pictures raises NotAVideo, UnsupportedVideo, NoFrames, BrokenVideo, TooLarge,
    VideoTooLong, DecoderFailed, OurFault, some of them only after pictures.
    """

    def __init__(self, untrusted_file: BinaryIO, most_pixels: int = MOST_PIXELS) -> None:
        self._file = untrusted_file
        self._most_pixels = most_pixels
        self._animation: animation.Animation | None = None
        self._reading: _Reading | None = None

    @property
    def seconds(self) -> float:
        """How long the video goes on, as far as it was read: until its last picture ends."""
        source = self._animation or self._reading
        return source.seconds if source else 0.0

    def __iter__(self) -> Iterator[Frame]:
        """Yield the pictures, once."""
        try:
            for frame in self._frames():
                if not frame.seconds <= MOST_SECONDS:
                    raise VideoTooLong
                yield frame
        except MediaError:
            raise
        except (MemoryError, av.error.MemoryError) as error:
            raise DecoderFailed from error
        except Exception as error:  # damaged bytes raise almost anything
            sound = animation.read_sound if self._animation else None
            raise blamed(error, BrokenVideo(), sound) from error

    def _frames(self) -> Iterator[Frame]:
        self._file.seek(0)
        kind = sniff_video(self._file.read(HEAD_BYTES))
        self._file.seek(0)
        if kind != "animation":
            yield from self._filmed(kind)
            return
        self._animation = animation.Animation(self._file, self._most_pixels)
        for number, seconds, pixels in self._animation.pictures():
            yield Frame(number, seconds, pixels)

    def _filmed(self, kind: str) -> Iterator[Frame]:
        options = {"protocol_whitelist": "", "max_streams": "64"}
        with av.open(
            self._file, "r", format=kind, options=options, metadata_errors="ignore"
        ) as container:
            stream = _pictures_of(container)
            _prepare(stream, self._most_pixels)
            self._reading = _Reading(container, stream, self._most_pixels)
            yield from self._reading.frames()
            self._reading.check_end()


def _pictures_of(container: InputContainer) -> VideoStream:
    """The stream of moving pictures; the cover of a song is none."""
    moving = [
        stream
        for stream in container.streams.video
        if "attached_pic" not in (stream.disposition.name or "").lower()
    ]
    if not moving:
        raise NoFrames
    stream = moving[0]
    # There is none for a codec that FFmpeg doesn't know, whatever PyAV's types say.
    context: CodecContext | None = stream.codec_context
    if context is None or context.name not in _CODECS:
        raise UnsupportedVideo
    return stream


def _prepare(stream: VideoStream, most_pixels: int) -> None:
    context = stream.codec_context
    if context.width * context.height > most_pixels:
        raise TooLarge
    context.thread_count = 1  # every thread costs address space; many files go side by side
    context.skip_frame = "NONREF"  # what nothing builds on is left out where all is decoded
    context.options = {"max_pixels": str(most_pixels), "skip_loop_filter": "all"}


class _Reading:
    """One walk through a file."""

    def __init__(self, container: InputContainer, stream: VideoStream, most_pixels: int) -> None:
        self._container = container
        self._stream = stream
        self._most_pixels = most_pixels
        self._tick = float(stream.time_base or 1e-6)  # seconds; a Fraction is slow
        self._rate = float(stream.average_rate or stream.guessed_rate or 25)
        self._start: float | None = None
        self._last: float | None = None  # the last picture given
        self._end = 0.0  # of any stream, in the file's own time
        self._pictures_end = 0.0  # of this one
        self._given = 0
        self._damaged = False

    @property
    def seconds(self) -> float:
        """From the first picture given to the end of the last one read."""
        whole = self._pictures_end - (self._start or 0.0)
        return min(max(whole, self._last or 0.0), MOST_SECONDS)

    def frames(self) -> Iterator[Frame]:
        """Yield the pictures."""
        short = 0 < self._promised() <= SHORT_VIDEO
        chooser: Chooser[Packet] = Chooser(FILLED_GAP if short else LONGEST_GAP)
        for packet in self._packets():
            for chosen in chooser.take(packet, self._time(packet)):
                yield from self._decoded(chosen)
        for chosen in chooser.rest():
            yield from self._decoded(chosen)
        yield from self._decoded(None)

    def check_end(self) -> None:
        """Raise NoFrames or BrokenVideo unless the file held what it promised."""
        if not self._given:
            raise BrokenVideo if self._damaged or self._end else NoFrames
        promised = self._promised()
        lost = promised - self._end
        if self._damaged or lost > max(_LOST_SECONDS, _LOST_SHARE * promised):
            raise BrokenVideo

    def _promised(self) -> float:
        """Until when the file says that it goes on, in its own time; 0 where it doesn't say."""
        stream = self._stream
        if stream.duration is not None and stream.time_base is not None:
            return float((stream.duration + (stream.start_time or 0)) * stream.time_base)
        whole = self._container.duration
        return ((whole + (self._container.start_time or 0)) / av.time_base) if whole else 0.0

    def _packets(self) -> Iterator[Packet]:
        """The packets of the stream of pictures; the others only tell how far the file goes."""
        try:
            for packet in self._container.demux():
                pictures = packet.stream_index == self._stream.index
                if packet.pts is not None:
                    tick = self._tick if pictures else float(packet.time_base)
                    shown = (packet.pts + (packet.duration or 0)) * tick
                    self._end = max(self._end, shown)
                    if pictures:
                        self._pictures_end = max(self._pictures_end, shown)
                if pictures and packet.size:
                    if packet.is_corrupt:
                        self._damaged = True
                    yield packet
        except av.error.FFmpegError:
            self._damaged = True

    def _time(self, packet: Packet) -> float:
        at = packet.pts if packet.pts is not None else packet.dts
        if at is None:
            return self._end
        return at * self._tick

    def _decoded(self, packet: "Packet | None") -> Iterator[Frame]:
        try:
            found = self._stream.codec_context.decode(packet)
        except av.error.InvalidDataError:  # one damaged frame; players go on too
            return
        for frame in found:
            given = self._taken(frame)
            if given is not None:
                yield given

    def _taken(self, frame: AvFrame) -> Frame | None:
        if frame.width * frame.height > self._most_pixels:
            raise TooLarge
        if frame.pts is None:
            at = self._given / self._rate + (self._start or 0.0)
        else:
            at = frame.pts * self._tick
        if self._start is None:
            self._start = at
        seconds = at - self._start
        if self._last is not None:
            least = SHORTEST_GAP if frame.key_frame else FILLED_GAP
            if seconds - self._last < least - 0.5 / self._rate:
                return None
        self._last = seconds
        self._given += 1
        return Frame(round(seconds * self._rate), seconds, frame)
