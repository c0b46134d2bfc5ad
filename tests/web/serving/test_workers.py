"""Threads that outlive what they run, and a queue in which everybody gets a turn."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest

from staydown.web.serving.workers import FairQueue, Unwanted, Workers

T = TypeVar("T")


def test_one_address_with_many_requests_does_not_delay_another_with_few() -> None:
    queue: FairQueue[str] = FairQueue()
    for number in range(100):
        queue.put("many", f"many {number}")
    queue.put("few", "few 0")
    queue.put(None, "nobody's 0")
    assert [queue.take() for _ in range(4)] == ["many 0", "few 0", "nobody's 0", "many 1"]


def test_what_each_address_asked_is_taken_in_its_order_and_nothing_is_lost() -> None:
    queue: FairQueue[tuple[int, int]] = FairQueue()
    sent = [(share, number) for number in range(50) for share in range(number % 4)]
    for share, number in sent:
        queue.put(str(share), (share, number))
    taken = [queue.take() for _ in sent]
    assert sorted(taken) == sorted(sent)
    for share in range(4):
        numbers = [number for one, number in taken if one == share]
        assert numbers == sorted(numbers)


def stop_everything() -> Any:
    raise SystemExit(3)


def say_stop() -> Any:
    raise StopIteration


def in_a_loop(ask: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run what ``ask`` gives in a thread of its own: a browser's tests have a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(ask())).result()


def test_nothing_that_a_view_raises_ends_its_thread() -> None:
    workers = Workers(1)
    workers.start()

    async def ask() -> list[str]:
        for work in (stop_everything, say_stop):
            with pytest.raises(RuntimeError, match="tried to end"):
                await workers.run(work, None, lambda: True)
        with pytest.raises(ZeroDivisionError):
            await workers.run(lambda: 1 // 0, None, lambda: True)
        names = [threading.current_thread().name]
        names.append(await workers.run(lambda: threading.current_thread().name, None, lambda: True))
        return names

    asked, worked = in_a_loop(ask)
    assert worked == "worker" != asked
    assert workers.busy == 0


def test_a_thread_that_dies_is_replaced_and_the_log_says_so(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers = Workers(1)
    broken = iter([True])
    real = Workers._next

    def fail_once(self: Workers) -> None:
        if next(broken, False):
            raise MemoryError
        real(self)

    monkeypatch.setattr(Workers, "_next", fail_once)
    workers.start()
    assert in_a_loop(lambda: workers.run(lambda: 7, None, lambda: True)) == 7
    assert [one.message for one in caplog.records] == ["a worker thread died and is replaced"]


def test_nothing_is_done_for_whoever_has_left() -> None:
    workers = Workers(1)
    workers.start()
    done: list[int] = []
    with pytest.raises(Unwanted):
        in_a_loop(lambda: workers.run(lambda: done.append(1), None, lambda: False))
    assert done == []
