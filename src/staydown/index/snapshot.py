"""The files of an index: a manifest that names the files of its parts, replaced as a whole.

A part is written once, to a file with a random name. The manifest says which of them belong
together, by name and digest; it holds the few newest rows, which rows have left, and how far the
feed had been read. A file that no manifest names is litter of a save that didn't end, or of parts
that have been merged, and is removed by the next save.

What has left stays in the file of its part, marked, until the part is written anew: at the first
save after more than one row in twenty has left, or when the oldest has been marked for a day.
"""

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from staydown.base.canonical import JSONValue
from staydown.index import container, search_methods
from staydown.index.errors import SnapshotNotWritten, SnapshotRefused
from staydown.index.folder import Folder
from staydown.index.hits import Rows
from staydown.index.keys import KEY_LIMIT, Keys, ascend
from staydown.index.segments import TAIL_ROWS, Part, Places, Stored, no_deaths

#: A manifest has at most so many parts: more can't come about.
_MOST_PARTS = 4096
_MOST_ORIGIN = 200

#: A saved part whose rows have left in this share is written anew by the next save …
STALE_SHARE = 0.05
#: … and so is one that has held, for so many seconds, a row that had left.
STALE_SECONDS = 24 * 3600

#: A reader that finds a file gone looks at the manifest again: a writer has replaced it meanwhile.
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Saved:
    """What a snapshot holds."""

    cursor: int
    #: Whose rows the index was built from, in the caller's words.
    origin: str
    parts: list[Part]
    keys: Keys
    rows: Rows


def load(folder: Folder, bits: int) -> Saved | None:
    """Open the snapshot in ``folder``; None when there is none.

    Raises SnapshotRefused when it is damaged, of another width or of a later version.
    """
    for attempt in range(_TRIES):
        try:
            return _load(folder, bits)
        except _Gone as gone:
            if attempt == _TRIES - 1:
                raise SnapshotRefused(
                    f"{gone} is missing: remove the files of this index, and it is built anew"
                ) from None
    raise AssertionError  # the last attempt has returned or raised


class _Gone(Exception):
    """A file that the manifest names isn't there."""


def _load(folder: Folder, bits: int) -> Saved | None:
    name = f"{folder.name}.manifest"
    try:
        contents = _read(folder, name)
    except FileNotFoundError:
        return None
    try:
        return _saved(folder, bits, contents)
    except (ValueError, KeyError) as error:
        raise SnapshotRefused(f"{name} is not of this index ({error}): remove it") from None


def _read(folder: Folder, name: str, digest: str | None = None) -> container.Contents:
    handle = folder.open(name)
    try:
        return container.read(handle, name, digest)
    finally:
        os.close(handle)


def _saved(folder: Folder, bits: int, contents: container.Contents) -> Saved:
    facts, arrays = contents.facts, contents.arrays
    _check_facts(facts, {"what": "manifest", "index": folder.name, "bits": bits})
    keys, rows = arrays["keys"], arrays["rows"]
    _check_keys(keys)
    if rows.dtype != np.uint64 or rows.shape != (len(keys), bits // 64) or len(keys) > TAIL_ROWS:
        raise ValueError("its newest rows have another shape")
    listed = facts["parts"]
    if not isinstance(listed, list) or len(listed) > _MOST_PARTS:
        raise ValueError("it has too many parts")
    # Before any of them is read: it would be read as often as it is named.
    if not all(isinstance(line, dict) for line in listed):
        raise ValueError("its parts are of another form")
    if len({str(line["file"]) for line in listed}) < len(listed):
        raise ValueError("it names a part twice")
    parts = [
        _load_part(folder, bits, line, arrays[f"dead{number}"])
        for number, line in enumerate(listed)
    ]
    origin = facts["origin"]
    if not isinstance(origin, str) or len(origin) > _MOST_ORIGIN:
        raise ValueError("it has a foreign origin")
    return Saved(_number(facts["cursor"]), origin, parts, keys, rows)


def _load_part(folder: Folder, bits: int, line: dict[str, Any], dead: Places) -> Part:
    name = str(line["file"])
    if not folder.is_part(name):
        raise ValueError("it names a foreign file")
    try:
        contents = _read(folder, name, str(line["digest"]))
    except FileNotFoundError:
        raise _Gone(name) from None
    facts, arrays = contents.facts, contents.arrays
    _check_facts(facts, {"what": "part", "index": folder.name, "bits": bits})
    keys = arrays.pop("keys")
    _check_keys(keys)
    if not len(keys) or facts["count"] != len(keys):
        raise ValueError("a part has another number of rows")
    segment = search_methods.over(str(facts["search"]), arrays, bits, len(keys))
    stored = Stored(name, contents.digest)
    part = Part(keys, segment, no_deaths(len(keys)), stored=stored, mapped=True)
    _mark_dead(part, dead)
    since = line["stale_since"]
    part.stale_since = None if since is None else _number(since)
    return part


def _check_facts(facts: dict[str, Any], wanted: dict[str, Any]) -> None:
    for name, value in wanted.items():
        if facts.get(name) != value:
            raise ValueError(f"its {name} is another")


def _check_keys(keys: Keys) -> None:
    if keys.dtype != np.uint64 or keys.ndim != 1:
        raise ValueError("its keys have another type")
    if len(keys) and (int(keys[-1]) >= KEY_LIMIT or not ascend(keys)):
        raise ValueError("its keys are in disorder")


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 1 << 63:
        raise ValueError("it holds an impossible number")
    return value


def _mark_dead(part: Part, dead: Places) -> None:
    if dead.dtype != np.int64 or dead.ndim != 1:
        raise ValueError("its withdrawn rows have another type")
    if len(dead):
        if not 0 <= dead[0] <= dead[-1] < len(part) or not (dead[1:] > dead[:-1]).all():
            raise ValueError("its withdrawn rows are in disorder")
        part.died[dead] = 1
        part.deaths.append(dead)
        part.dead = len(dead)


def discard(path: Path, name: str) -> None:
    """Remove the files of the index ``name`` in the folder ``path``, so that it begins empty.

    Raises FolderRefused, and SnapshotLocked while another process writes them.
    """
    try:
        folder = Folder(path, name, create=False)
    except FileNotFoundError:
        return
    with folder:
        folder.lock()
        for one in folder.own():
            folder.remove(one)


def is_stale(part: Part, now: int) -> bool:
    """Whether the file of a part must be written anew because of rows that have left."""
    if part.stored is None or not part.dead:
        return False
    since = now if part.stale_since is None else part.stale_since
    # A clock that was set back must not keep a withdrawn row for longer.
    return part.dead > STALE_SHARE * len(part) or not 0 <= now - since < STALE_SECONDS


def write_part(folder: Folder, part: Part) -> Stored:
    """Write the rows of a part to a file of its own. Raises SnapshotNotWritten."""
    name = folder.part_name(secrets.token_hex(16))
    facts: dict[str, JSONValue] = {
        "what": "part",
        "index": folder.name,
        "bits": part.segment.bits,
        "count": len(part),
        "search": search_methods.name(part.segment),
    }
    digest = _write(folder, name, facts, {"keys": part.keys, **part.segment.arrays()})
    return Stored(name, digest)


def write_manifest(folder: Folder, bits: int, saved: Saved, dead: Sequence[Places]) -> None:
    """Make ``saved`` what ``load`` finds; ``dead`` are the withdrawn places of each of its parts.

    All parts have been written. Returning means that it is on disk. Raises SnapshotNotWritten, and
    ValueError for a cursor or an origin that ``load`` would refuse.
    """
    _number(saved.cursor)
    if len(saved.origin) > _MOST_ORIGIN:
        raise ValueError(f"an origin has at most {_MOST_ORIGIN} characters")
    lines: list[JSONValue] = [
        {
            "file": part.stored.name,
            "digest": part.stored.digest,
            "stale_since": part.stale_since,
        }
        for part in saved.parts
        if part.stored is not None
    ]
    facts: dict[str, JSONValue] = {
        "what": "manifest",
        "index": folder.name,
        "bits": bits,
        "cursor": saved.cursor,
        "origin": saved.origin,
        "parts": lines,
    }
    arrays = {"keys": saved.keys, "rows": saved.rows}
    arrays |= {f"dead{number}": np.sort(places) for number, places in enumerate(dead)}
    draft = folder.draft_name(secrets.token_hex(16))
    _write(folder, draft, facts, arrays)
    try:
        folder.sync()
        folder.replace(draft, f"{folder.name}.manifest")
    except OSError as error:
        folder.remove(draft)
        raise _not_written(error) from error


def remove_litter(folder: Folder, parts: Sequence[Part]) -> None:
    """Remove the files of this index that a manifest over ``parts`` doesn't name.

    Raises SnapshotNotWritten: what should be gone isn't, so saving hasn't ended.
    """
    named = {part.stored.name for part in parts if part.stored is not None}
    try:
        for name in folder.own():
            if name not in named and name != f"{folder.name}.manifest":
                folder.remove(name)
    except OSError as error:
        raise SnapshotNotWritten(
            f"the index is saved, but files that it no longer needs can't be removed "
            f"({error.strerror}): mend the folder's rights, or withdrawn rows stay in it"
        ) from error


def _write(folder: Folder, name: str, facts: dict[str, JSONValue], arrays: container.Arrays) -> str:
    try:
        handle = folder.create(name)
    except OSError as error:
        raise _not_written(error) from error
    try:
        return container.write(handle, facts, arrays)
    except OSError as error:
        folder.remove(name)
        raise _not_written(error) from error
    finally:
        os.close(handle)


def _not_written(error: OSError) -> SnapshotNotWritten:
    return SnapshotNotWritten(
        f"the index can't be saved ({error.strerror}): make room, or mend the folder's rights; "
        "the snapshot from before still stands"
    )
