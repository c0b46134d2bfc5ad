"""No expression of the package takes more than its share of time, whatever it is given to read."""

import contextlib
import re
import signal
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from tests.patterns.finding import Found, every_pattern, held, in_code, in_scripts
from tests.patterns.hostile import Text, texts

#: Characters of a text.
LENGTH = 4096

#: Processor time that no linear pattern needs for ``LENGTH`` characters: a suspect needs more.
SUSPECT_SECONDS = 0.002

#: The most that twice the length may cost, against the length.
MOST = 3.0

_TRIES = 5

_Call = Callable[[], object]


def methods(pattern: "re.Pattern[str] | re.Pattern[bytes]", text: str) -> dict[str, _Call]:
    """Return every way of putting a text to a pattern. ``findall`` stands for sub and split too."""
    given = text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text
    return {
        name: partial(getattr(pattern, name), given)
        for name in ("match", "search", "fullmatch", "findall")
    }


def seconds(call: _Call) -> float:
    """Return the processor time of a call, which other work on the machine hardly lengthens."""
    begun = time.thread_time()
    call()
    return time.thread_time() - begun


@contextlib.contextmanager
def no_longer_than(limit: float) -> Iterator[None]:
    """Raise TimeoutError after ``limit`` seconds of processor time, also from inside ``re``."""

    def end(_number: int, _frame: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def grows(
    pattern: "re.Pattern[str] | re.Pattern[bytes]", text: Text, name: str, length: int
) -> bool:
    """Say whether twice the length costs more than ``MOST`` times as much, each time it is asked.

    What took long once, and now doesn't, was the machine.
    """
    for _ in range(_TRIES):
        once, twice = (
            seconds(methods(pattern, text.of(size))[name]) for size in (length, 2 * length)
        )
        if once < SUSPECT_SECONDS or twice <= MOST * once:
            return False
    return True


def slow(found: Found) -> list[str]:
    """Return what shows that a pattern is slow: the method and the text."""
    every = list(texts(found.pattern))
    # Short first: what grows with a power of two never ends on a long one.
    for length in (20, 256, LENGTH):
        for text in every:
            for name, call in methods(found.pattern, text.of(length)).items():
                shown = f"{name} of {text}, {length} long"
                try:
                    with no_longer_than(5):
                        if seconds(call) < SUSPECT_SECONDS:
                            continue
                        if grows(found.pattern, text, name, length):
                            return [shown]
                except TimeoutError:
                    return [f"does not end: {shown}"]
    return []


def test_the_patterns_are_found_where_they_are() -> None:
    by_call = {(one.pattern.pattern, one.pattern.flags) for one in in_code()}
    missed = [one for one in held() if (one.pattern.pattern, one.pattern.flags) not in by_call]
    assert not missed
    assert len(by_call) > 40
    assert next(in_scripts(), None) is not None


@pytest.mark.parametrize("found", [pytest.param(one, id=one.where) for one in every_pattern()])
def test_twice_the_text_takes_at_most_three_times_as_long(found: Found) -> None:
    assert slow(found) == []


@pytest.mark.parametrize(
    "pattern",
    [
        r";\s*(charset|[^;=]*\*[^;=]*)=[^;]*",
        r"\S+@\S+",
        r"(a|aa)+b",
        r"[^x]*y|[^x]",
        r"a[a-z]*b",
    ],
)
def test_slow_patterns_are_told_from_quick_ones(pattern: str) -> None:
    assert slow(Found("here", re.compile(pattern)))
