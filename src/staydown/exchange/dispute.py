"""When partners' words make an entry disputed: one rule for banks and for those who read them."""

from collections.abc import Iterable

from staydown.base.vocabulary import Feedback

#: One partner alone never weakens a person's protection at all the others.
FEWEST_AGAINST = 2


def is_disputed(words: Iterable[Feedback]) -> bool:
    """Say whether at least two partners say ``NotBlocked`` and outnumber those with ``Blocked``.

    ``words`` holds each partner's latest word.
    """
    said = list(words)
    against, in_favour = said.count(Feedback.NOT_BLOCKED), said.count(Feedback.BLOCKED)
    return against >= FEWEST_AGAINST and against > in_favour
