"""Rules for uploads that may show somebody under 18: held, seen by few, told to hardly anyone.

A moderator doesn't judge an age. They say that it may be so; from then on whoever is named for
these items goes on, and nobody else has a reason to look.
"""

from staydown.base.vocabulary import Decision, GateAnswer

#: The dialect that has no word for it. Its stock clients drop records with words they don't know.
_WITHOUT_A_WORD = "v1"


def waits(decision: Decision | None) -> bool:
    """Say whether the platform has to keep an upload back, and ask again.

    A caller that knows no such decision goes on waiting, too, rather than letting the upload go.
    """
    return decision is None or decision is Decision.MAY_BE_UNDER_18


def answer_now(answer: GateAnswer, decision: Decision | None) -> GateAnswer:
    """Return what the gate answers to an upload now: held, also if it was let through at first."""
    return GateAnswer.HELD if decision is Decision.MAY_BE_UNDER_18 else answer


def is_hidden(decision: Decision | None, *, near_one: bool) -> bool:
    """Say whether an item's reference, preview and matches are kept from whoever isn't named.

    ``near_one``: it may be the same picture as one that may show somebody under 18.
    """
    return near_one or decision is Decision.MAY_BE_UNDER_18


def may_decide(*, hidden: bool, named: bool) -> bool:
    """Say whether a moderator may decide an item: of a hidden one, they can't see what it is."""
    return named or not hidden


def said(decision: Decision, *, one_elsewhere: bool) -> Decision:
    """Return the decision that a bank's word goes by.

    ``one_elsewhere``: another upload near the same entry may show somebody under 18. A look-alike
    that is harmless doesn't speak against the entry then.
    """
    if one_elsewhere and decision is Decision.NOT_NCII:
        return Decision.MAY_BE_UNDER_18
    return decision


def says_nothing(decision: Decision, dialect: str) -> bool:
    """Say whether a bank that speaks ``dialect`` is told nothing of a decision."""
    return decision is Decision.MAY_BE_UNDER_18 and dialect == _WITHOUT_A_WORD
