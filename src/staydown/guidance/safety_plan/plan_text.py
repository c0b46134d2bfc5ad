"""A plan as plain text, to read aloud or print."""

from collections.abc import Sequence
from datetime import date

from staydown.base.reasons import Reason, reasons
from staydown.base.wording import text, texts
from staydown.guidance.safety_plan.ordering import PlannedStep
from staydown.guidance.support.reading import load_support
from staydown.guidance.support.record import Support

_say = reasons("guidance.safety_plan")


def helping_with(planned: PlannedStep, *, maybe_under18: bool) -> tuple[Support, ...]:
    """Return who or what helps with a step.

    For a picture that may show somebody under 18, only what takes people under 18.
    """
    known = load_support()
    found = (known[name] for name in planned.step.support if name in known)
    return tuple(record for record in found if record.takes_under18 or not maybe_under18)


def reliability(planned: PlannedStep, today: date) -> tuple[Reason, ...]:
    """Say where a step is from and how far it can be relied on."""
    standing = planned.step.standing
    source = standing.source
    said = [_say("standing.source", source=source) if source else _say("standing.no_source")]
    said.append(_say("standing.checked", day=standing.checked))
    if not standing.confirmed:
        said.append(_say("standing.not_confirmed", why=standing.why))
    elif standing.unconfirmed:
        said.append(_say("standing.points", points=standing.unconfirmed))
    if standing.is_stale(today):
        said.append(_say("standing.old"))
    return tuple(said)


def as_text(plan: Sequence[PlannedStep], *, maybe_under18: bool, today: date) -> str:
    """Return the plan as text with a line feed at its end."""
    blocks = [text(_say("opening"))]
    blocks += [_block(planned, maybe_under18, today) for planned in plan]
    return "\n\n".join(blocks) + "\n"


def _block(planned: PlannedStep, maybe_under18: bool, today: date) -> str:
    step = planned.step
    lines = [f"{planned.number}. {step.title}"]
    if planned.may_be_noticed:
        lines.append(f"   ! {text(_say('noticed'))}")
    lines += [f"   - {line}" for line in step.do]
    lines.append(f"   {text(_say('because', why=step.because))}")
    lines.append(f"   {text(_say('may_go_wrong', what=step.may_go_wrong))}")
    for record in helping_with(planned, maybe_under18=maybe_under18):
        where = record.url or record.phone or record.notes
        line = "help" if record.standing.confirmed else "help_not_confirmed"
        lines.append(f"   {text(_say(line, name=record.name, where=where))}")
    lines.append(f"   {texts(reliability(planned, today))}")
    return "\n".join(lines)
