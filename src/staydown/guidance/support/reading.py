"""Reads the records that lie beside this: one a file, strictly, once."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from staydown.base.records import BadRecord, read_table
from staydown.guidance.support.record import Support

FOLDER = Path(__file__).parent / "data"


def read_support(path: Path) -> Support:
    """Read one record. Raises BadRecord, which names the file and the key, never its value."""
    try:
        record = Support.model_validate(read_table(path))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(str(part) for part in first["loc"]) or "the record"
        raise BadRecord(f"{path.name}: {key}: {first['msg']}") from error
    if record.id != path.stem:
        raise BadRecord(f"{path.name}: id: the file is named after the id")
    return record


def read_folder(folder: Path) -> Mapping[str, Support]:
    """Read every record of a folder, by id. Raises BadRecord."""
    records = (read_support(path) for path in sorted(folder.glob("*.toml")))
    return MappingProxyType({record.id: record for record in records})


@cache
def load_support() -> Mapping[str, Support]:
    """Return the records that ship with Staydown, by id. Raises BadRecord."""
    return read_folder(FOLDER)
