"""Moderators, banks and platform keys: ``user``, ``bank``, ``key``."""

import json
from pathlib import Path

import click

from staydown.base.settings import read_key
from staydown.cli.desk.options import open_desk, settings_option

#: Entries that are agreed with a bank at once; the most is beyond any list there is.
entries_type = click.IntRange(1, 1_000_000_000)

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
key_file = click.Path(dir_okay=False, exists=True, path_type=Path)


def _print(as_json: bool, lines: str, **values: str) -> None:
    click.echo(json.dumps(values) if as_json else lines)


# --------------------------------------------------------------------------- moderators


@click.group()
def user() -> None:
    """Moderators, who decide."""


@user.command("add")
@click.argument("name")
@settings_option
@json_option
def user_add(name: str, settings_file: Path, as_json: bool) -> None:
    """Add the moderator NAME and print a one-time password."""
    desk = open_desk(settings_file)
    from staydown.review import api

    password = api.add_moderator(name, desk.clock)
    _print(
        as_json,
        f"name: {name}\none-time password: {password}\nIt must be changed at the first sign-in.",
        name=name,
        password=password,
    )


@user.command("reset")
@click.argument("name")
@settings_option
@json_option
def user_reset(name: str, settings_file: Path, as_json: bool) -> None:
    """Give the moderator NAME a new one-time password."""
    desk = open_desk(settings_file)
    from staydown.review import api

    password = api.reset_moderator(name, desk.clock)
    _print(as_json, f"name: {name}\none-time password: {password}", name=name, password=password)


@user.group("under-18")
def under_18() -> None:
    """Moderators who may open items that may show somebody under 18."""


@under_18.command("add")
@click.argument("name")
@settings_option
def under_18_add(name: str, settings_file: Path) -> None:
    """Name the moderator NAME: they may open and decide such items."""
    desk = open_desk(settings_file)
    from staydown.review import api

    api.name_for_under_18(name, named=True, clock=desk.clock)
    click.echo(f"{name} may open items that may show somebody under 18. Each time is recorded.")


@under_18.command("remove")
@click.argument("name")
@settings_option
def under_18_remove(name: str, settings_file: Path) -> None:
    """Let the moderator NAME open such items no longer."""
    desk = open_desk(settings_file)
    from staydown.review import api

    api.name_for_under_18(name, named=False, clock=desk.clock)
    click.echo(f"{name} can't open items that may show somebody under 18 any more.")
    if not api.named_for_under_18():
        click.echo("Nobody can now. Name somebody: staydown desk user under-18 add", err=True)


@under_18.command("list")
@settings_option
@json_option
def under_18_list(settings_file: Path, as_json: bool) -> None:
    """Print the names of those who may open such items."""
    open_desk(settings_file)
    from staydown.review import api

    names = api.named_for_under_18()
    if as_json:
        click.echo(json.dumps(names))
        return
    for name in names:
        click.echo(name)
    if not names:
        click.echo("Nobody yet. Name somebody: staydown desk user under-18 add", err=True)


# --------------------------------------------------------------------------- banks


@click.group()
def bank() -> None:
    """Banks that the desk follows."""


@bank.command("add")
@click.argument("name")
@click.argument("url")
@click.option("--subscription-key-file", required=True, type=key_file)
@click.option("--function-key-file", required=True, type=key_file)
@click.option(
    "--dialect",
    type=click.Choice(["v2", "v1"]),
    default="v2",
    show_default=True,
    help="v2: Staydown's feed, URL is the bank's address. v1: StopNCII, URL ends in /v1.",
)
@click.option(
    "--backfill",
    type=entries_type,
    default=None,
    metavar="ENTRIES",
    help="How many entries the bank has today; they come at once, on top of its hourly share.",
)
@settings_option
def bank_add(
    *,
    name: str,
    url: str,
    subscription_key_file: Path,
    function_key_file: Path,
    dialect: str,
    backfill: int | None,
    settings_file: Path,
) -> None:
    """Follow the bank NAME at URL. Its keys are copied into the desk's secrets."""
    desk = open_desk(settings_file)
    from staydown.net import guard
    from staydown.net.errors import AddressRefused
    from staydown.review import api

    try:
        guard.read(url)
    except AddressRefused as error:
        raise click.BadParameter(str(error)) from None
    api.add_bank(
        name,
        url,
        dialect,
        subscription_key=_key(subscription_key_file),
        function_key=_key(function_key_file),
        secrets_folder=desk.settings.secrets,
        clock=desk.clock,
        backfill=backfill or 0,
    )
    click.echo(f"The desk follows {name} from its next tick on.")


@bank.command("keys")
@click.argument("name")
@click.option("--subscription-key-file", required=True, type=key_file)
@click.option("--function-key-file", required=True, type=key_file)
@settings_option
def bank_keys(
    name: str, subscription_key_file: Path, function_key_file: Path, settings_file: Path
) -> None:
    """Use new keys for the bank NAME."""
    desk = open_desk(settings_file)
    from staydown.review import api

    api.change_bank_keys(
        name,
        subscription_key=_key(subscription_key_file),
        function_key=_key(function_key_file),
        secrets_folder=desk.settings.secrets,
        clock=desk.clock,
    )
    click.echo(f"The desk uses the new keys for {name}.")


@bank.command("allow")
@click.argument("name")
@click.argument("entries", type=entries_type)
@settings_option
def bank_allow(name: str, entries: int, settings_file: Path) -> None:
    """Let the bank NAME send and keep ENTRIES more, on top of its hourly share."""
    desk = open_desk(settings_file)
    from staydown.review import api

    api.allow_bank(name, entries, desk.clock)
    click.echo(f"{name} may send {entries:,} entries more.")


def _key(file: Path) -> str:
    return read_key(file, minimum=8)


# --------------------------------------------------------------------------- platform keys


@click.group()
def key() -> None:
    """Keys of the platform's systems for the upload gate."""


@key.command("add")
@click.argument("name")
@settings_option
@json_option
def key_add(name: str, settings_file: Path, as_json: bool) -> None:
    """Make a key and print it, this once."""
    desk = open_desk(settings_file)
    from staydown.review import api

    value = api.add_platform_key(name, desk.sealer, desk.clock)
    _print(as_json, f"name: {name}\nkey: {value}\nIt is not shown again.", name=name, key=value)


@key.command("revoke")
@click.argument("name")
@settings_option
def key_revoke(name: str, settings_file: Path) -> None:
    """Refuse the key NAME from now on."""
    desk = open_desk(settings_file)
    from staydown.review import api

    api.revoke_platform_key(name, desk.clock)
    click.echo(f"The key {name} is refused from now on.")
