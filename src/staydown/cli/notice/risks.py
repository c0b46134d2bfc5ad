"""Risks on the command line: how each weight is called, and where advice comes first."""

from collections.abc import Iterable, Iterator
from datetime import date

import click

from staydown.base.errors import StaydownError
from staydown.cli.notice.records import doubts_in_words
from staydown.notices.directory.records import Risk
from staydown.notices.routes.risks import needs_advice
from staydown.notices.vocabulary import Severity

_WEIGHTS = {
    Severity.STOP_AND_GET_ADVICE: "Stop and get advice",
    Severity.WARN: "Take care",
    Severity.INFORM: "For information",
}


class RisksFirst(StaydownError):
    """A risk of this way says to get advice first, and nobody said that this was done."""


def risk_in_words(risk: Risk) -> str:
    """Return the risk after its weight: "Take care: …"."""
    return f"{_WEIGHTS[risk.severity]}: {risk.text}"


def risk_and_doubts(risk: Risk, today: date) -> str:
    """Return the risk after its weight, and behind it what of it is in doubt."""
    return f"{risk_in_words(risk)} {doubts_in_words(risk.standing, today)}".rstrip()


def risk_lines(risks: Iterable[Risk], today: date) -> Iterator[str]:
    """Give a line for each risk, marked as a warning."""
    return (f"! {risk_and_doubts(risk, today)}" for risk in risks)


def warn_of_risks(risks: Iterable[Risk], today: date, *, weighed: bool) -> None:
    """Show the risks on standard error. Raises RisksFirst for one that asks for advice before."""
    risks = tuple(risks)
    for line in risk_lines(risks, today):
        click.echo(line, err=True)
    if needs_advice(risks) and not weighed:
        raise RisksFirst(
            "this way may harm the person in the picture: get advice first, then add "
            "--risks-weighed if you still want the letter"
        )
