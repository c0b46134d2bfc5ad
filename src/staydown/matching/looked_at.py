"""What of an upload was examined, in words for machines. Pure.

A picture that matches ends the search, so less is looked at of what is held than of what is
allowed. ``complete`` is about the file: every picture that programs are known to show of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from staydown.base.canonical import JSONValue
from staydown.base.face import FIRST
from staydown.fingerprint.face_tasks import SeenFaces
from staydown.fingerprint.picture_tasks import Part
from staydown.media.opened import NO_DAMAGE, Damage

#: The search ended before other pictures of the file were looked at: something holds already.
ENDED_EARLY = "ended_early"

#: No bank lists anything that a picture could come close to.
NOTHING_LISTED = "nothing_listed"


@dataclass(frozen=True, slots=True)
class LookedAt:
    """``faces``: labels of the distinct pictures that were looked up, the first one first.

    ``frames``: how many were opened. ``left_out``: words for what wasn't looked at, none where the
    whole file was.
    """

    faces: tuple[str, ...] = (FIRST.label,)
    frames: int = 1
    left_out: tuple[str, ...] = ()
    #: How much of the file could be decoded. What matches is held or flagged as ever.
    damage: Damage = NO_DAMAGE

    @property
    def complete(self) -> bool:
        """Whether nothing of the file is known to have been left out."""
        return not self.left_out and self.damage.share == 1

    def plain(self) -> dict[str, JSONValue]:
        """Say it in JSON; of damage only where there is some."""
        damaged: dict[str, JSONValue] = {}
        if self.damage.any:
            damaged = {"damaged": True, "rows_read_percent": self.damage.percent}
        return {
            "complete": self.complete,
            "faces": list(self.faces),
            "frames": self.frames,
            "left_out": list(self.left_out),
            **damaged,
        }


def the_first(why: str) -> LookedAt:
    """Return what was looked at of a file of several pictures of which only the first was."""
    return LookedAt(left_out=(why,))


def looked_at(seen: SeenFaces) -> LookedAt:
    """Return what was looked at of a file whose pictures were gone through."""
    return LookedAt(_labels(seen.wholes), seen.frames, tuple(sorted(seen.left_out)))


def _labels(wholes: Sequence[Part]) -> tuple[str, ...]:
    # A profile that can be read in several ways gives several pictures of one name.
    return tuple(dict.fromkeys((FIRST.label, *(part.face.label for part in wholes))))
