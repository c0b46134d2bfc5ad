"""The pictures of one file that are listed besides its first: an animation's moments, and colours.

As on the page where a person chooses pictures: what partners would take for the same picture is
listed once, and what lies under transparency isn't listed, since nobody means to show it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from staydown.base.face import Face, Ground
from staydown.base.vocabulary import Kind, Turn
from staydown.fingerprint.face_tasks import see_faces
from staydown.fingerprint.picture_tasks import see_codes, see_whole
from staydown.fingerprint.value import PDQ_LISTING_QUALITY, Fingerprint
from staydown.media.form import Form
from staydown.media.outline import outline
from staydown.media.sniff import Format
from staydown.media.worker import PictureWorker

#: Pictures of one file that are listed, the first among them.
MOST_LISTED = 8

#: Bits up to which partners take two pictures for the same.
SAME_BITS = 31


@dataclass(frozen=True, slots=True)
class Moment:
    """Another picture of a file, with its fingerprints in the order of the kinds asked for."""

    face: Face
    fingerprints: tuple[Fingerprint, ...]


def moves(data: bytes) -> bool:
    """Whether a picture file has several frames or pages. Raises NotAPicture.

    A photograph's small preview or map of brightness isn't meant.
    """
    what = outline(data)
    return what.frames != 1 and what.kind is not Format.JPEG


def other_moments(
    data: bytes,
    worker: PictureWorker,
    kinds: Sequence[Kind],
    *,
    form: Form = Form.FULL,
    model: Path | None = None,
) -> tuple[Moment, ...]:
    """Return the pictures of a file besides the first that differ from it and tell enough.

    ``kinds`` are PDQ and COPY1, which needs ``model``. Raises a MediaError.
    """
    with worker.open(data, form) as file:
        if not file.many_faced:
            return ()
        first = see_whole(file)
        known, chosen = [first.turns[Turn.NONE]], []
        for part in see_faces(file).wholes:
            pdq = part.turns[Turn.NONE]
            alike = any(pdq.distance(one) <= SAME_BITS for one in known)
            if part.face.ground is not Ground.WHITE or alike or len(known) == MOST_LISTED:
                continue
            if part.quality >= PDQ_LISTING_QUALITY:
                known.append(pdq)
                chosen.append(part)
        codes: list[Fingerprint] = []
        if chosen and Kind.COPY1 in kinds:
            codes = see_codes(file, str(model), [(part, Turn.NONE) for part in chosen])
    return tuple(
        Moment(
            part.face,
            tuple(codes[place] if kind is Kind.COPY1 else part.turns[Turn.NONE] for kind in kinds),
        )
        for place, part in enumerate(chosen)
    )
