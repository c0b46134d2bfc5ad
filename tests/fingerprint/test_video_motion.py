"""The part of a video that lives inside surroundings that stay."""

import numpy as np
import pytest
from PIL import Image, ImageFilter

from staydown.fingerprint.video_motion import Box, living_boxes, moves
from staydown.media.picture import Pixels
from tests.media.videos import scene

WIDTH, HEIGHT = 360, 640
INNER: Box = (30, 200, 330, 400)


def luma(pixels: Pixels) -> Pixels:
    """The brightness of a picture."""
    return np.asarray(Image.fromarray(pixels).convert("L"))


def shot(seed: int, moved: int, width: int, height: int) -> Pixels:
    """A window of a picture, moved a little."""
    large = scene(seed, width + 40, height + 40)
    return large[moved : moved + height, moved : moved + width]


def framed(box: Box, back: Pixels, moved: int) -> Pixels:
    """A moving shot in a place of a background."""
    left, top, right, bottom = box
    out = back.copy()
    out[top:bottom, left:right] = shot(3, moved, right - left, bottom - top)
    return luma(out)


def near(box: Box, other: Box) -> bool:
    """Whether two boxes are the same to a pixel."""
    return all(abs(one - two) <= 1 for one, two in zip(box, other, strict=True))


@pytest.mark.parametrize("box", [INNER, (0, 100, 360, 300), (100, 0, 300, 640), (0, 0, 200, 200)])
def test_what_moves_is_found_before_what_stays(box: Box) -> None:
    """However detailed the background is."""
    back = scene(9, WIDTH, HEIGHT)
    frames = [framed(box, back, moved) for moved in range(0, 30, 5)]
    assert moves(frames)
    assert any(near(box, found) for found in living_boxes(frames))


def test_what_is_sharp_is_found_before_its_blurred_self() -> None:
    """In a "story" the background moves as well."""
    box = (0, 220, 360, 420)
    frames = []
    for moved in range(0, 30, 5):
        inner = Image.fromarray(shot(3, moved, 360, 200))
        back = inner.resize((45, 80)).filter(ImageFilter.GaussianBlur(3)).resize((WIDTH, HEIGHT))
        frames.append(framed(box, np.asarray(back), moved))
    assert any(near(box, found) for found in living_boxes(frames))


def test_a_moving_picture_alone_has_no_part() -> None:
    """Life everywhere, and nothing to be cut away."""
    frames = [luma(shot(5, moved, WIDTH, HEIGHT)) for moved in range(0, 30, 5)]
    assert living_boxes(frames) == []


def test_a_picture_that_stays_does_not_move() -> None:
    """Only what an encoder adds changes."""
    still = luma(scene(5, WIDTH, HEIGHT))
    noise = np.random.default_rng(0).integers(0, 2, still.shape, dtype=np.uint8)
    assert not moves([still, np.minimum(still, 250) + noise])


@pytest.mark.parametrize("shape", [(1, 1), (2, 700), (7, 9), (1000, 3)])
@pytest.mark.parametrize("level", [0, 255])
def test_odd_shapes_have_boxes_inside(shape: tuple[int, int], level: int) -> None:
    """Or none; nothing fails."""
    height, width = shape
    numbers = np.random.default_rng(1)
    noisy = [numbers.integers(0, 256, shape, dtype=np.uint8) for _ in range(3)]
    for frames in ([np.full(shape, level, np.uint8)] * 2, noisy):
        moves(frames)
        for left, top, right, bottom in living_boxes(frames):
            assert 0 <= left < right <= width
            assert 0 <= top < bottom <= height
