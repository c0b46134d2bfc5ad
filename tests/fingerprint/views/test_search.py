"""The search finds pictures in other pictures to the pixel, and bears any input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image, ImageFilter

from staydown.base.vocabulary import Cut
from staydown.fingerprint.pdq import pdq
from staydown.fingerprint.value import PDQ_MATCH_DISTANCE
from staydown.fingerprint.views import search
from staydown.fingerprint.views.cut import cut, is_upright
from staydown.fingerprint.views.region import Region
from tests.fingerprint.pictures import RGB, SAMPLES, flat, photograph

Box = tuple[int, int, int, int]

NAMES = sorted(path.stem for path in SAMPLES.glob("*.jpg"))


def put(page: RGB, picture: RGB, left: int, top: int) -> tuple[RGB, Box]:
    """The page with the picture on it, and where."""
    page = page.copy()
    height, width = picture.shape[:2]
    page[top : top + height, left : left + width] = picture
    return page, (left, top, left + width, top + height)


def overlap(region: Region, box: Box) -> float:
    """The shared area as a share of what both cover."""
    (left, top), (right, bottom) = region.corners[0], region.corners[2]
    across, down = min(right, box[2]) - max(left, box[0]), min(bottom, box[3]) - max(top, box[1])
    shared = max(0.0, across) * max(0.0, down)
    areas = (right - left) * (bottom - top) + (box[2] - box[0]) * (box[3] - box[1])
    return shared / (areas - shared)


def border(picture: RGB) -> tuple[RGB, Box]:
    """A white border, wider on one side."""
    height, width = picture.shape[:2]
    return put(flat(width + 130, height + 90, (255, 255, 255)), picture, 90, 30)


def bars(picture: RGB) -> tuple[RGB, Box]:
    """Black bars above and below."""
    height, width = picture.shape[:2]
    return put(flat(width, height + 300, (0, 0, 0)), picture, 0, 150)


def noisy_border(picture: RGB) -> tuple[RGB, Box]:
    """A grey border with noise."""
    height, width = picture.shape[:2]
    page = np.random.default_rng(1).normal(200, 4, (height + 120, width + 80, 3))
    return put(page.clip(0, 255).astype(np.uint8), picture, 40, 60)


def story(picture: RGB) -> tuple[RGB, Box]:
    """The picture on a blurred, taller copy of itself."""
    height, width = picture.shape[:2]
    tall = Image.fromarray(picture).resize((width, height * 2))
    return put(np.asarray(tall.filter(ImageFilter.GaussianBlur(25))), picture, 0, height // 2)


def screen(picture: RGB) -> tuple[RGB, Box]:
    """A chat: bars, bubbles and the picture."""
    page = flat(720, 1440, (236, 229, 221))
    page[:90] = (30, 110, 90)
    page[130:230, 20:420] = (255, 255, 255)
    page[900:1010, 300:700] = (220, 248, 198)
    small = Image.fromarray(picture).resize((480, 480 * picture.shape[0] // picture.shape[1]))
    return put(page, np.asarray(small), 220, 270)


def collage(picture: RGB) -> tuple[RGB, Box]:
    """Beside another picture, without a gap."""
    height, width = picture.shape[:2]
    return put(photograph(NAMES[-1], width * 2, height), picture[:, ::-1], width, 0)


def pasted(picture: RGB) -> tuple[RGB, Box]:
    """On another photograph."""
    height, width = picture.shape[:2]
    return put(photograph(NAMES[-1], width + 300, height + 200, 0), picture, 170, 60)


def bordered_in_a_screen(picture: RGB) -> tuple[RGB, Box]:
    """A white border, and that in a dark chat."""
    framed, (left, top, _, _) = put(flat(700, 520, (255, 255, 255)), picture, 30, 40)
    page, (x, y, right, bottom) = put(flat(760, 1500, (60, 60, 66)), framed, 30, 300)
    page[120:240, 30:500] = (250, 250, 250)
    assert (right - x, bottom - y) == (700, 520)
    return page, (x + left, y + top, x + left + picture.shape[1], y + top + picture.shape[0])


EDITS = [border, bars, noisy_border, story, screen, collage, pasted, bordered_in_a_screen]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
@pytest.mark.parametrize("name", NAMES[:3])
def test_finds_the_picture(edit: object, name: str) -> None:
    """One of the regions is the picture, nearly to the pixel, and its PDQ matches."""
    assert callable(edit)
    picture = photograph(name, 640, 480)
    page, box = edit(picture)
    best = max(search.find(page), key=lambda region: overlap(region, box))
    left, top, right, bottom = box
    assert overlap(best, box) > 0.97
    assert is_upright(best)
    whole = pdq(page[top:bottom, left:right])
    assert pdq(cut(page, best)).distance(whole) <= PDQ_MATCH_DISTANCE


def test_every_picture_of_a_collage_is_found() -> None:
    """Nine pictures side by side, without a gap, are nine regions."""
    rows = [
        np.concatenate(
            [photograph(NAMES[(3 * row + k) % len(NAMES)], 240, 200) for k in range(3)], 1
        )
        for row in range(3)
    ]
    rows[1] = rows[1][:, ::-1]  # no picture beside itself
    found = search.find(np.ascontiguousarray(np.concatenate(rows)))
    assert len(found) <= search.MOST_SMALL
    cells = [(x, y, x + 240, y + 200) for y in (0, 200, 400) for x in (0, 240, 480)]
    missed = [cell for cell in cells if max(overlap(one, cell) for one in found) < 0.95]
    assert len(missed) <= 2


def test_trimmed_and_cut_out_are_told_apart() -> None:
    """What is left of a border is called so; a pasted picture is not."""
    picture = photograph(NAMES[0], 640, 480)
    assert Cut.TRIMMED in {region.cut for region in search.find(border(picture)[0])}
    page, box = pasted(picture)
    best = max(search.find(page), key=lambda region: overlap(region, box))
    assert best.cut is Cut.CUT_OUT


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (3, 5), (900, 2), (30, 2000), (64, 64)])
def test_any_size(size: tuple[int, int]) -> None:
    """Tiny, thin and plain pictures have no views, or ones that can be cut."""
    for pixels in (flat(*size), np.zeros((size[1], size[0], 3), dtype=np.uint8)):
        for region in search.find(pixels):
            assert cut(pixels, region).size


@settings(max_examples=25, deadline=None)
@given(
    arrays.arrays(
        np.uint8, st.tuples(st.integers(1, 80), st.integers(1, 80), st.just(3)), fill=st.just(255)
    )
)
def test_any_pixels(pixels: RGB) -> None:
    """Whatever the pixels: few regions, inside the picture, none the whole, scores in order."""
    height, width = pixels.shape[:2]
    found = search.find(pixels)
    assert len(found) <= search.MOST_SMALL
    scores = [region.score for region in found]
    assert scores == sorted(scores, reverse=True)
    for region in found:
        assert 0.0 <= region.score <= 1.0
        assert cut(pixels, region).size
        if is_upright(region):
            (left, top), (right, bottom) = region.corners[0], region.corners[2]
            assert 0 <= left < right <= width
            assert 0 <= top < bottom <= height
            assert (right - left, bottom - top) != (width, height)


def test_is_the_same_each_time() -> None:
    """The same pixels have the same regions."""
    page, _ = screen(photograph(NAMES[0], 640, 480))
    assert search.find(page) == search.find(page.copy())


@pytest.mark.parametrize("shape", [(8, 8), (8, 8, 4), (0, 8, 3)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    """Grey, transparent and empty arrays are an error of the caller."""
    with pytest.raises(ValueError, match="shape"):
        search.find(np.zeros(shape, dtype=np.uint8))
