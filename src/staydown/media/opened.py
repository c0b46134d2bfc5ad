"""A picture file after decoding: its pixels, and how much of the file they were made of.

Viewers show what they can of a file that breaks off. So do we, and say so: whoever decides about a
picture must know that a part of it wasn't there to be looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from staydown.base.canonical import JSONValue
from staydown.media.errors import DecoderFailed
from staydown.media.pipe import ALL_FACES, FIRST_FACE

if TYPE_CHECKING:
    from staydown.media.faces import Faces
    from staydown.media.picture import Pixels

#: Shares of rows pass between the processes in whole numbers of this fraction.
_FRACTIONS = 1_000_000


@dataclass(frozen=True, slots=True)
class Damage:
    """What of a picture file could not be read.

    ``share``: of its rows, 0 to 1, those that were really decoded. ``passed_over``: something else
    is wrong with it that changed no row for sure, such as a wrong checksum.
    """

    share: float = 1.0
    passed_over: bool = False

    @property
    def any(self) -> bool:
        """Whether the file is damaged at all."""
        return self.passed_over or self.share < 1

    @property
    def percent(self) -> int:
        """The share in whole percent, rounded down: 100 only where every row is there."""
        return int(100 * self.share)

    @property
    def words(self) -> str:
        """Say it to the person who chose the file; empty for a sound one."""
        if self.share < 1:
            return f"damaged: {self.percent} % of its rows could be read"
        return "damaged, and all of its rows could be read" if self.passed_over else ""

    def plain(self) -> JSONValue:
        """Say it in JSON."""
        return {"rows": int(self.share * _FRACTIONS), "passed_over": self.passed_over}

    @classmethod
    def read(cls, said: JSONValue) -> "Damage":
        """Read what a child said, as strictly as anything foreign. Raises DecoderFailed."""
        if not isinstance(said, Mapping):
            raise DecoderFailed
        rows, passed_over = said.get("rows"), said.get("passed_over")
        if type(rows) is not int or not 0 <= rows <= _FRACTIONS or type(passed_over) is not bool:
            raise DecoderFailed
        return cls(rows / _FRACTIONS, passed_over)


#: A sound file's.
NO_DAMAGE = Damage()


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """What a child keeps of a picture file while it is asked about it; tasks get the pixels."""

    pixels: "Pixels" = field(repr=False)
    damage: Damage = NO_DAMAGE
    #: Where programs may show other pictures of the file too.
    faces: "Faces | None" = field(default=None, repr=False)

    #: Whether something of it can be seen through.
    clear: bool = False

    def shown(self, face: int, most: float | None = None) -> "Pixels | Faces":
        """Return what a task gets: see ``pipe.Request.face``. Raises DecoderFailed.

        ``most``: seconds that going through all faces may cost.
        """
        if face == FIRST_FACE:
            return self.pixels
        if self.faces is None:
            raise DecoderFailed
        self.faces.most = most
        return self.faces if face == ALL_FACES else self.faces.at(face)
