"""What a rule says: a code with values. The sentence is found by ``staydown.base.wording``.

A rule that returned sentences would speak one language, and whoever asks why would have to compare
sentences. So a rule returns a ``Reason``; pages, commands and whatever is sent turn it into words.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias, Union

#: What may fill a gap of a sentence; text stands there as it is.
Value: TypeAlias = Union[str, int, "Day", "Instant", "Reason", "Several"]
#: What a reason may be made with.
Given: TypeAlias = Value | date | Sequence["Given"]


@dataclass(frozen=True, slots=True)
class Day:
    """A day, which each language writes in its own way."""

    day: date


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment (aware), which each language writes in its own way."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Several:
    """Values that stand beside each other."""

    parts: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """``code`` names a line of a wording file, ``values`` fill its gaps.

    A code is ``room.file.line``: ``notices.routes.closed`` is the line ``closed`` in
    ``notices/wording/<language>/routes.toml``; a line in a table has its name in front
    (``notices.deadlines.ended.removed``).
    """

    code: str
    values: tuple[tuple[str, Value], ...] = ()

    @property
    def line(self) -> str:
        """The code without its room and file."""
        return self.code.split(".", 2)[2]


def reasons(file: str) -> Callable[..., Reason]:
    """Return what makes the reasons of one wording file: ``reasons("notices.routes")``."""

    def reason(line: str, /, **values: Given) -> Reason:
        kept = ((name, _value(given)) for name, given in sorted(values.items()))
        return Reason(f"{file}.{line}", tuple(kept))

    return reason


def _value(given: Given) -> Value:
    match given:
        case str() | int() | Day() | Instant() | Reason() | Several():
            return given
        case datetime():
            return Instant(given)
        case date():
            return Day(given)
    return Several(tuple(_value(each) for each in given))
