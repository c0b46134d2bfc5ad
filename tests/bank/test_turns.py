"""Turns at writing: people first, first come first served, and nobody waits for ever."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import OperationalError
from psycopg import errors

from staydown.bank import turns as turning
from staydown.bank.errors import Busy
from staydown.bank.turns import Turns
from tests.desk_server import eventually

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The order of turns alone: what they do to the database's own waiting is tried with it."""
    monkeypatch.setattr(turning, "_wait_for_lock", lambda _seconds: None)


@contextmanager
def taken(turns: Turns) -> Iterator[threading.Event]:
    """Hold the turn until the event is set, or the block ends."""
    over, begun = threading.Event(), threading.Event()

    def hold() -> None:
        with turns.program():
            begun.set()
            over.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    assert begun.wait(60)
    try:
        yield over
    finally:
        over.set()
        thread.join()


def test_people_come_before_programs_and_each_kind_in_order() -> None:
    turns, order = Turns(60), list[str]()
    threads = []

    def write(name: str) -> None:
        with turns.program(60) if name.startswith("program") else turns.person():
            order.append(name)

    with taken(turns):
        for place, name in enumerate(("program 1", "person 1", "program 2", "person 2")):
            threads.append(threading.Thread(target=write, args=(name,)))
            threads[-1].start()
            eventually(partial(_waiting, turns, place + 1))
    for thread in threads:
        thread.join()
    assert order == ["person 1", "person 2", "program 1", "program 2"]


def _waiting(turns: Turns, count: int) -> bool:
    return len(turns._people) + len(turns._programs) == count


def test_who_waits_in_vain_is_told_and_keeps_nobody_else_waiting() -> None:
    turns = Turns(0.05)
    with taken(turns):
        for turn in (turns.person, turns.program):
            with pytest.raises(Busy), turn():
                pass
    for turn in (turns.program, turns.person):
        with turn():
            pass


def test_few_lists_are_taken_in_at_once() -> None:
    turns = Turns()
    with turns.long_list(1), turns.long_list(2):
        with pytest.raises(Busy), turns.long_list(3):
            pass
        with turns.person():
            pass
    with turns.long_list(3):
        pass


def test_after_trouble_nobody_waits_long_until_somebody_gets_through() -> None:
    turns = Turns(60)
    late = OperationalError("late")
    late.__cause__ = errors.lookup("55P03")("late")
    with pytest.raises(OperationalError), turns.person():
        raise late
    with taken_as_person(turns), pytest.raises(Busy), turns.person():
        pass
    with turns.person():
        pass
    assert turns._short_until == float("-inf")


@contextmanager
def taken_as_person(turns: Turns) -> Iterator[None]:
    with taken(turns):
        turns._short_until = float("inf")  # as trouble leaves it, for longer than a slow machine
        yield
