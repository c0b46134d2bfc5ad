"""The PIN gate: Argon2id, and never too many at once."""

import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import timedelta
from itertools import islice
from typing import Literal

import pytest
from argon2 import PasswordHasher

from staydown.bank import brakes
from staydown.bank.errors import Busy
from staydown.bank.pins import PinGate
from staydown.base.clock import HandClock
from tests.bank.making import PIN, QUICK, START


class _Counting(PasswordHasher):
    """Argon2 that notes how many computations run at once, and waits to be let on."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.running = self.most = 0
        self.go = threading.Event()
        self._lock = threading.Lock()

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)
        self.go.wait(60)
        try:
            return super().hash(password, salt=salt)
        finally:
            with self._lock:
                self.running -= 1


def test_a_pin_matches_its_own_hash_only() -> None:
    gate = PinGate(2, hasher=QUICK)
    encoded = gate.hash(PIN)
    assert encoded.startswith("$argon2id$")
    assert PIN not in encoded
    assert gate.matches(encoded, PIN)
    assert not gate.matches(encoded, PIN + "x")


def test_a_case_that_does_not_exist_matches_nothing() -> None:
    gate = PinGate(2, hasher=QUICK)
    assert not gate.matches(None, PIN)
    assert not gate.matches(None, "a PIN that cannot be chosen")


def test_no_more_than_the_slots_are_computed_at_once() -> None:
    hasher = _Counting()
    gate = PinGate(2, hasher=hasher, wait=10)
    with ThreadPoolExecutor(8) as threads:
        waiting = [threads.submit(gate.hash, PIN) for _ in range(8)]
        hasher.go.wait(0.2)
        hasher.go.set()
        for one in waiting:
            one.result()
    assert hasher.most == 2


def test_who_waits_too_long_is_told_that_the_bank_is_busy() -> None:
    hasher = _Counting()
    gate = PinGate(1, hasher=hasher, wait=0.05)
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(gate.hash, PIN)
        while not hasher.running:
            hasher.go.wait(0.01)
        with pytest.raises(Busy):
            gate.hash(PIN)
        hasher.go.set()
        first.result()


def test_a_crowd_is_told_at_once_and_does_not_wait_on_every_thread() -> None:
    hasher = _Counting()
    gate = PinGate(1, room=2, hasher=hasher, wait=600)
    with ThreadPoolExecutor(8) as threads:
        crowd = [threads.submit(gate.hash, PIN) for _ in range(8)]
        told = list(islice(as_completed(crowd, timeout=60), 6))
        assert all(isinstance(one.exception(), Busy) for one in told)
        hasher.go.set()
    assert sum(one.exception() is None for one in crowd) == 2


def test_a_flood_at_numbers_that_no_case_has_costs_no_more_checks_than_allowed() -> None:
    clock = HandClock(START)
    looked: list[str | bytes] = []

    class Looking(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
            looked.append(password)
            return QUICK.verify(hash, password)

    gate = PinGate(2, hasher=Looking(time_cost=1, memory_cost=8, parallelism=1), clock=clock)
    for _ in range(3 * brakes.NOBODYS.burst):
        assert not gate.matches(None, PIN)
    assert len(looked) <= brakes.NOBODYS.burst + 1
    clock.advance(timedelta(seconds=10))
    before = len(looked)
    encoded = gate.hash(PIN)
    assert gate.matches(encoded, PIN), "a case's own check is never left out"
    assert not gate.matches(None, PIN)
    assert len(looked) == before + 2
