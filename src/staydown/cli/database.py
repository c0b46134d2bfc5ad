"""The ``[database]`` part of a new settings file, the same for every site."""

import json
from pathlib import Path

from staydown.base.errors import SettingsError


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
