"""Alarms are rows: one for a kind and subject, seen by somebody, lifted by the operator."""

import logging
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections

from staydown.base.quietlog import Configured
from staydown.exchange.simulator import BankSimulator
from staydown.review import api, rules
from staydown.review.banks import alarm_wording
from staydown.review.errors import NotHere
from staydown.review.models import Alarm, Audit
from staydown.review.records import AlarmKind, AlarmState
from tests.review.support import Desk, pdq

pytestmark = [pytest.mark.django_db, pytest.mark.database]

FULL = AlarmKind.DESK_FULL


def test_what_happens_again_is_counted_in_the_same_row(desk: Desk) -> None:
    for entries in range(50):
        api.raise_alarm(AlarmKind.BANK_OVER_SHARE, "one", {"entries": entries}, desk.clock)
        desk.clock.advance(timedelta(minutes=1))
    api.raise_alarm(AlarmKind.BANK_OVER_SHARE, "other", {}, desk.clock)
    api.raise_alarm(FULL, "", {}, desk.clock)
    assert Alarm.objects.count() == 3
    one = Alarm.objects.get(subject="one")
    assert (one.count, one.values) == (50, {"entries": 49})
    assert one.last_at - one.raised_at == timedelta(minutes=49)
    assert api.count_open_alarms() == 3


def test_a_lifted_alarm_stays_as_it_was_and_the_next_is_a_new_row(desk: Desk) -> None:
    first = api.raise_alarm(FULL, "", {"most_bytes": 1}, desk.clock)
    api.lift_alarm(first, desk.clock, reason="more memory")
    second = api.raise_alarm(FULL, "", {"most_bytes": 2}, desk.clock)
    assert first != second
    assert [line.number for line in api.alarm_lines()] == [second]
    (lifted,) = api.alarm_lines(lifted=True)
    assert (lifted.number, lifted.lifted_by, lifted.reason) == (first, "operator", "more memory")
    assert lifted.values == {"most_bytes": 1}


def test_an_alarm_that_somebody_has_seen_stays_and_is_not_shown_as_new(desk: Desk) -> None:
    number = api.raise_alarm(FULL, "", {}, desk.clock)
    anna = desk.moderator()
    api.mark_alarm_seen(number, "anna", desk.clock, moderator_id=anna)
    api.mark_alarm_seen(number, "operator", desk.clock, moderator_id=None)
    assert api.count_open_alarms() == 0
    (line,) = api.alarm_lines()
    assert (line.state, line.seen_by) == (AlarmState.SEEN, "anna")
    seen = Audit.objects.get(what="alarm")
    assert (seen.who, seen.moderator_id, seen.subject) == ("staff anna", anna, "desk_full")
    with pytest.raises(NotHere):
        api.mark_alarm_seen(number + 1, "anna", desk.clock, moderator_id=anna)


@pytest.mark.parametrize(
    ("quiet", "new"), [(rules.ALARM_AGAIN, 1), (rules.ALARM_AGAIN - timedelta(seconds=1), 0)]
)
def test_an_alarm_that_was_seen_is_new_again_after_a_quiet_day(
    desk: Desk, quiet: timedelta, new: int
) -> None:
    number = api.raise_alarm(FULL, "", {}, desk.clock)
    api.mark_alarm_seen(number, "operator", desk.clock, moderator_id=None)
    desk.clock.advance(quiet)
    assert api.raise_alarm(FULL, "", {}, desk.clock) == number
    assert api.count_open_alarms() == new


def test_the_log_says_once_that_an_alarm_is_new_and_about_what(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "staydown.review.banks.alarms"):
        for _ in range(3):
            api.raise_alarm(AlarmKind.BANK_FULL, "one", {"left_out": 7}, desk.clock)
    (said,) = caplog.records
    assert said.getMessage() == "an alarm was raised"
    number = Alarm.objects.get().pk
    assert vars(said)["fact"] == {"alarm": number, "kind": "bank_full", "subject": "one"}
    assert isinstance(vars(said)["fact"]["subject"], Configured)


@pytest.mark.parametrize("kind", AlarmKind)
def test_every_kind_has_words_that_name_its_subject_and_the_command(kind: AlarmKind) -> None:
    """Also where a number is missing: an alarm of an older version must not break the page."""
    words = alarm_wording.say(kind, "helpline", {}, 41)
    assert words.command.startswith("staydown desk alarms lift 41")
    assert all((words.title, words.text, words.advice))
    assert "%(" not in words.title + words.text + words.advice
    if kind is not AlarmKind.DESK_FULL:
        assert "helpline" in words.title


def test_an_alarm_about_a_bank_that_is_gone_can_be_lifted(desk: Desk) -> None:
    number = api.raise_alarm(AlarmKind.BANK_OVER_SHARE, "gone", {}, desk.clock)
    api.lift_alarm(number, desk.clock)
    assert api.alarm_lines() == []


@pytest.mark.django_db(transaction=True)
def test_alarms_that_are_raised_at_the_same_moment_are_one_row(desk: Desk) -> None:
    # Of SQLite in memory each thread has its own: there they come one after another.
    if connection.vendor == "sqlite":
        for _ in range(100):
            api.raise_alarm(FULL, "", {}, desk.clock)
    else:
        _raise_side_by_side(desk)
    assert Alarm.objects.get().count == 100


def _raise_side_by_side(desk: Desk) -> None:
    together = Barrier(4)

    def raising() -> None:
        together.wait()
        for _ in range(25):
            api.raise_alarm(FULL, "", {}, desk.clock)
        connections.close_all()

    threads = [Thread(target=raising) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_entries_that_raise_very_many_items_are_told_of(
    desk: Desk, bank: BankSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MANY_ITEMS", 5)
    other = BankSimulator()
    bank.put(pdq(0))
    other.put(pdq(200))
    for one, name in ((bank, "popular"), (other, "quiet")):
        desk.follow(desk.add(one, name))
    key = desk.platform_key()

    def uploads(count: int, near: int) -> None:
        for _ in range(count):
            api.receive_upload(api.Upload(key, (pdq(near),)), desk.live, desk.clock)

    uploads(4, 3)
    uploads(4, 203)
    api.tidy(desk.clock, idempotency=timedelta(hours=1))
    assert api.alarm_lines() == []
    uploads(1, 2)
    api.tidy(desk.clock, idempotency=timedelta(hours=1))
    (line,) = api.alarm_lines()
    assert (line.kind, line.subject) == (AlarmKind.BANK_MANY_ITEMS, "popular")
    assert line.values == {"items": 5}
    api.lift_alarm(line.number, desk.clock)
    desk.clock.advance(rules.MANY_ITEMS_WITHIN)
    api.tidy(desk.clock, idempotency=timedelta(hours=1))
    assert api.alarm_lines() == []
