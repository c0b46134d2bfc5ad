"""Every upright part that may be a picture: without its border, cut out, and both at once."""

from dataclasses import replace
from itertools import chain

from staydown.base.vocabulary import Cut
from staydown.fingerprint.views.embedded import find_embedded
from staydown.fingerprint.views.likelihood import EMBEDDED, INNER, TRIMMED, likely
from staydown.fingerprint.views.region import Region, overlap
from staydown.fingerprint.views.small import Small
from staydown.fingerprint.views.trim import find_trims

#: So many of the best parts are searched for a border of their own.
MOST_ENTERED = 3

#: Parts with a larger share of the picture need no search of their own.
LARGEST_ENTERED = 0.97

#: Share, of what two regions cover together, from which on they are one.
SAME = 0.96


def find_upright(small: Small) -> list[Region]:
    """Return upright parts by their own measures, highest first, some of them nearly the same."""
    return sorted(chain(*_by_source(small)), key=lambda region: -region.score)


def find_likely(small: Small) -> list[Region]:
    """Return upright parts by their likelihood, likeliest first, some of them nearly the same."""
    trims, embedded, inner = _by_source(small)
    whole = float(small.width * small.height)
    weighed = [likely(one, whole, TRIMMED, _is_among(one, embedded)) for one in trims]
    weighed += [likely(one, whole, EMBEDDED, _is_among(one, trims)) for one in embedded]
    weighed += [likely(one, whole, INNER) for one in inner]
    return sorted(weighed, key=lambda region: -region.score)


def _by_source(small: Small) -> tuple[list[Region], list[Region], list[Region]]:
    """Return trimmed parts, those cut out, and what is left of the best without their borders."""
    trims = find_trims(small)
    embedded = [_named(region, trims) for region in find_embedded(small)]
    best = sorted([*trims, *embedded], key=lambda region: -region.score)
    return trims, embedded, _without_borders(small, best)


def _is_among(region: Region, others: list[Region]) -> bool:
    return any(overlap(region, other) > SAME for other in others)


def area(box: Region) -> float:
    """Return the area of an upright region."""
    (left, top), (right, bottom) = box.corners[0], box.corners[2]
    return (right - left) * (bottom - top)


def _named(region: Region, trims: list[Region]) -> Region:
    """Call a region trimmed where nothing but a border lies round it."""
    if any(overlap(region, trim) > 0.9 for trim in trims):
        return replace(region, cut=Cut.TRIMMED)
    return region


def _without_borders(small: Small, boxes: list[Region]) -> list[Region]:
    """Return what is left of the best boxes without borders of their own."""
    most = LARGEST_ENTERED * small.width * small.height
    entered: list[Region] = []
    found: list[Region] = []
    for box in boxes:
        if area(box) > most or any(overlap(box, other) > SAME for other in entered):
            continue
        entered.append(box)
        found += _trimmed(small, box)
        if len(entered) == MOST_ENTERED:
            break
    return found


def _trimmed(small: Small, box: Region) -> list[Region]:
    """Trim a part. The sides of the part itself aren't looked at: they may be mixed with others."""
    scale = small.scale
    (left, top), (right, bottom) = box.corners[0], box.corners[2]
    x, y = round(left / scale) + 1, round(top / scale) + 1
    inside = small.part(x, y, round(right / scale) - 1, round(bottom / scale) - 1)
    found = []
    for region in find_trims(inside):
        (x0, y0), (x1, y1) = region.corners[0], region.corners[2]
        edges = (  # where nothing was taken away, the side is the part's own
            x0 + x * scale if x0 else left,
            y0 + y * scale if y0 else top,
            x1 + x * scale if x1 < inside.width else right,
            y1 + y * scale if y1 < inside.height else bottom,
        )
        found.append(Region.box(box.cut, edges, box.score * region.score))
    return found
