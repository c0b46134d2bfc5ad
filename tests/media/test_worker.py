"""A decoder process that crashes, hangs or eats memory costs one file and nothing else."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from staydown.base import unasked
from staydown.media.allowance import Allowance
from staydown.media.errors import (
    DecoderFailed,
    DecoderUnavailable,
    DecodeTimedOut,
    NotAPicture,
    NotAVideo,
    OurFault,
    TooLarge,
)
from staydown.media.limits import MIB, Limits
from staydown.media.pipe import Request
from staydown.media.process import DecoderProcess
from staydown.media.worker import PictureWorker, Task
from tests.media import tasks


def picture(width: int = 12, height: int = 8) -> bytes:
    """A small PNG."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), (200, 10, 10)).save(file, "PNG")
    return file.getvalue()


PICTURE = picture()


@pytest.fixture(scope="module")
def worker() -> Iterator[PictureWorker]:
    with PictureWorker(Limits(seconds=20)) as running:
        yield running


def alive(process: int) -> bool:
    """Whether a process with this number is there and is no zombie."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_batch_runs_in_one_warm_process(worker: PictureWorker) -> None:
    """No file pays for a start: the same process serves them all."""
    assert len({worker.run(PICTURE, tasks.process) for _ in range(20)}) == 1


def test_the_work_is_not_done_in_this_process(worker: PictureWorker) -> None:
    """Decoding happens elsewhere."""
    assert worker.run(PICTURE, tasks.process) != os.getpid()


@pytest.mark.parametrize("task", [tasks.killed, tasks.crashed, tasks.greedy, tasks.talkative])
def test_a_process_that_dies_or_overdoes_it_costs_one_file(
    worker: PictureWorker, task: Task
) -> None:
    """The file fails with a clear error, and the next one is served by a new process."""
    before = worker.run(PICTURE, tasks.process)
    with pytest.raises(DecoderFailed):
        worker.run(PICTURE, task)
    after = worker.run(PICTURE, tasks.process)
    assert after != before
    assert isinstance(before, int)
    assert not alive(before)


@pytest.mark.parametrize("task", [tasks.hung, tasks.spinning])
def test_a_process_that_hangs_is_ended_when_the_time_is_up(task: Task) -> None:
    """The limit holds for one file; the next one is served."""
    with PictureWorker(Limits(seconds=2.0)) as hasty:
        before = hasty.run(PICTURE, tasks.process)
        start = time.monotonic()
        with pytest.raises(DecodeTimedOut):
            hasty.run(PICTURE, task)
        assert 1.9 < time.monotonic() - start < 60
        assert hasty.run(PICTURE, tasks.size) == [12, 8]
    assert isinstance(before, int)
    assert not alive(before)


@pytest.mark.parametrize("task", [tasks.wrong, tasks.unsayable])
def test_an_unforeseen_fault_of_a_task_is_one_file_and_tells_nothing(
    worker: PictureWorker, task: Task
) -> None:
    """What the exception said stays in the child; its type and place don't blame the file."""
    before = worker.run(PICTURE, tasks.process)
    with pytest.raises(OurFault) as caught:
        worker.run(PICTURE, task)
    assert "secret" not in str(caught.value)
    assert "media/child.py:" in caught.value.place
    assert worker.run(PICTURE, tasks.process) == before


@pytest.mark.parametrize(
    ("task", "said", "ended_by"),
    [
        (tasks.killed, "a decoder process ended by itself: the next file starts another", 9),
        (tasks.crashed, "a decoder process ended by itself: the next file starts another", 11),
        (tasks.greedy, "a decoder process was ended: it could not go on with a file", None),
    ],
)
def test_the_log_says_how_a_process_ended(
    worker: PictureWorker,
    caplog: pytest.LogCaptureFixture,
    task: Task,
    said: str,
    ended_by: int | None,
) -> None:
    """A crash can be told from want of memory; the file is not named."""
    with pytest.raises(DecoderFailed):
        worker.run(PICTURE, task)
    (line,) = [record for record in caplog.records if record.name == "staydown.media.process"]
    assert line.msg == said
    told = getattr(line, "fact", {})
    assert told.get("signal") == ended_by
    assert told.get("with_file", True)


def test_a_process_that_cannot_start_is_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with PictureWorker() as never, pytest.raises(DecoderUnavailable):
        never.start()
    (line,) = caplog.records
    assert line.msg == "a decoder process could not be started"
    assert line.exc_info is not None
    assert line.exc_info[0] is FileNotFoundError


def test_a_process_is_told_that_nothing_is_reported_to_anybody(
    worker: PictureWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever this process's environment says."""
    for name in unasked.OFF:
        monkeypatch.setenv(name, "0")
    with PictureWorker() as other:
        for one in (worker, other):
            told = one.run(PICTURE, tasks.variables, names=list(unasked.OFF))
            assert told == dict(unasked.OFF)


def test_a_process_killed_between_two_files_costs_no_file(worker: PictureWorker) -> None:
    """A child that died while it had nothing to do is replaced without an error."""
    for _ in range(3):
        process = worker.run(PICTURE, tasks.process)
        assert isinstance(process, int)
        os.kill(process, signal.SIGKILL)
        assert worker.run(PICTURE, tasks.process) != process


def test_a_process_killed_from_outside_in_the_midst_of_a_file_costs_that_file() -> None:
    """``kill -9`` while a file is worked on is a clear error at once, not a time-out."""
    with PictureWorker(Limits(seconds=60)) as killed:
        process = killed.run(PICTURE, tasks.process)
        assert isinstance(process, int)
        timer = threading.Timer(0.5, os.kill, (process, signal.SIGKILL))
        timer.start()
        start = time.monotonic()
        with pytest.raises(DecoderFailed):
            killed.run(PICTURE, tasks.hung)
        assert time.monotonic() - start < 30
        assert killed.run(PICTURE, tasks.size) == [12, 8]


def test_what_a_library_prints_does_not_disturb_the_answers(worker: PictureWorker) -> None:
    """Standard output is not the answer pipe."""
    assert worker.run(PICTURE, tasks.chatty) == "quiet"
    assert worker.run(PICTURE, tasks.size) == [12, 8]


def test_a_file_over_the_limit_never_reaches_a_process() -> None:
    """The size in bytes is checked before anything is started."""
    with PictureWorker(Limits(file_bytes=100)) as strict, pytest.raises(TooLarge):
        strict.run(b"x" * 101, tasks.size)


def test_many_threads_share_the_processes() -> None:
    """Each file gets its own answer, and no more processes run than were asked for."""
    files = [picture(width, 9) for width in range(5, 45)]
    with PictureWorker(processes=2) as shared, ThreadPoolExecutor(6) as threads:
        shared.start()
        sizes = list(threads.map(lambda data: shared.run(data, tasks.size), files))
        processes = set(threads.map(lambda data: shared.run(data, tasks.process), files))
    assert sizes == [[width, 9] for width in range(5, 45)]
    assert len(processes) <= 2


def test_closing_ends_the_processes() -> None:
    """Nothing is left behind."""
    with PictureWorker() as closing:
        process = closing.run(PICTURE, tasks.process)
    assert isinstance(process, int)
    assert not alive(process)


def test_the_process_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    """A parent that dies without a word leaves no decoder behind."""
    script = (
        "import sys, time\n"
        "from staydown.media.worker import PictureWorker\n"
        "from tests.media import tasks, test_worker\n"
        "print(PictureWorker().run(test_worker.PICTURE, tasks.process), flush=True)\n"
        "time.sleep(60)\n"
    )
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=root, text=True
    ) as parent:
        assert parent.stdout is not None
        process = int(parent.stdout.readline())
        parent.kill()
    end = time.monotonic() + 60
    while alive(process) and time.monotonic() < end:
        time.sleep(0.05)
    assert not alive(process)


def test_a_secret_of_this_process_is_not_handed_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child's environment holds what it needs and nothing else."""
    monkeypatch.setenv("BANK_SECRET", "x")
    with PictureWorker() as fresh:
        names = fresh.run(PICTURE, tasks.environment)
    assert isinstance(names, list)
    assert "BANK_SECRET" not in names


def test_the_process_holds_nothing_open_but_its_two_ends(
    worker: PictureWorker, tmp_path: Path
) -> None:
    """No file, socket or database of the parent is within its reach: a device is /dev/null."""
    with (tmp_path / "secret").open("wb") as secret:
        os.set_inheritable(secret.fileno(), True)
        kinds = worker.run(PICTURE, tasks.open_files)
    assert isinstance(kinds, dict)
    assert [kinds.pop(standard) for standard in ("0", "1", "2")] == ["c", "c", "c"]
    assert sorted(kinds.values(), key=str) == ["p", "s"]


def test_the_kernel_bounds_the_process(worker: PictureWorker) -> None:
    """2 GiB of memory, and no core dump that would hold the picture."""
    assert worker.run(PICTURE, tasks.limits) == {"memory": 2048 * MIB, "core": 0}


def test_a_decoder_that_cannot_start_says_so() -> None:
    """Too little memory to load the decoder is a fault of the installation, not of the file."""
    with (
        PictureWorker(Limits(memory=16 * MIB, start_seconds=30)) as starved,
        pytest.raises(DecoderUnavailable),
    ):
        starved.run(PICTURE, tasks.size)


def test_a_task_must_be_found_by_its_name(worker: PictureWorker) -> None:
    """A nested function is a mistake of the caller and is told at once."""
    with pytest.raises(ValueError, match="top of a module"):
        worker.run(PICTURE, lambda _: None)


def test_a_refused_file_keeps_the_process_warm(worker: PictureWorker) -> None:
    """Only a crash costs a start."""
    before = worker.run(PICTURE, tasks.process)
    with pytest.raises(NotAPicture):
        worker.run(b"hello", tasks.size)
    assert worker.run(PICTURE, tasks.process) == before


def test_this_process_loads_no_decoder() -> None:
    """Using the worker does not import a decoder, a number library or a compiler."""
    script = (
        "import sys\n"
        "from staydown.fingerprint import registry\n"
        "print([name for name in ('PIL', 'numpy', 'numba') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


def test_memory_of_this_process_stays_bounded(worker: PictureWorker) -> None:
    """A picture of 25 MP passes without its pixels ever being here."""
    import resource

    file = io.BytesIO()
    Image.new("L", (5000, 5000), 90).save(file, "PNG")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert worker.run(file.getvalue(), tasks.size) == [5000, 5000]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


def test_an_open_file_is_read_once_and_asked_often(worker: PictureWorker) -> None:
    """The child keeps what it read until the block ends."""
    with worker.open(PICTURE) as file:
        first = file.run(tasks.identity)
        assert file.run(tasks.size) == [12, 8]
        assert file.run(tasks.identity) == first


def test_nothing_is_kept_of_a_file_when_its_block_ends(worker: PictureWorker) -> None:
    """What was read is gone from the child, not only out of use."""
    with worker.open(PICTURE) as file:
        file.run(tasks.remember)
        assert file.run(tasks.remembered) is True
    assert worker.run(PICTURE, tasks.remembered) is False


def test_arguments_reach_the_task(worker: PictureWorker) -> None:
    """By name, as JSON."""
    assert worker.run(PICTURE, tasks.echo, words=["a", 1, None]) == ["a", 1, None]


def test_a_file_on_disk_is_read_by_the_child(worker: PictureWorker, tmp_path: Path) -> None:
    """Nothing of it passes through this process, and its length is bounded first."""
    path = tmp_path / "clip"
    path.write_bytes(b"0123456789")
    with worker.open_path(path) as file:
        assert file.run(tasks.first_bytes, count=4) == "0123"
        assert file.run(tasks.first_bytes, count=4) == "4567"
    with (
        PictureWorker(Limits(video_bytes=9)) as strict,
        pytest.raises(TooLarge),
        strict.open_path(path),
    ):
        pass


def test_a_file_on_disk_is_the_one_that_was_looked_at(
    worker: PictureWorker, tmp_path: Path
) -> None:
    """The very file that was opened and measured is read, whatever its name leads to by then."""
    path = tmp_path / "clip"
    path.write_bytes(b"first")
    with worker.open_path(path) as file:
        path.unlink()
        path.symlink_to("/etc/passwd")
        assert file.run(tasks.first_bytes, count=9) == "first"


def test_a_file_on_disk_survives_a_child_that_was_killed_while_idle(tmp_path: Path) -> None:
    """It is handed to the next child, and read there from its beginning."""
    path = tmp_path / "clip"
    path.write_bytes(b"0123456789")
    with PictureWorker() as fresh, fresh.open_path(path) as file:
        process = fresh._children[0]
        process.start()
        assert process._process is not None
        os.kill(process._process.pid, signal.SIGKILL)
        assert file.run(tasks.first_bytes, count=4) == "0123"


def test_a_task_of_a_module_that_is_not_loaded_costs_a_start_and_not_the_file() -> None:
    """A child that is closed in loads nothing; one that loads it beforehand takes its place."""
    with PictureWorker() as fresh:
        fresh.start()
        process = fresh._children[0]._process
        assert fresh.run(PICTURE, tasks.size) == [12, 8]
        assert process is not fresh._children[0]._process
        assert fresh.run(PICTURE, tasks.process) == fresh.run(PICTURE, tasks.process)


def test_a_task_of_a_module_that_is_nowhere_fails_alone(worker: PictureWorker) -> None:
    """It says so each time, and other tasks go on."""
    for _ in range(2):
        with pytest.raises(DecoderFailed):
            worker._children[0].run(PICTURE, Request("tests.media.nowhere:size"))
        assert worker.run(PICTURE, tasks.size) == [12, 8]


def test_a_pipe_is_no_file_on_disk(worker: PictureWorker, tmp_path: Path) -> None:
    """It is refused at once, whether or not anybody writes to it."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(NotAVideo), worker.open_path(path):
        pass


def test_a_file_whose_child_died_is_not_asked_again(worker: PictureWorker) -> None:
    """What was kept died with it, and the next file goes on."""
    with worker.open(PICTURE) as file:
        file.run(tasks.size)
        with pytest.raises(DecoderFailed):
            file.run(tasks.crashed)
        with pytest.raises(DecoderFailed):
            file.run(tasks.size)
    assert worker.run(PICTURE, tasks.size) == [12, 8]


def test_many_slow_answers_about_one_picture_share_the_time() -> None:
    """Each within the limit, together far beyond it."""
    with PictureWorker(Limits(seconds=1.0)) as strict:
        with strict.open(PICTURE) as file:
            file.run(tasks.slow)
            file.run(tasks.slow)
            with pytest.raises(DecodeTimedOut):
                file.run(tasks.slow)
        assert strict.run(PICTURE, tasks.size) == [12, 8]


def test_an_answer_of_endless_brackets_is_refused(worker: PictureWorker) -> None:
    """It would end the reader of JSON with an error of another kind."""
    with pytest.raises(DecoderFailed):
        worker.run(PICTURE, tasks.nested)
    assert worker.run(PICTURE, tasks.size) == [12, 8]


def test_an_interrupted_wait_never_leaves_an_answer_to_the_next_file(
    worker: PictureWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while the child works: its late answer is none on another file."""
    begun = DecoderProcess._begun

    def interrupted(child: DecoderProcess, deadline: Allowance) -> None:
        begun(child, deadline)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(DecoderProcess, "_begun", interrupted)
        with pytest.raises(KeyboardInterrupt), worker.open(PICTURE) as file:
            file.run(tasks.slow)
    assert worker.run(PICTURE, tasks.size) == [12, 8]


def test_a_child_that_does_not_let_go_is_ended(
    worker: PictureWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Letting go of a file has a short time of its own."""
    monkeypatch.setattr("staydown.media.process.FORGET", "tests.media.tasks:stalling")
    monkeypatch.setattr("staydown.media.process._FORGET_SECONDS", 0.2)
    with worker.open(PICTURE) as file:
        before = file.run(tasks.process)
    assert worker.run(PICTURE, tasks.process) != before
