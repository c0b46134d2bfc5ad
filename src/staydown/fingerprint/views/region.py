"""A part of a picture that may be the whole of another one."""

from dataclasses import dataclass

from staydown.base.vocabulary import Cut

#: x and y in pixels of the picture that was searched.
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Region:
    """Four corners, clockwise from where the upper left one of the part's content lies.

    Points lie on pixel edges: (0, 0) is the outer corner of the first pixel and (width, height)
    that of the last. An upright box is a region too. ``score`` (0 to 1) orders regions: how sure
    the search is that somebody put a picture just there.
    """

    cut: Cut
    corners: tuple[Point, Point, Point, Point]
    score: float

    @classmethod
    def box(cls, cut: Cut, edges: tuple[float, float, float, float], score: float) -> "Region":
        """Return an upright region: ``edges`` are left, top, right and bottom."""
        left, top, right, bottom = edges
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        return cls(cut, corners, score)


def overlap(one: Region, two: Region) -> float:
    """Return the share, 0 to 1, that the upright boxes round two regions have in common."""
    (a, b), (c, d) = _bounds(one)
    (e, f), (g, h) = _bounds(two)
    across, down = min(c, g) - max(a, e), min(d, h) - max(b, f)
    if across <= 0 or down <= 0:
        return 0.0
    shared = across * down
    return shared / ((c - a) * (d - b) + (g - e) * (h - f) - shared)


def _bounds(region: Region) -> tuple[Point, Point]:
    across, down = zip(*region.corners, strict=True)
    return (min(across), min(down)), (max(across), max(down))
