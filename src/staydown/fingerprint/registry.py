"""The fingerprints that can be made of a picture, and how one is made of untrusted bytes."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from staydown.base.canonical import JSONValue
from staydown.base.vocabulary import Kind
from staydown.fingerprint.value import BadFingerprint, Fingerprint
from staydown.media.errors import DecoderFailed
from staydown.media.limits import Limits
from staydown.media.worker import PictureWorker

if TYPE_CHECKING:
    from staydown.media.picture import Pixels


def pdq_answer(pixels: "Pixels") -> JSONValue:
    """PDQ of decoded pixels, as JSON. Runs in the decoder process."""
    from staydown.fingerprint.pdq import pdq

    fingerprint = pdq(pixels)
    return {"bits": fingerprint.hex, "quality": fingerprint.quality}


def warm_hashers() -> None:
    """Load every hasher's machine code. Runs in the decoder process, before its first file."""
    from staydown.fingerprint.pdq import warm

    warm()


#: What computes each kind from pixels.
HASHERS: dict[Kind, Callable[["Pixels"], JSONValue]] = {Kind.PDQ: pdq_answer}


def picture_worker(limits: Limits = Limits(), processes: int = 1) -> PictureWorker:  # noqa: B008 - frozen
    """Return a worker whose processes are warm for fingerprints: no file waits for a compiler."""
    return PictureWorker(limits, processes, warm=((warm_hashers, {}),))


def fingerprint_picture(data: bytes, worker: PictureWorker, kind: Kind = Kind.PDQ) -> Fingerprint:
    """Return the fingerprint of the picture file ``data``, decoded and hashed by ``worker``.

    Raises a ``staydown.media.errors.MediaError`` that says what is wrong with the file.
    """
    answer = worker.run(data, HASHERS[kind])
    if not isinstance(answer, Mapping):
        raise DecoderFailed
    bits, quality = answer.get("bits"), answer.get("quality")
    if not isinstance(bits, str) or not (quality is None or type(quality) is int):
        raise DecoderFailed
    try:
        return Fingerprint.parse(kind, bits, quality)
    except BadFingerprint as error:  # only a decoder that was taken over answers so
        raise DecoderFailed from error
