"""Making a desk and running it: ``init``, ``serve``, ``tick``."""

from datetime import timedelta
from pathlib import Path

import click

from staydown.base.settings import load
from staydown.cli.country import ask_country, country_code
from staydown.cli.desk.options import open_desk, settings_option
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
from staydown.index.folder import Folder
from staydown.media.worker import PictureWorker
from staydown.review.settings import DeskSettings


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", default="Desk", show_default=True, help="What moderators see.")
@click.option(
    "--country",
    callback=country_code,
    metavar="CODE",
    help="Where the platform is based (NL, US-CA); asked for if left out.",
)
@click.option("--port", default=8200, show_default=True, type=click.IntRange(1, 65535))
@click.option("--public-url", default="", help="The address people type, when behind a proxy.")
@click.option("--poll-seconds", default=30.0, show_default=True, help="Between looks at a bank.")
@click.option("--preview-origin", default="", help="The one origin of preview pictures.")
@click.option("--allow-private-banks", is_flag=True, help="Follow banks in private networks too.")
@postgres_options
def init(
    *,
    folder: Path,
    name: str,
    country: str | None,
    port: int,
    public_url: str,
    poll_seconds: float,
    preview_origin: str,
    allow_private_banks: bool,
    postgres: str | None,
    postgres_password_file: Path | None,
) -> None:
    """Make a desk in FOLDER: settings, keys, database."""
    file = new_settings_file(folder, "desk.toml")
    if country is None:
        country = ask_country("Which country is the platform based in (such as NL or US-CA)?")
    lines = [
        f"name = {quoted(name)}",
        f"country = {quoted(country)}",
        'secrets = "secrets"',
        'index = "index"',
        f"poll_seconds = {poll_seconds}",
        f"preview_origin = {quoted(preview_origin)}",
        f"allow_private_banks = {'true' if allow_private_banks else 'false'}",
        "",
        "[site]",
        f"port = {port}",
        "threads = 24",
        f"public_url = {quoted(public_url)}",
        "",
        "[database]",
        *database_lines(postgres, postgres_password_file, sqlite_name="desk.sqlite3"),
    ]
    settings = write_settings(file, lines, DeskSettings)
    make_secrets(settings.secrets)
    open_desk(file)
    migrate()
    click.echo(f"The desk is ready: {file}")
    if not country:
        click.echo(
            f"No country is set. Set country in {file.name} before you serve: moderators are then "
            "shown where to report a picture that may show somebody under 18.",
            err=True,
        )


@click.command()
@settings_option
def serve(settings_file: Path) -> None:
    """Serve the upload gate and the moderators' console."""
    from staydown.web.desk_site.serving import serve as serve_site
    from staydown.web.kit.ready import wait_for_database

    settings = load(settings_file, DeskSettings)
    check_secrets(settings.secrets)
    if settings.index is not None:  # say now what the serving process would stumble over
        Folder(settings.index, "pdq", create=True).close()
    wait_for_database(settings.database)  # all that is listed is read at the start
    if settings.require_sandbox:
        with PictureWorker(must_be_closed=True) as worker:
            worker.start()
    if settings.copy_network() is None:
        click.echo(
            "Copy codes are not made here: the network for them is not installed (docs/models.md).",
            err=True,
        )
    serve_site(settings)


@click.command()
@settings_option
@every_option
def tick(settings_file: Path, every: float | None) -> None:
    """Read the banks' feeds, look back, tell banks what was decided, tidy up.

    Run it from a timer, or leave it running with --every. Two at once do no harm.
    """
    desk = open_desk(settings_file)
    from staydown.net.http import HttpTransport
    from staydown.review import api

    settings = desk.settings
    follower = api.Follower(
        HttpTransport(allow_private=settings.allow_private_banks),
        desk.sealer,
        desk.clock,
        timedelta(seconds=settings.poll_seconds),
        settings.most_index_mb * 1024 * 1024,
    )
    idempotency = timedelta(hours=settings.idempotency_hours)
    keeper = api.Keeper(desk.sealer, settings.look_back.keep)
    looking_back = api.looking_back(keeper, desk.clock, settings.match_limits())
    if every is None:
        report = api.tick(follower, idempotency=idempotency, looking_back=looking_back)
        click.echo(f"banks read: {report.banks}, failed: {report.failed}, told: {report.told}")
        raise SystemExit(1 if report.failed else 0)
    stop = stop_when_told()
    api.keep_ticking(
        follower, every=every, idempotency=idempotency, stop=stop, looking_back=looking_back
    )
