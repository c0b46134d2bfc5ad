"""A plan as plain text, to read aloud or print."""

from collections.abc import Sequence
from datetime import date

from staydown.guidance.safety_plan.ordering import PlannedStep
from staydown.guidance.support.reading import load_support
from staydown.guidance.support.record import Support

NOTICED = "Somebody who watches you may notice this. Read what not to change suddenly first."
OPENING = (
    "A plan that you may follow, change or leave. Every step is your choice, and none is a duty.\n"
    "It can't promise that nothing happens. Read what may go wrong before you do a step."
)


def helping_with(planned: PlannedStep, *, maybe_under18: bool) -> tuple[Support, ...]:
    """Return who or what helps with a step.

    For a picture that may show somebody under 18, only what takes people under 18.
    """
    known = load_support()
    found = (known[name] for name in planned.step.support if name in known)
    return tuple(record for record in found if record.takes_under18 or not maybe_under18)


def standing_in_words(planned: PlannedStep, today: date) -> str:
    """Say where a step is from and how far it can be relied on."""
    standing = planned.step.standing
    parts = [f"Source: {standing.source}." if standing.source else "No source."]
    parts.append(f"Checked {standing.checked.day} {standing.checked:%B %Y}.")
    if not standing.confirmed:
        parts.append(f"Not confirmed: {standing.why}")
    elif standing.unconfirmed:
        parts.append(f"Not confirmed: {'; '.join(standing.unconfirmed)}.")
    if standing.is_stale(today):
        parts.append("This is old and should be checked again.")
    return " ".join(parts)


def as_text(plan: Sequence[PlannedStep], *, maybe_under18: bool, today: date) -> str:
    """Return the plan as text with a line feed at its end."""
    blocks = [OPENING]
    blocks += [_block(planned, maybe_under18, today) for planned in plan]
    return "\n\n".join(blocks) + "\n"


def _block(planned: PlannedStep, maybe_under18: bool, today: date) -> str:
    step = planned.step
    lines = [f"{planned.number}. {step.title}"]
    if planned.may_be_noticed:
        lines.append(f"   ! {NOTICED}")
    lines += [f"   - {line}" for line in step.do]
    lines.append(f"   Why: {step.because}")
    lines.append(f"   What may go wrong: {step.may_go_wrong}")
    for record in helping_with(planned, maybe_under18=maybe_under18):
        where = record.url or record.phone or record.notes
        doubt = "" if record.standing.confirmed else " (not confirmed)"
        lines.append(f"   Help: {record.name}, {where}{doubt}")
    lines.append(f"   {standing_in_words(planned, today)}")
    return "\n".join(lines)
