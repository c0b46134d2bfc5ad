"""The desk's rules, as tables."""

from datetime import timedelta

import pytest

from staydown.base.vocabulary import Decision
from staydown.review import rules

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("failures", "poll", "retry_after", "seconds"),
    [
        (0, 30, None, 30),
        (1, 30, None, 30),
        (2, 30, None, 60),
        (10, 30, None, 300),
        (10**6, 30, None, 300),
        (1, 0.2, None, 1),
        (3, 0.2, None, 4),
        (5, 3600, None, 3600),
        (1, 30, 500, 500),
        (10, 30, 5, 300),
    ],
)
def test_the_pause_before_a_bank_is_tried_again(
    failures: int, poll: float, retry_after: float | None, seconds: float
) -> None:
    pause = rules.fetch_pause(failures, timedelta(seconds=poll), retry_after=retry_after)
    assert pause == timedelta(seconds=seconds)


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 2), (5, 32), (12, 3600), (10**6, 3600)])
def test_the_pause_before_a_bank_is_told_again(attempts: int, seconds: int) -> None:
    assert rules.feedback_pause(attempts) == timedelta(seconds=seconds)


def test_every_decision_has_its_word_for_the_bank() -> None:
    assert {decision: word.value for decision, word in rules.FEEDBACK.items()} == {
        Decision.NCII: "Blocked",
        Decision.NOT_NCII: "NotBlocked",
        Decision.CANT_TELL: "PendingReview",
        Decision.MAY_BE_UNDER_18: "PendingReview",
    }
