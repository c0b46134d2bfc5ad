"""The list of a sweep: every file that is to be looked at, written down once, cut into parts.

The file is JSON, one line each: first where the names come from, then a text for each name. A name
of odd bytes is written as ``os.fsdecode`` gives it, so that any name at all fits on its line.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from staydown.base.errors import StaydownError
from staydown.base.plain_text import NotText, lines_in, without_mark

#: Files in one part: what is lost, and done again, when a worker dies.
PART_FILES = 32

#: What is told of files that were compared as far as they can be shown: the rest of them wasn't.
DAMAGED, IN_PART = "damaged", "looked_at_in_part"
COMPARED = frozenset({DAMAGED, IN_PART})

_VERSION = 1

#: Longer than a line of this file is: a path has at most 4,096 bytes, an escape six characters.
_LINE_BYTES = 64 * 1024


class ListUnusable(StaydownError):
    """The list of a sweep, or the file that names a catalogue, can't be used."""


#: What the first line of a list says of its source, and how JSON holds it.
_KINDS = {"root": str, "folder": bool, "hosts": list, "private_hosts": bool, "preview": str}

_DAMAGED = "the list of this sweep is damaged: start a new sweep"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the names of a list come from.

    ``root`` is the folder that was walked, and names are relative to it; with ``folder`` False it
    is the folder of a text file that named paths (relative to it, or absolute) and addresses.
    Addresses are fetched from ``hosts`` only. ``preview`` is the address that a name is appended
    to for the moderators' preview; "" for none.
    """

    root: bytes
    folder: bool = True
    hosts: tuple[str, ...] = ()
    private_hosts: bool = False
    preview: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """So many names of the list, the first of which stands at place ``first`` (from 0)."""

    number: int
    first: int
    names: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class SweepList:
    """A written list: where it comes from, how many names it has, SHA-256 of the whole file."""

    path: Path
    source: Source
    files: int
    digest: bytes

    @property
    def parts(self) -> int:
        """How many parts it is cut into."""
        return -(-self.files // PART_FILES)

    def names(self) -> Iterator[bytes]:
        """Yield every name in its order. Raises OSError, ListUnusable."""
        with self.path.open("rb") as file:
            file.readline(_LINE_BYTES)
            for line in _lines(file):
                yield os.fsencode(_text(line))

    def left(self, done: bytes | bytearray) -> Iterator[Part]:
        """Yield the parts whose byte in ``done`` is 0. Raises OSError, ListUnusable."""
        with self.path.open("rb") as file:
            file.readline(_LINE_BYTES)
            lines = _lines(file)
            for number in range(self.parts):
                first = number * PART_FILES
                wanted = [next(lines) for _ in range(min(PART_FILES, self.files - first))]
                if not done[number]:
                    names = tuple(os.fsencode(_text(line)) for line in wanted)
                    yield Part(number, first, names)


def write_list(path: Path, source: Source, names: Iterable[bytes]) -> SweepList:
    """Write a list, readable by its owner alone; it is there whole, or not at all.

    Raises OSError.
    """
    digest = hashlib.sha256()
    aside = path.with_suffix(".new")
    files = 0
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        for line in _written(source, names):
            file.write(line)
            digest.update(line)
            files += 1
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    return SweepList(path, source, files - 1, digest.digest())


def read_list(path: Path) -> SweepList:
    """Read a list through to its end, and count it. Raises OSError, ListUnusable."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        first = file.readline(_LINE_BYTES)
        digest.update(first)
        source = _source(first)
        files = 0
        for line in _lines(file):
            digest.update(line)
            files += 1
    return SweepList(path, source, files, digest.digest())


def named_in(path: Path) -> Iterator[bytes]:
    """Yield the paths and addresses in a text file, one a line; empty lines are passed over.

    Raises OSError, and ListUnusable for a line that can be neither.
    """
    folder = os.path.dirname(os.path.realpath(os.fsencode(path)))  # noqa: PTH120 - odd bytes
    with path.open("rb") as file:
        try:
            for _, line in lines_in(file, most=_LINE_BYTES):
                yield _meant(line, folder)
        except NotText as error:
            raise ListUnusable(f"{error}: is this a list of files at all?") from error


def _meant(line: bytes, folder: bytes) -> bytes:
    """Return a line without what an editor left around a name, unless a file is called so."""
    name = without_mark(line).strip()
    if name == line or os.path.lexists(os.path.join(folder, line)):  # noqa: PTH118
        return line
    return name


def _written(source: Source, names: Iterable[bytes]) -> Iterator[bytes]:
    head = asdict(source) | {"version": _VERSION, "root": os.fsdecode(source.root)}
    yield json.dumps(head).encode() + b"\n"
    for name in names:
        yield json.dumps(os.fsdecode(name)).encode() + b"\n"


def _lines(file: Iterable[bytes]) -> Iterator[bytes]:
    for line in file:
        if not line.endswith(b"\n"):
            raise ListUnusable("the list of this sweep breaks off: start a new sweep")
        yield line


def _source(line: bytes) -> Source:
    try:
        head = json.loads(line)
    except ValueError as error:
        raise ListUnusable(_DAMAGED) from error
    if not isinstance(head, dict):
        raise ListUnusable(_DAMAGED)
    if head.pop("version", None) != _VERSION:
        raise ListUnusable("the list of this sweep was written by another version of staydown")
    kinds = {name: type(value) for name, value in head.items()}
    if kinds != _KINDS or any(type(host) is not str for host in head["hosts"]):
        raise ListUnusable(_DAMAGED)
    return Source(**head | {"root": os.fsencode(head["root"]), "hosts": tuple(head["hosts"])})


def _text(line: bytes) -> str:
    try:
        name = json.loads(line)
    except ValueError as error:
        raise ListUnusable(_DAMAGED) from error
    return str(name)
