"""MD5 and SHA-256 of a file's bytes: they find the very same file, and nothing else."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from staydown.base.vocabulary import Kind
from staydown.fingerprint.kinds import EXACT
from staydown.fingerprint.value import Fingerprint

_PIECE = 1 << 20


def exact(file: BinaryIO, kinds: Iterable[Kind] = EXACT) -> dict[Kind, Fingerprint]:
    """Return the exact fingerprints of an open file, read once, from where it stands to its end.

    Raises OSError, and ValueError for another kind.
    """
    digests = {kind: _digest(kind) for kind in kinds}
    while piece := file.read(_PIECE):
        for digest in digests.values():
            digest.update(piece)
    return {kind: Fingerprint(kind, digest.digest()) for kind, digest in digests.items()}


def exact_of_path(path: Path | bytes, kinds: Iterable[Kind] = EXACT) -> dict[Kind, Fingerprint]:
    """Return the exact fingerprints of the file at ``path``. Raises OSError, ValueError."""
    with open(path, "rb") as file:  # noqa: PTH123 - a Path cannot hold a name of odd bytes
        return exact(file, kinds)


def _digest(kind: Kind) -> "hashlib._Hash":
    if kind not in EXACT:
        raise ValueError(f"{kind.value} is not an exact kind")
    return hashlib.new(kind.value, usedforsecurity=False)  # MD5: for comparing with other banks
