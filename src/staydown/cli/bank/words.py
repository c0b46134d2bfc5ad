"""What partners say: ``organisation list|stop|release`` and ``dispute list|extend|end``."""

import json
from datetime import UTC, datetime, time
from pathlib import Path

import click

from staydown.cli.bank.options import json_option, load_and_open, reason_option, settings_option


@click.group()
def organisation() -> None:
    """Who stands behind the partners: disputes count organisations, not keys."""


@organisation.command("list")
@settings_option
@json_option
def list_organisations(settings_file: Path, as_json: bool) -> None:
    """Print the organisations. Those whose words are stopped come first: they need you."""
    _, site = load_and_open(settings_file)
    from staydown.bank.api import organisations

    for line in organisations.organisation_lines(site.bank):
        if as_json:
            values = {
                "name": line.name,
                "partners": list(line.partners),
                "allowance": line.allowance,
                "counted": line.counted,
                "waiting": line.waiting,
                "stopped_at": line.stopped_at.isoformat() if line.stopped_at else None,
            }
            click.echo(json.dumps(values))
            continue
        state = "counts"
        if line.stopped_at is not None:
            state = f"STOPPED since {line.stopped_at:%Y-%m-%d %H:%M}, {line.waiting} words wait"
        click.echo(
            f"{line.name}: {state}; against {line.counted} entries in a day, of {line.allowance}; "
            f"partners: {', '.join(line.partners)}"
        )


@organisation.command("stop")
@click.argument("name")
@reason_option
@settings_option
def stop_organisation(name: str, reason: str, settings_file: Path) -> None:
    """Stop counting NotBlocked from the organisation NAME. What it says is kept."""
    _, site = load_and_open(settings_file)
    from staydown.bank.api import organisations

    moved = organisations.stop(site.bank, name, reason)
    click.echo(f"Its words no longer count. {moved} entries are no longer disputed.")


@organisation.command("release")
@click.argument("name")
@click.option(
    "--allowance", type=click.IntRange(1, 1_000_000), help="Entries a day that it may dispute."
)
@reason_option
@settings_option
def release_organisation(
    name: str, allowance: int | None, reason: str, settings_file: Path
) -> None:
    """Let the words of the organisation NAME count again, those that waited too."""
    _, site = load_and_open(settings_file)
    from staydown.bank.api import organisations

    moved = organisations.release(site.bank, name, reason, allowance=allowance)
    click.echo(f"Its words count again. {moved} entries are disputed now.")


@click.group()
def dispute() -> None:
    """Entries that partners dispute; a desk flags uploads like them and holds none back."""


@dispute.command("list")
@settings_option
@json_option
def list_disputes(settings_file: Path, as_json: bool) -> None:
    """Print the disputed entries, the latest change first."""
    load_and_open(settings_file)
    from staydown.bank.api import disputes

    for line in disputes.dispute_lines():
        until = line.extended_until.isoformat() if line.extended_until else None
        if as_json:
            values = {
                "entry_id": line.entry_id,
                "kind": line.kind.value,
                "against": line.against,
                "extended_until": until,
                "reason": line.reason,
            }
            click.echo(json.dumps(values))
            continue
        more = f", extended until {until}: {line.reason}" if until else ""
        click.echo(
            f"{line.entry_id}  {line.kind.value}  {line.against} organisations against{more}"
        )


@dispute.command("extend")
@click.argument("entry")
@click.option("--from", "source", required=True, help="The entry that organisations dispute.")
@click.option(
    "--until",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="The last day, within 90 days.",
)
@reason_option
@settings_option
def extend_dispute(
    entry: str, source: str, until: datetime, reason: str, settings_file: Path
) -> None:
    """Let the dispute of one entry count for the entry ENTRY too, until a day.

    With the same entry twice, it lasts until then, even if partners take their words back. It ends
    at once when an organisation says Blocked of either.
    """
    _, site = load_and_open(settings_file)
    from staydown.bank.api import disputes

    end = datetime.combine(until.date(), time(23, 59, 59), UTC)
    done = disputes.extend(site.bank, entry, source, end, reason)
    alike = "" if done.distance is None else f" The two differ in {done.distance} bits."
    click.echo(f"Disputed until {until:%Y-%m-%d}.{alike}")


@dispute.command("end")
@click.argument("entry")
@reason_option
@settings_option
def end_dispute(entry: str, reason: str, settings_file: Path) -> None:
    """End what was extended to the entry ENTRY. What partners say of it stays."""
    _, site = load_and_open(settings_file)
    from staydown.bank.api import disputes

    still = disputes.end(site.bank, entry, reason)
    click.echo("Ended. Partners still dispute it." if still else "Ended. It is listed again.")
