"""Few large parts out of many small ones, so that a search asks few of them.

The policy is geometric (Bentley and Saxe 1980, "Decomposable searching problems I"): the smallest
parts become one as soon as the largest of them is no more than a *ratio* times the others together.
So there are about log(rows) parts, and a row is copied about log(rows) times in its life. A large
ratio leaves fewer parts and copies more often:

- while rows arrive faster than they can be tidied away, only what ``LAZY`` asks for is merged: four
  parts of a size become one, and a row is copied once for each fourfold growth;
- a share of the time, and whenever nothing else is to be done, what ``EAGER`` asks for: each part
  ends up more than four times as large as all smaller ones together.
"""

from collections.abc import Sequence

import numpy as np

from staydown.index.segments import Part, make_part

LAZY = 1 / 3
EAGER = 4.0

#: A part of whose rows more than this share has left is copied without them.
MOST_DEAD = 0.25

#: No merge makes a part of more rows: while it works, both old and new take memory.
MOST_ROWS = 1 << 26

#: Rows that are copied at a time, to need little memory beside old and new.
_LOT = 1 << 18


def choose(parts: Sequence[Part], ratio: float) -> list[Part]:
    """Return the parts that should become one, or one that should be thinned out; often none.

    Parts that are being merged already are passed over.
    """
    free = sorted((part for part in parts if part.leaving is None), key=lambda one: one.alive)
    reached = total = 0
    for number, part in enumerate(free):
        if number and total + part.alive > MOST_ROWS:
            break
        if number and part.alive <= ratio * total:
            reached = number + 1
        total += part.alive
    if reached:
        return free[:reached]
    return [part for part in free if part.dead > MOST_DEAD * len(part)][:1]


def merge(parts: Sequence[Part], bits: int) -> Part:
    """Return one new part of the rows that live in ``parts``, which others go on using.

    What leaves while this runs is written down by each part (its ``leaving``, which the caller has
    set to an empty list) and told to the new part by ``catch_up``.
    """
    # Keys are given in ascending order at a desk: so laid, there is mostly nothing to sort.
    ordered = sorted(parts, key=lambda part: int(part.keys[0]))
    living = [np.flatnonzero(part.died == 0) for part in ordered]
    count, at = sum(len(places) for places in living), 0
    keys, rows = np.empty(count, np.uint64), np.empty((count, bits // 64), np.uint64)
    for part, places in zip(ordered, living, strict=True):
        for start in range(0, len(places), _LOT):
            lot = places[start : start + _LOT]
            keys[at : at + len(lot)] = part.keys[lot]
            rows[at : at + len(lot)] = part.segment.take(lot)
            at += len(lot)
    return make_part(keys, rows, bits)


def catch_up(merged: Part, parts: Sequence[Part]) -> None:
    """Let leave what has left ``parts`` since the merge began. Nobody may change them meanwhile."""
    for part in parts:
        for keys, epoch in part.leaving or ():
            merged.leave(keys, epoch)
        part.leaving = None
