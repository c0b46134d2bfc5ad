"""How much memory an index takes, and what for."""

from collections.abc import Sequence
from dataclasses import dataclass

from staydown.index.segments import Part, Tail


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes. ``mapped`` is shared with every process that has the files open."""

    mapped: int
    private: int
    deaths: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.mapped + self.private + self.deaths


def of(parts: Sequence[Part], tail: Tail) -> Memory:
    """Return what these parts and this tail take."""
    sizes = {True: 0, False: tail.rows.nbytes + tail.keys.nbytes}
    for part in parts:
        arrays = part.segment.arrays().values()
        sizes[part.mapped] += part.keys.nbytes + sum(array.nbytes for array in arrays)
    # Epochs take memory by the page, where one of them has changed: at most this.
    deaths = sum(min(8 * len(part), 4096 * part.dead) + 8 * part.dead for part in parts)
    return Memory(mapped=sizes[True], private=sizes[False], deaths=deaths)
