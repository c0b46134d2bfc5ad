"""Making a bank and running it: ``init``, ``serve``, ``tick``."""

import signal
import threading
from pathlib import Path

import click

from staydown.bank.settings import BankSettings
from staydown.base.errors import SettingsError
from staydown.base.settings import load, write_secret
from staydown.cli.bank.options import load_and_open, open_bank, settings_option
from staydown.cli.database import database_lines, quoted

SECRETS = ("django.key", "seal.key")


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", default="Fingerprint bank", show_default=True, help="What people read.")
@click.option("--port", default=8100, show_default=True, type=click.IntRange(1, 65535))
@click.option("--public-url", default="", help="The address people type, when behind a proxy.")
@click.option("--exit-url", default="", help="Where “Exit this page” leads.")
@click.option("--postgres", metavar="USER@HOST:PORT/NAME", help="PostgreSQL instead of SQLite.")
@click.option(
    "--postgres-password-file", type=click.Path(dir_okay=False, exists=True, path_type=Path)
)
def init(
    *,
    folder: Path,
    name: str,
    port: int,
    public_url: str,
    exit_url: str,
    postgres: str | None,
    postgres_password_file: Path | None,
) -> None:
    """Make a bank in FOLDER: settings, keys, database.

    Keep a copy of the folder “secrets” in a safe place, apart from copies of the database: without
    seal.key no fingerprint can be read again, and with both together every one can.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / "bank.toml"
    if file.exists():
        raise SettingsError(f"{file} is already there; it was left as it is")
    lines = [f"name = {quoted(name)}", 'secrets = "secrets"']
    if exit_url:
        lines.append(f"exit_url = {quoted(exit_url)}")
    lines += ["", "[site]", f"port = {port}", f"public_url = {quoted(public_url)}"]
    database = database_lines(postgres, postgres_password_file, sqlite_name="bank.sqlite3")
    file.write_text("\n".join([*lines, "", "[database]", *database]) + "\n", "utf-8")
    settings = load(file, BankSettings)  # Say now what would be wrong later.
    settings.secrets.mkdir(mode=0o700, exist_ok=True)
    for secret in SECRETS:
        write_secret(settings.secrets / secret)
    open_bank(settings)
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    click.echo(f"The bank is ready: {file}")


@click.command()
@settings_option
def serve(settings_file: Path) -> None:
    """Serve the public pages and the partner API."""
    from staydown.web.server import serve as run_server

    settings = load(settings_file, BankSettings)
    run_server("staydown.web.bank_site.wsgi:application", settings.site, settings_file)


@click.command()
@settings_option
@click.option(
    "--every",
    type=click.FloatRange(min=0.05),
    metavar="SECONDS",
    help="Keep running, and tidy up this often.",
)
def tick(settings_file: Path, every: float | None) -> None:
    """Tidy up what is no longer needed.

    Run it from a timer, or leave it running with --every. Two at once do no harm.
    """
    _, site = load_and_open(settings_file)
    from staydown.bank.api import upkeep

    if every is None:
        report = upkeep.tick(site.bank)
        click.echo(
            f"forgotten: {report.throttles} waiting times, {report.empty_fetches} empty fetches"
        )
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.is_set():
        upkeep.tick(site.bank)
        stop.wait(every)
