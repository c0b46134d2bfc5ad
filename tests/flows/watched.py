"""A ``staydown`` command under strace: whom it calls, which names it asks for, what it writes.

Each runs with an empty home, an empty folder for temporary files and an empty working folder. The
kernel's own record is read, of the command and of every process that it starts, so it doesn't
matter which library does something, or whether a file is gone again afterwards.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO

import pytest

HOW_TO_GET_IT = "install strace: apt-get install strace"

_CALLS = (
    "connect,sendto,sendmsg,sendmmsg,bind,"
    "open,openat,openat2,creat,mkdir,mkdirat,mknod,mknodat,"
    "rename,renameat,renameat2,link,linkat,symlink,symlinkat"
)

#: Files that are read to find the address of a name.
_NAME_FILES = frozenset({"/etc/hosts", "/etc/resolv.conf", "/etc/host.conf", "/etc/gai.conf"})

_CALL = re.compile(r"^\d+ +(?P<name>\w+)\((?P<rest>.*)$")
_RESUMED = re.compile(r"^(?P<pid>\d+) +<\.\.\. (?P<name>\w+) resumed>(?P<rest>.*)$")
_UNFINISHED = re.compile(r"^(?P<pid>\d+) +(?P<begun>\w+\(.*) <unfinished \.\.\.>$")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_OPENED = re.compile(r"= \d+<(?P<path>[^>]*)>$")
_DONE = re.compile(r"= \d+(<[^>]*>)?$")
_ADDRESS = re.compile(
    r"sa_family=(?P<family>AF_\w+)"
    r'(?:.*?inet_(?:addr|pton)\((?:AF_INET6?, )?"(?P<address>[^"]+)")?'
)
_PORT = re.compile(r"port=htons\((\d+)\)")
_LOCAL = re.compile(r'sun_path=(?P<path>@?"[^"]*")')


def strace() -> str:
    """Return where strace is; without it the test is skipped, and fails in CI."""
    found = shutil.which("strace")
    if found is None:
        pytest.skip(HOW_TO_GET_IT)
    return found


@dataclass(frozen=True)
class Trace:
    """What strace wrote of one command and of all that it started."""

    log: Path
    #: Folders that the command was told to write into, its home and the like not among them.
    named: tuple[Path, ...] = ()

    @cached_property
    def calls(self) -> list[tuple[str, str]]:
        """Every call as (name, rest of the line); those cut in two are put together."""
        begun: dict[str, str] = {}
        whole: list[tuple[str, str]] = []
        for line in self.log.read_text(errors="replace").splitlines():
            if cut := _UNFINISHED.match(line):
                begun[cut["pid"]] = cut["begun"]
                continue
            if (rest := _RESUMED.match(line)) and (start := begun.pop(rest["pid"], "")):
                line = f"{rest['pid']} {start}{rest['rest']}"  # noqa: PLW2901
            if call := _CALL.match(line):
                whole.append((call["name"], call["rest"]))
        return whole

    def elsewhere(self) -> list[str]:
        """Addresses off this machine that anything was sent or connected to, or listened on."""
        found = []
        for name, rest in self.calls:
            if name not in ("connect", "sendto", "sendmsg", "sendmmsg", "bind"):
                continue
            for given in _ADDRESS.finditer(rest):
                address = given["address"] or ""
                inet = given["family"] in ("AF_INET", "AF_INET6")
                if (inet and not _loopback(address)) or given["family"] not in _KNOWN_FAMILIES:
                    found.append(f"{name} {given['family']} {address}")
        return found

    def looked_up(self) -> list[str]:
        """Signs that the address of a name was asked for, of whomever."""
        found = []
        for name, rest in self.calls:
            if name.startswith("open"):
                paths = [path for path in _QUOTED.findall(rest)[:1] if path in _NAME_FILES]
                found += [f"read {path}" for path in paths]
            elif name in ("connect", "sendto", "sendmsg", "sendmmsg"):
                local = _LOCAL.search(rest)
                if local and ("nscd" in local["path"] or "resolve" in local["path"]):
                    found.append(f"asked {local['path']}")
                if "53" in _PORT.findall(rest):
                    found.append(f"{name} to port 53")
        return found

    def written(self) -> list[str]:
        """Every file or folder made or opened for writing that no setting or argument names."""
        made = {path for name, rest in self.calls for path in _made(name, rest)}
        return sorted(path for path in made if not self._allowed(path))

    def _allowed(self, path: str) -> bool:
        return _nothing_kept(path) or any(Path(path).is_relative_to(one) for one in self.named)


_KNOWN_FAMILIES = frozenset({"AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK", "AF_UNSPEC"})


def _loopback(address: str) -> bool:
    return address.startswith("127.") or address in ("::1", "::ffff:127.0.0.1")


def _made(name: str, rest: str) -> Iterator[str]:
    """The paths that a call made, or opened for writing; none where it failed."""
    if not _DONE.search(rest):
        return
    paths = _QUOTED.findall(rest)
    if name.startswith("open"):
        if re.search(r"O_(CREAT|TMPFILE|WRONLY|RDWR)", rest) and (opened := _OPENED.search(rest)):
            yield opened["path"]
    elif name in ("creat", "mkdir", "mknod", "mkdirat", "mknodat"):
        yield _absolute(rest, paths[0])
    elif name.startswith(("rename", "link", "symlink")):
        yield _absolute(rest, paths[-1])
    elif name == "bind" and (local := _LOCAL.search(rest)) and local["path"][0] != "@":
        yield local["path"].strip('"')


def _absolute(rest: str, path: str) -> str:
    """A path as the kernel saw it; the folder of a relative one stands before it (strace -y)."""
    if path.startswith("/"):
        return path
    folders = re.findall(r"AT_FDCWD<([^>]*)>|\d+<([^>]*)>", rest)
    folder = next((a or b for a, b in reversed(folders)), "")
    return f"{folder}/{path}"


def _nothing_kept(path: str) -> bool:
    """What keeps nothing, and what keeps only code: devices, pipes, Python's and Numba's caches.

    Both caches lie beside the source where that can be written (docs/commands.md says where else).
    """
    if path.startswith(("/dev/null", "/dev/tty", "/dev/pts/", "/proc/self/", "pipe:", "anon_inode")):
        return True
    return "/__pycache__" in path and re.search(r"(\.pyc(\.\d+)?|\.nb[ic]|__pycache__|\w{8,})$", path) is not None


@dataclass(frozen=True)
class Place:
    """A home, a folder for temporary files and a working folder, all empty at first."""

    folder: Path

    def __post_init__(self) -> None:
        for one in (self.home, self.temporary, self.work):
            one.mkdir(parents=True)

    @property
    def home(self) -> Path:
        """HOME."""
        return self.folder / "home"

    @property
    def temporary(self) -> Path:
        """TMPDIR."""
        return self.folder / "tmp"

    @property
    def work(self) -> Path:
        """The working folder."""
        return self.folder / "work"

    @property
    def log(self) -> Path:
        """What strace writes."""
        return self.folder / "strace.log"

    def environment(self) -> dict[str, str]:
        """All that the command gets; telemetry is even asked for, and still must not happen."""
        asked_for = {"ORT_DISABLE_TELEMETRY": "0", "RAY_USAGE_STATS_ENABLED": "1"}
        folders = {"HOME": str(self.home), "TMPDIR": str(self.temporary)}
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        return {**kept, **folders, **asked_for}


def start(
    place: Place, arguments: list[str], output: IO[bytes] | int = subprocess.PIPE
) -> subprocess.Popen[bytes]:
    """Start ``staydown …`` in ``place`` under strace. The process is the command itself."""
    watch = [strace(), "-D", "-f", "--seccomp-bpf", "-q", "-y", "-s", "300"]
    return subprocess.Popen(
        [*watch, "-e", f"trace={_CALLS}", "-o", str(place.log),
         sys.executable, "-m", "staydown", *arguments],
        cwd=place.work, env=place.environment(),
        stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
    )  # fmt: skip


def run(folder: Path, arguments: list[str], named: tuple[Path, ...] = (), right: tuple[int, ...] = (0,)) -> tuple[Trace, str]:
    """Run a command to its end; return its trace and what it printed."""
    place = Place(folder)
    process = start(place, arguments)
    printed = process.communicate(timeout=300)[0].decode()  # the end of strace too
    assert process.returncode in right, f"{arguments}: {process.returncode}\n{printed}"
    return Trace(place.log, named), printed
