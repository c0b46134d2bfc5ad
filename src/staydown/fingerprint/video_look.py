"""What the decoder process does with a video: frames to fingerprints, some seconds at a time.

One answer holds what was found in a few seconds of work, so that neither an answer nor the wait
for it grows with the video. Between two questions the place in the video is kept beside the file.
"""

import time
import weakref
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from staydown.base.canonical import JSONValue
from staydown.base.vocabulary import Cut, Turn
from staydown.fingerprint.value import Fingerprint
from staydown.fingerprint.video_box import Box, steady_boxes

if TYPE_CHECKING:
    from staydown.media.frames import Frame
    from staydown.media.picture import Pixels

#: Seconds of work, and frames, in one answer.
_WORK_SECONDS = 4.0
_FRAMES = 250

#: Frames this close to the last one kept are left out.
FOLD_DISTANCE = 8

#: Frames looked at to find the part that moves inside a frame that doesn't.
_FIRST_FRAMES = 12

#: Frames whose copy codes are made together, and pixels of them: they are in memory at once.
_BATCH_FRAMES = 8
_BATCH_PIXELS = 40_000_000

#: Where the work on each open file stands.
_places: "weakref.WeakKeyDictionary[BinaryIO, _Place]" = weakref.WeakKeyDictionary()


def video_look(file: BinaryIO, *, model: str | None, views: bool, part: int) -> JSONValue:
    """Return the next frames of a video as JSON; ``part`` counts the questions from 0."""
    if part == 0:
        _places[file] = _Place(file, model, views)
    return _places[file].next()


def end_look(file: BinaryIO) -> JSONValue:
    """Forget the place in a video."""
    _places.pop(file, None)
    return None


class _Place:
    """Where the work on a video stands."""

    def __init__(self, file: BinaryIO, model: str | None, views: bool) -> None:
        from staydown.media.frames import frames

        self._frames = frames(file)
        self._model = model
        self._views = views
        self._boxes: dict[Cut, Box] | None = None if views else {}
        self._upcoming = self._ordered()  # one for all questions: leaving a loop would end it
        self._last: Fingerprint | None = None
        self._seconds = 0.0

    def next(self) -> JSONValue:
        """Work on for a while."""
        until = time.monotonic() + _WORK_SECONDS
        answers: list[dict[str, JSONValue]] = []
        codes = _Codes(self._model)
        last = True
        for frame in self._upcoming:
            self._seconds = max(self._seconds, frame.seconds)
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
        return {"frames": list(answers), "milliseconds": _milliseconds(self._seconds), "last": last}

    def _ordered(self) -> "Iterator[Frame]":
        """The frames; the first ones wait until the boxes are known."""
        if self._boxes is None:
            waiting = deque(islice(self._frames, _FIRST_FRAMES))
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
