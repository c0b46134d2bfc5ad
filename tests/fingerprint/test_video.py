"""The fingerprint of a video: made in the child, written as lines, read back."""

import contextlib
import io
import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from staydown.base.canonical import JSONValue
from staydown.base.vocabulary import Cut, Kind, Turn
from staydown.fingerprint.pdq import pdq
from staydown.fingerprint.registry import picture_worker
from staydown.fingerprint.value import BadFingerprint, Fingerprint, View
from staydown.fingerprint.video import (
    VideoFingerprint,
    VideoFrame,
    _Found,
    fingerprint_video,
)
from staydown.fingerprint.video_tasks import FOLD_DISTANCE, _places, video_look
from staydown.media.errors import (
    BrokenVideo,
    DecoderFailed,
    DecodeTimedOut,
    NoFrames,
    NotAVideo,
    VideoTooLong,
)
from staydown.media.form import Form
from staydown.media.picture import Pixels
from staydown.media.worker import PictureWorker
from tests.media.videos import animation, scene, scenes, sound, video


@pytest.fixture(scope="module")
def worker() -> Iterator[PictureWorker]:
    """One warm child for all tests."""
    with picture_worker() as started:
        yield started


def made(worker: PictureWorker, data: bytes, *, views: bool = True) -> VideoFingerprint:
    """The fingerprint of a file in memory."""
    with worker.open(data, Form.FILE) as file:
        return fingerprint_video(file, views=views)


def test_frames_are_those_of_the_scenes(worker: PictureWorker) -> None:
    """Each scene of a second is kept once, with a PDQ near that of the picture itself."""
    found = made(worker, video(scenes(0, 5, 10)))
    assert [round(frame.seconds) for frame in found.frames] == [0, 1, 2, 3, 4]
    for number, frame in enumerate(found.frames):
        assert frame.pdq.distance(pdq(scene(number))) <= 12
        assert frame.number == round(frame.seconds * 10)
        assert frame.copy is None
    assert found.seconds >= 4


def test_near_identical_neighbours_are_folded(worker: PictureWorker) -> None:
    """A minute of one picture is one frame."""
    found = made(worker, video([scene(1)] * 60, rate=1))
    assert len(found.frames) == 1
    assert found.seconds >= 55
    kept = made(worker, video(scenes(0, 8, 5), rate=5)).frames
    for one, other in itertools.pairwise(kept):
        assert one.pdq.distance(other.pdq) > FOLD_DISTANCE


def test_views_undo_what_was_done(worker: PictureWorker) -> None:
    """The view that mirrors a mirrored video has the fingerprints of the original."""
    original = made(worker, video(scenes(0, 3, 10)), views=False)
    assert original.views == {}
    copy = made(worker, video([frame[:, ::-1] for frame in scenes(0, 3, 10)]))
    undone = copy.views[View(turn=Turn.MIRRORED)]
    assert len(undone) == len(copy.frames)
    for one, other in zip(undone, original.frames, strict=True):
        assert one.distance(other.pdq) <= 31


def boxed(pixels: Pixels) -> Pixels:
    """Black bars above and below."""
    bar = np.zeros((40, pixels.shape[1], 3), dtype=np.uint8)
    return np.vstack([bar, pixels, bar])


def test_bars_are_trimmed(worker: PictureWorker) -> None:
    """A constant letterbox is found, and the part inside has the fingerprints of the original."""
    dark = [np.zeros((144, 176, 3), np.uint8)] * 5
    copy = made(worker, video([boxed(frame) for frame in dark + scenes(0, 3, 10)]))
    undone = copy.views[View(Cut.TRIMMED)]
    for number in range(3):
        assert min(one.distance(pdq(scene(number))) for one in undone) <= 31


def test_a_border_of_the_picture_itself_is_no_bar(worker: PictureWorker) -> None:
    """Grey on its sides, where the bars are black: only those are trimmed."""
    grey = np.full((144, 20, 3), 150, np.uint8)
    frames = [np.hstack([grey, scene(n), grey]) for n in range(3) for _ in range(10)]
    copy = made(worker, video([boxed(frame) for frame in frames]))
    undone = copy.views[View(Cut.TRIMMED)]
    for number in range(3):
        assert min(one.distance(pdq(frames[10 * number])) for one in undone) <= 31


def story(pixels: Pixels) -> Pixels:
    """A picture over its own blurred and enlarged self."""
    image = Image.fromarray(pixels)
    back = image.resize((22, 40)).filter(ImageFilter.GaussianBlur(2)).resize((176, 320))
    back.paste(image, (0, 90))
    return np.asarray(back)


@pytest.mark.parametrize("around", ["its blurred self", "another picture"])
def test_a_story_is_cut_out(worker: PictureWorker, around: str) -> None:
    """The part that is sharp, or moves, has the fingerprints of the original."""
    frames = [story(frame) for frame in scenes(0, 4, 10)]
    if around == "another picture":
        whole = scene(50, 176, 320)
        frames = [np.vstack([whole[:90], one[90:234], whole[234:]]) for one in frames]
    copy = made(worker, video(frames))
    undone = copy.views[View(Cut.TRIMMED)]
    for number in range(4):
        assert min(one.distance(pdq(scene(number))) for one in undone) <= 31


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_animations(worker: PictureWorker, kind: str) -> None:
    """GIF and WebP go the same way."""
    found = made(worker, animation([scene(n) for n in range(4)], kind, 1000))
    assert len(found.frames) == 4
    assert found.seconds == pytest.approx(4.0, abs=0.01)


def test_a_large_file_is_read_by_the_child(worker: PictureWorker, tmp_path: Path) -> None:
    """From a path, with the same result as from memory."""
    data = video(scenes(0, 3, 10))
    path = tmp_path / "video.mp4"
    path.write_bytes(data)
    with worker.open_path(path) as file:
        found = fingerprint_video(file)
    assert found == made(worker, data)


def test_faults_come_back_as_errors(worker: PictureWorker) -> None:
    """And the child goes on with the next file."""
    for data, error in ((b"text", NotAVideo), (sound(), NoFrames), (b"\x1aE\xdf\xa3", BrokenVideo)):
        with pytest.raises(error):
            made(worker, data)
    assert made(worker, video(scenes(0, 2, 10))).frames


def test_work_in_several_parts_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the child is asked once or for every frame."""
    data = video([boxed(frame) for frame in scenes(0, 6, 10)])

    def looked(frames_each: int) -> list[JSONValue]:
        monkeypatch.setattr("staydown.fingerprint.video_tasks._FRAMES", frames_each)
        file, found = io.BytesIO(data), []
        for part in range(100):
            answer = video_look(file, model=None, views=True, part=part)
            assert isinstance(answer, dict)
            found += answer["frames"]
            if answer["last"]:
                return found
        raise AssertionError("there is no end")

    assert looked(1) == looked(1000)


# --------------------------------------------------------------------------- what the child says

_HEX = "0f" * 32
_FRAME: dict[str, JSONValue] = {
    "number": 0,
    "milliseconds": 0,
    "copy": None,
    "looks": {"whole": [80, {"none": _HEX, "mirrored": _HEX}]},
}


def _answer(frames: list[JSONValue], milliseconds: int = 0) -> JSONValue:
    return {"frames": frames, "milliseconds": milliseconds, "last": True, "damage": None}


WRONG: dict[str, JSONValue] = {
    "no object": 3,
    "no frames": {"milliseconds": 0, "last": True, "damage": None},
    "no word of damage": {"frames": [], "milliseconds": 0, "last": True},
    "damage in words": {"frames": [], "milliseconds": 0, "last": True, "damage": "none"},
    "a time before the beginning": _answer([], -1),
    "a time beyond reason": _answer([], 10**12),
    "a fraction": _answer([{**_FRAME, "milliseconds": "1"}]),
    "no whole": _answer([{**_FRAME, "looks": {}}]),
    "a new cut": _answer([{**_FRAME, "looks": {"rot": [80, {"none": _HEX}]}}]),
    "short": _answer([{**_FRAME, "looks": {"whole": [80, {"none": "00"}]}}]),
    "a quality of words": _answer([{**_FRAME, "looks": {"whole": ["80", {"none": _HEX}]}}]),
    "views that change": _answer([_FRAME, {**_FRAME, "looks": {"whole": [80, {"none": _HEX}]}}]),
    "a number before the beginning": _answer([{**_FRAME, "number": -1}]),
    "times that run backwards": _answer([{**_FRAME, "milliseconds": 1}, _FRAME], 1),
    "a copy code of words": _answer([{**_FRAME, "copy": "no"}]),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_child_that_was_taken_over_is_not_believed(name: str) -> None:
    """Any other form of answer than the agreed one is a decoder that failed."""
    with pytest.raises(DecoderFailed):
        _Found().add(WRONG[name])


# --------------------------------------------------------------------------- what is left behind


def test_a_fault_leaves_no_frames_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A video that is given up in the midst is not kept until another one comes."""
    monkeypatch.setattr("staydown.fingerprint.video_tasks._FRAMES", 1)
    monkeypatch.setattr("staydown.media.frames.MOST_SECONDS", 2.5)
    file = io.BytesIO(video(scenes(0, 6, 10), gap=10))

    def all_parts() -> None:
        for part in range(1000):
            video_look(file, model=None, views=False, part=part)
            assert _places

    with pytest.raises(VideoTooLong):
        all_parts()
    assert not _places


def test_a_video_that_is_given_up_is_not_kept(
    worker: PictureWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The child is told when the frames are too many, or it takes too long."""
    data = video(scenes(0, 3, 10))
    with monkeypatch.context() as patch:
        patch.setattr("staydown.fingerprint.video.MOST_FRAMES", 1)
        with pytest.raises(VideoTooLong):
            made(worker, data)
    with monkeypatch.context() as patch:
        patch.setattr("staydown.fingerprint.video.MOST_WORK_SECONDS", 0)
        with pytest.raises(DecodeTimedOut):
            made(worker, data)
    assert made(worker, data).frames


# --------------------------------------------------------------------------- lines

_fingerprints = st.builds(
    lambda bits, quality: Fingerprint(Kind.PDQ, bits, quality),
    st.binary(min_size=32, max_size=32),
    st.integers(0, 100),
)
_frames = st.builds(
    lambda number, milliseconds, one: VideoFrame(number, milliseconds / 1000, one),
    st.integers(0, 10**6),
    st.integers(0, 10**7),
    _fingerprints,
)
_videos = st.lists(_frames, min_size=1, max_size=20).map(
    lambda found: VideoFingerprint(
        tuple(sorted(found, key=lambda frame: frame.seconds)),
        max(frame.seconds for frame in found),
    )
)


@given(_videos)
def test_lines_come_back(found: VideoFingerprint) -> None:
    """What is written is read as the same."""
    assert VideoFingerprint.parse(found.lines()) == found


@given(_videos)
def test_lines_have_the_form_of_vpdq(found: VideoFingerprint) -> None:
    """As threatexchange's programs read them: frame, quality, hash, timestamp."""
    for line in found.lines().splitlines():
        assert re.fullmatch(r"\d+,\d+,[0-9a-f]{64},\d+\.\d{3}", line)


@given(_videos)
def test_the_signal_has_the_form_of_threatexchange(found: VideoFingerprint) -> None:
    """A JSON list of "hash,quality,timestamp", with the checks that its signal type makes."""
    for item, frame in zip(json.loads(found.signal()), found.frames, strict=True):
        digits, quality, seconds = item.split(",")
        assert digits == frame.pdq.hex
        assert int(quality) == frame.pdq.quality
        assert float(seconds) == pytest.approx(frame.seconds)


@given(st.text(max_size=100))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Never anything but BadFingerprint."""
    with contextlib.suppress(BadFingerprint):
        VideoFingerprint.parse(text)


BAD_LINES = {
    "nothing": "",
    "three fields": f"0,80,{_HEX}\n",
    "upper case": f"0,80,{_HEX.upper()},0.0\n",
    "no time": f"0,80,{_HEX},nan\n",
    "a time before the beginning": f"0,80,{_HEX},-1\n",
    "an endless time": f"0,80,{_HEX},inf\n",
    "a time beyond reason": f"0,80,{_HEX},1e9\n",
    "too good": f"0,101,{_HEX},0\n",
    "a number before the beginning": f"-1,80,{_HEX},0\n",
    "not in order": f"1,80,{_HEX},1\n0,80,{_HEX},0\n",
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_bad_lines_are_refused(name: str) -> None:
    """With an error that doesn't repeat them."""
    with pytest.raises(BadFingerprint) as caught:
        VideoFingerprint.parse(BAD_LINES[name])
    assert _HEX not in str(caught.value)
