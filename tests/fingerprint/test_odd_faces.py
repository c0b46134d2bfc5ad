"""Pictures are found in files that are written as no program would write them."""

from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from staydown.base.face import Face
from staydown.fingerprint.registry import picture_worker
from staydown.media.segments import MOST
from staydown.media.worker import PictureWorker
from tests.fingerprint.seen import distance, seen
from tests.media.faced import BASE, FACED, falling, negative, saved
from tests.media.odd_faced import (
    ODD,
    hardly_any_contrast,
    noted,
    told_by_colours_only,
)


@pytest.fixture(scope="module")
def worker() -> Iterator[PictureWorker]:
    """A worker with one child."""
    with picture_worker() as worker:
        yield worker


@pytest.mark.parametrize("name", ODD)
def test_no_odd_way_of_writing_a_file_hides_what_some_program_shows(
    worker: PictureWorker, name: str
) -> None:
    """Parts that are doubled, padded, out of order or broken."""
    make, label, _, _ = ODD[name]
    first, others = seen(worker, make())
    assert distance(first, BASE) > 31
    found = [part for part in others.wholes if part.face.label == label]
    assert min(distance(part, BASE) for part in found) <= 16


def test_the_same_picture_with_more_contrast_is_one_of_its_own(worker: PictureWorker) -> None:
    """The first has the same bits and too little in it to act on: it must not stand for both."""
    first, others = seen(worker, hardly_any_contrast())
    assert first.quality < 25
    (shown,) = others.wholes
    assert shown.quality >= 90
    assert distance(shown, BASE) <= 16


def test_a_profile_that_bends_colours_alone_is_followed_pixel_by_pixel(
    worker: PictureWorker,
) -> None:
    """Between colours that come to grey on the average a picture would be lost."""
    levels = np.asarray(BASE.convert("L"))
    told = Image.fromarray(np.where(levels > np.median(levels), 225, 25).astype(np.uint8))
    _, others = seen(worker, told_by_colours_only())
    assert min(distance(part, told) for part in others.wholes if part.quality >= 50) <= 24


def test_of_more_remarks_than_are_read_the_profile_is_said_to_be_left_out(
    worker: PictureWorker,
) -> None:
    """So that nobody takes the file for one that was looked at whole."""
    data = noted(saved(negative(BASE), "JPEG", icc_profile=falling()), MOST)
    _, others = seen(worker, data)
    assert others.left_out == {"profile"}


@pytest.mark.parametrize("name", ["second.gif", "second.webp", "second.png", "second.avif"])
def test_an_animation_that_breaks_off_is_never_said_to_be_looked_at_whole(
    worker: PictureWorker, name: str
) -> None:
    """Its first frame is whole, and a later one is not."""
    data = FACED[name][0]()
    _, whole = seen(worker, data)
    _, others = seen(worker, data[: len(data) * 97 // 100])
    assert not whole.left_out
    assert others.left_out == {"broken"}


@pytest.mark.parametrize("name", ["negative.webp", "negative.avif"])
def test_what_is_left_of_a_picture_is_shown_in_the_colours_of_its_profile_too(
    worker: PictureWorker, name: str
) -> None:
    """Where its decoder takes the whole file or nothing, what was mended is."""
    data = FACED[name][0]()
    first, others = seen(worker, data[:-20])
    (shown,) = others.wholes
    assert distance(shown, BASE) < 64 < distance(first, BASE)
    assert others.left_out == {"broken"}


def test_pages_behind_one_that_cannot_be_read_keep_their_numbers(worker: PictureWorker) -> None:
    """And the file is said to be broken."""
    _, others = seen(worker, ODD["broken_page.tiff"][0]())
    assert [part.face for part in others.wholes] == [Face(3)]
    assert others.left_out == {"broken"}
