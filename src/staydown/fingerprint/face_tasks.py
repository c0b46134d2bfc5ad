"""The other pictures that programs show of one file: what the decoder process is asked about them.

The task (``faces_look``) runs in the child; ``see_faces`` asks in the parent, which believes
nothing that it has not checked. Pictures that come to the same fingerprint are one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from staydown.base.canonical import JSONValue
from staydown.base.face import Face
from staydown.fingerprint.picture_tasks import Part, all_turns, part_number, read_turns
from staydown.fingerprint.value import PDQ_LISTING_QUALITY, Fingerprint
from staydown.media.errors import DecoderFailed
from staydown.media.pipe import ALL_FACES
from staydown.media.worker import OpenFile

if TYPE_CHECKING:
    from staydown.media.faces import Faces

#: Pictures of one file that are told apart; of a file that has more, some are not looked up.
MOST_DISTINCT = 128

#: Bits that may differ between two pictures that are taken for one, in whatever turn.
ALIKE = 8

#: Words for what could not be looked at.
LEFT_OUT = frozenset({"frames", "broken", "profile"})

#: More frames than are ever gone through are the answer of a decoder that was taken over.
_MOST_FRAMES = 1_000_000


@dataclass(frozen=True, slots=True)
class SeenFaces:
    """The distinct pictures of a file besides the first, and what was gone through for them."""

    wholes: tuple[Part, ...] = ()
    frames: int = 1
    left_out: frozenset[str] = frozenset()


def see_faces(file: OpenFile) -> SeenFaces:
    """Return the distinct pictures of ``file`` besides the first. Raises a MediaError."""
    if not file.many_faced:
        return SeenFaces()
    answer = file.run_on(ALL_FACES, faces_look)
    if not isinstance(answer, Mapping):
        raise DecoderFailed
    found, frames, left_out = (answer.get(word) for word in ("found", "frames", "left_out"))
    if not isinstance(found, list) or len(found) > MOST_DISTINCT:
        raise DecoderFailed
    if type(frames) is not int or not 0 <= frames <= _MOST_FRAMES:
        raise DecoderFailed
    if not isinstance(left_out, list) or not all(word in tuple(LEFT_OUT) for word in left_out):
        raise DecoderFailed
    return SeenFaces(tuple(map(_whole, found)), max(1, frames), frozenset(map(str, left_out)))


def _whole(item: JSONValue) -> Part:
    if not isinstance(item, Mapping):
        raise DecoderFailed
    shown, label = item.get("number"), item.get("face")
    if type(shown) is not int or not 1 <= shown <= _MOST_FRAMES or not isinstance(label, str):
        raise DecoderFailed
    try:
        face = Face.parse(label)
    except ValueError:  # only a decoder that was taken over answers so
        raise DecoderFailed from None
    return Part(part_number(shown), None, read_turns(item.get("pdq")), face, shown)


def faces_look(faces: "Faces") -> JSONValue:
    """The distinct pictures besides the first, each with its PDQ under every turn."""
    from staydown.fingerprint.pdq import pdq_turns

    known = list(pdq_turns(faces.first).values())
    found: list[JSONValue] = []
    left_out = set()
    for number, face, pixels in faces.shown():
        turns = list(pdq_turns(pixels).values())
        if _among(turns[0], known):
            continue
        if len(found) == MOST_DISTINCT:
            left_out.add("frames")
            continue
        known += turns
        faces.keep(number, pixels)
        found.append({"number": number, "face": face.label, "pdq": all_turns(pixels)})
    left_out |= faces.left_out
    return {"found": found, "frames": faces.frames, "left_out": [*sorted(left_out)]}


def _among(one: Fingerprint, known: list[Fingerprint]) -> bool:
    """Whether a picture is one of those known, or nearly, and no clearer than that one.

    The same picture with hardly any contrast has the same bits, and acts on nothing.
    """
    import numpy as np

    enough = min(one.quality or 0, PDQ_LISTING_QUALITY)
    as_clear = [other.bits for other in known if (other.quality or 0) >= enough]
    if not as_clear:
        return False
    apart = np.frombuffer(b"".join(as_clear), np.uint8).reshape(len(as_clear), -1)
    differing = np.bitwise_count(apart ^ np.frombuffer(one.bits, np.uint8)).sum(axis=1)
    return bool(differing.min() <= ALIKE)
