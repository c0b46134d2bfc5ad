"""Making a bank and running it: ``init``, ``serve``, ``tick``."""

from pathlib import Path

import click

from staydown.bank.settings import LONGEST_WINDOW, BankSettings
from staydown.base.settings import load
from staydown.cli.bank.options import load_and_open, open_bank, settings_option
from staydown.cli.site import (
    check_secrets,
    database_lines,
    every_option,
    make_secrets,
    migrate,
    new_settings_file,
    postgres_options,
    quoted,
    stop_when_told,
    write_settings,
)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", default="Fingerprint bank", show_default=True, help="What people read.")
@click.option("--port", default=8100, show_default=True, type=click.IntRange(1, 65535))
@click.option("--public-url", default="", help="The address people type, when behind a proxy.")
@click.option("--exit-url", default="", help="Where “Exit this page” leads.")
@click.option(
    "--release-seconds",
    type=click.IntRange(0, LONGEST_WINDOW),
    help="Give out what people hand in together every so many seconds; 0: at once, each alone.",
)
@postgres_options
def init(
    *,
    folder: Path,
    name: str,
    port: int,
    public_url: str,
    exit_url: str,
    release_seconds: int | None,
    postgres: str | None,
    postgres_password_file: Path | None,
) -> None:
    """Make a bank in FOLDER: settings, keys, database.

    Keep a copy of the folder “secrets” in a safe place, apart from copies of the database: without
    seal.key no fingerprint can be read again, and with both together every one can.
    """
    file = new_settings_file(folder, "bank.toml")
    lines = [f"name = {quoted(name)}", 'secrets = "secrets"']
    if exit_url:
        lines.append(f"exit_url = {quoted(exit_url)}")
    if release_seconds is not None:
        lines.append(f"release_seconds = {release_seconds}")
    lines += ["", "[site]", f"port = {port}", f"public_url = {quoted(public_url)}"]
    database = database_lines(postgres, postgres_password_file, sqlite_name="bank.sqlite3")
    lines += ["", "[database]", *database]
    settings = write_settings(file, lines, BankSettings)
    make_secrets(settings.secrets)
    open_bank(settings)
    migrate()
    click.echo(f"The bank is ready: {file}")


@click.command()
@settings_option
def serve(settings_file: Path) -> None:
    """Serve the public pages and the partner API."""
    from staydown.web.bank_site.serving import serve as serve_site

    settings = load(settings_file, BankSettings)
    check_secrets(settings.secrets)
    serve_site(settings)


@click.command()
@settings_option
@every_option
def tick(settings_file: Path, every: float | None) -> None:
    """Give out what has waited for its window, and tidy up what is no longer needed.

    Run it from a timer, or leave it running with --every. Two at once do no harm.
    """
    _, site = load_and_open(settings_file)
    from staydown.bank.api import upkeep

    if every is None:
        report = upkeep.tick(site.bank)
        click.echo(
            f"released: {report.released} changes; "
            f"forgotten: {report.throttles} waiting times, {report.empty_fetches} empty fetches, "
            f"{report.idempotency_keys} keys of repeatable requests; "
            f"ended: {report.extensions} extended disputes"
        )
        return
    stop = stop_when_told()
    while not stop.is_set():
        upkeep.tick_or_note(site.bank)
        stop.wait(every)
