"""One file format for all that an index keeps on disk: arrays, then what they are, in JSON.

::

    at 0       b"STAYDOWN"
       8       the version of the format      (numbers are little-endian)
       12      the length of the header, in bytes
       16      where the header begins; it ends with the file
       24      the SHA-256 of the header
       56      zeros
       4,096   the arrays, each from a multiple of 64 on
       …       the header, canonical JSON: {"arrays", "blocks", "facts"}

``arrays`` says name, type, shape and position of each array; ``blocks`` holds the SHA-256 of each
8 MiB between 4,096 and the header, so that all cores can check at once; ``facts`` is what the
writer wants to know again. So no byte of a file can change unnoticed.

The digests find damage, not malice: who may write the folder may also write digests. But no header
makes a reader take memory, or look beyond the file, and no table makes a search do so; only a graph
is believed by the package that reads it, and a forged one can end the process.
"""

import hashlib
import json
import math
import mmap
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from staydown.base.canonical import JSONValue, canonical_json
from staydown.index.errors import SnapshotRefused

VERSION = 1

_MAGIC = b"STAYDOWN"
_PRELUDE = 56
_START = 4096
_MOST_HEADER = 16 << 20
_ALIGN = 64
_BLOCK = 8 << 20
_TYPES = frozenset(("uint8", "uint16", "uint32", "uint64", "int32", "int64", "float32"))

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds; the arrays lie in a memory map that can't be written."""

    facts: dict[str, Any]
    arrays: Arrays
    digest: str


def write(handle: int, facts: Mapping[str, JSONValue], arrays: Mapping[str, NDArray[Any]]) -> str:
    """Write a new file, wait until it is on disk, and return the SHA-256 of its header.

    Raises OSError when the disk is full or broken.
    """
    writer = _Writer(handle)
    table: list[dict[str, JSONValue]] = []
    for name, given in arrays.items():
        array = np.ascontiguousarray(given)
        writer.add(memoryview(bytes(-writer.at % _ALIGN)))
        table.append(
            {
                "name": name,
                "type": array.dtype.name,
                "shape": [int(length) for length in array.shape],
                "at": _START + writer.at,
            }
        )
        writer.add(array.reshape(-1).view(np.uint8).data)
    blocks = writer.finish()
    header = canonical_json({"arrays": table, "blocks": blocks, "facts": facts})
    digest = hashlib.sha256(header)
    _write_all(handle, header)
    os.lseek(handle, 0, os.SEEK_SET)
    numbers = (
        VERSION.to_bytes(4, "little")
        + len(header).to_bytes(4, "little")
        + (_START + writer.at).to_bytes(8, "little")
    )
    _write_all(handle, _MAGIC + numbers + digest.digest())
    os.fsync(handle)
    return digest.hexdigest()


class _Writer:
    """Writes the arrays one after the other and takes the digest of each block on the way."""

    def __init__(self, handle: int) -> None:
        self.at = 0
        self._handle = handle
        self._blocks: list[str] = []
        self._hash = hashlib.sha256()
        _write_all(handle, bytes(_START))

    def add(self, data: memoryview) -> None:
        while data:
            piece = data[: _BLOCK - self.at % _BLOCK]
            _write_all(self._handle, piece)
            self._hash.update(piece)
            self.at += len(piece)
            data = data[len(piece) :]
            if self.at % _BLOCK == 0:
                self._close_block()

    def finish(self) -> list[str]:
        if self.at % _BLOCK:
            self._close_block()
        return self._blocks

    def _close_block(self) -> None:
        self._blocks.append(self._hash.hexdigest())
        self._hash = hashlib.sha256()


def _write_all(handle: int, data: bytes | memoryview) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(handle, left) :]


def read(handle: int, name: str, digest: str | None = None) -> Contents:
    """Check a file to its last byte and return what it holds.

    ``name`` is for messages; ``digest`` is what the header must have. Raises SnapshotRefused.
    """
    try:
        return _read(handle, digest)
    except _Broken as error:
        raise SnapshotRefused(f"{name} {error}: remove it, and it is built anew") from None
    except OSError as error:
        raise SnapshotRefused(f"{name} can't be read ({error.strerror})") from error


class _Broken(Exception):
    """Why a file can't be trusted."""


class _Prelude(NamedTuple):
    header: int
    length: int
    digest: bytes


def _read(handle: int, digest: str | None) -> Contents:
    size = os.fstat(handle).st_size
    prelude = _prelude(handle, size)
    text = os.pread(handle, prelude.length, prelude.header)
    found = hashlib.sha256(text)
    if found.digest() != prelude.digest:
        raise _Broken("is damaged")
    if digest is not None and found.hexdigest() != digest:
        raise _Broken("is not the file that the manifest means")
    header = _parse(text)
    data = mmap.mmap(handle, size, access=mmap.ACCESS_READ)
    _check_blocks(data, header["blocks"], prelude.header)
    arrays = _arrays(data, header["arrays"], prelude.header)
    return Contents(header["facts"], arrays, found.hexdigest())


def _prelude(handle: int, size: int) -> _Prelude:
    first = os.pread(handle, _START, 0)
    if first[:8] != _MAGIC:
        raise _Broken("is no index file")
    version = int.from_bytes(first[8:12], "little")
    if version != VERSION:
        raise _Broken(f"has format {version}, and this version of Staydown reads {VERSION}")
    if len(first) < _START or any(first[_PRELUDE:]):
        raise _Broken("is damaged")
    length = int.from_bytes(first[12:16], "little")
    header = int.from_bytes(first[16:24], "little")
    if length > _MOST_HEADER or header < _START or header + length != size:
        raise _Broken("breaks off or is damaged")
    return _Prelude(header, length, first[24:_PRELUDE])


def _parse(text: bytes) -> dict[str, Any]:
    try:
        header = json.loads(text)
    except (ValueError, RecursionError):
        raise _Broken("has no readable header") from None
    shape = {"arrays": list, "blocks": list, "facts": dict}
    if not isinstance(header, dict) or {name: type(one) for name, one in header.items()} != shape:
        raise _Broken("has a foreign header")
    return header


def _check_blocks(data: mmap.mmap, blocks: list[Any], end: int) -> None:
    if len(blocks) != math.ceil((end - _START) / _BLOCK):
        raise _Broken("has a foreign header")
    view = memoryview(data)

    def right(number: int) -> bool:
        start = _START + number * _BLOCK
        piece = view[start : min(end, start + _BLOCK)]
        return bool(hashlib.sha256(piece).hexdigest() == blocks[number])

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        if not all(pool.map(right, range(len(blocks)))):
            raise _Broken("is damaged")


def _arrays(data: mmap.mmap, table: list[Any], end: int) -> Arrays:
    """Return the arrays over the map; they lie one behind the other and end before the header."""
    arrays: Arrays = {}
    at = _START
    for line in table:
        name, kind, shape, start = _line(line)
        count = math.prod(shape)
        if start < at or start % _ALIGN or name in arrays:
            raise _Broken("has arrays that overlap")
        at = start + count * np.dtype(kind).itemsize
        if at > end:
            raise _Broken("has arrays beyond its end")
        arrays[name] = np.frombuffer(data, np.dtype(kind), count, start).reshape(shape)
    return arrays


def _line(line: Any) -> tuple[str, str, tuple[int, ...], int]:
    if not isinstance(line, dict) or line.keys() != {"name", "type", "shape", "at"}:
        raise _Broken("has a foreign header")
    name, kind, shape, at = line["name"], line["type"], line["shape"], line["at"]
    texts = isinstance(name, str) and isinstance(kind, str)
    if not texts or kind not in _TYPES or not isinstance(shape, list):
        raise _Broken("has a foreign header")
    numbers = [*shape, at]
    if len(shape) > 3 or any(type(one) is not int or not 0 <= one < 2**48 for one in numbers):
        raise _Broken("has arrays of impossible size")
    # NumPy takes no shape that would be too large if a length of 0 in it were another.
    if math.prod(max(one, 1) for one in shape) >= 2**48:
        raise _Broken("has arrays of impossible size")
    return name, kind, tuple(shape), at
