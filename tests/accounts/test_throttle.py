"""Keeping count of tries: one row a subject, side by side, and for no longer than needed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from staydown.accounts import throttle
from staydown.accounts.models import Throttle
from staydown.accounts.throttle_rules import Lane, Limit

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NOW = datetime(2026, 11, 22, 12, 0, 0, 1, tzinfo=UTC)
PACE = Lane(3, timedelta(seconds=10), "pace")
MORE = Lane(2, timedelta(seconds=30), "more")
LIMIT, OTHER = Limit("tried", (PACE, MORE)), Limit("other", (PACE,))
ANNA, BEN = b"a" * 32, b"b" * 32


def book(
    subject: bytes = ANNA, limit: Limit = LIMIT, now: datetime = NOW, count: int = 1
) -> Lane | None:
    with throttle.locked(limit, subject, now) as held:
        return held.book(count=count).lane


def test_each_subject_and_scope_counts_alone() -> None:
    assert [book() for _ in range(6)] == [PACE, PACE, PACE, MORE, MORE, None]
    assert book(BEN) is PACE
    assert book(limit=OTHER) is PACE
    assert Throttle.objects.count() == 3


def test_marks_are_read_as_they_were_kept_and_a_subject_that_nobody_tried_has_none() -> None:
    assert throttle.marks(LIMIT, ANNA) == {}
    assert not Throttle.objects.exists(), "asking keeps nothing"
    book()
    assert throttle.marks(LIMIT, ANNA) == {"pace": NOW + PACE.interval}


def test_right_tries_are_released_with_the_slips_before_and_others_rolled_back() -> None:
    for _ in range(4):
        lane = book()
    assert lane is MORE
    with throttle.locked(LIMIT, ANNA, NOW) as held:
        held.release(MORE)
    assert throttle.marks(LIMIT, ANNA) == {"pace": NOW, "more": NOW}
    book(count=2)
    with throttle.locked(LIMIT, ANNA, NOW) as held:
        assert held.room(PACE) == 1
        held.rollback(PACE, 2)
        assert held.room(PACE) == 3


def test_what_slows_nobody_any_more_is_forgotten_and_counts_afresh() -> None:
    book()
    book(BEN, count=3)
    assert throttle.forget_old(NOW + PACE.interval) == 1
    assert [bytes(row.subject) for row in Throttle.objects.all()] == [BEN]
    assert book(now=NOW + PACE.interval) is PACE


@pytest.mark.django_db(transaction=True)
def test_tries_side_by_side_get_no_more_than_one_after_the_other_while_others_tidy_up() -> None:
    book(BEN)

    def tried(number: int) -> bool:
        try:
            if number % 4 == 3:
                throttle.forget_old(NOW + PACE.interval)
                return False
            return book() is not None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(tried, range(24))) == PACE.burst + MORE.burst
