"""The search for views: which parts of a picture may be the whole of another one."""

from dataclasses import replace

import numpy as np

from staydown.base.vocabulary import Cut
from staydown.fingerprint.views import quad, tilt, warp
from staydown.fingerprint.views import small as small_picture
from staydown.fingerprint.views.embedded import find_embedded
from staydown.fingerprint.views.quad import find_quads
from staydown.fingerprint.views.region import Region
from staydown.fingerprint.views.small import Bytes
from staydown.fingerprint.views.snap import snap
from staydown.fingerprint.views.tilt import find_tilts
from staydown.fingerprint.views.trim import find_trims

#: More regions than this cost more than they find.
MOST = 6

#: As many as that where none of the further ones overlaps a better one.
MOST_APART = 9

#: An upright region as sure as that needs no search for leaning ones, which takes longest.
SURE = 0.93

#: So many places are kept for tilted and photographed ones.
MOST_SLANTED = 3

#: Shares, of what two regions cover together, from which on they are one, and touch.
SAME = 0.96
APART = 0.03


def find(pixels: Bytes) -> list[Region]:
    """Return the parts of ``pixels``, (h, w, 3) uint8, best first; never the whole.

    At most MOST that may share parts of the picture, and more only where they lie side by side: a
    collage of nine pictures has nine candidates. Raises ValueError for other shapes or types.
    """
    small = small_picture.shrink(pixels)
    trims = find_trims(small)
    boxes = [*trims, *(_named(region, trims) for region in find_embedded(small))]
    boxes.sort(key=lambda region: -region.score)
    sure = bool(boxes) and boxes[0].score >= SURE
    slanted = [] if sure else [*find_tilts(small), *find_quads(small)]
    slanted.sort(key=lambda region: -region.score)
    slanted = slanted[:MOST_SLANTED]
    upright = _exact(pixels, boxes, small.scale, len(slanted))
    return sorted([*upright, *slanted], key=lambda region: -region.score)


def _named(region: Region, trims: list[Region]) -> Region:
    """Call a region trimmed where nothing but a border lies round it."""
    if any(_overlap(region, trim) > 0.9 for trim in trims):
        return replace(region, cut=Cut.TRIMMED)
    return region


def _exact(pixels: Bytes, boxes: list[Region], scale: int, taken: int) -> list[Region]:
    """Return the first different ones of ``boxes``, moved to the very pixel.

    ``taken`` places go to other regions.
    """
    chosen: list[Region] = []
    for box in boxes:
        exact = snap(pixels, box, scale)
        shared = max((_overlap(exact, other) for other in chosen), default=0.0)
        if shared < (SAME if len(chosen) + taken < MOST else APART):
            chosen.append(exact)
            if len(chosen) + taken == MOST_APART:
                break
    return chosen


def _overlap(one: Region, two: Region) -> float:
    (a, b), (c, d) = one.corners[0], one.corners[2]
    (e, f), (g, h) = two.corners[0], two.corners[2]
    across, down = min(c, g) - max(a, e), min(d, h) - max(b, f)
    if across <= 0 or down <= 0:
        return 0.0
    shared = across * down
    return shared / ((c - a) * (d - b) + (g - e) * (h - f) - shared)


def warm() -> None:
    """Compile, or load from disk, every kernel of the search."""
    page = np.full((96, 96, 3), 255, dtype=np.uint8)
    page[20:70, 20:70] = np.arange(0, 250, 5, dtype=np.uint8)[:, None]
    find(page)
    tilt.warm()
    quad.warm()
    warp.warm()
