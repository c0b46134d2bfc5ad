"""Checks the advice: steps of the safety plan, and how to use what one searches with."""

from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from typing import TypeVar

from staydown.base.records import BadRecord
from staydown.guidance.record import Advice, read_record
from staydown.guidance.safety_plan import reading as step_reading
from staydown.guidance.safety_plan.record import Step
from staydown.guidance.self_search import engine as engine_reading
from staydown.guidance.self_search.engine import Engine
from staydown.guidance.support.linting import FORBIDDEN, Finding
from staydown.guidance.support.reading import load_support

_Shape = TypeVar("_Shape", bound=Advice)


def lint_advice(
    today: date,
    *,
    steps: Path = step_reading.FOLDER,
    engines: Path = engine_reading.FOLDER,
    services: Collection[str] | None = None,
) -> list[Finding]:
    """Check every step and engine as of ``today``; ``services`` are the ids that they may name."""
    known = _shipped_services() if services is None else services
    read_steps, faults = _read(steps, Step)
    if not faults:  # else what a broken file says would be missed in the others
        try:
            step_reading.together(read_steps)
        except BadRecord as error:
            faults.append(_finding(error))
    read_engines, more_faults = _read(engines, Engine)
    found = [*faults, *more_faults]
    records: list[Step | Engine] = [*read_steps, *read_engines]
    for record in records:
        name = f"{record.id}.toml"
        found += (Finding(name, "error", text) for text in _faults(record, known, today))
        if record.standing.is_stale(today):
            text = f"check again: last checked {record.checked}, due since {record.standing.due}"
            found.append(Finding(name, "warning", text))
    return sorted(found, key=lambda one: (one.severity, one.file, one.text))


def _shipped_services() -> Collection[str] | None:
    """None where they can't be read, which the check of the services says itself."""
    try:
        return load_support()
    except BadRecord:
        return None


def _read(folder: Path, shape: type[_Shape]) -> tuple[list[_Shape], list[Finding]]:
    """Read a folder file by file: what could be read, and what is wrong with the others."""
    records: list[_Shape] = []
    faults: list[Finding] = []
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    if not paths:
        faults.append(Finding("", "error", f"there is no record in the folder {folder.name}"))
    for path in paths:
        if path.suffix != ".toml":
            text = "doesn't belong here: one record a .toml file"
            faults.append(Finding(path.name, "error", text))
            continue
        try:
            records.append(read_record(path, shape))
        except BadRecord as error:
            faults.append(_finding(error, path))
    return records, faults


def _finding(error: BadRecord, path: Path | None = None) -> Finding:
    file, _, text = str(error).partition(": ")
    if path is None or file == path.name:
        return Finding(file, "error", text)
    return Finding(path.name, "error", str(error))


def _faults(record: Step | Engine, services: Collection[str] | None, today: date) -> Iterator[str]:
    if record.checked > today:
        yield "checked: that day hasn't come yet"
    if record.recheck_after is not None and record.recheck_after < record.checked:
        yield "recheck_after: is before the day it was checked"
    for name in record.support:
        if services is not None and name not in services:
            yield f"support: there is no service “{name}”"
    said = str(record.model_dump(exclude={"source", "more_sources", "support"})).lower()
    for word in FORBIDDEN:
        if word in said:
            yield f"says “{word.strip()}”: use neutral words"
