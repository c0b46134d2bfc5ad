"""``staydown notice routes``: the ways that are open, in order, with what each one risks."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from pathlib import Path

import click

from staydown.base.clock import SystemClock
from staydown.base.wording import text, texts
from staydown.cli.notice.input_files import facts_of, read_facts
from staydown.cli.notice.records import checked_in_words, standing_record
from staydown.cli.notice.risks import risk_in_words
from staydown.guidance.support.reading import load_support
from staydown.notices.directory.reading import load_directory
from staydown.notices.directory.records import Risk
from staydown.notices.routes.finding import find_routes
from staydown.notices.routes.route import Route, Routes


@click.command("routes")
@click.option("--facts", "facts_file", type=click.Path(path_type=Path), metavar="FILE",
              help="A file of facts (TOML); - reads standard input.")  # fmt: skip
@click.option("--where", metavar="KIND", help="The kind of place, such as social_media.")
@click.option("--place", metavar="ID", help="Its id in the directory, such as facebook.")
@click.option("--country", "person_country", metavar="CODE",
              help="Country of the person in the picture, such as NL or US-CA.")  # fmt: skip
@click.option("--place-country", metavar="CODE", help="Country of the service.")
@click.option("--uploader-country", metavar="CODE", help="Country of whoever posted it.")
@click.option("--stage", metavar="KIND", help="threat_only, posted or posted_again.")
@click.option("--under18", metavar="KIND",
              help="Whether anyone in it was under 18: no, yes or not_sure.")  # fmt: skip
@click.option("--standing", metavar="KIND", help="depicted or representative.")
@click.option("--taken-by", metavar="KIND",
              help="depicted_person, somebody_else or nobody.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def routes(facts_file: Path | None, *, as_json: bool, **kinds: str | None) -> None:
    """List every way that is open, in the order most likely to work.

    Only the kind of place is needed (--where); each further fact makes the answer better. A file
    of facts (--facts) can hold more of them: the guide to notices lists them all.
    """
    given = {key: value for key, value in kinds.items() if value is not None}
    if (facts_file is None) == ("where" not in given) or (facts_file and given):
        raise click.UsageError("give either --facts FILE or --where KIND with other options")
    facts = read_facts(facts_file) if facts_file else facts_of(given)
    today = SystemClock().now().date()
    found = find_routes(facts, load_directory(), load_support(), today)
    if as_json:
        click.echo(json.dumps(_record(found, today), ensure_ascii=False))
        return
    for line in _lines(found, today):
        click.echo(line)


def _lines(found: Routes, today: date) -> Iterator[str]:
    yield from (f"! {text(remark)}" for remark in found.remarks)
    numbers = {risk.id: number for number, risk in enumerate(found.risks, start=1)}
    if found.risks:
        yield ""
        yield "Read this first:"
        for risk in found.risks:
            yield f"  [{numbers[risk.id]}] {risk_in_words(risk)}"
            yield f"      {checked_in_words(risk.standing, today)}"
    for order, together in groupby(found.routes, key=lambda one: one.order):
        yield ""
        group = list(together)
        yield f"{order}. Side by side:" if len(group) > 1 else f"{order}."
        for _, alike in groupby(group, key=_alike):
            yield from _route_lines(list(alike), numbers, today)


def _alike(one: Route) -> tuple[object, ...]:
    """Routes that differ in the recipient alone are told of together."""
    return (one.letter, one.why, one.deadline, one.depends_on, one.risks, one.ground.citation)


def _route_lines(alike: list[Route], numbers: dict[str, int], today: date) -> Iterator[str]:
    first = alike[0]
    for one in alike:
        yield f"  {one.id}: {text(one.recipient)}"
        yield from _reached(one)
        if not one.ground.citation:  # then it is the recipient's own record
            yield f"      {checked_in_words(one.ground.standing, today)}"
    yield f"      Why here: {texts(first.why)}"
    yield f"      Time: {texts(first.deadline)}"
    checked = checked_in_words(first.ground.standing, today)
    if first.ground.citation:
        yield f"      Law: {first.ground.citation}. {checked}"
    yield f"      Who may: {', '.join(text(who) for who in first.who_may_use)}"
    for whom, told in groupby(first.reveals, key=lambda one: one.whom):
        yield f"      Tells {'it' if whom == first.recipient else text(whom)}: " + "; ".join(
            text(one.what) for one in told
        )
    if first.needs:
        yield f"      Needs: {', '.join(element.replace('_', ' ') for element in first.needs)}"
    if first.risks:
        yield "      Risks: " + ", ".join(f"[{numbers[risk.id]}]" for risk in first.risks)
    for doubt in first.depends_on:
        yield f"      Depends on: {text(doubt)}"


def _reached(one: Route) -> Iterator[str]:
    """How to reach somebody who helps: a name alone is no help."""
    if one.support is not None:
        record = load_support()[one.support]
        ways = [record.url, record.phone and f"phone {record.phone}",
                record.whatsapp and f"WhatsApp {record.whatsapp}", record.email]  # fmt: skip
        if any(ways):
            yield f"      Reach it: {', '.join(way for way in ways if way)}"


def _record(found: Routes, today: date) -> dict[str, object]:
    return {
        "hotline_only": found.hotline_only,
        "remarks": [text(remark) for remark in found.remarks],
        "risks": [_risk(risk, today) for risk in found.risks],
        "routes": [_route(one, today) for one in found.routes],
    }


def _route(one: Route, today: date) -> dict[str, object]:
    return {
        "id": one.id,
        "order": one.order,
        "recipient_kind": one.recipient_kind,
        "recipient": text(one.recipient),
        "letter": one.letter,
        "law": one.ground.citation,
        "regime": one.ground.regime.id if one.ground.regime else None,
        **standing_record(one.ground.standing, today),
        "jurisdiction": one.jurisdiction,
        "place": one.place,
        "authority": one.authority,
        "support": one.support,
        "who_may_use": [text(who) for who in one.who_may_use],
        "reveals": [{"what": text(told.what), "whom": text(told.whom)} for told in one.reveals],
        "deadline": texts(one.deadline),
        "needs": one.needs,
        "risks": _ids(one.risks),
        "why": texts(one.why),
        "depends_on": [text(doubt) for doubt in one.depends_on],
    }


def _risk(risk: Risk, today: date) -> dict[str, object]:
    return {
        "id": risk.id,
        "severity": risk.severity,
        "text": risk.text,
        **standing_record(risk.standing, today),
    }


def _ids(risks: Iterable[Risk]) -> list[str]:
    return [risk.id for risk in risks]
