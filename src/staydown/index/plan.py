"""How a search is laid out: into how many chunks the bits are split, and how far each is probed.

The generalised pigeonhole principle: let the bits be split into chunks, and chunk i be given a
radius rᵢ ≥ -1, where the sum of rᵢ + 1 is r + 1. A row within distance r of a query then lies
within rᵢ of it in at least one chunk: were it further than rᵢ in each, the distances, at least
rᵢ + 1 each, would sum to r + 1. (-1: the chunk is not looked at.) After Norouzi, Punjani and Fleet,
"Fast exact search in Hamming space with multi-index hashing" (2014), who give all chunks one
radius, and Qin, Wang, Xiao, Wang and Ishikawa, "GPH: similarity search in Hamming space" (2018).
"""

from dataclasses import dataclass
from math import comb, log2

#: A table has 2 ** width entries: wider ones would take more memory than the rows.
WIDEST = 27

#: What things cost, in the time it takes to compare one row in a scan: to look into one bucket, and
#: to fetch and compare a row that lies in it. Measured, and mostly time spent waiting for memory.
_PROBE = 5.0
_CANDIDATE = 12.0


@dataclass(frozen=True, slots=True)
class Step:
    """Look at every bucket of a chunk whose number is within ``radius`` of the query's."""

    chunk: int
    radius: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of a search, how many buckets they look into, and what they're expected to cost.

    ``cost`` is in rows scanned.
    """

    steps: tuple[Step, ...]
    buckets: int
    cost: float


def chunk_count(count: int, bits: int) -> int:
    """Return how many chunks to split ``bits`` into for ``count`` rows.

    About one row in a bucket is best: with longer chunks most buckets that a search looks into are
    empty, with shorter ones it has to compare many rows that are far away.
    """
    width = min(WIDEST, max(8.0, log2(max(count, 1))))
    return max(1, round(bits / width), -(-bits // WIDEST))


def widths(bits: int, chunks: int) -> tuple[int, ...]:
    """Return the chunks' widths in bits: as equal as they can be, the longer ones first."""
    if not 1 <= chunks <= bits or bits > chunks * WIDEST:
        raise ValueError(f"{bits} bits can't be split into {chunks} chunks")
    each, more = divmod(bits, chunks)
    return tuple(each + 1 if chunk < more else each for chunk in range(chunks))


def plan(of: tuple[int, ...], count: int, radius: int) -> Plan:
    """Return the cheapest way found to see all of ``count`` rows within ``radius``.

    ``of`` are the chunks' widths, whose sum is at least ``radius`` ≥ 0. Each of the radius + 1
    units of the pigeonhole principle goes to the chunk where it costs least.
    """
    radii = [-1] * len(of)
    for _ in range(radius + 1):
        _, chunk = min(
            (_layer(width, radii[chunk] + 1, count), chunk)
            for chunk, width in enumerate(of)
            if radii[chunk] < width
        )
        radii[chunk] += 1
    steps = [Step(chunk, given) for chunk, given in enumerate(radii) if given >= 0]
    layers = [(of[step.chunk], near) for step in steps for near in range(step.radius + 1)]
    buckets = sum(comb(width, near) for width, near in layers)
    cost = sum(_layer(width, near, count) for width, near in layers)
    return Plan(tuple(sorted(steps, key=lambda step: (step.radius, step.chunk))), buckets, cost)


def allowance(count: int, of: Plan) -> int:
    """Return how many rows a search may meet in its buckets before it's given up for a scan.

    By then it has taken as long as the scan takes, so that both together take twice as long.
    """
    return max(0, int((count - _PROBE * of.buckets) / _CANDIDATE))


def _layer(width: int, distance: int, count: int) -> float:
    """What it costs to look into all buckets at one distance, if rows are spread evenly."""
    return comb(width, distance) * (_PROBE + _CANDIDATE * count / 2.0**width)
