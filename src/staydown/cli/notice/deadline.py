"""``staydown notice deadline``: when a legal time limit runs out, for whom, and why."""

import json
from datetime import UTC, datetime

import click

from staydown.base.clock import SystemClock
from staydown.base.errors import StaydownError
from staydown.base.wording import texts
from staydown.cli.notice.moments import (
    Moment,
    happened_of,
    moment_by_own_clock,
    moment_here,
    moment_options,
)
from staydown.notices.deadlines.clock import show
from staydown.notices.deadlines.law_terms import terms_of
from staydown.notices.deadlines.limits import limit_reasons
from staydown.notices.deadlines.terms import Shown
from staydown.notices.directory.directory import Directory
from staydown.notices.directory.reading import load_directory
from staydown.notices.directory.records import Regime

_STATES = {
    "not_started": "Not begun.",
    "running": "Running.",
    "paused": "Perhaps paused.",
    "over": "Over.",
    "ended": "Ended.",
}


class UnknownRegime(StaydownError):
    """No regime of the directory has this id."""


@click.command("deadline")
@click.argument("regime_id", metavar="REGIME")
@moment_options
@click.option("--place", "places", multiple=True, metavar="CODE",
              help="A place whose days may count, such as US or DE; ZZ for not known.")  # fmt: skip
@click.option("--now", type=Moment(), help="Show it as at this moment.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def deadline(
    regime_id: str,
    places: tuple[str, ...],
    *,
    now: datetime | None,
    as_json: bool,
    **moments: tuple[datetime, ...],
) -> None:
    """Show when the time limit of REGIME runs out (`staydown directory list regimes` names them).

    Two moments are shown: the earliest end, by which a service should act, and the latest, until
    which a sender may have to wait. Without any moment, the limit is explained.
    """
    directory = load_directory()
    terms = terms_of(regime_of(regime_id, directory), directory, places)
    now = now or SystemClock().now()
    happened = happened_of(moments)
    shown = show(terms, happened, now)
    if as_json:
        click.echo(json.dumps(_record(shown), ensure_ascii=False))
        return
    click.echo(texts(limit_reasons(terms, now.date())))
    if happened:
        for line in _lines(shown):
            click.echo(line)


def regime_of(regime_id: str, directory: Directory) -> Regime:
    """Return the regime of that id. Raises UnknownRegime, which names those there are."""
    regime = directory.regimes.get(regime_id)
    if regime is None:
        known = ", ".join(sorted(directory.regimes))
        raise UnknownRegime(f"there is no such regime; the directory has: {known}")
    return regime


def _lines(shown: Shown) -> list[str]:
    act_by = moment_here(shown.act_by) if shown.act_by else "no date"
    wait_until = moment_here(shown.wait_until, up=True) if shown.wait_until else "no date"
    lines = ["", _STATES[shown.state], f"To act by:     {act_by}", f"To wait until: {wait_until}"]
    lines += ["", f"To the service: {texts(shown.to_platform)}"]
    lines += ["", f"To the sender: {texts(shown.to_sender)}", ""]
    for reading in shown.readings:
        lines.append(f"- {texts(reading.says)}")
        if len(shown.readings) > 1:  # else they are the two above
            lines += [f"  {said}" for said in _by_own_clock(reading.act_by, reading.wait_until)]
    return lines


def _by_own_clock(act_by: datetime | None, wait_until: datetime | None) -> list[str]:
    """Return the two moments by the clock of this machine, a line; none where it goes by UTC."""
    said = [
        f"{label} {own}"
        for label, own in (
            ("to act by", act_by and moment_by_own_clock(act_by)),
            ("to wait until", wait_until and moment_by_own_clock(wait_until, up=True)),
        )
        if own
    ]
    return [f"By the clock of this machine: {', '.join(said)}."] if said else []


def _record(shown: Shown) -> dict[str, object]:
    return {
        "state": shown.state,
        "act_by": _iso(shown.act_by),
        "wait_until": _iso(shown.wait_until),
        "ended_by": shown.ended_by,
        "platform_sentence": texts(shown.to_platform),
        "sender_sentence": texts(shown.to_sender),
        "readings": [
            {
                "label": item.reading.label,
                "in_force": item.in_force,
                "act_by": _iso(item.act_by),
                "wait_until": _iso(item.wait_until),
                "sentence": texts(item.says),
            }
            for item in shown.readings
        ],
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
