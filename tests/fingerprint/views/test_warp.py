"""Straightening: what is cut out lies where the corners say, pixel for pixel."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staydown.fingerprint.views.region import Point
from staydown.fingerprint.views.warp import is_seen, projection, warp
from tests.fingerprint.pictures import flat, gradient, noise

Corners = tuple[Point, Point, Point, Point]
BOX: Corners = ((20.0, 10.0), (120.0, 10.0), (120.0, 60.0), (20.0, 60.0))


def test_an_upright_box_is_a_crop() -> None:
    """Where nothing was turned, not one pixel changes."""
    picture = noise(200, 100)
    assert np.array_equal(warp(picture, BOX, 100, 50), picture[10:60, 20:120])


@pytest.mark.parametrize("quarter", [1, 2, 3])
def test_a_quarter_turn_moves_pixels_only(quarter: int) -> None:
    """Starting at another corner turns the part, and mixes no pixels."""
    corners = (*BOX[quarter:], *BOX[:quarter])
    width, height = (50, 100) if quarter % 2 else (100, 50)
    picture = noise(200, 100)
    turned = warp(picture, (corners[0], corners[1], corners[2], corners[3]), width, height)
    assert np.array_equal(turned, np.rot90(picture[10:60, 20:120], quarter))


def test_halving_takes_means() -> None:
    """A part drawn at half its size is made of means of four pixels, so that no moiré appears."""
    stripes = np.zeros((64, 64, 3), dtype=np.uint8)
    stripes[:, ::2] = 200
    half = warp(stripes, ((0.0, 0.0), (64.0, 0.0), (64.0, 64.0), (0.0, 64.0)), 32, 32)
    assert np.all(half == 100)


def test_a_part_of_a_ramp_keeps_its_levels() -> None:
    """In perspective, each new pixel takes the level at its own place."""
    ramp = gradient(256, 256)
    corners: Corners = ((40.0, 50.0), (220.0, 30.0), (200.0, 230.0), (60.0, 190.0))
    straight = warp(ramp, corners, 90, 70).astype(float)
    matrix = projection(corners)
    for i, j in ((0, 0), (3, 80), (69, 89), (40, 20)):
        x, y, depth = matrix @ ((j + 0.5) / 90, (i + 0.5) / 70, 1.0)
        assert math.isclose(straight[i, j, 0], x / depth - 0.5, abs_tol=2.0)
        assert math.isclose(straight[i, j, 1], y / depth - 0.5, abs_tol=2.0)


def test_what_lies_outside_is_drawn_out() -> None:
    """Corners outside the picture give its border pixels, not black."""
    corners: Corners = ((-30.0, -30.0), (90.0, -20.0), (100.0, 90.0), (-20.0, 80.0))
    assert np.all(warp(flat(60, 50), corners, 40, 40) == flat(40, 40))


BAD: list[Corners] = [
    ((0.0, 0.0), (0.0, 9.0), (9.0, 9.0), (9.0, 0.0)),  # the other way round
    ((0.0, 0.0), (9.0, 0.0), (0.0, 9.0), (9.0, 9.0)),  # crossing
    ((0.0, 0.0), (9.0, 0.0), (4.0, 1.0), (0.0, 9.0)),  # bent inwards
    ((5.0, 5.0), (5.0, 5.0), (5.0, 5.0), (5.0, 5.0)),
    ((0.0, 0.0), (math.nan, 0.0), (9.0, 9.0), (0.0, 9.0)),
    ((0.0, 0.0), (math.inf, 0.0), (9.0, 9.0), (0.0, 9.0)),
    ((0.0, 0.0), (1000.0, 499.0), (1000.0, 501.0), (0.0, 1000.0)),  # up to the horizon
]


@pytest.mark.parametrize("corners", BAD)
def test_corners_that_are_no_part_are_refused(corners: Corners) -> None:
    """Nothing is drawn between corners that no flat part has."""
    assert not is_seen(corners)
    with pytest.raises(ValueError, match="corners"):
        warp(noise(20, 20), corners, 10, 10)


@pytest.mark.parametrize(("width", "height"), [(0, 5), (5, 0), (-1, 5)])
def test_sizes_that_are_none_are_refused(width: int, height: int) -> None:
    """A part has a width and a height."""
    with pytest.raises(ValueError, match="width"):
        warp(noise(200, 100), BOX, width, height)


def test_other_pixels_are_refused() -> None:
    """Grey or deep pixels are the caller's mistake."""
    with pytest.raises(ValueError, match="8-bit"):
        warp(noise(20, 20)[..., 0], BOX, 10, 10)


COORDINATE = st.floats(-1e6, 1e6)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(COORDINATE, COORDINATE), min_size=4, max_size=4))
def test_any_corners_are_drawn_or_refused(points: list[Point]) -> None:
    """No corners, however wild, read outside the picture or give levels that aren't in it."""
    corners = (points[0], points[1], points[2], points[3])
    if not is_seen(corners):
        return
    drawn = warp(flat(16, 12, (7, 8, 9)), corners, 5, 4)
    assert np.all(drawn == flat(5, 4, (7, 8, 9)))
