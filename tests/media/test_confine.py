"""Whoever takes over a decoder process is left with its memory and two ends of pipes."""

import ctypes
import errno
import mmap
import os
import platform
import resource
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from staydown.media import doors, system_calls
from staydown.media.doors import DOORS
from staydown.media.form import Form
from staydown.media.worker import PictureWorker
from tests.media import tasks, threaded

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in system_calls.PROCESSORS,
    reason="decoders are closed in on Linux, on x86-64 and 64-bit ARM",
)

ROOT = Path(__file__).parents[2]

#: Numbers of calls on this machine, for those that tests make by themselves.
COLUMN = 1 if platform.machine() == "aarch64" else 0
(
    MMAP, MPROTECT, CLONE, KILL, TGKILL, PRLIMIT, PRCTL, RECVMSG
) = (rule.numbers[COLUMN] for rule in system_calls.guarded(0))  # fmt: skip

#: On x86-64 the kernel calls these itself, to trace programs, and asks no filter about it. From
#: anywhere else they end the process or do nothing.
PAST_EVERY_FILTER = {335, 336} if platform.machine() == "x86_64" else set()

#: Higher than any call that a kernel of today has.
AFTER_THE_LAST = 500


@pytest.fixture(scope="module")
def worker() -> Iterator[PictureWorker]:
    with PictureWorker() as running:
        yield running


def made(worker: PictureWorker, *calls: list[int]) -> list[int]:
    """What came of system calls that the child made: 0, or how each was refused."""
    answer = worker.run(b"", tasks.called, Form.FILE, calls=list(calls))
    assert isinstance(answer, list)
    return [one for one in answer if isinstance(one, int)]


def test_no_door_opens(worker: PictureWorker) -> None:
    """No file, network, program, process, signal, new code or rare call."""
    assert doors.inspect(worker).open == ()


def test_every_door_opens_in_a_process_that_is_not_closed_in() -> None:
    """Or that none opens would say nothing."""
    script = "from staydown.media.doors import *; print(*tried(None))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    left = set(DOORS) - set(done.stdout.split())
    # Some systems keep even these from everybody, or from all but root.
    assert left <= {"read_parents_memory", "make_rare_calls"}, done.stderr


def test_both_walls_stand(worker: PictureWorker) -> None:
    """The list of calls, and behind it Landlock, where this machine's kernel has it."""
    worker.start()
    assert worker.walls.closed
    assert worker.walls.alone
    script = "from staydown.media import landlock; print(landlock.version())"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert worker.walls.files == int(done.stdout)


def test_no_call_off_the_list_gets_through(worker: PictureWorker) -> None:
    """Every number there is: refused, or, where libraries know an older way, unknown."""
    allowed = {numbers[COLUMN] for numbers in system_calls.PLAIN.values()}
    allowed |= {rule.numbers[COLUMN] for rule in system_calls.guarded(0)}
    allowed |= PAST_EVERY_FILTER
    others = [number for number in range(AFTER_THE_LAST) if number not in allowed]
    answers = dict(
        zip(others, made(worker, *([number, *[0] * 6] for number in others)), strict=True)
    )
    assert answers == {one: errno.EPERM if one < 424 else errno.ENOSYS for one in others}


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the third set of numbers is x86-64's")
def test_the_third_set_of_numbers_leads_nowhere(worker: PictureWorker) -> None:
    """The kernel may take each call by a number of the x32 interface too."""
    numbers = [0x40000000 + number for number in (0, 1, 2, 41, 42, 56, 59, 257, 520)]
    answers = made(worker, *([number, *[0] * 6] for number in numbers))
    assert set(answers) == {errno.ENOSYS}


def test_calls_that_depend_on_an_argument_are_let_through_for_harmless_ones_alone(
    worker: PictureWorker,
) -> None:
    """Memory that can be run, other processes, other files and loosened bounds are refused."""
    parent = os.getpid()
    code = mmap.PROT_READ | mmap.PROT_EXEC
    anonymous = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    refused = [
        [MMAP, 0, 4096, code, anonymous, -1, 0],
        [MMAP, 0, 4096, code | mmap.PROT_WRITE | 1 << 40, anonymous, -1, 0],
        [MPROTECT, 0, 4096, mmap.PROT_EXEC],
        [MPROTECT, 0, 4096, mmap.PROT_EXEC | 0x01000000],
        [CLONE, 17, 0, 0, 0, 0],  # fork: SIGCHLD
        [CLONE, 0x4111, 0, 0, 0, 0],  # vfork
        [CLONE, 0x3D0F00 | 0x10000000, 0, 0, 0, 0],  # a thread in a user namespace of its own
        [KILL, parent, 0],
        [KILL, 0, 0],
        [KILL, -1, 0],
        [KILL, 1, 0],
        [TGKILL, parent, parent, 0],
        [PRLIMIT, parent, resource.RLIMIT_CPU, 0, 0],
        [PRCTL, 4, 1, 0, 0, 0],  # dumpable again
        [PRCTL, 22, 0, 0, 0, 0],
        [RECVMSG, 0, 0, 0],
        [RECVMSG, 15, 0, 0],
    ]
    assert made(worker, *refused) == [errno.EPERM] * len(refused)
    plain = mmap.PROT_READ | mmap.PROT_WRITE
    assert made(worker, [MMAP, 0, 4096, plain, anonymous, -1, 0]) == [0]


def test_a_thread_that_was_there_before_is_closed_in_too() -> None:
    """Libraries start threads of their own: the list of calls holds for all of them."""
    with PictureWorker() as fresh:
        said = fresh.run(b"", threaded.read_elsewhere, Form.FILE, path=__file__)
        assert said == -errno.EPERM
        assert fresh.walls.closed
        assert not fresh.walls.alone


def test_the_bounds_stay(worker: PictureWorker) -> None:
    """No file grows, and few can be open: not even for root, who has given that up."""
    most = (ctypes.c_ulong * 2)(*[resource.RLIM_INFINITY % (1 << 64)] * 2)
    pointer = ctypes.addressof(most)  # means nothing to the child, which must not get that far
    bounds = (resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE, resource.RLIMIT_AS)
    calls = [[PRLIMIT, 0, bound, pointer, 0] for bound in bounds]
    assert set(made(worker, *calls)) <= {errno.EPERM, errno.EFAULT}
    assert worker.run(b"", tasks.raised_limits, Form.FILE) == []


def test_nobody_else_of_this_account_reads_a_child_s_memory(worker: PictureWorker) -> None:
    """It is not dumpable: only root opens it."""
    worker.start()
    process = worker._children[0]._process
    assert process is not None
    assert Path(f"/proc/{process.pid}/mem").stat().st_uid == 0
    status = Path(f"/proc/{process.pid}/status").read_text()
    told = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert told["NoNewPrivs"] == "1"
    assert told["Seccomp"] == "2"
    assert {told[name] for name in ("CapEff", "CapPrm", "CapInh")} == {"0" * 16}


def test_nothing_of_the_kind_reaches_the_process_that_asks(tmp_path: Path) -> None:
    """What closes the child in leaves its parent as it was."""
    with PictureWorker() as fresh:
        fresh.start()
    assert "Seccomp:\t2" not in Path("/proc/self/status").read_text()
    (tmp_path / "file").write_text("x")
    socket.socket(socket.AF_UNIX).close()


# --------------------------------------------------------------------------- elsewhere

#: A kernel that lacks some calls, as one sees it from inside many containers.
LACKING = """
import ctypes, json, struct, sys
from staydown.media import doors
from staydown.media.errors import DecoderOpen, DecoderUnavailable
from staydown.media.worker import PictureWorker

step = struct.Struct("=HBBI").pack
code = [step(0x20, 0, 0, 0)]
for number in json.loads(sys.argv[1]):
    code += [step(0x15, 0, 1, number), step(0x06, 0, 0, 0x00050000 | 38)]
code = b"".join([*code, step(0x06, 0, 0, 0x7FFF0000)])
kept = ctypes.create_string_buffer(code, len(code))
library = ctypes.CDLL(None)
assert library.prctl(38, 1, 0, 0, 0) == 0
assert library.prctl(22, 2, struct.pack("@HP", len(code) // 8, ctypes.addressof(kept))) == 0
with PictureWorker() as worker:
    inspection = doors.inspect(worker)
with PictureWorker(must_be_closed=True) as strict:
    try:
        strict.start()
        required = "starts"
    except DecoderOpen as error:
        required = error.code
walls = inspection.walls
print(json.dumps([walls.files > 0, walls.calls, list(inspection.open), required]))
"""


def lacking(*numbers: int) -> str:
    """What is said, and what opens, on a machine without these calls."""
    done = subprocess.run(
        [sys.executable, "-c", LACKING, str(list(numbers))],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_without_landlock_every_door_stays_shut_and_it_is_said() -> None:
    """The list of calls is enough by itself."""
    assert lacking(444, 445, 446) == '[false, true, [], "starts"]\n'


def test_without_seccomp_it_is_said_and_nothing_starts_where_the_settings_ask_for_it() -> None:
    """Landlock alone leaves doors open; a desk goes on unless it was told not to."""
    import json

    seccomp = system_calls.PROCESSORS[platform.machine()].seccomp
    files, calls, opened, required = json.loads(lacking(seccomp))
    assert files is True
    assert calls is False
    assert {"start_processes", "run_new_code"} <= set(opened)
    assert not {"read_files", "write_files", "read_parents_memory"} & set(opened)
    assert required == "decoder_open"


def test_without_either_the_worker_still_opens_pictures_and_says_so() -> None:
    """It is no worse off than before there was any of this."""
    import json

    seccomp = system_calls.PROCESSORS[platform.machine()].seccomp
    files, calls, opened, required = json.loads(lacking(seccomp, 444, 445, 446))
    assert (files, calls, required) == (False, False, "decoder_open")
    assert {"read_files", "use_network"} <= set(opened)


def test_a_file_is_handed_over_where_its_name_could_not_be_opened(worker: PictureWorker) -> None:
    """One without a name at all reaches the child as well as any."""
    with tempfile.TemporaryFile() as file:
        file.write(b"no name")
        file.flush()
        with worker.open_path(Path(f"/proc/self/fd/{file.fileno()}")) as opened:
            assert opened.run(tasks.first_bytes, count=7) == "no name"
