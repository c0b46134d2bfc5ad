"""``staydown notice write``: one notice, from files, to a file or standard output."""

from datetime import datetime
from pathlib import Path

import click

from staydown.base.clock import SystemClock
from staydown.base.errors import StaydownError
from staydown.base.languages import Language
from staydown.base.wording import text
from staydown.cases.routes import onward, routes_for
from staydown.cli.new_file import save
from staydown.cli.notice.input_files import read_details, read_facts
from staydown.cli.notice.moments import moment_here
from staydown.cli.notice.output_formats import (
    FORMS,
    needs_name,
    rendered,
    text_instead,
    told_missing,
    warn,
)
from staydown.cli.notice.recipient import read_recipient
from staydown.cli.notice.records import warn_of_record
from staydown.cli.notice.risks import warn_of_risks
from staydown.notices.compose.addressee import addressees
from staydown.notices.compose.pdf import WordsLost
from staydown.notices.compose.writing import Incomplete, write
from staydown.notices.deadlines.ladder import Step
from staydown.notices.details import Addressee, Details
from staydown.notices.directory.reading import load_directory
from staydown.notices.facts import Facts
from staydown.notices.routes.route import Route
from staydown.notices.vocabulary import StepKind


class UnknownRoute(StaydownError):
    """No open way has this id."""


@click.command("write")
@click.option("--route", "route_id", required=True, help="An id that `notice routes` shows.")
@click.option("--facts", "facts_file", required=True, type=click.Path(path_type=Path),
              help="TOML file of what happened; - is standard input.")  # fmt: skip
@click.option("--details", "details_file", required=True, type=click.Path(path_type=Path),
              help="TOML file of what the letter is filled with.")  # fmt: skip
@click.option("--step", "step", type=click.Choice([kind.value for kind in StepKind]),
              help="Write the letter of this next step, after the way of --route brought nothing: "
              "`notice ladder` lists them.")  # fmt: skip
@click.option("--which", metavar="ID",
              help="Of a step with several recipients: the id of one.")  # fmt: skip
@click.option("--to", "to_file", type=click.Path(path_type=Path),
              help="TOML file of a recipient that the directory does not know: name, email, "
              "form_url.")  # fmt: skip
@click.option("--language", type=click.Choice([one.value for one in Language]), default="en",
              show_default=True)  # fmt: skip
@click.option("--as", "form", type=click.Choice(FORMS), default="text", show_default=True)
@click.option("--risks-weighed", is_flag=True,
              help="You have read the risks and taken advice, and want the letter.")  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path),
              help="A new file. Without it, the letter is printed.")  # fmt: skip
def write_notice(
    route_id: str,
    facts_file: Path,
    details_file: Path,
    *,
    step: str | None,
    which: str | None,
    to_file: Path | None,
    language: str,
    form: str,
    risks_weighed: bool,
    output: Path | None,
) -> None:
    """Write the notice of one way, or of a next step after it. Nothing is sent.

    The risks are shown first; where one says to get advice before, the letter is written only with
    --risks-weighed. What is missing is named, a line each, and then nothing is written; the exit
    code is 1.
    """
    needs_name(form, output)
    if which is not None and step is None:
        raise click.UsageError("--which goes with --step")
    facts, details = read_facts(facts_file), read_details(details_file)
    directory, now = load_directory(), SystemClock().now()
    route, known, soon = _way(route_id, step, which, facts=facts, details=details, now=now)
    warn_of_risks(route.risks, now.date(), weighed=risks_weighed)
    if soon:
        click.echo(soon, err=True)
    to = read_recipient(to_file, route) if to_file else known
    try:
        notice = write(
            route, details, facts=facts, to=to, language=Language(language), directory=directory,
            now=now,
        )  # fmt: skip
    except Incomplete as error:
        told_missing(error.missing)
        raise SystemExit(1) from None
    warn(notice)
    warn_of_record(route, directory, now.date())
    try:
        save(rendered(notice, form, directory), output)
    except WordsLost:
        text_instead(notice, output)
        raise


def _way(
    route_id: str, step: str | None, which: str | None, *, facts: Facts, details: Details,
    now: datetime,
) -> tuple[Route, Addressee, str]:  # fmt: skip
    """Return a way, or the next step after it, whom its letter goes to, and what to say of its day.

    Raises UnknownRoute.
    """
    directory = load_directory()
    first = routes_for(facts, directory, now).get(route_id)
    if first is None:
        raise UnknownRoute("no open way has this id: see `staydown notice routes`")
    if step is None:
        return first, addressees(first, directory)[0], ""
    kind = StepKind(step)
    after = onward(
        kind, which, first=first, facts=facts, directory=directory, sent=details.first_sent,
        now=now,
    )  # fmt: skip
    # A reminder goes to whom the first letter went: its own kind of letter may find another.
    by = first if kind is StepKind.REMINDER else after.route
    return after.route, addressees(by, directory)[0], _too_soon(after.step, now)


def _too_soon(step: Step, now: datetime) -> str:
    """Return what to say where the step's day has not come; else "". It is no duty to wait."""
    if step.not_before is None or step.not_before <= now:
        return ""
    due = moment_here(step.not_before, up=True)
    return f"It may be too soon: this step comes {text(step.when)}, from {due}."
