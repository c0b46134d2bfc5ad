"""Tilts and photographed screens are found where they are; a plain picture has none."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from staydown.base.vocabulary import Cut
from staydown.fingerprint.pdq import pdq
from staydown.fingerprint.views.cut import cut
from staydown.fingerprint.views.quadrilaterals import find_quads
from staydown.fingerprint.views.rectified_search import enter
from staydown.fingerprint.views.region import Point, Region
from staydown.fingerprint.views.small import shrink
from staydown.fingerprint.views.tilt import find_tilts
from tests.fingerprint.pictures import RGB, flat, gradient, noise, photograph

NAME = "coffee"
Corners = tuple[Point, Point, Point, Point]


def tilted(picture: RGB, degrees: float, *, grown: bool, fill: str) -> tuple[RGB, Corners]:
    """Turn a picture on a canvas; return that and where the corners came to lie."""
    height, width = picture.shape[:2]
    angle = math.radians(degrees)
    c, s = math.cos(angle), math.sin(angle)
    across = math.ceil(width * c + height * abs(s)) if grown else width
    down = math.ceil(width * abs(s) + height * c) if grown else height
    pad = max(across, down)
    edges = ((pad, pad), (pad, pad), (0, 0))
    if fill == "mirrored":
        around = np.pad(picture, edges, "symmetric")
    elif fill == "drawn out":
        around = np.pad(picture, edges, "edge")
    else:
        level = {"black": 0, "white": 255}[fill]
        around = np.pad(picture, edges, constant_values=level)
    x, y = pad + width / 2, pad + height / 2
    turn = (c, s, x - c * across / 2 - s * down / 2, -s, c, y + s * across / 2 - c * down / 2)
    size = (across, down)
    image = Image.fromarray(around).transform(
        size, Image.Transform.AFFINE, turn, Image.Resampling.BICUBIC
    )

    def place(px: float, py: float) -> Point:
        return across / 2 + c * px - s * py, down / 2 + s * px + c * py

    half = (width / 2, height / 2)
    corners = (
        place(-half[0], -half[1]),
        place(half[0], -half[1]),
        place(half[0], half[1]),
        place(-half[0], half[1]),
    )
    return np.asarray(image), corners


def in_perspective(picture: RGB, canvas: RGB, corners: Corners) -> RGB:
    """Draw a picture between four corners of a canvas, slightly out of focus."""
    height, width = picture.shape[:2]
    rows, values = [], []
    for (x, y), (u, v) in zip(
        corners, ((0, 0), (width, 0), (width, height), (0, height)), strict=True
    ):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    inverse = tuple(float(number) for number in np.linalg.solve(np.array(rows), np.array(values)))
    size = (canvas.shape[1], canvas.shape[0])
    how = Image.Transform.PERSPECTIVE
    drawn = Image.fromarray(picture).transform(size, how, inverse, Image.Resampling.BICUBIC)
    mask = Image.new("L", (width, height), 255).transform(size, how, inverse)
    image = Image.composite(drawn, Image.fromarray(canvas), mask)
    return np.asarray(image.filter(ImageFilter.GaussianBlur(0.8)))


def off(region: Region, corners: Corners) -> float:
    """How far a corner is off, as a share of the longer side."""
    longer = max(math.dist(corners[0], corners[1]), math.dist(corners[1], corners[2]))
    pairs = zip(region.corners, corners, strict=True)
    return max(math.dist(one, other) for one, other in pairs) / longer


def nearest(regions: list[Region], corners: Corners) -> Region:
    """Return the region that is nearest to the truth; there must be one."""
    assert regions
    return min(regions, key=lambda region: off(region, corners))


@pytest.mark.parametrize(
    ("fill", "degrees", "grown"),
    [
        *((fill, 7.5, False) for fill in ("black", "white", "mirrored")),
        *((fill, -11.0, True) for fill in ("black", "white", "mirrored", "drawn out")),
        *((fill, 4.0, True) for fill in ("black", "white", "mirrored", "drawn out")),
    ],
)
def test_a_tilt_is_found(fill: str, degrees: float, grown: bool) -> None:
    """Whatever fills the wedges, the corners are found to within 2 % of the side."""
    picture, corners = tilted(photograph(NAME, 640, 480), degrees, grown=grown, fill=fill)
    small = shrink(picture)
    region = nearest([*find_tilts(small), *find_quads(small)], corners)
    assert region.cut is Cut.LEVELLED
    assert off(region, corners) < 0.02


def test_a_levelled_picture_has_its_old_fingerprint() -> None:
    """Undoing a tilt brings the PDQ back within the distance of a match."""
    original = photograph(NAME, 640, 480)
    picture, corners = tilted(original, 9.0, grown=True, fill="black")
    small = shrink(picture)
    region = nearest([*find_tilts(small), *find_quads(small)], corners)
    assert pdq(np.ascontiguousarray(cut(picture, region))).distance(pdq(original)) <= 31
    assert pdq(picture).distance(pdq(original)) > 31


SCREENS: list[Corners] = [
    ((110.0, 80.0), (520.0, 120.0), (500.0, 410.0), (90.0, 370.0)),
    ((150.0, 130.0), (470.0, 70.0), (520.0, 400.0), (130.0, 330.0)),
    ((60.0, 40.0), (590.0, 70.0), (560.0, 440.0), (80.0, 450.0)),
]


@pytest.mark.parametrize("corners", SCREENS)
def test_a_photographed_screen_is_found(corners: Corners) -> None:
    """Four corners in a dark room, found to within 2 % and good enough for PDQ."""
    original = photograph(NAME, 600, 420)
    room = noise(640, 480) // 16 + 10
    picture = in_perspective(original, room, corners)
    region = nearest(find_quads(shrink(picture)), corners)
    assert off(region, corners) < 0.02
    assert pdq(np.ascontiguousarray(cut(picture, region))).distance(pdq(original)) <= 46


def test_a_picture_is_found_within_its_screen() -> None:
    """A letterboxed picture on a framed screen is cut out without the bars and the frame.

    That is to a pixel of the small picture, so the distance is near that of a match.
    """
    original = photograph(NAME, 480, 360)
    screen = flat(680, 400, (12, 12, 12))
    screen[20:380, 100:580] = original
    screen = np.pad(screen, ((14, 14), (14, 14), (0, 0)), constant_values=120)
    corners = SCREENS[2]
    picture = in_perspective(screen, flat(640, 480, (60, 40, 30)), corners)
    small = shrink(picture)
    found = [
        pdq(np.ascontiguousarray(cut(picture, region))).distance(pdq(original))
        for part in find_quads(small)
        for region in enter(picture, small, part)
    ]
    assert min(found) <= 46


@pytest.mark.parametrize(
    "picture",
    [flat(300, 200), gradient(400, 300), noise(300, 300), photograph(NAME, 640, 480)],
    ids=["flat", "gradient", "noise", "photograph"],
)
def test_a_plain_picture_has_no_tilt(picture: RGB) -> None:
    """What nobody turned isn't levelled."""
    assert find_tilts(shrink(picture)) == []


@pytest.mark.parametrize("picture", [flat(300, 200), gradient(400, 300), noise(300, 300)])
def test_a_picture_without_lines_has_no_parts(picture: RGB) -> None:
    """Nothing, smooth and noisy pictures are left early."""
    assert find_quads(shrink(picture)) == []


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 300),
    st.integers(1, 300),
    st.integers(1, 60),
    st.integers(0, 2**32 - 1),
    st.booleans(),
)
def test_any_picture_is_searched(
    width: int, height: int, block: int, seed: int, binary: bool
) -> None:
    """However small, long or patterned, the search ends with few parts that can be cut out."""
    tiles = noise(-(-width // block), -(-height // block), seed)
    if binary:
        tiles = tiles // 128 * 255
    picture = np.kron(tiles, np.ones((block, block, 1), dtype=np.uint8))[:height, :width]
    small = shrink(np.ascontiguousarray(picture))
    regions = [*find_tilts(small), *find_quads(small)]
    assert len(regions) <= 5
    for region in regions:
        assert 0.0 <= region.score <= 1.0
        assert min(cut(picture, region).shape) > 0
