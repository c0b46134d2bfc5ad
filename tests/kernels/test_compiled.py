"""Machine code that was kept is used again, but not after what it was made from has changed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import staydown

CALLER = """
from staydown.kernels.callee import inner
from staydown.kernels.compiled import kernel

@kernel
def outer(number: int) -> int:
    return inner(number)
"""
CALLEE = """
from staydown.kernels.compiled import kernel

@kernel
def inner(number: int) -> int:
    return number + {more}
"""
SCRIPT = """
from staydown.kernels.caller import outer
print(outer(1), sum(outer.stats.cache_hits.values()))
"""


def test_after_an_upgrade_of_what_a_kernel_calls_it_is_compiled_again(tmp_path: Path) -> None:
    ours, copy = Path(staydown.__file__).parent, tmp_path / "staydown"
    (copy / "kernels").mkdir(parents=True)
    for name in ("__init__.py", "kernels/__init__.py", "kernels/compiled.py"):
        shutil.copy(ours / name, copy / name)
    shutil.copytree(ours / "base", copy / "base", ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "kernels" / "caller.py").write_text(CALLER)

    def run(more: int) -> bytes:
        (copy / "kernels" / "callee.py").write_text(CALLEE.format(more=more))
        environment = os.environ | {"PYTHONPATH": str(tmp_path), "NUMBA_CACHE_DIR": ""}
        command = [sys.executable, "-c", SCRIPT]
        return subprocess.run(command, env=environment, capture_output=True, check=True).stdout

    assert [run(1), run(1), run(10)] == [b"2 0\n", b"2 1\n", b"11 0\n"]


ALONE = """
from staydown.kernels.compiled import kernel

@kernel
def double(number: int) -> int:
    return number * 2

print(double(21), sum(double.stats.cache_hits.values()))
"""


@pytest.fixture
def alone(tmp_path: Path) -> Callable[[Path], bytes]:
    """Run one kernel, in a file of its own, whose compiled code is kept in that folder."""
    script = tmp_path / "alone.py"
    script.write_text(ALONE)

    def run(cache: Path) -> bytes:
        environment = os.environ | {"NUMBA_CACHE_DIR": str(cache)}
        command = [sys.executable, str(script)]
        return subprocess.run(command, env=environment, capture_output=True, check=True).stdout

    return run


def test_code_is_neither_kept_nor_taken_where_others_could_put_some(
    alone: Callable[[Path], bytes], tmp_path: Path
) -> None:
    """It is compiled each time there, and kept where nobody else can write."""
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o700)
    assert [alone(cache), alone(cache)] == [b"42 0\n", b"42 1\n"]
    cache.chmod(0o777)
    assert alone(cache) == b"42 0\n"


def test_kept_code_that_broke_off_is_no_reason_to_fail(
    alone: Callable[[Path], bytes], tmp_path: Path
) -> None:
    """After a crash or on a full disk files may be empty or cut: it is compiled again."""
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o700)
    alone(cache)
    for length in (0, 1, 40):
        for file in cache.rglob("*.nb[ic]"):
            file.write_bytes(file.read_bytes()[:length])
        assert alone(cache).startswith(b"42 ")


def test_a_disk_that_is_full_is_no_reason_to_fail(
    alone: Callable[[Path], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files can be made on it and not filled, as on a disk without any room."""
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o700)
    limit = (
        "import resource, runpy, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)); sys.argv.pop(0); "
        "runpy.run_path(sys.argv[0])"
    )
    environment = os.environ | {"NUMBA_CACHE_DIR": str(cache)}
    command = [sys.executable, "-c", limit, str(tmp_path / "alone.py")]
    done = subprocess.run(command, env=environment, capture_output=True)
    assert (done.returncode, done.stdout) == (0, b"42 0\n"), done.stderr
