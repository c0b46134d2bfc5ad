"""When words make an entry disputed: one rule for banks and for those who read them.

Counted are organisations, not keys: a company with two installations has one voice.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from staydown.base.vocabulary import Feedback

#: One organisation alone never weakens a person's protection at all the others.
FEWEST_AGAINST = 2


@dataclass(frozen=True, slots=True)
class Word:
    """The latest word of one of an organisation's partners about an entry.

    ``organisation`` tells one from another. A word that doesn't weigh (the organisation's were
    stopped) is kept and moves nothing; one in favour always counts.
    """

    organisation: Hashable
    value: Feedback
    weighs: bool = True


def is_disputed(words: Iterable[Word]) -> bool:
    """Say whether at least two organisations say ``NotBlocked``, and nobody says ``Blocked``.

    Whoever says ``Blocked`` has looked at the picture and stopped it: that ends a dispute, and none
    begins while the word stands.
    """
    said = list(words)
    if any(word.value is Feedback.BLOCKED for word in said):
        return False
    return len(against(said)) >= FEWEST_AGAINST


def against(words: Iterable[Word]) -> set[Hashable]:
    """Return the organisations whose ``NotBlocked`` counts."""
    return {
        word.organisation for word in words if word.weighs and word.value is Feedback.NOT_BLOCKED
    }


def voice(words: Iterable[Word]) -> Feedback | None:
    """Return what one organisation says as a whole; None where nothing of it counts.

    ``words`` are those of its partners, the latest first. ``Blocked`` comes before ``NotBlocked``,
    and both before words that decide nothing.
    """
    said = [word.value for word in words if word.weighs or word.value is not Feedback.NOT_BLOCKED]
    decisive = [word for word in (Feedback.BLOCKED, Feedback.NOT_BLOCKED) if word in said]
    return (decisive + said)[0] if said else None
