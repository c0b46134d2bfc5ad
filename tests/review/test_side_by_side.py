"""Work side by side: bounded, each name once, and one fault ends nothing else."""

import threading
from collections.abc import Callable
from functools import partial

import pytest

from staydown.review.side_by_side import Part, Threads, all_of
from tests.desk_server import eventually


def test_work_that_hangs_holds_only_itself_up() -> None:
    over, done = threading.Event(), []
    threads = Threads(4)
    assert threads.start(Part.FOLLOW, lambda: over.wait(60))
    assert threads.start(Part.TIDY, lambda: done.append("quick"))
    eventually(lambda: done == ["quick"])
    assert not threads.start(Part.FOLLOW, lambda: done.append("twice"))
    over.set()
    eventually(lambda: threads.start(Part.FOLLOW, lambda: done.append("again")))
    eventually(lambda: done == ["quick", "again"])


def test_no_more_is_begun_than_there_are_threads() -> None:
    over = threading.Event()
    threads = Threads(2)
    assert [threads.start(Part.FOLLOW, lambda: over.wait(60), number) for number in range(4)] == [
        True, True, False, False,
    ]  # fmt: skip
    over.set()
    eventually(lambda: threads.start(Part.FOLLOW, lambda: None, 3))


def test_a_fault_nobody_foresaw_ends_only_the_work_it_was_in() -> None:
    done = []
    threads = Threads(1)
    assert threads.start(Part.TIDY, lambda: 1 / 0)
    eventually(lambda: threads.start(Part.TIDY, lambda: done.append("again")))
    eventually(lambda: done == ["again"])


def test_everything_is_done_in_few_threads_and_the_results_stand_in_order() -> None:
    at_once, most, lock = 0, 0, threading.Lock()

    def square(number: int) -> int:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        with lock:
            at_once -= 1
        return number * number

    assert all_of([partial(square, number) for number in range(50)], 3) == [
        number * number for number in range(50)
    ]
    assert most <= 3
    assert all_of([], 3) == []


def test_one_that_hangs_lets_all_others_be_done_before_it_is_waited_for() -> None:
    done = threading.Barrier(2)
    others: list[int] = []

    def last() -> str:
        done.wait(60)
        return "last"

    def other(number: int) -> str:
        others.append(number)
        if len(others) == 9:
            done.wait(60)
        return "other"

    work: list[Callable[[], str]] = [last]
    work += [partial(other, number) for number in range(9)]
    assert all_of(work, 2)[0] == "last"


@pytest.mark.parametrize("count", [1, 3])
def test_what_a_piece_raises_comes_out_when_the_others_are_done(count: int) -> None:
    done: list[int] = []

    def fail() -> None:
        raise KeyError("foreseen by nobody")

    work: list[Callable[[], None]] = [fail]
    work += [partial(done.append, number) for number in range(count - 1)]
    with pytest.raises(KeyError):
        all_of(work, 2)
    assert sorted(done) == list(range(count - 1))
