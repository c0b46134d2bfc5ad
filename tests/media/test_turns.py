"""Two lanes: what is quick to open never waits for what isn't, and everybody hears in time."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest
from PIL import Image

from benchmarks.gate_files import flat, saved
from staydown.base.canonical import JSONValue
from staydown.media.errors import Busy, DecoderFailed, DecompressionBomb, NotAPicture, Truncated
from staydown.media.form import Form
from staydown.media.limits import Limits
from staydown.media.turns import ANYBODY, Caller, Lane, Lanes
from staydown.media.worker import PictureWorker
from tests.desk_server import eventually
from tests.media import tasks
from tests.media.test_worker import PICTURE, alive

#: Dear by its header, and quickly opened all the same.
DEAR = saved(flat((4_000, 3_000), "L"), "PNG")
QUICK = Form.QUICK_COLOUR


def flawed() -> bytes:
    """A JPEG that is cheap by its header, but can't be decoded the quick way."""
    photo = saved(Image.radial_gradient("L").resize((3_000, 2_500)).convert("RGB"), "JPEG")
    half = len(photo) // 2
    return photo[:half] + b"\xff\x00\xff\xff\xd9" * 10 + photo[half:]


class Asked:
    """A worker with lanes, and threads that ask it."""

    def __init__(self, worker: PictureWorker, threads: ThreadPoolExecutor) -> None:
        self.worker = worker
        self._threads = threads
        self.ended: list[str] = []
        self._lock = threading.Lock()

    def send(
        self, name: str, data: bytes, task: Callable[..., JSONValue], caller: Caller = ANYBODY
    ) -> "Future[JSONValue]":
        """Ask in a thread; ``ended`` gets the name when the answer is there."""

        def ask() -> JSONValue:
            try:
                return self.worker.run(data, task, QUICK, caller)
            finally:
                with self._lock:
                    self.ended.append(name)

        return self._threads.submit(ask)

    def waits_for(self, count: int) -> bool:
        return self.waiting() == count

    def waiting(self) -> int:
        return len(self.worker._turns._waiters)

    def kill(self) -> None:
        """End the processes that are at work."""
        time.sleep(0.5)  # one that dies before it has begun with its file is asked again
        turns = self.worker._turns
        for child in [child for child in turns._children if child not in turns._idle]:
            if child._process is not None:
                os.kill(child._process.pid, signal.SIGKILL)


@contextmanager
def running(processes: int = 2, lanes: Lanes | None = None) -> Iterator[Asked]:
    """A worker whose children are warm; at the end, whatever works is killed."""
    worker = PictureWorker(Limits(seconds=60), processes, lanes=lanes or Lanes())
    with ThreadPoolExecutor(12) as threads:
        worker.start()
        asked = Asked(worker, threads)
        try:
            yield asked
        finally:
            while asked.worker._turns._waiters or len(worker._turns._idle) < processes:
                asked.kill()
            worker.close()


@pytest.fixture(scope="module")
def two() -> Iterator[Asked]:
    with running() as asked:
        yield asked


def test_dear_files_never_hold_every_process(two: Asked) -> None:
    """Three that never end: one is worked on, and cheap ones pass by."""
    held = [two.send(f"dear {number}", DEAR, tasks.hung) for number in range(3)]
    eventually(lambda: two.waiting() == 2, 60)
    for _ in range(5):
        assert two.worker.run(PICTURE, tasks.size, QUICK) == [12, 8]
    assert not [one for one in held if one.done()]
    while not all(one.done() for one in held):
        two.kill()
    assert all(isinstance(one.exception(), DecoderFailed) for one in held)


def test_a_wait_ends_when_the_callers_time_is_up(two: Asked) -> None:
    """With a word of its own, and nothing is left waiting."""
    held = two.send("held", DEAR, tasks.hung)
    eventually(lambda: two.worker._turns._running[Lane.DEAR] == 1, 60)
    now = time.monotonic()
    with pytest.raises(Busy) as told:
        two.worker.run(DEAR, tasks.size, QUICK, Caller("k", "", now, now + 0.3))
    assert (told.value.code, told.value.costly) == ("busy_costly", True)
    assert told.value.retry_after >= 1
    assert two.waiting() == 0
    assert not held.done()
    two.kill()
    assert isinstance(held.exception(), DecoderFailed)
    assert two.worker.run(DEAR, tasks.size, QUICK) == [4000, 3000]


def test_cheap_files_go_first_and_dear_ones_are_not_forgotten() -> None:
    """Each lane has a process; the order within one is fair."""
    with running() as asked:
        for name, data in (("dear 0", DEAR), ("cheap 0", PICTURE)):
            asked.send(name, data, tasks.hung)
        eventually(lambda: len(asked.worker._turns._idle) == 0, 60)
        flood = Caller("web", "flood")
        for number in range(3):
            asked.send(f"flood {number}", PICTURE, tasks.size, flood)
            eventually(partial(asked.waits_for, number + 1), 60)
        asked.send("honest", PICTURE, tasks.size, Caller("web", "honest"))
        asked.send("dear 1", DEAR, tasks.size, Caller("web", "x"))
        eventually(lambda: asked.waiting() == 5, 60)
        asked.kill()
        eventually(lambda: len(asked.ended) == 7, 120)
        assert asked.ended.index("honest") < asked.ended.index("flood 2")
        assert "dear 1" in asked.ended


def test_whoever_has_most_waiting_gives_up_a_place_and_hears_so_at_once() -> None:
    """Others find one, though all were taken."""
    with running(lanes=Lanes(places=6, dear_places=3)) as asked:
        asked.send("dear", DEAR, tasks.hung)
        eventually(lambda: asked.worker._turns._running[Lane.DEAR] == 1, 60)
        flood = [asked.send(f"f{n}", DEAR, tasks.size, Caller("loud", "f")) for n in range(2)]
        eventually(lambda: asked.waiting() == 2, 60)
        calm = asked.send("calm", DEAR, tasks.size, Caller("calm", "c"))
        eventually(lambda: any(one.done() for one in flood), 60)
        assert isinstance(next(one for one in flood if one.done()).exception(), Busy)
        assert not calm.done()
        asked.kill()
        assert calm.result(60) == [4000, 3000]


def test_a_file_that_is_dearer_than_its_header_said_waits_once_more(two: Asked) -> None:
    """Its cheap process is free again at once, and the answer is right in the end."""
    held = two.send("held", DEAR, tasks.hung)
    eventually(lambda: two.worker._turns._running[Lane.DEAR] == 1, 60)
    late = two.send("late", flawed(), tasks.size)
    eventually(lambda: two.waiting() == 1, 60)
    assert two.worker.run(PICTURE, tasks.size, QUICK) == [12, 8]
    assert not late.done()
    two.kill()
    assert late.result(60) == [3000, 2500]
    assert held.done()


def test_a_file_whose_time_is_up_in_its_second_wait_touches_nobody_elses() -> None:
    """The process that it had may be at work on another file, and keep it."""
    with running() as asked, ThreadPoolExecutor(1) as threads:
        asked.send("held", DEAR, tasks.hung)
        eventually(lambda: asked.worker._turns._running[Lane.DEAR] == 1, 60)
        now = time.monotonic()
        late = threads.submit(_opened, asked.worker, flawed(), Caller("k", "", now, now + 5))
        eventually(lambda: asked.waiting() == 1, 60)
        with asked.worker.open(PICTURE, QUICK) as file:
            first = file.run(tasks.identity)
            assert isinstance(late.exception(60), Busy)
            assert file.run(tasks.identity) == first


def _opened(worker: PictureWorker, data: bytes, caller: Caller) -> JSONValue:
    with worker.open(data, QUICK, caller) as file:
        return file.run(tasks.size)


def test_a_cheap_file_that_costs_too_much_leaves_the_lane() -> None:
    """Where the other one is free it goes on there; else it is stopped and read once more."""
    with running(lanes=Lanes(overrun_seconds=0.1)) as asked:
        with asked.worker.open(PICTURE, QUICK) as file:
            before = file.run(tasks.process)
            assert file.run(tasks.working, milliseconds=1500) == before
            assert asked.worker._turns._running[Lane.DEAR] == 1
        held = asked.send("held", DEAR, tasks.hung)
        eventually(lambda: asked.worker._turns._running[Lane.DEAR] == 1, 60)
        with ThreadPoolExecutor(1) as threads, asked.worker.open(PICTURE, QUICK) as file:
            first = file.run(tasks.process)
            again = threads.submit(file.run, tasks.working, milliseconds=1500)
            eventually(lambda: asked.waiting() == 1, 60)
            assert asked.worker.run(PICTURE, tasks.size, QUICK) == [12, 8]
            asked.kill()
            assert again.result(120) != first
        assert isinstance(first, int)
        assert not alive(first)
        assert held.done()


def test_a_process_that_starts_again_is_never_missed_by_cheap_files() -> None:
    """While one is lost, dear files wait, not the others."""
    with running() as asked:
        with pytest.raises(DecoderFailed):
            asked.worker.run(PICTURE, tasks.crashed, QUICK)
        held = asked.send("dear", DEAR, tasks.hung)
        assert asked.worker.run(PICTURE, tasks.size, QUICK) == [12, 8]
        assert not held.done()


def test_absurd_files_are_refused_without_a_process(two: Asked) -> None:
    """Whatever the others are busy with."""
    flat_one = saved(flat((6_000, 6_000)), "WEBP", lossless=True, method=0)
    with pytest.raises(DecompressionBomb):
        two.worker.run(flat_one, tasks.size, QUICK)
    with pytest.raises(NotAPicture):
        two.worker.run(b"hello", tasks.size, QUICK)


def test_refusals_take_a_moment(two: Asked) -> None:
    """Whoever sends such files as fast as they are answered keeps nobody busy."""
    for data in (b"\xff\xd8\xff" + bytes(100), saved(flat((6_000, 6_000)), "WEBP", lossless=True)):
        start = time.monotonic()
        with pytest.raises((Truncated, DecompressionBomb)):
            two.worker.run(data, tasks.size, QUICK)
        assert time.monotonic() - start >= 0.25
    assert two.worker._turns._refused == 0


def test_without_lanes_every_process_serves_and_nobody_hears_of_time() -> None:
    """A sweep has no deadline, and its dear files may have all there is."""
    with PictureWorker(Limits(seconds=60), 2) as plain, ThreadPoolExecutor(4) as threads:
        plain.start()
        with plain.open(DEAR) as one, plain.open(DEAR) as two:
            assert one.run(tasks.process) != two.run(tasks.process)
            late = threads.submit(plain.run, DEAR, tasks.size)
            time.sleep(0.2)
            assert not late.done()
        assert late.result(60) == [4000, 3000]
