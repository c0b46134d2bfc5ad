"""Checks the advice: steps of the safety plan, and how to use what one searches with."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from pathlib import Path

from staydown.base.records import BadRecord
from staydown.guidance.safety_plan import reading as step_reading
from staydown.guidance.safety_plan.record import Step
from staydown.guidance.self_search import engine as engine_reading
from staydown.guidance.self_search.engine import Engine
from staydown.guidance.support.linting import FORBIDDEN, Finding
from staydown.guidance.support.reading import load_support


def lint_advice(
    today: date,
    *,
    steps: Path = step_reading.FOLDER,
    engines: Path = engine_reading.FOLDER,
    services: Collection[str] | None = None,
) -> list[Finding]:
    """Check every step and engine as of ``today``; ``services`` are the ids that they may name."""
    known = load_support() if services is None else services
    found = [
        *_read(lambda: step_reading.read_steps(steps).values(), known, today),
        *_read(lambda: engine_reading.read_engines(engines).values(), known, today),
    ]
    return sorted(found, key=lambda one: (one.severity, one.file, one.text))


def _read(
    read: Callable[[], Iterable[Step | Engine]], services: Collection[str], today: date
) -> Iterator[Finding]:
    try:
        records = read()
    except BadRecord as error:
        file, _, text = str(error).partition(": ")
        yield Finding(file, "error", text)
        return
    for record in records:
        name = f"{record.id}.toml"
        yield from (Finding(name, "error", text) for text in _faults(record, services, today))
        if record.standing.is_stale(today):
            text = f"check again: last checked {record.checked}, due since {record.standing.due}"
            yield Finding(name, "warning", text)


def _faults(record: Step | Engine, services: Collection[str], today: date) -> Iterator[str]:
    if record.checked > today:
        yield "checked: that day hasn't come yet"
    if record.recheck_after is not None and record.recheck_after < record.checked:
        yield "recheck_after: is before the day it was checked"
    for name in record.support:
        if name not in services:
            yield f"support: there is no service “{name}”"
    said = str(record.model_dump(exclude={"source", "more_sources", "support"})).lower()
    for word in FORBIDDEN:
        if word in said:
            yield f"says “{word.strip()}”: use neutral words"
