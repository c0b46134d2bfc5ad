"""A throw-away PostgreSQL server, for tests and for running a command against one.

``python -m tests.postgres COMMAND…`` runs the command with ``STAYDOWN_TEST_POSTGRES=host:port``.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.ports import free_port

INSTALL = "apt-get install postgresql"
USER = "staydown"


class PostgresMissing(Exception):
    """No PostgreSQL server programs on this machine."""


@dataclass(frozen=True)
class Server:
    """A running server that trusts local connections of the user ``staydown``."""

    host: str
    port: int
    programs: Path

    def create_database(self, name: str) -> None:
        """Make an empty database."""
        self.run("createdb", name)

    def dump(self, name: str) -> bytes:
        """Return a plain-text dump of a database."""
        return self.run("pg_dump", name)

    def run(self, program: str, *arguments: str) -> bytes:
        """Run one of PostgreSQL's client programs and return what it prints."""
        command = [str(self.programs / program), "-h", self.host, "-p", str(self.port), "-U", USER]
        return subprocess.run([*command, *arguments], check=True, capture_output=True).stdout


def find_programs() -> Path:
    """Return the folder of ``initdb`` and ``postgres``. Raises PostgresMissing."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which("initdb")
    if found:
        places.append(Path(found).resolve().parent)
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    raise PostgresMissing(f"PostgreSQL is missing: {INSTALL}")


@contextlib.contextmanager
def throwaway_server() -> Iterator[Server]:
    """Start a server in a temporary folder, and remove both afterwards."""
    programs = find_programs()
    # PostgreSQL refuses to run as root; the Debian package brings an account for it.
    account = "postgres" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="staydown-pg-") as name:
        folder = Path(name)
        data = folder / "data"
        if account:
            entry = pwd.getpwnam(account)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        port = free_port()
        subprocess.run(
            [
                str(programs / "initdb"),
                "-D",
                str(data),
                "-U",
                USER,
                "-A",
                "trust",
                "-E",
                "UTF8",
                "-N",
            ]
            + ["--locale=C.UTF-8"],
            check=True,
            capture_output=True,
            user=account,
            cwd=folder,
        )
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [str(programs / "postgres"), "-D", str(data), "-k", str(folder), "-h", "127.0.0.1"]
                + ["-p", str(port), "-c", "fsync=off", "-c", "max_connections=200"],
                stdout=log,
                stderr=log,
                user=account,
                cwd=folder,
            )
        server = Server("127.0.0.1", port, programs)
        try:
            _wait_until_ready(server, process, folder / "log")
            yield server
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _wait_until_ready(server: Server, process: "subprocess.Popen[bytes]", log: Path) -> None:
    ready = [str(server.programs / "pg_isready"), "-h", server.host, "-p", str(server.port), "-q"]
    for _ in range(300):
        if process.poll() is not None:
            break
        if subprocess.run(ready, check=False).returncode == 0:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")


def main() -> int:
    """Run the command in ``sys.argv`` beside a server; without PostgreSQL say how to get it."""
    try:
        with throwaway_server() as server:
            server.create_database(USER)
            place = f"{server.host}:{server.port}"
            environment = {**os.environ, "STAYDOWN_TEST_POSTGRES": place}
            return subprocess.run(sys.argv[1:], env=environment, check=False).returncode
    except PostgresMissing as missing:
        print(f"Left out: the second run, on PostgreSQL. {missing}", file=sys.stderr)
        return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
