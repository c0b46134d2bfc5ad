"""Every picture that some program shows of a file is found in it, and only where there are any."""

import io
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image

from staydown.base.face import Face
from staydown.base.vocabulary import Turn
from staydown.fingerprint.face_tasks import MOST_DISTINCT, SeenFaces, see_faces
from staydown.fingerprint.picture_tasks import see_whole
from staydown.fingerprint.registry import picture_worker
from staydown.media.errors import DecoderFailed
from staydown.media.form import Form
from staydown.media.sequence import MOST_FRAMES
from staydown.media.worker import OpenFile, PictureWorker
from tests.fingerprint.seen import distance, seen
from tests.media.faced import (
    BASE,
    DECOY,
    FACED,
    NEARLY_PLAIN,
    PLAIN,
    animation,
    before_pixels,
    clear_over,
    falling,
    gama,
    negative,
    profile,
    saved,
)
from tests.media.files import png_chunk


@pytest.fixture(scope="module")
def worker() -> Iterator[PictureWorker]:
    """A worker with one child."""
    with picture_worker() as worker:
        yield worker


@pytest.mark.parametrize("name", FACED)
def test_the_picture_that_some_program_shows_is_among_the_faces(
    worker: PictureWorker, name: str
) -> None:
    """Whatever the first one is, another comes close enough to be held."""
    make, label, _, _ = FACED[name]
    first, others = seen(worker, make())
    assert distance(first, BASE) > 31
    (found,) = [part for part in others.wholes if part.face.label == label]
    assert distance(found, BASE) <= 16
    assert not others.left_out


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_file_is_never_asked_for_faces(worker: PictureWorker, name: str) -> None:
    """Not one question more than before: its header says that there is nothing else to show."""
    with worker.open(PLAIN[name](), Form.QUICK_COLOUR) as file:
        see_whole(file)
        assert not file.many_faced
    assert see_faces(Plain()) == SeenFaces()


@pytest.mark.parametrize("name", NEARLY_PLAIN)
def test_a_profile_or_room_for_transparency_that_changes_nothing_is_no_face(
    worker: PictureWorker, name: str
) -> None:
    """Nearly every photograph has a profile, and screenshots have room for transparency."""
    _, others = seen(worker, NEARLY_PLAIN[name]())
    assert others == SeenFaces()


def test_frames_alike_are_one_and_those_that_differ_are_told_by_their_number(
    worker: PictureWorker,
) -> None:
    """However often they come."""
    data = animation("GIF", DECOY, BASE, DECOY, BASE, negative(BASE), shown=40)
    _, others = seen(worker, data)
    assert [part.face for part in others.wholes] == [Face(2), Face(5)]
    assert others.frames == 5


def many(form: str, count: int, last: Image.Image, shown: int, at: int) -> bytes:
    """An animation of ``count`` small frames, of which one is ``last``, shown for so long."""
    small = (48, 48)
    noise = np.random.default_rng(3).integers(0, 255, (48, 48, 3), dtype=np.uint8)
    frames = [Image.fromarray(np.roll(noise, place % 5, 0)) for place in range(count)]
    frames[at] = last.resize(small)
    out = io.BytesIO()
    timing = [20] * count
    timing[at] = shown
    frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=timing)
    return out.getvalue()


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
@pytest.mark.parametrize("at", [-1, -30])
def test_of_too_many_frames_the_last_and_the_longest_shown_are_found(
    worker: PictureWorker, form: str, at: int
) -> None:
    """They are decoded by themselves, and what was left out is said."""
    data = many(form, MOST_FRAMES + 60, BASE, 5000, at)
    _, others = seen(worker, data)
    small = BASE.resize((48, 48))
    assert min(distance(part, small) for part in others.wholes) <= 24
    assert others.left_out == {"frames"}


def test_more_pictures_than_are_told_apart_are_said_to_be_left_out(worker: PictureWorker) -> None:
    """So that nobody takes the file for one that was looked at whole."""
    rng = np.random.default_rng(5)
    frames = [
        Image.fromarray(rng.integers(0, 255, (64, 64, 3), dtype=np.uint8))
        for _ in range(MOST_DISTINCT + 20)
    ]
    _, others = seen(worker, animation("WEBP", *frames, lossless=True))
    assert len(others.wholes) == MOST_DISTINCT
    assert others.left_out == {"frames"}


def test_an_animation_of_huge_frames_is_looked_at_for_a_bounded_number_of_pixels(
    worker: PictureWorker,
) -> None:
    """20,000 frames of 100 megapixels: four of them, and some by themselves."""
    one = io.BytesIO()
    Image.new("P", (1, 1)).save(one, "GIF")
    data = one.getvalue()
    frame = b"\x21\xf9\x04\x04\x02\0\0\0" + data[data.index(b"\x2c", 13) : -1]
    head = b"GIF89a" + struct.pack("<HHBBB", 10_000, 10_000, 0x80, 0, 0) + bytes([0, 0, 0, 9, 9, 9])
    _, others = seen(worker, head + frame * 20_000 + b";")
    assert others.frames < 50
    assert others.left_out == {"frames"}


def test_a_profile_that_unfolds_without_end_is_not_unpacked(worker: PictureWorker) -> None:
    """It is said, and the picture is looked at as stored."""
    import zlib

    bomb = zlib.compress(bytes(64_000_000))
    data = before_pixels(saved(BASE, "PNG"), png_chunk(b"iCCP", b"x\0\0" + bomb))
    first, others = seen(worker, data)
    assert distance(first, BASE) == 0
    assert others.wholes == ()
    assert others.left_out == {"profile"}


def test_a_wrong_checksum_hides_no_face(worker: PictureWorker) -> None:
    """Nor does text that would unfold into much: programs show the picture all the same."""
    import zlib

    data = before_pixels(
        saved(clear_over(BASE, DECOY), "PNG"),
        png_chunk(b"tEXt", b"a\0b")[:-1] + b"!",
        png_chunk(b"zTXt", b"c\0\0" + zlib.compress(bytes(3_000_000))),
    )
    _, others = seen(worker, data)
    assert min(distance(part, BASE) for part in others.wholes) <= 4


def test_frames_before_the_damage_are_looked_at(worker: PictureWorker) -> None:
    """As viewers show them."""
    whole = animation("GIF", DECOY, BASE, negative(BASE))
    _, others = seen(worker, whole[: len(whole) * 4 // 5])
    assert min(distance(part, BASE) for part in others.wholes) <= 4


def test_a_gamma_of_nonsense_is_no_face(worker: PictureWorker) -> None:
    """Zero, and primaries that no screen has."""
    for chunk in (gama(0), png_chunk(b"cHRM", bytes(32)), png_chunk(b"cHRM", b"\xff" * 32)):
        _, others = seen(worker, before_pixels(saved(BASE, "PNG"), chunk))
        assert others == SeenFaces()


def test_frames_laid_over_each_other_are_looked_at_as_they_are_shown(
    worker: PictureWorker,
) -> None:
    """Each changes a part alone, and only both together make the picture."""
    half = DECOY.copy()
    half.paste(BASE.crop((0, 0, BASE.width // 2, BASE.height)))
    for form in ("GIF", "WEBP", "PNG"):
        _, others = seen(worker, animation(form, DECOY, half, BASE))
        (last,) = [part for part in others.wholes if part.face == Face(3)]
        assert distance(last, BASE) <= 16


def test_a_second_picture_of_another_size_and_with_exif_is_read_as_it_is(
    worker: PictureWorker,
) -> None:
    """A camera's EXIF may name the first one's size, and phones add a smaller map of brightness."""
    exif = Image.Exif()
    exif[0x100], exif[0x101] = 5472, 3648
    small = BASE.resize((160, 104))
    out = io.BytesIO()
    DECOY.copy().save(out, "MPO", save_all=True, append_images=[small], exif=exif, quality=92)
    _, others = seen(worker, out.getvalue())
    (second,) = others.wholes
    assert distance(second, small) <= 12


def test_pages_of_other_sizes_are_looked_at(worker: PictureWorker) -> None:
    """A TIFF's pages are pictures of their own."""
    page = BASE.resize((480, 312))
    data = animation("TIFF", DECOY, page, DECOY, compression="tiff_adobe_deflate")
    _, others = seen(worker, data)
    assert [part.face for part in others.wholes] == [Face(2)]
    assert distance(others.wholes[0], page) <= 2


def test_a_profile_for_inks_in_a_picture_of_light_is_passed_over(worker: PictureWorker) -> None:
    """As browsers do; so is a gAMA that is too short, and one behind the pixels."""
    whole = saved(BASE.convert("RGBA"), "PNG")
    inks = profile(b"CMYK", b"curv\0\0\0\0" + bytes(4))
    short = before_pixels(whole, png_chunk(b"gAMA", b"\0\0"))
    late = whole[:-12] + gama(0.023) + whole[-12:]
    for data in (saved(BASE.convert("RGBA"), "PNG", icc_profile=inks), short, late):
        first, others = seen(worker, data)
        assert distance(first, BASE) == 0
        assert others == SeenFaces()


def test_a_face_is_asked_about_after_it_was_let_go(worker: PictureWorker) -> None:
    """A child that had to begin anew makes it once more."""
    data = saved(negative(BASE), "PNG", icc_profile=falling())
    with worker.open(data, Form.QUICK_COLOUR) as file:
        see_whole(file)
        (part,) = see_faces(file).wholes
    with worker.open(data, Form.QUICK_COLOUR) as file:
        from staydown.fingerprint.picture_tasks import first_look, read_turns

        assert read_turns(file.run_on(part.shown, first_look)) == part.turns


class Plain(OpenFile):
    """A file that can't be asked anything."""

    def __init__(self) -> None:
        self.many_faced = False


class Lying(OpenFile):
    """A file in the hands of a child that was taken over and answers as it likes."""

    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.many_faced = True

    def run_on(self, face: int, function: object, **arguments: object) -> Any:
        """Answer as it likes."""
        return self.answer


GOOD = {"quality": 90, "bits": {turn.value: "0" * 64 for turn in Turn}}
FACE = {"number": 1, "face": "frame_2", "pdq": GOOD}
SAID = {"found": [FACE], "frames": 2, "left_out": []}


def test_what_a_child_says_of_faces_is_read_as_it_was_said() -> None:
    """Number, face and fingerprints."""
    (part,) = see_faces(Lying(SAID)).wholes
    assert (part.shown, part.face, part.quality) == (1, Face(2), 90)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        SAID | {"found": None},
        SAID | {"found": [FACE] * (MOST_DISTINCT + 1)},
        SAID | {"frames": "2"},
        SAID | {"frames": -1},
        SAID | {"left_out": ["everything"]},
        SAID | {"left_out": "frames"},
        *(
            SAID | {"found": [FACE | change]}
            for change in (
                {"number": 0},
                {"number": True},
                {"number": 1 << 40},
                {"face": "frame_x"},
                {"face": "frame_02"},
                {"face": "over_white"},
                {"face": 3},
                {"pdq": None},
            )
        ),
    ],
)
def test_faces_that_are_none_are_refused(answer: object) -> None:
    """Only a decoder that was taken over answers so."""
    with pytest.raises(DecoderFailed):
        see_faces(Lying(answer))
