"""What the commands of every site share: its new folder, its options, when to stop ticking."""

import json
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from staydown.base.errors import SettingsError
from staydown.base.settings import load, read_secret, write_secret

SECRETS = ("django.key", "seal.key")

Settings = TypeVar("Settings")

_Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

#: ``--postgres`` and its password, for a site's ``init``.
POSTGRES_OPTIONS: tuple[_Decorator, ...] = (
    click.option("--postgres", metavar="USER@HOST:PORT/NAME", help="PostgreSQL, not SQLite."),
    click.option(
        "--postgres-password-file", type=click.Path(dir_okay=False, exists=True, path_type=Path)
    ),
)


def postgres_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--postgres`` and ``--postgres-password-file``."""
    for option in reversed(POSTGRES_OPTIONS):
        command = option(command)
    return command


every_option: _Decorator = click.option(
    "--every",
    type=click.FloatRange(min=0.05),
    metavar="SECONDS",
    help="Keep running, and look for work this often.",
)


def settings_option(default: str) -> _Decorator:
    """Return the option ``--settings`` with a site's usual file name."""
    return click.option(
        "--settings",
        "settings_file",
        type=click.Path(dir_okay=False, path_type=Path),
        default=Path(default),
        show_default=True,
        help="The site's settings file.",
    )


def new_settings_file(folder: Path, name: str) -> Path:
    """Make the folder and return where its settings go. All that follows is the owner's alone.

    Raises SettingsError when there are settings already.
    """
    os.umask(0o077)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / name
    if file.exists():
        raise SettingsError(f"{file} is already there; it was left as it is")
    return file


def write_settings(file: Path, lines: list[str], shape: type[Settings]) -> Settings:
    """Write and read back a settings file; one with a wrong value is taken away again.

    Raises SettingsError.
    """
    file.write_text("\n".join(lines) + "\n", "utf-8")
    try:
        return load(file, shape)
    except SettingsError:
        file.unlink()
        raise


def make_secrets(folder: Path) -> None:
    """Make the folder of secrets and fresh keys in it."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for secret in SECRETS:
        write_secret(folder / secret)


def check_secrets(folder: Path) -> None:
    """Say now, in one line, what the serving process would stumble over. Raises SettingsError."""
    for secret in SECRETS:
        read_secret(folder / secret, minimum=32)


def migrate() -> None:
    """Bring the database of the site that Django was set up for to its present form."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def stop_when_told() -> threading.Event:
    """Return what is set once the process is told to end (SIGTERM, Ctrl-C)."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def quoted(text: str) -> str:
    """Return ``text`` as a TOML string; JSON's escapes are TOML's."""
    return json.dumps(text)


def database_lines(
    postgres: str | None, password_file: Path | None, *, sqlite_name: str
) -> list[str]:
    """Return the lines under ``[database]``: SQLite in the folder, or ``USER@HOST:PORT/NAME``.

    Raises SettingsError for an address of another form.
    """
    if postgres is None:
        return ['engine = "sqlite"', f"path = {quoted(sqlite_name)}"]
    user, _, rest = postgres.partition("@")
    address, _, name = rest.partition("/")
    host, _, port = address.rpartition(":")
    if not (user and host and port.isdigit() and name):
        raise SettingsError("--postgres is like staydown@127.0.0.1:5432/staydown")
    lines = [
        'engine = "postgresql"',
        f"user = {quoted(user)}",
        f"host = {quoted(host)}",
        f"port = {int(port)}",
        f"name = {quoted(name)}",
    ]
    if password_file is not None:
        lines.append(f"password_file = {quoted(str(password_file.resolve()))}")
    return lines
