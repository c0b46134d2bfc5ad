"""Work on many threads, results in the order of the items."""

import threading
import time
from collections.abc import Iterator
from itertools import count, islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staydown.cli.parallel_map import in_order, processors


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 3), max_size=60), st.integers(1, 4))
def test_results_come_in_the_order_of_the_items(delays: list[int], threads: int) -> None:
    """However long each of them takes."""

    def slowly(item: tuple[int, int]) -> int:
        time.sleep(item[1] / 2000)
        return item[0]

    assert list(in_order(slowly, enumerate(delays), threads)) == list(range(len(delays)))


def test_items_are_taken_only_a_little_ahead() -> None:
    """An endless walk is no more work than what is read of it."""
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for number in count():
            taken = number
            yield number

    results = in_order(lambda number: number, items(), 2)
    assert list(islice(results, 100)) == list(range(100))
    results.close()  # type: ignore[attr-defined]  # it is a generator
    assert taken < 100 + 2 * 8 + 1


def test_a_slow_item_does_not_hold_up_the_work_behind_it() -> None:
    """The other threads go on, as far as the window reaches."""
    go_on = threading.Event()
    done = threading.Semaphore(0)

    def work(number: int) -> int:
        if number == 0:
            assert go_on.wait(60)
        else:
            done.release()
        return number

    results = in_order(work, range(10), 2)
    first = threading.Thread(target=lambda: collected.extend(results))
    collected: list[int] = []
    first.start()
    for _ in range(9):
        assert done.acquire(timeout=60)
    go_on.set()
    first.join(60)
    assert collected == list(range(10))


def test_an_error_reaches_the_reader() -> None:
    """At the place of its item."""

    def work(number: int) -> int:
        if number == 2:
            raise RuntimeError("two")
        return number

    results = in_order(work, range(5), 2)
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(RuntimeError, match="two"):
        next(results)


def test_there_is_a_processor() -> None:
    """At least the one that runs this."""
    assert processors() >= 1
