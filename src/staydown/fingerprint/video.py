"""The fingerprint of a video: PDQ of a few of its frames, with the time of each.

This is Meta's vPDQ (https://github.com/facebook/ThreatExchange/tree/main/vpdq) with fewer frames:
a frame that is nearly the same as the last one kept is left out, and stands for the time until the
next. A frame's PDQ is that of its brightness in the size of the video, upright as a player shows
it; it differs by a few bits at most from that of the frame saved as a picture.

A video that is looked up gets views as well, as a picture does: mirrored and turned, and the part
inside a frame that stays the same throughout (black bars, the blurred bars of a "story"). Where a
file has several streams of pictures, all are looked at; times go on counting from one to the next.
"""

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from staydown.base.canonical import JSONValue
from staydown.base.vocabulary import Cut, Kind, Turn
from staydown.fingerprint.value import BadFingerprint, Fingerprint, View
from staydown.fingerprint.video_tasks import end_look, video_look
from staydown.media.errors import DecoderFailed, DecodeTimedOut, MediaError, VideoTooLong
from staydown.media.film_damage import FilmDamage
from staydown.media.worker import OpenFile

#: Frames kept of one video.
MOST_FRAMES = 20_000

#: Seconds that a video lasts at most: as ``staydown.media.frames`` has it.
MOST_SECONDS = 500_000

#: Seconds of work on one video.
MOST_WORK_SECONDS = 1200

#: Times that the child is asked for more of one video, some seconds each.
MOST_LOOKS = 240

_WHOLE = View()


@dataclass(frozen=True, slots=True)
class VideoFrame:
    """One frame: its number, when it is shown, its PDQ (with quality) and, where made, copy code.

    Copies that stay the same for a while are kept once: a frame stands until the next one.
    """

    number: int
    seconds: float
    pdq: Fingerprint
    copy: Fingerprint | None = None


@dataclass(frozen=True, slots=True)
class VideoFingerprint:
    """Frames in the order of time, and how long the video is.

    ``views``: for a video that is looked up, the PDQ of every frame, in the same order, in each
    view other than the whole upright one. ``damage``: what couldn't be looked at, None where that
    is nothing.
    """

    frames: tuple[VideoFrame, ...]
    seconds: float
    views: Mapping[View, tuple[Fingerprint, ...]] = field(default_factory=dict, repr=False)
    damage: FilmDamage | None = None

    def lines(self) -> str:
        """Return ``frame,quality,hash,timestamp`` lines, as the vPDQ programs write and read."""
        return "".join(
            f"{frame.number},{frame.pdq.quality},{frame.pdq.hex},{frame.seconds:.3f}\n"
            for frame in self.frames
        )

    def signal(self) -> str:
        """Return the JSON text that threatexchange's vPDQ signal type reads."""
        return json.dumps(
            [f"{frame.pdq.hex},{frame.pdq.quality},{frame.seconds:.3f}" for frame in self.frames]
        )

    @classmethod
    def parse(cls, text: str) -> "VideoFingerprint":
        """Read ``lines``; the video ends where its last frame is shown. Raises BadFingerprint."""
        frames = tuple(_frame_of_line(line) for line in text.splitlines() if line.strip())
        if not frames:
            raise BadFingerprint("a vpdq fingerprint has at least one line")
        if len(frames) > MOST_FRAMES:
            raise BadFingerprint(f"a vpdq fingerprint has at most {MOST_FRAMES} lines")
        times = [frame.seconds for frame in frames]
        if times != sorted(times):
            raise BadFingerprint("the lines of a vpdq fingerprint stand in the order of time")
        return cls(frames, times[-1])


def fingerprint_video(
    file: OpenFile, model: Path | None = None, *, views: bool = True
) -> VideoFingerprint:
    """Return the fingerprint of a video, made by the child that holds ``file`` (``Form.FILE``).

    With ``model`` (see ``fingerprint.model``) every kept frame gets a copy code. ``views``: leave
    them out for a video that is listed. Raises a ``staydown.media.errors.MediaError``.
    """
    found = _Found()
    until = time.monotonic() + MOST_WORK_SECONDS
    network = None if model is None else str(model)
    while found.looks < MOST_LOOKS and time.monotonic() < until:
        answer = file.run(video_look, model=network, views=views, part=found.looks)
        try:
            if found.add(answer):
                return found.whole()
        except MediaError:
            _leave(file)
            raise
    _leave(file)
    raise DecodeTimedOut


def _leave(file: OpenFile) -> None:
    """Let the child forget the frames of a video that is given up."""
    with suppress(MediaError):
        file.run(end_look)


@dataclass(slots=True)
class _Found:
    """What the child has said so far, believed only where it has the right form."""

    looks: int = 0
    frames: list[VideoFrame] = field(default_factory=list)
    views: dict[View, list[Fingerprint]] = field(default_factory=dict)
    seconds: float = 0.0
    damage: FilmDamage | None = None

    def add(self, answer: JSONValue) -> bool:
        """Take in one answer. Return whether it was the last one."""
        self.looks += 1
        try:
            return self._add(answer)
        except (BadFingerprint, _OtherForm) as error:
            raise DecoderFailed from error  # only a decoder that was taken over answers so

    def _add(self, answer: JSONValue) -> bool:
        given = _of(answer, "frames")
        self.seconds = _seconds(_of(answer, "milliseconds"))
        if not isinstance(given, list):
            raise _OtherForm
        if len(self.frames) + len(given) > MOST_FRAMES:
            raise VideoTooLong
        for item in given:
            self._add_frame(item)
        damage = _of(answer, "damage")
        self.damage = None if damage is None else FilmDamage.read(damage)
        return _of(answer, "last") is True

    def _add_frame(self, item: JSONValue) -> None:
        number, copy = _of(item, "number"), _of(item, "copy")
        if type(number) is not int or not (copy is None or isinstance(copy, str)):
            raise _OtherForm
        seconds = _seconds(_of(item, "milliseconds"))
        if number < 0 or (self.frames and seconds < self.frames[-1].seconds):
            raise _OtherForm
        code = None if copy is None else Fingerprint.parse(Kind.COPY1, copy)
        looks = _looks(_of(item, "looks"))
        whole = looks.pop(_WHOLE, None)
        if whole is None or (self.frames and set(looks) != set(self.views)):
            raise _OtherForm
        self.frames.append(VideoFrame(number, seconds, whole, code))
        for view, fingerprint in looks.items():
            self.views.setdefault(view, []).append(fingerprint)

    def whole(self) -> VideoFingerprint:
        views = {view: tuple(fingerprints) for view, fingerprints in self.views.items()}
        return VideoFingerprint(tuple(self.frames), self.seconds, views, self.damage)


class _OtherForm(Exception):
    """An answer of a child is not of the agreed form."""


def _of(answer: JSONValue, name: str) -> JSONValue:
    if not isinstance(answer, dict) or name not in answer:
        raise _OtherForm
    value: JSONValue = answer[name]
    return value


def _looks(given: JSONValue) -> dict[View, Fingerprint]:
    """Read {cut: [quality, {turn: hexadecimal digits}]}."""
    looks: dict[View, Fingerprint] = {}
    if not isinstance(given, dict):
        raise _OtherForm
    for cut, look in given.items():
        if not (isinstance(look, list) and len(look) == 2 and isinstance(look[1], dict)):
            raise _OtherForm
        quality, turns = look
        if cut not in tuple(Cut) or not set(turns) <= set(Turn):
            raise _OtherForm
        for turn, digits in turns.items():
            if type(quality) is not int or not isinstance(digits, str):
                raise _OtherForm
            looks[View(Cut(cut), Turn(turn))] = Fingerprint.parse(Kind.PDQ, digits, quality)
    return looks


def _seconds(milliseconds: JSONValue) -> float:
    if type(milliseconds) is not int or not 0 <= milliseconds <= MOST_SECONDS * 1000:
        raise _OtherForm
    return milliseconds / 1000


def _frame_of_line(line: str) -> VideoFrame:
    parts = line.strip().split(",")
    try:
        number, quality, digits, seconds = parts
        at = float(seconds)
        if not (number.isdecimal() and number.isascii() and quality.isascii()):
            raise ValueError
        if not 0 <= at <= MOST_SECONDS:
            raise ValueError
        fingerprint = Fingerprint.parse(Kind.PDQ, digits, int(quality))
        return VideoFrame(int(number), at, fingerprint)
    except ValueError as error:
        raise BadFingerprint("a line of vpdq says: frame,quality,hash,timestamp") from error
