"""The small picture holds the means of blocks, and where its pixels lie."""

import numpy as np
import pytest

from staydown.fingerprint.views.small import shrink
from tests.fingerprint.pictures import noise


@pytest.mark.parametrize("size", [(1, 1), (500, 700), (1100, 740), (2001, 1003), (40, 9000)])
def test_blocks_are_means(size: tuple[int, int]) -> None:
    """Each colour is the mean of its block, the last blocks being narrower."""
    pixels = noise(*size)
    small = shrink(pixels)
    assert (small.width, small.height) == size
    height, width = small.grey.shape
    assert (height, width) == (-(-size[1] // small.scale), -(-size[0] // small.scale))
    for y, x in ((0, 0), (height - 1, width - 1), (height // 2, width // 3)):
        rows = slice(y * small.scale, (y + 1) * small.scale)
        columns = slice(x * small.scale, (x + 1) * small.scale)
        mean = pixels[rows, columns].mean(axis=(0, 1))
        assert np.abs(small.colour[y, x] - mean).max() <= 0.5
        assert abs(small.grey[y, x] - mean @ [0.299, 0.587, 0.114]) <= 0.51


def test_steps_are_differences() -> None:
    """Steps across and down are those of the channel that differs most."""
    small = shrink(noise(90, 60))
    colour = small.colour.astype(int)
    across, down = small.steps
    assert (across[:, 1:] == np.abs(np.diff(colour, axis=1)).max(axis=2)).all()
    assert (down[1:] == np.abs(np.diff(colour, axis=0)).max(axis=2)).all()
    assert not across[:, 0].any()
    assert not down[0].any()
