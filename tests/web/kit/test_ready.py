"""Before a desk starts, its database is asked whether it answers."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from staydown.base.settings import DatabaseSettings
from staydown.cli.trouble import words_for
from staydown.web.kit.ready import wait_for_database
from tests.ports import free_port
from tests.web.in_trouble import Postgres, postgres

__all__ = ["postgres"]


def test_a_database_that_answers_is_not_waited_for(tmp_path: Path, postgres: Postgres) -> None:
    with closing(sqlite3.connect(tmp_path / "a")) as file:
        file.execute("CREATE TABLE a (b)")
    wait_for_database(DatabaseSettings("sqlite", path=tmp_path / "a"), seconds=0)
    server = postgres.server
    wait_for_database(
        DatabaseSettings("postgresql", name=postgres.name, host=server.host, port=server.port),
        seconds=0,
    )


def test_one_that_does_not_is_told_of_in_a_sentence_and_never_made_anew(tmp_path: Path) -> None:
    away = DatabaseSettings("postgresql", host="127.0.0.1", port=free_port())
    with pytest.raises(psycopg.OperationalError) as caught:
        wait_for_database(away, seconds=0)
    assert "does not answer" in (words_for(caught.value) or "")
    with pytest.raises(sqlite3.OperationalError) as missing:
        wait_for_database(DatabaseSettings("sqlite", path=tmp_path / "b"), seconds=60)
    assert "cannot be opened" in (words_for(missing.value) or "")
    assert not (tmp_path / "b").exists()
