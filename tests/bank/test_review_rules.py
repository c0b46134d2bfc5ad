"""What a decision about a listing comes to: a table."""

import pytest

from staydown.bank.review_rules import Decision, Step, step

NONE, KEPT, OFF = Decision.NONE, Decision.KEPT, Decision.TAKEN_OFF


@pytest.mark.parametrize(
    ("before", "decision", "waits", "listed", "what"),
    [
        (NONE, KEPT, False, True, Step.NOTHING),
        (NONE, KEPT, True, False, Step.NOTHING),
        (NONE, OFF, False, True, Step.TAKE_OFF),
        (KEPT, OFF, False, True, Step.TAKE_OFF),
        (NONE, OFF, True, False, Step.WAITS),
        (NONE, OFF, True, True, Step.WAITS),
        (NONE, OFF, False, False, Step.OWNER_WITHDREW),
        (OFF, OFF, False, False, Step.NOTHING),
        (OFF, KEPT, False, False, Step.PUT_BACK),
        (KEPT, KEPT, False, True, Step.NOTHING),
    ],
)
def test_what_a_decision_comes_to(
    before: Decision, decision: Decision, waits: bool, listed: bool, what: Step
) -> None:
    assert step(before, decision, waits=waits, listed=listed) is what
