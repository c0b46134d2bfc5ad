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
