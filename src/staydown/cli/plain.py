"""Files too plain to be told from others: no copy can be found of them, and nobody lists them."""

from collections.abc import Iterable

from staydown.cli.fingerprinting import Made
from staydown.fingerprint.degenerate import degenerate
from staydown.fingerprint.kinds import MAIN, PDQ_LISTING_QUALITY
from staydown.fingerprint.value import Fingerprint

#: The word for machines.
TOO_PLAIN = "too_plain"

#: Of a file that others are held against.
REFERENCE = (
    "too plain to be told from other pictures, so no copy of it can be found; only the very same "
    "file is"
)


def is_plain(pdq: Fingerprint) -> bool:
    """Say whether a picture, or a frame, of this PDQ is never acted on alone, and never listed."""
    quality = pdq.quality
    return (quality is not None and quality < PDQ_LISTING_QUALITY) or degenerate(pdq) is not None


def made_of_plain(made: Made) -> bool:
    """Say whether all that could find a copy of a file is too plain: its picture, every frame."""
    pictures = [one for one in made.fingerprints if one.kind is MAIN]
    frames = [] if made.video is None else [frame.pdq for frame in made.video.frames]
    return _all_plain([*pictures, *frames])


def _all_plain(seen: Iterable[Fingerprint]) -> bool:
    plain = [is_plain(one) for one in seen]
    return bool(plain) and all(plain)
