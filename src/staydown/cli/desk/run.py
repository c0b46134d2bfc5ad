"""Making a desk and running it: ``init``, ``serve``, ``tick``."""

import json
import os
import signal
import threading
from datetime import timedelta
from pathlib import Path

import click

from staydown.base.errors import SettingsError
from staydown.base.settings import load, write_secret
from staydown.cli.desk.options import open_desk, settings_option
from staydown.review.settings import DeskSettings


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", default="Desk", show_default=True, help="What moderators see.")
@click.option("--port", default=8200, show_default=True, type=click.IntRange(1, 65535))
@click.option("--public-url", default="", help="The address people type, when behind a proxy.")
@click.option("--poll-seconds", default=30.0, show_default=True, help="Between looks at a bank.")
@click.option("--preview-origin", default="", help="The one origin of preview pictures.")
@click.option("--allow-private-banks", is_flag=True, help="Follow banks in private networks too.")
@click.option(
    "--postgres",
    metavar="USER@HOST:PORT/NAME",
    help="Use PostgreSQL instead of SQLite.",
)
@click.option(
    "--postgres-password-file", type=click.Path(dir_okay=False, exists=True, path_type=Path)
)
def init(
    *,
    folder: Path,
    name: str,
    port: int,
    public_url: str,
    poll_seconds: float,
    preview_origin: str,
    allow_private_banks: bool,
    postgres: str | None,
    postgres_password_file: Path | None,
) -> None:
    """Make a desk in FOLDER: settings, keys, database."""
    os.umask(0o077)  # Also the database's files are the owner's alone.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / "desk.toml"
    if file.exists():
        raise SettingsError(f"{file} is already there; it was left as it is")
    lines = [
        f"name = {_quoted(name)}",
        'secrets = "secrets"',
        f"poll_seconds = {poll_seconds}",
        f"preview_origin = {_quoted(preview_origin)}",
        f"allow_private_banks = {'true' if allow_private_banks else 'false'}",
        "",
        "[site]",
        f"port = {port}",
        f"public_url = {_quoted(public_url)}",
        "",
        "[database]",
        *_database_lines(postgres, postgres_password_file),
    ]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    _complete(folder, file)
    click.echo(f"The desk is ready: {file}")


def _complete(folder: Path, file: Path) -> None:
    """Make the keys and the tables. A settings file with a wrong value is taken away again."""
    try:
        load(file, DeskSettings)  # Say now what would be wrong later.
    except SettingsError:
        file.unlink()
        raise
    secrets = folder / "secrets"
    secrets.mkdir(mode=0o700, exist_ok=True)
    for secret in ("django.key", "seal.key"):
        write_secret(secrets / secret)
    open_desk(file)
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def _database_lines(postgres: str | None, password_file: Path | None) -> list[str]:
    if postgres is None:
        return ['engine = "sqlite"', 'path = "desk.sqlite3"']
    user, _, rest = postgres.partition("@")
    address, _, name = rest.partition("/")
    host, _, port = address.rpartition(":")
    if not (user and host and port.isdigit() and name):
        raise SettingsError("--postgres is like staydown@127.0.0.1:5432/desk")
    lines = [
        'engine = "postgresql"',
        f"user = {_quoted(user)}",
        f"host = {_quoted(host)}",
        f"port = {int(port)}",
        f"name = {_quoted(name)}",
    ]
    if password_file is not None:
        lines.append(f"password_file = {_quoted(str(password_file.resolve()))}")
    return lines


def _quoted(text: str) -> str:
    """Return ``text`` as a TOML string; JSON's escapes are TOML's."""
    return json.dumps(text)


@click.command()
@settings_option
def serve(settings_file: Path) -> None:
    """Serve the upload gate and the moderators' console."""
    from staydown.web.server import serve as run_server

    settings = load(settings_file, DeskSettings)
    run_server("staydown.web.desk_site.wsgi:application", settings.site, settings_file)


@click.command()
@settings_option
@click.option(
    "--every",
    type=click.FloatRange(min=0.05),
    metavar="SECONDS",
    help="Keep running, and look for work this often.",
)
def tick(settings_file: Path, every: float | None) -> None:
    """Read the banks' feeds, tell banks what was decided, tidy up.

    Run it from a timer, or leave it running with --every. Two at once do no harm.
    """
    desk = open_desk(settings_file)
    from staydown.net.http import HttpTransport
    from staydown.review import tick as ticking
    from staydown.review.api import Follower

    settings = desk.settings
    follower = Follower(
        HttpTransport(allow_private=settings.allow_private_banks),
        desk.sealer,
        desk.clock,
        timedelta(seconds=settings.poll_seconds),
    )
    idempotency = timedelta(hours=settings.idempotency_hours)
    if every is None:
        report = ticking.tick(follower, idempotency=idempotency)
        click.echo(f"banks read: {report.banks}, failed: {report.failed}, told: {report.told}")
        raise SystemExit(1 if report.failed else 0)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    ticking.run(follower, every=every, idempotency=idempotency, stop=stop)
