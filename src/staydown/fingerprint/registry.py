"""The fingerprints that can be made of a picture, and how they are made of untrusted bytes."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from staydown.base.canonical import JSONValue
from staydown.base.vocabulary import Kind
from staydown.fingerprint.kinds import BY_NETWORK, MAIN
from staydown.fingerprint.value import BadFingerprint, Fingerprint
from staydown.media.errors import DecoderFailed, TooDamaged
from staydown.media.form import Form
from staydown.media.limits import Limits
from staydown.media.opened import Damage
from staydown.media.turns import ANYBODY, Caller, Lanes
from staydown.media.worker import PictureWorker, Task, Warm

if TYPE_CHECKING:
    from staydown.media.picture import Pixels


def pdq_answer(pixels: "Pixels") -> JSONValue:
    """PDQ of decoded pixels, as JSON. Runs in the decoder process."""
    from staydown.fingerprint.pdq import pdq

    fingerprint = pdq(pixels)
    return {"bits": fingerprint.hex, "quality": fingerprint.quality}


def copy_answer(pixels: "Pixels", model: str) -> JSONValue:
    """Copy code of decoded pixels, as JSON. Runs in the decoder process."""
    import numpy as np

    from staydown.fingerprint.copy import copy_codes

    coloured = pixels if pixels.ndim == 3 else np.repeat(pixels[:, :, None], 3, axis=2)
    (fingerprint,) = copy_codes([coloured], model)
    return {"bits": fingerprint.hex, "quality": None}


#: What tasks import when they are called, so that a process that only asks doesn't load it.
_LOADED = (
    "staydown.fingerprint.picture_tasks",
    "staydown.fingerprint.face_tasks",
    "staydown.fingerprint.video_box",
    "staydown.fingerprint.video_tasks",
    "staydown.fingerprint.views.cut",
)


def warm_all() -> None:
    """Load the code of every task on pictures and videos, and what is compiled of it.

    Runs in the decoder process, before its first file: from there on nothing more can be loaded.
    """
    from staydown.fingerprint import pdq
    from staydown.fingerprint.views import search
    from staydown.kernels import compiled
    from staydown.media import frames

    for module in _LOADED:
        importlib.import_module(module)
    frames.load_all()
    pdq.warm()
    search.warm()
    compiled.settle()


def warm_copy(model: str) -> None:
    """Load the copy code's network. Runs in the decoder process, before its first file."""
    from staydown.fingerprint.copy import warm
    from staydown.kernels import compiled

    warm(model)
    compiled.settle()


#: What computes each kind from pixels. The copy code's takes the path of its network.
HASHERS: dict[Kind, Task] = {Kind.PDQ: pdq_answer, Kind.COPY1: copy_answer}


def kinds_made(model: Path | None) -> list[Kind]:
    """Return the kinds that can be made of a picture, with this network or without one."""
    return [kind for kind in HASHERS if model is not None or kind not in BY_NETWORK]


def picture_worker(
    limits: Limits = Limits(),  # noqa: B008 - frozen
    processes: int = 1,
    model: Path | None = None,
    *,
    lanes: Lanes | None = None,
    must_be_closed: bool = False,
) -> PictureWorker:
    """Return a worker whose processes are warm for fingerprints: no file waits for a compiler.

    Only with ``model`` (the path of the copy code's network, ``fingerprint.model.find_model``) can
    they make copy codes: once a process is closed in it reads no network. ``lanes`` share them
    among callers (``media.turns``). ``must_be_closed``: where it can't be closed in, no file is
    opened.
    """
    warm: list[tuple[Callable[..., None], Mapping[str, JSONValue]]] = [(warm_all, {})]
    if model is not None:
        warm.append((warm_copy, {"model": str(model)}))
    named: Sequence[Warm] = warm
    return PictureWorker(limits, processes, warm=named, lanes=lanes, must_be_closed=must_be_closed)


def fingerprint_picture(
    data: bytes,
    worker: PictureWorker,
    kind: Kind = MAIN,
    form: Form = Form.FULL,
    caller: Caller = ANYBODY,
) -> Fingerprint:
    """Return the fingerprint of the picture file ``data``, decoded and hashed by ``worker``.

    For kinds that need no network. Raises a ``staydown.media.errors.MediaError`` that says what is
    wrong with the file.
    """
    return _read(kind, worker.run(data, HASHERS[kind], form, caller))


#: Of a picture's rows, how many have to be there for it to be listed. What is missing repeats what
#: is next to it: of 32 photographs without their last twentieth, PDQ then differs by 14 bits in the
#: median, and finds a copy at up to 31; without the last tenth by 24.
LISTING_SHARE = 0.95


@dataclass(frozen=True, slots=True)
class Made:
    """Fingerprints of one file, and how much of it they were made of."""

    fingerprints: tuple[Fingerprint, ...]
    damage: Damage


def fingerprint_kinds(
    data: bytes,
    worker: PictureWorker,
    kinds: Sequence[Kind],
    *,
    form: Form = Form.FULL,
    model: Path | None = None,
) -> tuple[Fingerprint, ...]:
    """Return fingerprints of several kinds (PDQ, COPY1) of one file, which is decoded once.

    As ``fingerprint_to_list``, for who doesn't ask how much of the file there was.
    """
    return fingerprint_to_list(data, worker, kinds, form=form, model=model).fingerprints


def fingerprint_to_list(
    data: bytes,
    worker: PictureWorker,
    kinds: Sequence[Kind],
    *,
    form: Form = Form.FULL,
    model: Path | None = None,
) -> Made:
    """Return fingerprints of several kinds (PDQ, COPY1) of one file, which is decoded once.

    ``model`` is the path of the copy code's network, needed for COPY1. ``form`` must be one with
    colour where COPY1 is asked for. Raises a MediaError, TooDamaged among them, for a picture of
    less than ``LISTING_SHARE``; ValueError for COPY1 without its network.
    """
    if model is None and not set(kinds).isdisjoint(BY_NETWORK):
        raise ValueError("a copy code needs its network: see fingerprint.model.find_model")
    with worker.open(data, form) as file:
        made = []
        for kind in kinds:
            made.append(_read(kind, file.run(HASHERS[kind], **_arguments(kind, model))))
            if file.damage.share < LISTING_SHARE:
                raise TooDamaged(file.damage.share)
        return Made(tuple(made), file.damage)


def _arguments(kind: Kind, model: Path | None) -> dict[str, JSONValue]:
    return {"model": str(model)} if kind in BY_NETWORK else {}


def _read(kind: Kind, answer: JSONValue) -> Fingerprint:
    """Read what a child said as strictly as anything foreign."""
    if not isinstance(answer, Mapping):
        raise DecoderFailed
    bits, quality = answer.get("bits"), answer.get("quality")
    if not isinstance(bits, str) or not (quality is None or type(quality) is int):
        raise DecoderFailed
    try:
        return Fingerprint.parse(kind, bits, quality)
    except BadFingerprint as error:  # only a decoder that was taken over answers so
        raise DecoderFailed from error
