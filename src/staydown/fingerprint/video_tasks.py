"""What the decoder process does with a video: frames to fingerprints, some seconds at a time.

One answer holds what was found in a few seconds of work, so that neither an answer nor the wait
for it grows with the video. Between two questions the place in the video is kept beside the file.
"""

import time
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from staydown.base.canonical import JSONValue
from staydown.base.vocabulary import Cut, Turn
from staydown.fingerprint.value import Fingerprint
from staydown.fingerprint.video_box import steady_boxes
from staydown.fingerprint.video_motion import Box

if TYPE_CHECKING:
    from staydown.media.film_frame import Frame
    from staydown.media.picture import Pixels

#: Seconds of work, and frames, in one answer.
_WORK_SECONDS = 4.0
_FRAMES = 250

#: Frames this close to the last one kept are left out.
FOLD_DISTANCE = 8

#: Frames, and pixels of them, looked at to find the part that moves inside a frame that doesn't.
_FIRST_FRAMES = 12
_FIRST_PIXELS = 100_000_000

#: Frames whose copy codes are made together, and pixels of them: they are in memory at once.
_BATCH_FRAMES = 8
_BATCH_PIXELS = 40_000_000

#: Where the work on each open file stands.
_places: "dict[BinaryIO, _Place]" = {}


def video_look(file: BinaryIO, *, model: str | None, views: bool, part: int) -> JSONValue:
    """Return the next frames of a video as JSON; ``part`` counts the questions from 0."""
    if part == 0:
        _places.clear()
        _places[file] = _Place(file, model, views)
    place = _places.pop(file)  # a fault must not leave it, and the frames that it holds, behind
    answer = place.next()
    if not answer["last"]:
        _places[file] = place
    return answer


def end_look(_: BinaryIO) -> JSONValue:
    """Forget the place in a video that was left before its end."""
    _places.clear()
    return None


class _Place:
    """Where the work on a video stands."""

    def __init__(self, file: BinaryIO, model: str | None, views: bool) -> None:
        from staydown.media.frames import Film

        self._film = Film(file, every_stream=views)  # what is listed is what is meant to be shown
        self._frames = iter(self._film)
        self._model = model
        self._views = views
        self._boxes: dict[Cut, Box] | None = None if views else {}
        self._upcoming = self._ordered()  # one for all questions: leaving a loop would end it
        self._last: Fingerprint | None = None

    def next(self) -> dict[str, JSONValue]:
        """Work on for a while."""
        until = time.monotonic() + _WORK_SECONDS
        answers: list[dict[str, JSONValue]] = []
        codes = _Codes(self._model)
        last = True
        for frame in self._upcoming:
            looks = self._looks(frame)
            whole = looks[Cut.WHOLE][Turn.NONE]
            if self._last is None or self._last.distance(whole) > FOLD_DISTANCE:
                self._last = whole
                codes.add(frame)
                answers.append(
                    {
                        "number": frame.number,
                        "milliseconds": _milliseconds(frame.seconds),
                        "looks": _plain(looks),
                    }
                )
            if len(answers) >= _FRAMES or time.monotonic() > until:
                last = False
                break
        for answer, code in zip(answers, codes.all(), strict=True):
            answer["copy"] = code
        seconds = self._film.seconds
        damage = self._film.damage.plain() if last and self._film.damage.any else None
        return {
            "frames": list(answers),
            "milliseconds": _milliseconds(seconds),
            "last": last,
            "damage": damage,
        }

    def _ordered(self) -> "Iterator[Frame]":
        """The frames; the first ones wait until the boxes are known."""
        if self._boxes is None:
            waiting = deque(_first(self._frames))
            self._boxes = steady_boxes(list(waiting))
            while waiting:
                yield waiting.popleft()
        yield from self._frames

    def _looks(self, frame: "Frame") -> dict[Cut, dict[Turn, Fingerprint]]:
        from staydown.fingerprint.pdq import pdq, pdq_turns

        luma = frame.luma()
        if not self._views:
            return {Cut.WHOLE: {Turn.NONE: pdq(luma)}}
        looks = {Cut.WHOLE: pdq_turns(luma)}
        for cut, (left, top, right, bottom) in (self._boxes or {}).items():
            part = luma[top:bottom, left:right]
            looks[cut] = pdq_turns(part if part.size else luma)
        return looks


def _first(frames: "Iterator[Frame]") -> "Iterator[Frame]":
    """The first of the frames, few where they are large: they are in memory at once."""
    pixels = 0
    for frame in islice(frames, _FIRST_FRAMES):
        yield frame
        pixels += frame.pixels
        if pixels >= _FIRST_PIXELS:
            return


class _Codes:
    """Copy codes of frames, a few at a time; None for each where there is no model."""

    def __init__(self, model: str | None) -> None:
        self._model = model
        self._pictures: list[Pixels] = []
        self._codes: list[str | None] = []

    def add(self, frame: "Frame") -> None:
        if self._model is None:
            self._codes.append(None)
            return
        self._pictures.append(frame.colour())
        if (
            len(self._pictures) >= _BATCH_FRAMES
            or sum(picture.size for picture in self._pictures) > 3 * _BATCH_PIXELS
        ):
            self._make()

    def all(self) -> list[str | None]:
        self._make()
        return self._codes

    def _make(self) -> None:
        if self._model is not None and self._pictures:
            from staydown.fingerprint.copy import copy_codes

            self._codes += [code.hex for code in copy_codes(self._pictures, self._model)]
            self._pictures.clear()


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _plain(looks: dict[Cut, dict[Turn, Fingerprint]]) -> JSONValue:
    return {
        cut.value: [
            turns[Turn.NONE].quality,
            {turn.value: fingerprint.hex for turn, fingerprint in turns.items()},
        ]
        for cut, turns in looks.items()
    }
