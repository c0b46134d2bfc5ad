"""A flat part of a picture, seen at an angle, drawn as the upright rectangle it was.

The projective map from a rectangle to four corners is P. Heckbert's ("Fundamentals of Texture
Mapping and Image Warping", 1989, section 2.2.3). Pixels are interpolated linearly; where the part
shrinks, each new pixel is the mean of a grid of samples about one old pixel apart, so that moiré
and sharp edges don't turn into false patterns.
"""

import math

import numpy as np
from numpy.typing import NDArray

from staydown.fingerprint.views.region import Point
from staydown.kernels.compiled import kernel

Bytes = NDArray[np.uint8]
Doubles = NDArray[np.float64]
Ints = NDArray[np.int32]
Sums = NDArray[np.uint32]

#: The most samples along each direction of a new pixel. Beyond 16 × smaller, some are left out.
MOST_SAMPLES = 16

#: The farthest corner of a photographed part is at most 1 / this as far away as the nearest one.
_LEAST_DEPTH = 0.05


def warp(
    pixels: Bytes, corners: tuple[Point, Point, Point, Point], width: int, height: int
) -> Bytes:
    """Return the part of ``pixels`` between ``corners`` as an upright (height, width, 3) picture.

    ``pixels`` is (h, w, 3) uint8. ``corners`` go clockwise from the one that becomes the upper
    left, on pixel edges (see Region); they may lie outside the picture, whose border pixels then
    stand for what is missing. Raises ValueError where the corners are no convex quadrilateral, go
    the other way round, or the size is not positive.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or not pixels.size:
        raise ValueError("a part is cut out of 8-bit pixels of shape (height, width, 3)")
    if min(width, height) < 1:
        raise ValueError("a part has a width and a height")
    matrix = projection(corners)
    across, down = _sides(corners)
    samples = math.ceil(max(across / width, down / height) - 0.25)
    source = np.ascontiguousarray(pixels).view()  # its flags are not the caller's
    source.flags.writeable = False  # one type for the compiler, whatever was given
    target = np.empty((height, width, 3), dtype=np.uint8)
    _draw(source, matrix, target, min(max(samples, 1), MOST_SAMPLES))
    return target


def projection(corners: tuple[Point, Point, Point, Point]) -> Doubles:
    """Return the 3 × 3 matrix that takes the unit square to ``corners``.

    (0, 0), (1, 0), (1, 1), (0, 1) go to the four corners in turn. Raises ValueError where these
    are no convex quadrilateral, clockwise as one sees a picture.
    """
    if not _convex(corners):
        raise ValueError("the corners of a part form a convex quadrilateral, clockwise")
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    sum_x, sum_y = x0 - x1 + x2 - x3, y0 - y1 + y2 - y3
    dx1, dx2, dy1, dy2 = x1 - x2, x3 - x2, y1 - y2, y3 - y2
    area = dx1 * dy2 - dx2 * dy1
    g = (sum_x * dy2 - dx2 * sum_y) / area
    h = (dx1 * sum_y - sum_x * dy1) / area
    depths = (1.0, 1 + g, 1 + h, 1 + g + h)
    if min(depths) < _LEAST_DEPTH * max(depths):
        raise ValueError("the corners of a part are seen from too flat an angle")
    return np.array(
        [
            [x1 - x0 + g * x1, x3 - x0 + h * x3, x0],
            [y1 - y0 + g * y1, y3 - y0 + h * y3, y0],
            [g, h, 1.0],
        ]
    )


def is_seen(corners: tuple[Point, Point, Point, Point]) -> bool:
    """Say whether ``corners`` are those of a flat part that ``warp`` can straighten."""
    try:
        projection(corners)
    except ValueError:
        return False
    return True


def warm() -> None:
    """Compile, or load from disk, the kernel."""
    corners = ((0.0, 0.0), (8.0, 0.0), (8.0, 8.0), (0.0, 8.0))
    warp(np.zeros((8, 8, 3), dtype=np.uint8), corners, 2, 2)


def _sides(corners: tuple[Point, Point, Point, Point]) -> tuple[float, float]:
    """The longer of the upper and lower, and of the left and right sides."""
    a, b, c, d = corners
    return max(math.dist(a, b), math.dist(d, c)), max(math.dist(a, d), math.dist(b, c))


def _convex(corners: tuple[Point, Point, Point, Point]) -> bool:
    """Whether each corner turns clockwise (y goes down) by something that can be reckoned with."""
    if not all(math.isfinite(number) for corner in corners for number in corner):
        return False
    longest = max(_sides(corners))
    for i in range(4):
        (ax, ay), (bx, by), (cx, cy) = (corners[(i + k) % 4] for k in range(3))
        turn = (bx - ax) * (cy - by) - (by - ay) * (cx - bx)
        if not turn > 1e-6 * longest * longest:
            return False
    return True


@kernel
def _draw(source: Bytes, matrix: Doubles, target: Bytes, samples: int) -> None:
    """Fill ``target``. Each pixel takes ``samples`` × ``samples`` interpolated ones."""
    height, width = target.shape[:2]
    across = np.empty(width * samples, np.int32)
    down = np.empty(width * samples, np.int32)
    sums = np.empty(3 * width, np.uint32)
    bits = 16
    for i in range(height):
        sums[:] = 0
        for k in range(samples):
            v = (i * samples + k + 0.5) / (height * samples)
            _places(matrix, v, source.shape[0] - 1, source.shape[1] - 1, across, down)
            _add(source, across, down, samples, sums)
        row = target[i].reshape(3 * width)
        whole = np.uint32(samples * samples)
        half = np.uint32((samples * samples) << (bits - 1))  # rounds to the nearest
        if samples == 1:
            for j in range(3 * width):
                row[j] = (sums[j] + half) >> bits
        else:
            for j in range(3 * width):
                row[j] = (sums[j] + half) // (whole << bits)


@kernel
def _places(  # noqa: PLR0917 - called with arrays
    matrix: Doubles, v: float, last_y: int, last_x: int, across: Ints, down: Ints
) -> None:
    """Write where the samples of a row lie, in 256ths of a pixel from the first one's middle."""
    x0 = matrix[0, 1] * v + matrix[0, 2]
    y0 = matrix[1, 1] * v + matrix[1, 2]
    depth0 = matrix[2, 1] * v + 1.0
    right = 256.0 * last_x
    bottom = 256.0 * last_y
    step = 1.0 / across.size
    for j in range(across.size):
        u = (j + 0.5) * step
        depth = 256.0 / (matrix[2, 0] * u + depth0)
        x = (matrix[0, 0] * u + x0) * depth - 127.5
        y = (matrix[1, 0] * u + y0) * depth - 127.5
        across[j] = np.int32(min(max(x, 0.5), right + 0.5))
        down[j] = np.int32(min(max(y, 0.5), bottom + 0.5))


@kernel
def _add(source: Bytes, across: Ints, down: Ints, samples: int, sums: Sums) -> None:
    """Add the interpolated levels of a row of samples to those of their pixels, in 65,536ths."""
    last_y = np.int32(max(source.shape[0] - 2, 0))
    last_x = np.int32(max(source.shape[1] - 2, 0))
    levels = source.reshape(-1)
    line = np.uint64(3 * source.shape[1])  # unsigned places need no test for negative ones
    below = line * np.uint64(source.shape[0] > 1)
    beside = np.uint64(3 * (source.shape[1] > 1))
    first = np.uint64(0)
    for j in range(across.size):
        left = min(across[j] >> 8, last_x)
        top = min(down[j] >> 8, last_y)
        east = np.uint32(across[j] - (left << 8))
        south = np.uint32(down[j] - (top << 8))
        west = np.uint32(256) - east
        north = np.uint32(256) - south
        place = np.uint64(top) * line + np.uint64(3) * np.uint64(left)
        for channel in range(3):
            here = place + np.uint64(channel)
            upper = west * levels[here] + east * levels[here + beside]
            lower = west * levels[here + below] + east * levels[here + below + beside]
            sums[first + np.uint64(channel)] += np.uint32(north * upper + south * lower)
        if samples == 1 or (j + 1) % samples == 0:
            first += np.uint64(3)
