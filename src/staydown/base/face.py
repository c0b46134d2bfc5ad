"""Which of the pictures that one file may show is meant.

A file may hold several, and the same stored colours look different in different programs: an
animation has frames, what lies under transparent parts is the program's choice, and some programs
follow a file's colour profile while others pass it over.
"""

from dataclasses import dataclass
from enum import StrEnum


class Ground(StrEnum):
    """What a program lays transparent parts over."""

    WHITE = "over_white"
    BLACK = "over_black"
    GREY = "over_grey"
    #: It doesn't know transparency, and shows the colours that are stored beneath.
    NONE = "without_transparency"


class Colour(StrEnum):
    """What a program makes of the stored colours."""

    STORED = "as_stored"
    PROFILE = "by_profile"
    #: The curve and primaries that a PNG names without a profile (gAMA, cHRM).
    GAMMA = "by_gamma"
    #: The numbers that stand for curves and primaries of video (cICP, nclx).
    CODE = "by_colour_code"


@dataclass(frozen=True, slots=True)
class Face:
    """One of the pictures that some program shows of a file. ``frame`` counts from 1.

    The first one, ``Face()``, is the one that every peer fingerprints: the first frame, over white,
    in the colours as stored.
    """

    frame: int = 1
    ground: Ground = Ground.WHITE
    colour: Colour = Colour.STORED

    @property
    def label(self) -> str:
        """Such as ``frame_4+over_black``; ``as_stored`` for the first face."""
        said = [f"frame_{self.frame}"] if self.frame > 1 else []
        said += [self.ground.value] if self.ground is not Ground.WHITE else []
        said += [self.colour.value] if self.colour is not Colour.STORED else []
        return "+".join(said) or Colour.STORED.value

    @classmethod
    def parse(cls, label: str) -> "Face":
        """Read a ``label``. Raises ValueError."""
        face = cls()
        for word in label.split("+"):
            if word.startswith("frame_"):
                face = cls(int(word[len("frame_") :]), face.ground, face.colour)
            elif word in tuple(Ground):
                face = cls(face.frame, Ground(word), face.colour)
            else:
                face = cls(face.frame, face.ground, Colour(word))
        if face.label != label:
            raise ValueError("there is no such face")
        return face


FIRST = Face()
