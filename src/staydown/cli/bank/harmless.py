"""Known harmless pictures: ``negative add|list|remove``, and ``review list|decide``."""

import json
from pathlib import Path

import click

from staydown.base.errors import SettingsError
from staydown.base.plain_text import NotText, text_of
from staydown.cli.bank.options import (
    json_option,
    load_and_open,
    owner_reason_option,
    settings_option,
)

#: The largest list that is read, in bytes.
MAX_LIST_BYTES = 64 * 1024 * 1024

#: How many bad lines are named.
_MOST_NAMED = 20


@click.group()
def negative() -> None:
    """Fingerprints of well-known harmless pictures: logos, memes, stock photographs."""


@negative.command("add")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", default="", help="What to call them; the file's name if left out.")
@settings_option
def add_negative(file: Path, name: str, settings_file: Path) -> None:
    """Add the fingerprints in FILE: lines of “staydown hash”, or plain hex digits.

    64 digits without a kind are a PDQ, 256 a copy code, 32 an MD5. If a line can't be read, nothing
    is added, and the lines are named. No picture is opened. What people have listed already is
    compared too.
    """
    from staydown.bank.values import read_harmless_list

    if file.stat().st_size > MAX_LIST_BYTES:
        raise SettingsError(f"{file} is larger than 64 MiB; nothing was added")
    try:
        found, bad = read_harmless_list(text_of(file.read_bytes()))
    except NotText as error:
        raise SettingsError(f"{file} {error}; nothing was added") from error
    for line in bad[:_MOST_NAMED]:
        click.echo(f"line {line.number}: {line.reason}", err=True)
    if bad:
        raise SettingsError(f"{len(bad)} lines of {file} can't be read; nothing was added")
    if not found:
        raise SettingsError(f"there is no fingerprint in {file}; nothing was added")
    _, site = load_and_open(settings_file)
    from staydown.bank.api import negative as api

    added = api.add(site.bank, name or file.stem, found)
    click.echo(f"Fingerprints added: {added.new}. There already: {added.known}.")
    if added.near:
        click.echo(
            f"{added.near} pictures that people have listed are near one of them: "
            "see staydown bank review list"
        )


@negative.command("list")
@settings_option
@json_option
def list_negative(settings_file: Path, as_json: bool) -> None:
    """Print what was added, by name."""
    load_and_open(settings_file)
    from staydown.bank.api import negative as api

    for line in api.lines():
        if as_json:
            values = {
                "name": line.name,
                "fingerprints": line.count,
                "first_added_at": line.first_added_at.isoformat(),
                "last_added_at": line.last_added_at.isoformat(),
            }
            click.echo(json.dumps(values))
        else:
            click.echo(f"{line.name}: {line.count} fingerprints, {line.last_added_at:%Y-%m-%d}")


@negative.command("remove")
@click.argument("name")
@settings_option
def remove_negative(name: str, settings_file: Path) -> None:
    """Remove all that was added under NAME."""
    _, site = load_and_open(settings_file)
    from staydown.bank.api import negative as api

    click.echo(f"Fingerprints removed: {api.remove(site.bank, name)}.")


@click.group()
def review() -> None:
    """Listed pictures that look like well-known harmless ones."""


@review.command("list")
@click.option("--all", "every", is_flag=True, help="Decided ones too.")
@settings_option
@json_option
def list_reviews(*, every: bool, settings_file: Path, as_json: bool) -> None:
    """Print what may need a decision. What its owner asked for comes first."""
    _, site = load_and_open(settings_file)
    from staydown.bank.api import reviews

    for line in reviews.review_lines(site.bank, every=every):
        if as_json:
            values = {
                "number": line.number,
                "like": line.like,
                "distance": line.distance,
                "states": list(line.states),
                "decision": line.decision.value,
                "reason": line.reason,
                "asked_at": line.asked_at.isoformat() if line.asked_at else None,
                "decided_at": line.decided_at.isoformat() if line.decided_at else None,
            }
            click.echo(json.dumps(values))
            continue
        asked = f"asked for on {line.asked_at:%Y-%m-%d}" if line.asked_at else "not asked for"
        decided = line.decision.value.replace("_", " ") or "not decided"
        state = ", ".join(line.states) or "not given out yet"
        click.echo(
            f"{line.number}  {asked}; {decided}; like {line.like or 'something removed since'}, "
            f"{line.distance} bits apart; {state}"
        )


@review.command("decide")
@click.argument("number", type=click.IntRange(min=1))
@click.argument("decision", type=click.Choice(["keep", "take-off"]))
@owner_reason_option
@settings_option
def decide_review(number: int, decision: str, reason: str, settings_file: Path) -> None:
    """Keep the listing with this NUMBER (or put it back), or take it off the list.

    Its owner reads the reason. You can decide again at any time.
    """
    _, site = load_and_open(settings_file)
    from staydown.bank.api import reviews
    from staydown.bank.values import Decision

    kept = decision == "keep"
    reviews.decide(site.bank, number, Decision.KEPT if kept else Decision.TAKEN_OFF, reason)
    click.echo("It stays on the list." if kept else "It is off the list. Partners will be told.")
