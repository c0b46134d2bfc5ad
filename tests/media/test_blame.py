"""A mistake of ours, or a library of another version, is never told as a damaged file."""

import io
import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import pytest
import simplejpeg
from PIL import GifImagePlugin, Image, ImageFile, PngImagePlugin

from staydown.media import animation, decode, frames, jpeg
from staydown.media.errors import DecoderFailed, MediaError, OurFault, Truncated
from staydown.media.form import Form
from staydown.media.limits import Limits
from staydown.media.worker import PictureWorker
from tests.fingerprint.pictures import CONTENTS
from tests.media import tasks
from tests.media.files import STORED
from tests.media.videos import KINDS, scenes, video

LIMITS = Limits()
PICTURE = CONTENTS["coffee"](60, 40)

Patch = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture(scope="module")
def worker() -> Iterator[PictureWorker]:
    with PictureWorker(warm=[(frames.load_all, {})]) as running:
        yield running


def stored(name: str) -> bytes:
    return STORED[name][0](PICTURE)


def moving() -> bytes:
    """A GIF of three pictures."""
    file = io.BytesIO()
    first, *others = (Image.new("RGB", (16, 16), (shade, 0, 0)) for shade in (0, 90, 200))
    first.save(file, "GIF", save_all=True, append_images=others, duration=1000)
    return file.getvalue()


def other_signature(*_given: object) -> None:
    """What a library's function is after it lost the named arguments that we give."""


def wrong_inside(*_given: object, **_named: object) -> None:
    """A library that trips over itself, far from our call."""
    exec(compile("None.gone", "/usr/lib/python3/dist-packages/library.py", "exec"))  # noqa: S102


def reads(name: str, form: Form = Form.FULL) -> Callable[[], object]:
    return lambda: decode.decode(stored(name), LIMITS, form)


def film(data: bytes) -> Callable[[], object]:
    return lambda: [frame.luma() for frame in frames.Film(io.BytesIO(data))]


MP4 = video(scenes(1, 2, 10))

#: What became of a library or of our code, and the reading of a sound file that trips over it.
WRONG: dict[str, tuple[Patch, Callable[[], object]]] = {
    "av.open has lost an argument": (
        lambda patch: patch.setattr(av, "open", other_signature),
        film(MP4),
    ),
    "Image.open has lost an argument": (
        lambda patch: patch.setattr(Image, "open", other_signature),
        reads("png"),
    ),
    "a picture has no EXIF any more": (
        lambda patch: patch.delattr(Image.Image, "getexif"),
        reads("tiff"),
    ),
    "Pillow trips over itself": (
        lambda patch: patch.setattr(ImageFile.ImageFile, "load", wrong_inside),
        reads("bmp"),
    ),
    "a plugin of Pillow trips over itself": (
        lambda patch: patch.setattr(PngImagePlugin.PngImageFile, "_open", wrong_inside),
        reads("png"),
    ),
    "simplejpeg has lost an argument": (
        lambda patch: patch.setattr(simplejpeg, "decode_jpeg", other_signature),
        reads("jpeg", Form.QUICK_GREY),
    ),
    "an animation trips over itself": (
        lambda patch: patch.setattr(GifImagePlugin.GifImageFile, "load_prepare", wrong_inside),
        film(moving()),
    ),
    "a slip in our own code": (
        lambda patch: patch.delattr(decode, "upright_pixels"),
        reads("tiff"),
    ),
    "a wrong number in our own code": (
        lambda patch: patch.setattr(jpeg, "QUICK_SIDE", "1024"),
        reads("jpeg", Form.QUICK_COLOUR),
    ),
    "a slip in our own reading of animations": (
        lambda patch: patch.delattr(animation, "_shown"),
        film(moving()),
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_our_code_or_a_library_is_never_told_of_a_sound_file(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    patch, read = WRONG[name]
    read()  # sound, and read
    with monkeypatch.context() as broken:
        patch(broken)
        with pytest.raises(OurFault) as caught:
            read()
    assert caught.value.kind.endswith("Error")
    assert caught.value.place.startswith("media/")
    assert "may be fine" in str(caught.value)
    read()


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Change, cut out or cut off some of it; the first bytes say what it is and stay."""
    changed = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 4, 16])):
        changed[chance.randrange(12, min(len(data), 400))] = chance.choice([0, 1, 5, 12, 127, 255])
    if chance.random() < 0.3:
        start = chance.randrange(12, len(changed))
        del changed[start : start + chance.choice([1, 30, len(changed)])]
    return bytes(changed)


@pytest.mark.parametrize("name", STORED)
def test_damage_is_never_told_as_our_mistake(name: str) -> None:
    chance, told = random.Random(name), Counter[str]()  # noqa: S311 - no secret
    for _ in range(40):
        data = damaged(stored(name), chance)
        try:
            decode.decode(data, LIMITS, chance.choice([Form.FULL, Form.QUICK_COLOUR]))
        except MediaError as error:
            told[error.code] += 1
    assert told[OurFault.code] == 0


@pytest.mark.parametrize("kind", [*KINDS, "gif"])
def test_damage_of_a_video_is_never_told_as_our_mistake(kind: str, worker: PictureWorker) -> None:
    chance, told = random.Random(kind), Counter[str]()  # noqa: S311 - no secret
    sound = moving() if kind == "gif" else video(scenes(1, 2, 10), kind)
    for _ in range(25):
        try:
            worker.run(damaged(sound, chance), tasks.frames_of, Form.FILE)
        except MediaError as error:
            told[error.code] += 1
    assert told[OurFault.code] == 0


def test_a_decoder_that_trips_over_damaged_bytes_alone_is_not_at_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Pillow answers some damaged TIFF files with a TypeError; sound ones it reads."""
    load = ImageFile.ImageFile.load

    def trips_over_ours(image: ImageFile.ImageFile) -> Any:
        return wrong_inside() if image.size == (60, 40) else load(image)

    monkeypatch.setattr(ImageFile.ImageFile, "load", trips_over_ours)
    with pytest.raises(Truncated):
        decode.decode(stored("bmp"), LIMITS)


def test_want_of_memory_and_a_failing_disk_are_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*_given: object) -> None:
        raise MemoryError

    monkeypatch.setattr(decode, "upright_pixels", none_left)
    with pytest.raises(DecoderFailed):
        decode.decode(stored("png"), LIMITS)


def test_the_child_tells_a_library_of_another_version_apart_from_a_damaged_video(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The log names the error and the place, for whoever mends it; the process lives on."""
    path = tmp_path / "film.mp4"
    path.write_bytes(MP4)
    with PictureWorker(warm=[(frames.load_all, {})]) as worker:
        with worker.open_path(path) as file:
            before = file.run(tasks.process_of)
            with pytest.raises(OurFault) as caught:
                file.run(tasks.read_by_another_av)
        with worker.open_path(path) as file:
            assert file.run(tasks.process_of) == before
    assert caught.value.kind == "TypeError"
    assert caught.value.place.startswith("media/frames.py:")
    (line,) = [record for record in caplog.records if record.name == "staydown.media.process"]
    assert line.__dict__["fact"] == {"error": "TypeError", "place": caught.value.place}


@pytest.mark.parametrize("told", ["x" * 65, "sha:" + "ab" * 32, "../../etc/passwd", 7, None, ["a"]])
def test_a_decoder_that_was_taken_over_tells_nothing_by_its_mistakes(told: object) -> None:
    fault = OurFault(told, told)
    assert (fault.kind, fault.place) == ("unknown", "unknown")
