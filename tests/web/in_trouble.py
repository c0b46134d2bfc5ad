"""Ways to bring a running site's database into trouble, and to end it again."""

import resource
import secrets
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.postgres import Server

#: Far from the 20 s that a person once waited for nothing, and far above the 3 s it takes.
GENEROUS = 15.0


@dataclass(frozen=True)
class Said:
    """What a site answered, and how long that took."""

    status: int
    headers: Mapping[str, str]
    text: str
    seconds: float

    def is_come_back(self) -> bool:
        """Say whether it is the answer of a site whose database is in trouble."""
        retry = self.headers.get("retry-after", "")
        return self.status == 503 and retry.isdigit() and self.seconds < GENEROUS


def said(client: httpx.Client, method: str, path: str, **body: object) -> Said:
    """Send a request and return what came back."""
    began = time.monotonic()
    answer = client.request(method, path, **body)  # type: ignore[arg-type]  # json, data, headers
    return Said(answer.status_code, answer.headers, answer.text, time.monotonic() - began)


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Let another program hold SQLite's lock."""
    with closing(sqlite3.connect(file, isolation_level=None, timeout=60)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        yield
        holder.execute("ROLLBACK")


@contextmanager
def no_room(process: int) -> Iterator[None]:
    """Let a process and its children write nothing to any file any more."""
    numbers = list(_family(process))
    before = {number: resource.prlimit(number, resource.RLIMIT_FSIZE) for number in numbers}
    for number, (_, hard) in before.items():
        resource.prlimit(number, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        for number, limit in before.items():
            resource.prlimit(number, resource.RLIMIT_FSIZE, limit)


def _family(process: int) -> Iterator[int]:
    yield process
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _family(int(child))


@dataclass(frozen=True)
class Postgres:
    """A database of a test's own on a running server."""

    server: Server
    name: str

    @property
    def place(self) -> str:
        """As ``--postgres`` takes it."""
        return f"staydown@{self.server.host}:{self.server.port}/{self.name}"

    def opened(self, name: str = "") -> psycopg.Connection:
        """Connect over a way that the site knows nothing of."""
        return psycopg.connect(
            host=self.server.host,
            port=self.server.port,
            user="staydown",
            dbname=name or self.name,
            autocommit=True,
        )

    @contextmanager
    def away(self) -> Iterator[None]:
        """End every connection to it, and let nobody in: as while a server starts again."""
        with closing(self.opened("postgres")) as operator:
            operator.execute(f'ALTER DATABASE "{self.name}" ALLOW_CONNECTIONS false')
            operator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [self.name],
            )
            try:
                yield
            finally:
                operator.execute(f'ALTER DATABASE "{self.name}" ALLOW_CONNECTIONS true')

    @contextmanager
    def held(self, table: str) -> Iterator[None]:
        """Let another program hold a table."""
        with closing(self.opened()) as holder, holder.transaction():
            holder.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            yield


@pytest.fixture
def postgres(postgres_server: Server) -> Postgres:
    """An empty database."""
    name = f"trouble_{secrets.token_hex(6)}"
    postgres_server.create_database(name)
    return Postgres(postgres_server, name)
