"""The search for views: which parts of a picture may be the whole of another one."""

import numpy as np

from staydown.fingerprint.views import quadrilaterals, tilt, warp
from staydown.fingerprint.views import small as small_picture
from staydown.fingerprint.views.edge_refinement import snap
from staydown.fingerprint.views.likelihood import LEAST, ON_SCREEN, SCREEN, TILTED, likely
from staydown.fingerprint.views.quadrilaterals import distinct, find_quads
from staydown.fingerprint.views.rectified_search import enter
from staydown.fingerprint.views.region import Region, overlap
from staydown.fingerprint.views.small import Bytes, Small
from staydown.fingerprint.views.tilt import find_tilts
from staydown.fingerprint.views.upright import SAME, area, find_likely

#: More regions than this cost more than they find, unless they are small.
MOST = 6

#: As many as that where the further ones together are no larger than the picture itself: those of
#: a collage are worth a look, and cost little.
MOST_SMALL = 14

#: An upright region as sure as that needs no search for leaning ones, which takes longest.
SURE = 0.91

#: So many places are kept for tilted and photographed ones.
MOST_SLANTED = 5

#: Leaning parts as likely as that are straightened and searched for a picture in them.
WORTH_ENTERING = 0.62


def find(pixels: Bytes) -> list[Region]:
    """Return the parts of ``pixels``, (h, w, 3) uint8, best first; never the whole.

    At most MOST, and up to MOST_SMALL where those are small: a collage of nine pictures has nine
    candidates. Raises ValueError for other shapes or types.
    """
    small = small_picture.shrink(pixels)
    boxes = find_likely(small)
    slanted = [] if boxes and boxes[0].score >= SURE else _slanted(pixels, small)
    upright = _exact(pixels, boxes, small.scale, len(slanted))
    return sorted([*upright, *slanted], key=lambda region: -region.score)


def _slanted(pixels: Bytes, small: Small) -> list[Region]:
    """Return the likeliest tilted and photographed parts, best first."""
    quads = find_quads(small)
    whole = float(small.width * small.height)
    found = [likely(region, whole, TILTED) for region in find_tilts(small)]
    for part in quads:
        worth = likely(part, whole, SCREEN).score >= WORTH_ENTERING
        inner = enter(pixels, small, part) if worth else []
        best = max((region.score for region in inner), default=0.0)
        found += [likely(region, whole, ON_SCREEN) for region in inner]
        found.append(likely(part, whole, SCREEN, best))
    found.sort(key=lambda region: -region.score)
    return [region for region in distinct(found, MOST_SLANTED) if region.score >= LEAST]


def _exact(pixels: Bytes, boxes: list[Region], scale: int, taken: int) -> list[Region]:
    """Return the first different ones of ``boxes``, moved to the very pixel.

    ``taken`` places go to other regions.
    """
    chosen: list[Region] = []
    room = float(pixels.shape[0] * pixels.shape[1])
    for box in boxes:
        if box.score < LEAST:
            break
        further = len(chosen) + taken >= MOST
        if further and area(box) > room:
            continue
        exact = snap(pixels, box, scale)
        if any(overlap(exact, other) > SAME for other in chosen):
            continue
        chosen.append(exact)
        room -= area(box) if further else 0.0
        if len(chosen) + taken == MOST_SMALL:
            break
    return chosen


def warm() -> None:
    """Compile, or load from disk, every kernel of the search."""
    page = np.full((96, 96, 3), 255, dtype=np.uint8)
    page[20:70, 20:70] = np.arange(0, 250, 5, dtype=np.uint8)[:, None]
    find(page)
    tilt.warm()
    quadrilaterals.warm()
    warp.warm()
