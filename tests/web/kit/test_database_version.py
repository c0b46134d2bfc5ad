"""A database that another version of Staydown made is refused, by everything that opens one."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from staydown.base.errors import SettingsError
from staydown.web.kit.database_version import refuse_other_version

ROOT = Path(__file__).parents[3]
SRC, OLDER = ROOT / "src/staydown", ROOT / "tests/vectors/databases"
#: Of each site: what serves it, its background job, and two that read or change.
COMMANDS = {
    "bank": ("serve", "tick", "partner list", "partner add P"),
    "desk": ("serve", "tick", "alarms list", "key add K"),
}


def staydown(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "staydown", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("site", COMMANDS)
def test_an_older_database_is_refused_in_one_sentence(tmp_path: Path, site: str) -> None:
    country = ("--country", "NL") if site == "desk" else ()
    assert staydown(site, "init", str(tmp_path / site), *country).returncode == 0
    settings, database = tmp_path / site / f"{site}.toml", tmp_path / site / f"{site}.sqlite3"
    database.unlink()
    with closing(sqlite3.connect(database)) as file:
        file.executescript((OLDER / f"older_{site}.sql").read_text("utf-8"))
    before = _said(database)
    for command in COMMANDS[site]:
        done = staydown(site, *command.split(), "--settings", str(settings))
        assert done.returncode == 1, command
        assert done.stderr.strip().endswith(f"make a new one with “staydown {site} init”"), command
        assert done.stderr.count("\n") == 1
        assert done.stdout == ""
    assert _said(database) == before


def _said(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as file:
        return list(file.iterdump())


def test_whoever_sets_a_site_up_asks_for_the_version_of_its_database() -> None:
    """So no command comes by another way."""
    ways = [
        file
        for file in SRC.rglob("*.py")
        for site in ("bank", "desk")
        if f"from staydown.web.{site}_site.process import" in (text := file.read_text("utf-8"))
        and " configure(" in text
    ]
    assert len(ways) == 4
    for file in ways:
        assert "refuse_other_version(" in file.read_text("utf-8"), file


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("app", ["bank", "review"])
def test_migrations_that_nobody_knows_and_tables_that_none_made_are_refused(app: str) -> None:
    refuse_other_version("bank")
    head = apps.get_model(app, "Head")
    migrations = MigrationRecorder(connection).migration_qs.filter(app=app)
    (mine,) = migrations.values_list("name", flat=True)
    migrations.update(name="0007_waiting")
    try:
        with pytest.raises(SettingsError, match="another version"):
            refuse_other_version("bank")
    finally:
        migrations.update(name=mine)
    with connection.schema_editor() as editor:
        editor.alter_db_table(head, f"{app}_head", f"{app}_gone")
    try:
        with pytest.raises(SettingsError, match="another version"):
            refuse_other_version("bank")
    finally:
        with connection.schema_editor() as editor:
            editor.alter_db_table(head, f"{app}_gone", f"{app}_head")
    refuse_other_version("bank")
