"""What a decision about a listing that looks like a known harmless picture comes to: one rule."""

from enum import StrEnum


class Decision(StrEnum):
    """What the operator decided; stored."""

    NONE = ""
    KEPT = "kept"
    TAKEN_OFF = "taken_off"


class Step(StrEnum):
    """What is to be done with the listing; or why nothing can be."""

    NOTHING = "nothing"
    TAKE_OFF = "take_off"
    PUT_BACK = "put_back"
    WAITS = "waits"
    OWNER_WITHDREW = "owner_withdrew"


def step(before: Decision, decision: Decision, *, waits: bool, listed: bool) -> Step:
    """Return what a decision comes to.

    ``waits``: partners haven't been told yet of the listing, or of its withdrawal. ``listed``: the
    listing isn't withdrawn. What its owner withdrew is never taken off: it could be put back then.
    """
    if decision is Decision.TAKEN_OFF and before is not Decision.TAKEN_OFF:
        if waits:
            return Step.WAITS
        return Step.TAKE_OFF if listed else Step.OWNER_WITHDREW
    if decision is Decision.KEPT and before is Decision.TAKEN_OFF:
        return Step.PUT_BACK
    return Step.NOTHING
