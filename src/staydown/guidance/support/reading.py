"""Reads the records that lie beside this: one a file, strictly, once."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from staydown.guidance.record import read_records
from staydown.guidance.support.record import Support

FOLDER = Path(__file__).parent / "data"


def read_folder(folder: Path) -> Mapping[str, Support]:
    """Read every record of a folder, by id. Raises BadRecord."""
    return read_records(folder, Support)


@cache
def load_support() -> Mapping[str, Support]:
    """Return the records that ship with Staydown, by id. Raises BadRecord."""
    return read_folder(FOLDER)
