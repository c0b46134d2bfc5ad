"""Reads the directory's files: the one edge where their text becomes records."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from staydown.base.records import BadRecord, read_table
from staydown.notices.directory.directory import Directory
from staydown.notices.directory.records import (
    Authority,
    Calendar,
    Jurisdiction,
    Law,
    Place,
    Record,
    Regime,
    Risk,
    Tombstone,
)

#: The folders of the directory, and what each file in them is.
SHAPES: Mapping[str, type[Record]] = MappingProxyType(
    {
        "jurisdictions": Jurisdiction,
        "regimes": Regime,
        "laws": Law,
        "authorities": Authority,
        "risks": Risk,
        "places": Place,
        "calendars": Calendar,
        "retired": Tombstone,
    }
)

#: Folders whose records are looked up by jurisdiction code; their ids are those codes in small
#: letters, so an id may stand in both of them.
BY_CODE = ("jurisdictions", "calendars")

SHIPPED = Path(__file__).parent / "data"

#: A folder with more files than this is not a directory of ours.
MAX_FILES = 5_000


@dataclass(frozen=True, slots=True)
class RecordFile:
    """One file of the directory: the folder it is in, and where it lies."""

    folder: str
    path: Path

    @property
    def name(self) -> str:
        """How messages call it ("laws/us-tida-criminal.toml")."""
        return f"{self.folder}/{self.path.name}"


def record_files(folder: Path) -> tuple[RecordFile, ...]:
    """Return every record file under ``folder``, in the order of their names.

    Raises BadRecord for a folder that isn't there, is too full, or holds something unknown.
    """
    try:
        inside = sorted(
            entry for entry in folder.iterdir() if not entry.name.startswith((".", "_"))
        )
    except OSError as error:
        raise BadRecord(f"cannot read the folder {folder.name}: {error.strerror}") from error
    found: list[RecordFile] = []
    for entry in inside:
        if not entry.is_dir() or entry.name not in SHAPES:
            raise BadRecord(f"{entry.name} doesn't belong here: use {', '.join(SHAPES)}")
        for path in sorted(entry.iterdir()):
            if path.name.startswith((".", "_")):
                continue
            if path.suffix != ".toml" or not path.is_file():
                raise BadRecord(f"{entry.name}/{path.name} doesn't belong here: records are .toml")
            found.append(RecordFile(entry.name, path))
            if len(found) > MAX_FILES:
                raise BadRecord(f"more than {MAX_FILES} records: this is not a directory of ours")
    return tuple(found)


def read_record(file: RecordFile) -> Record:
    """Read one file. Raises BadRecord, which names the file and the key at fault."""
    try:
        table = read_table(file.path)
    except BadRecord as error:
        raise BadRecord(f"{file.folder}/{error}") from error
    try:
        # As JSON, in which strictness still takes a string for an enum and a list for a tuple.
        record = SHAPES[file.folder].model_validate_json(json.dumps(table, default=str))
    except ValidationError as error:
        raise BadRecord(f"{file.name}: {_first_fault(error)}") from error
    if record.id != file.path.stem:
        raise BadRecord(f"{file.name}: id: the id and the file's name must be the same")
    return record


def read_directory(folder: Path) -> Directory:
    """Read the directory in ``folder``. Raises BadRecord, which names the file at fault."""
    return directory_of({file: read_record(file) for file in record_files(folder)})


def directory_of(records: Mapping[RecordFile, Record]) -> Directory:
    """Put records that were read together."""
    by_folder: dict[str, dict[str, Any]] = {name: {} for name in SHAPES}
    for file, record in records.items():
        key = record.id.upper() if file.folder in BY_CODE else record.id
        by_folder[file.folder][key] = record
    return Directory(**{name: MappingProxyType(table) for name, table in by_folder.items()})


@cache
def load_directory() -> Directory:
    """Return the directory that ships with Staydown, read once."""
    return read_directory(SHIPPED)


def _first_fault(error: ValidationError) -> str:
    """Say what is wrong first. Never repeats what stood there."""
    fault = error.errors(include_input=False, include_url=False, include_context=False)[0]
    where = ".".join(str(part) for part in fault["loc"]) or "the record"
    return f"{where}: {fault['msg'].removeprefix('Value error, ')}"
