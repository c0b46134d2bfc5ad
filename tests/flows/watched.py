"""A ``staydown`` command under strace: whom it calls, which names it asks for, what it writes.

Each runs with an empty home, an empty folder for temporary files and an empty working folder. The
kernel's own record is read, of the command and of every process that it starts, so it doesn't
matter which library does something, or whether a file is gone again afterwards.
"""

import os
import re
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

#: Seconds that a command may take on a busy machine.
_LONGEST = 300

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
_OPENED = re.compile(r"= \d+<(?P<path>.*)>(\(deleted\))?$")
_DONE = re.compile(r"= \d+(<.*>(\(deleted\))?)?$")
#: Of Python and Numba (which tries with a file of no name whether it can write), and fontconfig.
_CACHES = re.compile(
    r"__pycache__(/[^/]*\.(pyc(\.\d+)?|nb[ic](\.tmp\.\w+)?)|/tmp\w{8}|/#\d+)?$"
    r"|/\.cache(/numba(/.*)?|/fontconfig(/.*)?)?$"
)
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

    def faults(self) -> list[str]:
        """All of these: empty where the command kept to itself."""
        return [*self.elsewhere(), *self.looked_up(), *self.written()]

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
        if re.search(r"O_(CREAT|TMPFILE|WRONLY|RDWR)", rest):
            opened = _OPENED.search(rest)
            yield opened["path"] if opened else paths[0]
    elif name in ("creat", "mkdir", "mknod", "mkdirat", "mknodat"):
        yield _absolute(rest, paths[0])
    elif name.startswith(("rename", "link", "symlink")):
        yield _absolute(rest, paths[-1])
    elif name == "bind" and (local := _LOCAL.search(rest)) and local["path"][0] != "@":
        yield local["path"].strip('"')


def _absolute(rest: str, path: str) -> str:
    """A path as the kernel saw it; strace -y shows the folder of a relative one, except where
    that is always the working folder."""
    if path.startswith("/"):
        return path
    folders = re.findall(r"AT_FDCWD<([^>]*)>|\d+<([^>]*)>", rest)
    folder = next((a or b for a, b in reversed(folders)), "")
    return f"{folder}/{path}" if folder else path


def _nothing_kept(path: str) -> bool:
    """What keeps nothing, and caches of code and of fonts (docs/commands.md names them)."""
    if path.startswith(
        ("/dev/null", "/dev/tty", "/dev/pts/", "/proc/self/", "pipe:", "anon_inode")
    ):
        return True
    return _CACHES.search(path) is not None


@dataclass(frozen=True)
class Place:
    """A home, a folder for temporary files and a working folder, all empty at first."""

    folder: Path
    #: An empty folder with a short path, where one is needed (a socket's is).
    short: Path | None = None

    def __post_init__(self) -> None:
        for one in (self.home, self.temporary, self.work):
            one.mkdir(parents=True, exist_ok=one == self.short)

    @property
    def home(self) -> Path:
        """HOME."""
        return self.folder / "home"

    @property
    def temporary(self) -> Path:
        """TMPDIR."""
        return self.short or self.folder / "tmp"

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


class Watched:
    """A ``staydown`` command that runs under strace; ``printed`` grows while it does."""

    def __init__(
        self, place: Place, arguments: Sequence[str], named: tuple[Path, ...] = ()
    ) -> None:
        self.arguments = tuple(arguments)
        self.trace = Trace(place.log, named)
        self._printed = place.folder / "printed.txt"
        watch = [strace(), "-D", "-f", "--seccomp-bpf", "-q", "-y", "-s", "300"]
        with self._printed.open("wb") as output:
            # The pipe that nobody reads is closed when the last of them, strace too, has ended.
            self._open, ends = os.pipe()
            self.process = subprocess.Popen(
                [*watch, "-e", f"trace={_CALLS}", "-o", str(place.log),
                 sys.executable, "-m", "staydown", *arguments],
                cwd=place.work, env=place.environment(), pass_fds=(ends,),
                stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
            os.close(ends)

    @property
    def printed(self) -> str:
        """What it has printed so far, on either stream."""
        return self._printed.read_text(errors="replace")

    def ended(self, typed: bytes = b"") -> "Watched":
        """Type something into it and wait for its end; return itself."""
        self.process.communicate(typed, timeout=_LONGEST)
        readable, _, _ = select.select([self._open], [], [], _LONGEST)
        assert readable, f"{self.arguments}: strace, or what the command started, did not end"
        os.close(self._open)
        return self

    def given_up(self) -> None:
        """Leave nothing running where a test failed half-way."""
        if self.process.poll() is None:
            self.process.kill()
            self.ended()

    def stopped(self) -> "Watched":
        """Ask it to end, and wait for that; return itself."""
        self.process.terminate()
        return self.ended()
