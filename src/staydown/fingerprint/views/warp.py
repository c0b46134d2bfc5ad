"""A flat part of a picture, seen at an angle, drawn as the upright rectangle it was.

The projective map from a rectangle to four corners is P. Heckbert's ("Fundamentals of Texture
Mapping and Image Warping", 1989, section 2.2.3). Pixels are interpolated linearly; where the part
shrinks, each new pixel is the mean of a grid of samples about one old pixel apart, so that moiré
and sharp edges don't turn into false patterns.
"""

import math

import numpy as np
from numpy.typing import NDArray

from staydown.fingerprint.kernels import kernel
from staydown.fingerprint.views.region import Point

Bytes = NDArray[np.uint8]
Doubles = NDArray[np.float64]

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
    source = np.ascontiguousarray(pixels)
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
    last_y, last_x = source.shape[0] - 1, source.shape[1] - 1
    count = samples * samples
    step = 1.0 / (width * samples)
    for i in range(height):
        for j in range(width):
            red = 0
            green = 0
            blue = 0
            for k in range(count):
                u = (j * samples + k % samples + 0.5) * step
                v = (i * samples + k // samples + 0.5) / (height * samples)
                depth = 1.0 / (matrix[2, 0] * u + matrix[2, 1] * v + 1.0)
                x = (matrix[0, 0] * u + matrix[0, 1] * v + matrix[0, 2]) * depth - 0.5
                y = (matrix[1, 0] * u + matrix[1, 1] * v + matrix[1, 2]) * depth - 0.5
                east = int(min(max(x, 0.0), float(last_x)) * 256.0 + 0.5)  # in 256ths of a pixel
                south = int(min(max(y, 0.0), float(last_y)) * 256.0 + 0.5)
                left = east >> 8
                top = south >> 8
                right = min(left + 1, last_x)
                bottom = min(top + 1, last_y)
                east &= 255
                south &= 255
                nw = (256 - east) * (256 - south)
                ne = east * (256 - south)
                sw = (256 - east) * south
                se = east * south
                red += (
                    nw * source[top, left, 0]
                    + ne * source[top, right, 0]
                    + sw * source[bottom, left, 0]
                    + se * source[bottom, right, 0]
                )
                green += (
                    nw * source[top, left, 1]
                    + ne * source[top, right, 1]
                    + sw * source[bottom, left, 1]
                    + se * source[bottom, right, 1]
                )
                blue += (
                    nw * source[top, left, 2]
                    + ne * source[top, right, 2]
                    + sw * source[bottom, left, 2]
                    + se * source[bottom, right, 2]
                )
            whole = count << 16
            half = count << 15  # rounds to the nearest
            target[i, j, 0] = (red + half) // whole
            target[i, j, 1] = (green + half) // whole
            target[i, j, 2] = (blue + half) // whole
