"""How much to ask for, where to look behind a record, and when it is sure that it can't be read."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.base.errors import SettingsError
from staydown.exchange.errors import BankRefused, BankUnreachable, WireError, WorkAsked
from staydown.exchange.records import Demand
from staydown.matching import asking
from staydown.matching.asking import Asking, Fault, Search, Suspect

NOW = datetime(2026, 3, 1, tzinfo=UTC)
POLL = timedelta(seconds=30)


@given(st.integers(1, 1000), st.integers(0, 999))
def test_one_bad_record_is_alone_within_a_few_questions(full: int, bad: int) -> None:
    """Every other record before it is read on the way, and none twice."""
    asks, place, questions = Asking.of(full), 0, 0
    while True:
        questions += 1
        if place <= bad < place + asks.size:
            less = asks.failed()
            if less is None:
                break
            asks = less
        else:
            place += asks.size
            asks = asks.read(asks.size)
    assert place == bad
    assert questions <= bad // full + 3 * full.bit_length() + 2


def test_pages_that_could_be_read_in_parts_become_smaller_for_good() -> None:
    asks = Asking.of(800).failed()
    assert asks is not None
    asks = asks.read(400).read(400)
    assert (asks.full, asks.size, asks.careful) == (400, 400, False)


@given(st.integers(0, 10**9), st.integers(1, 10**6))
def test_the_nearest_place_behind_a_record_is_found(low: int, ahead: int) -> None:
    search, questions = Search(low, low + 2 * 10**6), 0
    while (place := search.next()) is not None:
        questions += 1
        search = search.answered(place, readable=place >= low + ahead)
    assert search.high == low + ahead
    assert questions <= 2 * ahead.bit_length() + 1
    again = Search(low, low + 2 * 10**6).hinted(low + ahead)
    questions = 0
    while (place := again.next()) is not None:
        questions += 1
        again = again.answered(place, readable=place >= low + ahead)
    assert again.high == low + ahead
    assert questions <= 3


def test_where_nothing_can_be_read_a_search_ends_at_the_last_place() -> None:
    search, questions = Search(0, 1000), 0
    while (place := search.next()) is not None:
        questions += 1
        search = search.answered(place, readable=False)
    assert search.high is None
    assert questions <= 11


def test_it_takes_three_looks_and_two_polls_to_be_sure() -> None:
    suspect = None
    sure = []
    for look in range(4):
        now = NOW + look * POLL
        suspect = Suspect.found(suspect, 5, 6, now)
        sure.append(suspect.sure(now, POLL))
    assert sure == [False, False, True, True]
    hasty = Suspect(5, 6, NOW.isoformat(), looks=50)
    assert not hasty.sure(NOW + timedelta(seconds=59), POLL)
    assert not hasty.sure(NOW + timedelta(seconds=1), timedelta(0))


def test_another_place_begins_from_nothing_and_a_clock_set_back_keeps_nobody() -> None:
    suspect = Suspect.found(None, 5, 6, NOW)
    assert Suspect.found(suspect, 7, 8, NOW).looks == 1
    assert Suspect.found(suspect, 5, None, NOW).looks == 1
    earlier = NOW - timedelta(days=30)
    assert Suspect.found(suspect, 5, 6, earlier).since == earlier.isoformat()
    assert Suspect.parse(suspect.stored()) == suspect


def test_what_was_passed_over_is_tried_again_after_a_minute_and_at_least_every_six_hours() -> None:
    waits = [asking.next_try(tries) for tries in range(12)]
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert waits == sorted(waits)
    assert asking.next_try(10**6) == timedelta(hours=6)


@pytest.mark.parametrize(
    ("error", "token", "fault"),
    [
        (WireError("not JSON"), True, Fault.PAGE),
        (BankUnreachable("busy", status=500), False, Fault.PAGE),
        (BankUnreachable("busy", status=503), False, Fault.AWAY),
        (BankUnreachable("busy", 30, status=503), True, Fault.AWAY),
        (BankUnreachable("no answer"), False, Fault.AWAY),
        (BankUnreachable("no address", sent=False), False, Fault.NO),
        (BankUnreachable("slow down", 9, status=429), True, Fault.NO),
        (WorkAsked(Demand("t", 1)), True, Fault.NO),
        *[(BankRefused("no", status), True, Fault.TOKEN) for status in (400, 404, 409, 410, 422)],
        *[(BankRefused("no", status), False, Fault.NO) for status in (400, 404, 409, 410, 422)],
        *[(BankRefused("no", status), True, Fault.NO) for status in (301, 401, 403)],
        (SettingsError("no key"), True, Fault.NO),
        (ValueError("ours"), False, Fault.PAGE),
    ],
)
def test_what_an_error_says_of_the_place(error: Exception, token: bool, fault: Fault) -> None:
    assert asking.fault_of(error, token=token) is fault


def test_a_reason_repeats_nothing_that_was_sent() -> None:
    for error in (WireError("not JSON"), BankUnreachable("x"), ValueError("secret")):
        assert asking.reason(error).startswith("passed over: ")
        assert "secret" not in asking.reason(error)
