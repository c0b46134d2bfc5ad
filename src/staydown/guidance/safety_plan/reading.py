"""Reads the steps that lie in ``steps``: one a file, strictly, once."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from staydown.base.records import BadRecord
from staydown.guidance.record import read_records
from staydown.guidance.safety_plan.record import Step

FOLDER = Path(__file__).parent / "steps"


@cache
def load_steps() -> Mapping[str, Step]:
    """Return the steps that ship with Staydown, by id. Raises BadRecord."""
    return read_steps(FOLDER)


def read_steps(folder: Path) -> Mapping[str, Step]:
    """Read every step of a folder, by id. Raises BadRecord, which names the file and the key."""
    return together(read_records(folder, Step).values())


def together(read: Iterable[Step]) -> Mapping[str, Step]:
    """Put steps that were read one by one together, by id. Raises BadRecord, as above."""
    steps = {step.id: step for step in read}
    places: dict[int, str] = {}
    for step in steps.values():
        if step.order in places:
            raise BadRecord(f"{step.id}.toml: order: {places[step.order]} has the same")
        places[step.order] = step.id
        _check_first(step, steps)
    return MappingProxyType(steps)


def _check_first(step: Step, steps: Mapping[str, Step]) -> None:
    """Whatever comes first must be there, and must not wait for this step in turn."""
    waiting, seen = list(step.first), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in steps:
            raise BadRecord(f"{step.id}.toml: first: there is no step {name}")
        if name == step.id:
            raise BadRecord(f"{step.id}.toml: first: it would have to come before itself")
        if step.kind == "caution" and steps[name].kind != "caution":
            raise BadRecord(f"{step.id}.toml: first: a caution waits for cautions only")
        if name not in seen:
            seen.add(name)
            waiting.extend(steps[name].first)
