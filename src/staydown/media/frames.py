"""Bytes of a video to a few of its pictures. Runs only in the child process: see ``worker``.

Which containers and codecs are opened is a short list: FFmpeg knows hundreds, some of which read
other files or the network, and each is a way in. What a file is, is told by its first bytes; the
one demuxer for that is named, so that FFmpeg never guesses, and it may ask no other decoder either.

Players show what they can of a damaged film, and choose differently among several streams. So what
can be decoded is given and the rest is counted (``Film.damage``), and a film that is looked up is
looked at in every stream of pictures that some player shows.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import BinaryIO

import av
import av.error
import av.logging
from av.codec.context import CodecContext
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from staydown.media import animation
from staydown.media.blame import blamed
from staydown.media.errors import (
    BrokenVideo,
    DecoderFailed,
    EndMissing,
    MediaError,
    NoFrames,
    NotAVideo,
    TooLarge,
    UnknownCodec,
    UnsupportedVideo,
    VideoTooLong,
)
from staydown.media.film_damage import FilmDamage
from staydown.media.film_end import Ending, ending, lost_its_list
from staydown.media.film_frame import Frame
from staydown.media.film_kind import HEAD_BYTES, FilmKind, film_kind, is_closed_film
from staydown.media.reading import MOST_SECONDS, Reading

av.logging.set_level(None)  # a decoder's complaints quote the file

#: Pixels of one frame: somewhat more than 8K.
MOST_PIXELS = 36_000_000

#: The decoders that may run, by FFmpeg's names. What isn't here is rare among people's files.
_CODECS = frozenset(
    {
        *("h264", "hevc", "av1", "libdav1d", "vp8", "libvpx", "vp9", "libvpx-vp9", "theora"),
        *("mpeg4", "msmpeg4v1", "msmpeg4v2", "msmpeg4", "mpeg1video", "mpeg2video", "mpegvideo"),
        *("wmv1", "wmv2", "wmv3", "vc1", "flv", "flashsv", "vp6", "vp6a", "vp6f", "h263", "h263p"),
        *("mjpeg", "prores", "dvvideo", "rawvideo", "png", "qtrle", "cinepak", "svq1", "svq3"),
    }
)

#: Streams of pictures that are looked at in one file, covers included.
_MOST_STREAMS = 6

#: Seconds of pictures that a list of edits may keep from being shown: more is looked at as well.
_HIDDEN_SECONDS = 1.0


def load_all() -> None:
    """Load every part of PyAV that opening a file may ask for, which it does one by one."""
    for module in pkgutil.walk_packages(av.__path__, "av."):
        if module.name not in {"av.__main__", "av.datasets"}:  # these are programs
            importlib.import_module(module.name)


def sniff_video(head: bytes) -> str:
    """Return the name of the one demuxer for a file that begins with ``head``.

    Raises UnsupportedVideo for kinds known but not opened here, NotAVideo for all else.
    """
    if animation.is_animation(head):
        return "animation"
    kind = film_kind(head)
    if kind is not None:
        return kind.value
    if is_closed_film(head):
        raise UnsupportedVideo
    raise NotAVideo


@dataclass(frozen=True, slots=True)
class _Walk:
    """One stream to look at, by its number; ``stored``: as it is stored, without its edits."""

    stream: int
    stored: bool = False


class Film:
    """A video: its pictures in the order of time, at least one for every two seconds.

    ``every_stream``: all streams of pictures, one after the other, the usual one first, and what
    edits hide. ``damage`` says, when the pictures have been given, what couldn't be looked at.

    To go over the pictures raises NotAVideo, UnsupportedVideo, UnknownCodec, NoFrames, BrokenVideo,
    EndMissing, TooLarge, VideoTooLong, DecoderFailed, OurFault, some of them only after pictures.
    """

    def __init__(
        self,
        untrusted_file: BinaryIO,
        most_pixels: int = MOST_PIXELS,
        *,
        every_stream: bool = False,
    ) -> None:
        self._file = untrusted_file
        self._most_pixels = most_pixels
        self._every_stream = every_stream
        self._animation: animation.Animation | None = None
        self._reading: Reading | None = None
        self._before = 0.0  # seconds of the streams that were looked at before this one
        self._given = False
        self._ending = Ending()
        self.damage = FilmDamage(0.0, 0.0)

    @property
    def seconds(self) -> float:
        """How long the video goes on, as far as it was read: until its last picture ends."""
        source = self._animation or self._reading
        return min(self._before + source.seconds, MOST_SECONDS) if source else 0.0

    def __iter__(self) -> Iterator[Frame]:
        """Yield the pictures, once."""
        try:
            for frame in self._frames():
                if not frame.seconds <= MOST_SECONDS:
                    raise VideoTooLong
                self._given = True
                yield frame
        except BrokenVideo:
            if not self._given:
                raise
            self.damage = replace(self.damage, passed_over=self.damage.passed_over + 1)

    def _frames(self) -> Iterator[Frame]:
        self._file.seek(0)
        kind = sniff_video(self._file.read(HEAD_BYTES))
        self._file.seek(0)
        with _judged(animated=kind == "animation"):
            if kind != "animation":
                yield from self._filmed(FilmKind(kind))
                return
            self._animation = animation.Animation(self._file, self._most_pixels)
            for number, seconds, pixels in self._animation.pictures():
                yield Frame(number, seconds, pixels)

    def _filmed(self, kind: FilmKind) -> Iterator[Frame]:
        self._ending = ending(kind, self._file)
        fault: MediaError | None = None
        with self._opened(kind) as container:
            first, *others = _walks(container, every_stream=self._every_stream)
            if kind is FilmKind.MOV and _hides(container, first):
                others.insert(0, replace(first, stored=True))
            try:
                yield from self._walked(kind, container, first)
            except (NotAVideo, BrokenVideo) as error:
                fault = error
        for walk in others:
            if self._given and not self._every_stream:
                break  # edits are made where they leave something
            self._before, self._reading = self.seconds, None
            with (
                suppress(NotAVideo, BrokenVideo, TooLarge),  # it is more than most players show
                self._opened(kind, stored=walk.stored) as container,
            ):
                yield from self._walked(kind, container, walk)
        if fault is not None and not self._given:
            raise fault

    def _walked(self, kind: FilmKind, container: InputContainer, walk: _Walk) -> Iterator[Frame]:
        stream = container.streams[walk.stream]
        if not isinstance(stream, VideoStream):
            raise NoFrames
        _prepare(stream, self._most_pixels)
        reading = Reading(kind, container, stream, self._most_pixels, ending=self._ending)
        self._reading = reading
        given = False
        try:
            with _judged():
                for frame in reading.frames():
                    given = True
                    yield self._placed(frame, reading.rate)
        except BrokenVideo:
            if not given:
                raise
            reading.stopped()
        if not given:
            raise BrokenVideo if reading.anything else NoFrames
        if not self._before:
            self.damage = reading.damage()

    def _placed(self, frame: Frame, rate: float) -> Frame:
        """Put a frame after the streams that came before its own."""
        if not self._before:
            return frame
        seconds = frame.seconds + self._before
        return replace(frame, number=round(seconds * rate), seconds=seconds)

    @contextmanager
    def _opened(self, kind: FilmKind, *, stored: bool = False) -> Iterator[InputContainer]:
        """Open the file from its beginning; ``stored``: edits that it asks for are not made."""
        options = {
            "protocol_whitelist": "",
            "format_whitelist": kind.value,
            "codec_whitelist": ",".join(sorted(_CODECS)),
            "max_streams": "64",
        }
        if stored:
            options["ignore_editlist"] = "1"
        self._file.seek(0)
        try:
            container = av.open(
                self._file, "r", format=kind.value, options=options, metadata_errors="ignore"
            )
        except av.error.InvalidDataError as error:
            if kind is FilmKind.MOV and lost_its_list(self._file):
                raise EndMissing from error
            raise BrokenVideo from error
        with container:
            yield container


@contextmanager
def _judged(*, animated: bool = False) -> Iterator[None]:
    """Turn whatever a decoder raises on damaged bytes into an error of ours."""
    try:
        yield
    except MediaError:
        raise
    except (MemoryError, av.error.MemoryError) as error:
        raise DecoderFailed from error
    except Exception as error:  # damaged bytes raise almost anything
        sound = animation.read_sound if animated else None
        raise blamed(error, BrokenVideo(), sound) from error


def _walks(container: InputContainer, *, every_stream: bool) -> list[_Walk]:
    """The streams to look at, the one that is meant to be played first.

    The cover of a song is no film. Raises NoFrames, UnknownCodec.
    """
    streams = container.streams.video
    moving = [stream for stream in streams if not _is_cover(stream)]
    if not moving:
        raise NoFrames
    known = [stream for stream in moving if _is_known(stream)]
    if not known:
        raise UnknownCodec
    main = next((stream for stream in known if stream.frames != 1), known[0])
    if not every_stream:
        return [_Walk(main.index)]
    covers = [stream for stream in streams if _is_cover(stream) and _is_known(stream)]
    others = [stream for stream in (*known, *covers) if stream.index != main.index]
    return [_Walk(stream.index) for stream in (main, *others)][:_MOST_STREAMS]


def _is_cover(stream: VideoStream) -> bool:
    return bool(stream.disposition & Disposition.attached_pic)


def _is_known(stream: VideoStream) -> bool:
    # There is none for a codec that FFmpeg doesn't know, whatever PyAV's types say.
    context: CodecContext | None = stream.codec_context
    return context is not None and context.name in _CODECS


def _hides(container: InputContainer, walk: _Walk) -> bool:
    """Whether edits keep more pictures from being shown than a cut between key frames does."""
    stream = container.streams[walk.stream]
    listed = stream.index_entries
    hidden = max(0, stream.frames - len(listed)) + sum(one.is_discard for one in listed)
    rate = float(stream.average_rate or 25) if isinstance(stream, VideoStream) else 25.0
    return hidden > _HIDDEN_SECONDS * rate


def _prepare(stream: VideoStream, most_pixels: int) -> None:
    context = stream.codec_context
    if context.width * context.height > most_pixels:
        raise TooLarge
    context.thread_count = 1  # every thread costs address space; many files go side by side
    context.skip_frame = "NONREF"  # what nothing builds on is left out where all is decoded
    context.options = {"max_pixels": str(most_pixels), "skip_loop_filter": "all"}
