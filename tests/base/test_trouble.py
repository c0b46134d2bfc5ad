"""A database in trouble is told from a fault of ours, on both databases, by codes alone."""

import sqlite3
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, ProgrammingError
from psycopg import errors

from staydown.base.trouble import Trouble, trouble_of
from staydown.cli.trouble import words_for


def raised(database: sqlite3.Connection, *statements: str) -> sqlite3.Error:
    try:
        for statement in statements:
            database.execute(statement)
    except sqlite3.Error as error:
        return error
    raise AssertionError("nothing was raised")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.sqlite3"
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("CREATE TABLE a (b BLOB UNIQUE)")
    database.close()
    return path


def opened(path: Path, *, uri: str = "") -> sqlite3.Connection:
    return sqlite3.connect(f"file:{path}{uri}", uri=True, isolation_level=None, timeout=0)


def test_a_locked_sqlite_is_busy(file: Path) -> None:
    holder, other = opened(file), opened(file)
    holder.execute("BEGIN IMMEDIATE")
    assert trouble_of(raised(other, "BEGIN IMMEDIATE")) is Trouble.BUSY
    holder.close()
    other.close()


def test_a_full_sqlite_is_full(file: Path) -> None:
    database = opened(file)
    fault = raised(
        database,
        "PRAGMA max_page_count = 4",
        *["INSERT INTO a VALUES (randomblob(5000))"] * 9,
    )
    assert trouble_of(fault) is Trouble.FULL
    database.close()


def test_one_that_may_only_be_read_or_is_no_database_is_told_apart(
    file: Path, tmp_path: Path
) -> None:
    reader = opened(file, uri="?mode=ro")
    assert trouble_of(raised(reader, "INSERT INTO a VALUES (1)")) is Trouble.READ_ONLY
    reader.close()
    with pytest.raises(sqlite3.Error) as missing:
        opened(tmp_path / "no" / "b")
    assert trouble_of(missing.value) is Trouble.BROKEN
    (tmp_path / "noise").write_bytes(b"no database" * 1000)
    noise = opened(tmp_path / "noise")
    assert trouble_of(raised(noise, "SELECT * FROM a")) is Trouble.BROKEN
    noise.close()


@pytest.mark.parametrize(
    "statements",
    [
        ["SELECT * FROM nothing"],
        ["SELEKT 1"],
        ["INSERT INTO a VALUES (1)", "INSERT INTO a VALUES (1)"],
        ["INSERT INTO a VALUES (1, 2)"],
    ],
)
def test_a_statement_that_is_wrong_is_a_fault_of_ours(file: Path, statements: list[str]) -> None:
    database = opened(file)
    assert trouble_of(raised(database, *statements)) is None
    database.close()


@pytest.mark.parametrize(
    ("state", "trouble"),
    [
        ("08006", Trouble.AWAY), ("57P01", Trouble.AWAY), ("57P02", Trouble.AWAY),
        ("57P03", Trouble.AWAY), ("53300", Trouble.BUSY), ("53200", Trouble.BUSY),
        ("53100", Trouble.FULL), ("40P01", Trouble.BUSY), ("40001", Trouble.BUSY),
        ("55P03", Trouble.BUSY), ("57014", Trouble.BUSY), ("25006", Trouble.READ_ONLY),
        ("58030", Trouble.BROKEN), ("XX001", Trouble.BROKEN), ("42P01", None), ("42601", None),
        ("23505", None), ("22001", None), ("25P02", None), ("XX000", None),
    ],
)  # fmt: skip
def test_postgresqls_states_are_told_apart(state: str, trouble: Trouble | None) -> None:
    assert trouble_of(errors.lookup(state)("words that nobody reads")) is trouble


def test_a_server_that_cannot_be_asked_is_away() -> None:
    with pytest.raises(psycopg.OperationalError) as caught:
        psycopg.connect("host=127.0.0.1 port=1 connect_timeout=2")
    assert trouble_of(caught.value) is Trouble.AWAY
    assert trouble_of(psycopg.InterfaceError("the connection is closed")) is Trouble.AWAY
    assert trouble_of(psycopg.ProgrammingError("no such thing")) is None


def test_the_cause_decides_and_what_was_dealt_with_before_does_not() -> None:
    busy = errors.lookup("55P03")("late")
    outer = OperationalError("late")
    outer.__cause__ = busy
    assert trouble_of(outer) is Trouble.BUSY
    later: DatabaseError = IntegrityError("twice")
    later.__context__ = outer
    assert trouble_of(later) is None
    assert trouble_of(ProgrammingError("ours")) is None
    assert trouble_of(ValueError("ours")) is None


@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_has_its_sentence_at_the_command_line(trouble: Trouble) -> None:
    states = {
        Trouble.BUSY: "55P03", Trouble.FULL: "53100", Trouble.READ_ONLY: "25006",
        Trouble.BROKEN: "58030", Trouble.AWAY: "57P01",
    }  # fmt: skip
    words = words_for(errors.lookup(states[trouble])("secret"))
    assert words is not None
    assert "secret" not in words
    assert words_for(ValueError("ours")) is None
