"""A short flood through the bank's own code: honest people are in time, the rest waits."""

import pytest

from benchmarks.flood import ATTACKS, Attack, flooded_bank, simulate, small_puzzles
from staydown.bank import floods

#: Three minutes of a flood that brings 10,000 hand-ins in an hour.
SECONDS, HOSTILE, HONEST = 180.0, 500, 6

WINDOW = 600


@pytest.mark.django_db
@pytest.mark.parametrize("attack", ATTACKS[:3], ids=lambda attack: attack.name)
def test_each_honest_hand_in_is_in_the_feed_two_minutes_after_its_window_at_the_latest(
    attack: Attack,
) -> None:
    with small_puzzles():
        outcome = simulate(
            flooded_bank(), attack, hostile=HOSTILE, honest=HONEST, seconds=SECONDS, seed=3
        )
    assert len(outcome.waits) == outcome.honest == HONEST
    assert max(outcome.waits) <= WINDOW + 120
    at_once = floods.UNPAID.burst + SECONDS // floods.UNPAID.interval.total_seconds() + 1
    assert outcome.by_the_end <= at_once + outcome.paid, "the rest is held"
    assert outcome.in_all == outcome.unpaid + outcome.paid, "and none of it is lost"
    assert outcome.held == outcome.in_all - outcome.by_the_end
    if not attack.cores:
        assert outcome.left > 0
        assert outcome.held > 0
