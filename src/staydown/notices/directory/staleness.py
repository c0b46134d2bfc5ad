"""Which records somebody should look at again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from staydown.notices.directory.directory import Directory
from staydown.notices.directory.reading import SHAPES
from staydown.notices.directory.records import Record


@dataclass(frozen=True, slots=True)
class StaleRecord:
    """A record that is due: the folder it is in, its id, when it was checked and fell due."""

    folder: str
    id: str
    checked: date
    due: date


def stale(directory: Directory, today: date) -> tuple[StaleRecord, ...]:
    """Return the records that are due on ``today``, longest due first.

    A tombstone never falls due: nothing about it changes any more.
    """
    found = [
        StaleRecord(folder, record.id, record.checked, record.standing.due)
        for folder, record in every_record(directory)
        if folder != "retired" and record.standing.is_stale(today)
    ]
    return tuple(sorted(found, key=lambda one: (one.due, one.folder, one.id)))


def every_record(directory: Directory) -> Iterator[tuple[str, Record]]:
    """Give every record with the name of its folder."""
    for folder in SHAPES:
        for record in getattr(directory, folder).values():
            yield folder, record
