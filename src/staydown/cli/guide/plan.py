"""``staydown guide plan`` and ``questions``."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import click

from staydown.base.clock import SystemClock
from staydown.base.vocabulary import Under18
from staydown.base.wording import text
from staydown.cli.asking import ask, at_a_terminal
from staydown.cli.guide.prompts import SKIP, ask_under18, under18_of
from staydown.cli.new_file import output_option, save
from staydown.cli.notice.input_files import read_given
from staydown.guidance.safety_plan.ordering import PlannedStep, order_steps
from staydown.guidance.safety_plan.plan_text import as_text, helping_with
from staydown.guidance.safety_plan.questions import QUESTIONS, answers_of
from staydown.guidance.safety_plan.situation import Answer, Situation

#: For who can't be asked.
_INSTEAD = "give --answers FILE or --everything"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each question.")
def questions(as_json: bool) -> None:
    """Print the questions that order the plan. Each may be left out."""
    for question in QUESTIONS:
        if as_json:
            asked, helps = text(question.text), text(question.helps)
            row = {"id": question.about, "question": asked, "helps": helps}
            click.echo(json.dumps(row, ensure_ascii=False))
        else:
            click.echo(f"{question.about}: {text(question.text)}\n    {text(question.helps)}")


@click.command()
@click.option(
    "--answers",
    "given",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help='TOML with answers, such as: watched = "not_sure". Without it, you are asked.',
)
@click.option("--everything", is_flag=True, help="Ask nothing: the plan with all its steps.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each step.")
@output_option("Write to a new file that only you can read.")
def plan(given: Path | None, everything: bool, as_json: bool, output: Path | None) -> None:
    """Print a safety plan. Every step is a choice; what may go wrong stands with it."""
    under18: Under18 | None = None
    answers: Mapping[Situation, Answer] = {}
    if given is not None:
        table = dict(read_given(given))
        under18 = under18_of(table)
        answers = answers_of(table)
    elif at_a_terminal() and not everything:
        click.echo("Each question may be skipped with the return key. Nothing is kept.", err=True)
        under18 = ask_under18(_INSTEAD)
        answers = _ask()
    steps = order_steps(answers, under18=under18)
    maybe = under18 in (Under18.YES, Under18.NOT_SURE)
    today = SystemClock().now().date()
    if as_json:
        rows = (json.dumps(_row(one, maybe, today), ensure_ascii=False) for one in steps)
        save("".join(f"{row}\n" for row in rows).encode(), output)
    else:
        save(as_text(steps, maybe_under18=maybe, today=today).encode(), output)


def _ask() -> Mapping[Situation, Answer]:
    """Ask each question on standard error; the return key alone skips it."""
    found = {}
    for question in QUESTIONS:
        click.echo(f"\n{text(question.text)}\n{text(question.helps)}", err=True)
        choice = click.Choice([*(answer.value for answer in Answer), SKIP])
        typed = ask("Answer", instead=_INSTEAD, type=choice, default=SKIP, show_default=False)
        if typed != SKIP:
            found[question.about] = Answer(typed)
    return found


def _row(planned: PlannedStep, maybe_under18: bool, today: date) -> dict[str, object]:
    step, standing = planned.step, planned.step.standing
    return {
        "number": planned.number,
        "id": step.id,
        "title": step.title,
        "kind": step.kind,
        "urgency": step.urgency,
        "fits": planned.fits,
        "may_be_noticed": planned.may_be_noticed,
        "do": step.do,
        "because": step.because,
        "may_go_wrong": step.may_go_wrong,
        "support": [one.id for one in helping_with(planned, maybe_under18=maybe_under18)],
        "source": standing.source,
        "checked": standing.checked.isoformat(),
        "confirmed": standing.confirmed,
        "unconfirmed": [text(standing.why)] if standing.why else list(standing.unconfirmed),
        "stale": standing.is_stale(today),
    }
