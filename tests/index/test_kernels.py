"""Machine code that was kept is used again, but not after what it was made from has changed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import staydown

CALLER = """
from staydown.{package}.callee import inner
from staydown.{package}.kernels import kernel

@kernel
def outer(number: int) -> int:
    return inner(number)
"""
CALLEE = """
from staydown.{package}.kernels import kernel

@kernel
def inner(number: int) -> int:
    return number + {more}
"""
SCRIPT = """
from staydown.{package}.caller import outer
print(outer(1), sum(outer.stats.cache_hits.values()))
"""


@pytest.mark.parametrize("package", ["index", "fingerprint"])
def test_after_an_upgrade_of_what_a_kernel_calls_it_is_compiled_again(
    tmp_path: Path, package: str
) -> None:
    ours, copy = Path(staydown.__file__).parent, tmp_path / "staydown"
    (copy / package).mkdir(parents=True)
    for name in ("__init__.py", f"{package}/__init__.py", f"{package}/kernels.py"):
        shutil.copy(ours / name, copy / name)
    shutil.copytree(ours / "base", copy / "base", ignore=shutil.ignore_patterns("__pycache__"))
    (copy / package / "caller.py").write_text(CALLER.format(package=package))

    def run(more: int) -> bytes:
        (copy / package / "callee.py").write_text(CALLEE.format(package=package, more=more))
        environment = os.environ | {"PYTHONPATH": str(tmp_path), "NUMBA_CACHE_DIR": ""}
        command = [sys.executable, "-c", SCRIPT.format(package=package)]
        return subprocess.run(command, env=environment, capture_output=True, check=True).stdout

    assert [run(1), run(1), run(10)] == [b"2 0\n", b"2 1\n", b"11 0\n"]
