"""Checks a directory: every file by itself, then what records say of each other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from staydown.base.records import BadRecord
from staydown.notices.directory.reading import RecordFile, directory_of, read_record, record_files
from staydown.notices.directory.records import Jurisdiction, Law, Record, Regime
from staydown.notices.directory.references import reference_faults
from staydown.notices.directory.wording import unsuitable


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a file ("laws/us-tida-criminal.toml"; "" for the directory as a whole).

    An error must be mended before the directory is used; a warning asks somebody to look.
    """

    file: str
    severity: Literal["error", "warning"]
    text: str


def lint(directory_folder: Path, today: date) -> list[Finding]:
    """Check the directory in a folder, as of ``today``. Errors first, then by file."""
    try:
        files = record_files(directory_folder)
    except BadRecord as error:
        return [Finding("", "error", str(error))]
    found: list[Finding] = []
    records: dict[RecordFile, Record] = {}
    for file in files:
        try:
            records[file] = read_record(file)
        except BadRecord as error:
            found.append(Finding(file.name, "error", str(error).removeprefix(f"{file.name}: ")))
    for file, record in records.items():
        found += (Finding(file.name, "error", text) for text in _faults(record, today))
        if file.folder != "retired" and record.standing.is_stale(today):
            text = f"check again: last checked {record.checked}, due since {record.standing.due}"
            found.append(Finding(file.name, "warning", text))
    found += _across(records)
    return sorted(found, key=lambda one: (one.severity, one.file, one.text))


def _across(records: Mapping[RecordFile, Record]) -> Iterator[Finding]:
    """Faults between records; those of files that can't be read are left out of it."""
    name_of = {(file.folder, record.id): file.name for file, record in records.items()}
    for folder, record_id, text in reference_faults(directory_of(records)):
        yield Finding(name_of[folder, record_id], "error", text)


def _faults(record: Record, today: date) -> Iterator[str]:
    if record.checked > today:
        yield "checked: that day hasn't come yet"
    if record.recheck_after is not None and record.recheck_after < record.checked:
        yield "recheck_after: is before the day it was checked"
    for source in _sources(record):
        if not source.startswith(("https://", "http://", "overview: ")):
            yield "source: is a web address, or a reference that starts with “overview: ”"
    for key, word, instead in unsuitable(record.model_dump()):
        yield f"{key}: says “{word}”: write {instead}"
    if isinstance(record, Law) and record.ground and record.status in ("bill", "annulled"):
        yield "ground: a bill or an annulled law is no ground"
    if isinstance(record, Regime):
        yield from _regime_faults(record)


def _regime_faults(regime: Regime) -> Iterator[str]:
    for group in regime.one_of:
        if len(group) < 2 or group[0] not in regime.elements:
            yield "one_of: has two or more elements, of which the first stands in elements"
    for reading in regime.readings:
        if not reading.commenced and reading.confirmed:
            yield "readings: what isn't in force yet can't be confirmed as a time limit"
    if not regime.readings:
        yield "readings: has one at least; where no time is fixed, one without a length"


def _sources(record: Record) -> Iterator[str]:
    named = [record.source, *record.more_sources]
    if isinstance(record, Jurisdiction):
        named.append(record.minors_source)
    if isinstance(record, Regime):
        named += (reading.source for reading in record.readings)
    return filter(None, named)
