"""Disputes count organisations, and one organisation's words move only so many entries."""

import logging
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

import pytest

from staydown.bank.api import cases, feed, organisations, partner_reports, partners
from staydown.bank.api.partners import PartnerRef
from staydown.bank.errors import PartnerError
from staydown.bank.models import Audit, Organisation, Partner, PartnerFeedback
from staydown.bank.runtime import Bank
from staydown.bank.voice_rules import ALLOWANCE
from staydown.base.names import tidy_name
from staydown.base.vocabulary import EntryState, Feedback
from staydown.exchange.records import Picture, V1Feedback, V1FeedbackReport
from staydown.matching.sync import read_v1_page
from tests.bank.making import PIN, add_partner, copy1, hand, open_case, pdq
from tests.base.test_names import KNOWN, MISTAKABLE

pytestmark = [pytest.mark.django_db, pytest.mark.database]

#: pytest-django's: what was left for the end of a transaction is done at the end of a block.
Commits = Callable[..., AbstractContextManager[object]]

YES, NO = Feedback.BLOCKED, Feedback.NOT_BLOCKED
DAY = timedelta(days=1)


def _let_in(bank: Bank, name: str, organisation: str = "") -> PartnerRef:
    keys = partners.add_partner(bank, name, organisation)
    return partners.authenticate(keys.subscription_key, keys.function_key)


def _say(bank: Bank, who: PartnerRef, word: Feedback, numbers: Iterable[int]) -> None:
    reports = [V1FeedbackReport(pdq(number).hex, V1Feedback(word)) for number in numbers]
    assert partner_reports.submit_feedback(bank, who, list(enumerate(reports))) == ()


def _states(bank: Bank) -> dict[str, EntryState]:
    """Where every entry stands, as a partner that reads from the start is told."""
    reader = partners.PartnerRef(Partner.objects.order_by("pk")[0].pk, "")
    page = feed.feed_page(bank, reader, after=0, limit=1000)
    return {entry.fingerprint.hex: entry.state for entry in page.entries}


def _disputed(bank: Bank) -> set[int]:
    states = _states(bank)
    return {n for n in range(300) if states.get(pdq(n).hex) is EntryState.DISPUTED}


def _list_many(bank: Bank, count: int) -> None:
    for start in range(0, count, 50):
        open_case(bank, *(pdq(number) for number in range(start, min(start + 50, count))))


def test_two_keys_of_one_company_dispute_nothing(bank: Bank) -> None:
    """201 entries, of which all were disputed when keys were counted."""
    first, second = _let_in(bank, "A", "Company"), _let_in(bank, "B", "Company")
    _list_many(bank, 201)
    for partner in (first, second):
        _say(bank, partner, NO, range(201))
    assert _disputed(bank) == set()
    assert PartnerFeedback.objects.count() == 402


def test_two_companies_that_say_no_to_everything_move_few_entries_and_are_told_of(
    bank: Bank, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Commits
) -> None:
    first, second = add_partner(bank, "First"), add_partner(bank, "Second")
    _list_many(bank, 201)
    with caplog.at_level(logging.WARNING), django_capture_on_commit_callbacks(execute=True):
        for partner in (first, second):
            _say(bank, partner, NO, range(201))
    assert _disputed(bank) == set(range(ALLOWANCE))
    told = [record.getMessage() for record in caplog.records if "no longer count" in record.msg]
    assert len(told) == 2
    lines = organisations.organisation_lines(bank)
    assert [(line.name, line.counted, line.waiting) for line in lines] == [
        ("First", ALLOWANCE, 201 - ALLOWANCE), ("Second", ALLOWANCE, 201 - ALLOWANCE),
    ]  # fmt: skip
    assert all(line.stopped_at for line in lines)


def test_what_was_stopped_stays_stopped_until_the_operator_lets_it_go_and_nothing_is_lost(
    bank: Bank,
) -> None:
    honest, many = add_partner(bank, "Honest"), add_partner(bank, "Many")
    _list_many(bank, 60)
    _say(bank, many, NO, range(50))
    hand(bank).advance(3 * DAY)
    _say(bank, honest, NO, range(45, 60))
    _say(bank, many, NO, range(50, 60))
    assert _disputed(bank) == set()
    moved = organisations.release(bank, "Many", "looked at: a batch of stock pictures")
    assert (moved, _disputed(bank)) == (15, set(range(45, 60)))
    _list_many(bank, 1)
    _say(bank, many, NO, [60 - 1])
    assert organisations.organisation_lines(bank)[0].stopped_at is None
    trail = Audit.objects.filter(what="organisation", after="counts").values_list("who", "why")
    assert list(trail) == [("operator", "looked at: a batch of stock pictures")]


def test_words_of_a_day_ago_are_not_counted_and_repeats_never_are(bank: Bank) -> None:
    partner = add_partner(bank, "Busy")
    _list_many(bank, 2 * ALLOWANCE + 1)
    _say(bank, partner, NO, range(ALLOWANCE))
    hand(bank).advance(DAY + timedelta(minutes=1))
    _say(bank, partner, NO, range(ALLOWANCE))
    _say(bank, partner, NO, range(ALLOWANCE, 2 * ALLOWANCE))
    _say(bank, partner, NO, range(2 * ALLOWANCE))
    (line,) = organisations.organisation_lines(bank)
    assert (line.counted, line.waiting, line.stopped_at) == (ALLOWANCE, 0, None)


def test_the_keys_of_one_organisation_share_its_allowance(bank: Bank) -> None:
    keys = [_let_in(bank, f"Key {n}", "Company") for n in range(5)]
    other = add_partner(bank, "Other")
    organisations.release(bank, "Other", "agreed", allowance=1000)
    _list_many(bank, 100)
    _say(bank, other, NO, range(100))
    for number, partner in enumerate(keys):
        _say(bank, partner, NO, range(number * 20, number * 20 + 20))
    assert len(_disputed(bank)) == ALLOWANCE


def test_one_blocked_ends_a_dispute_also_of_an_organisation_that_is_stopped(bank: Bank) -> None:
    critics = [add_partner(bank, name) for name in ("First", "Second", "Third")]
    open_case(bank, pdq(1), pdq(2))
    for critic in critics:
        _say(bank, critic, NO, [1, 2])
    assert _disputed(bank) == {1, 2}
    organisations.stop(bank, "Third", "being looked at")
    assert _disputed(bank) == {1, 2}
    _say(bank, critics[2], YES, [1])
    assert _disputed(bank) == {2}
    _say(bank, add_partner(bank, "Fourth"), NO, [1])
    assert _disputed(bank) == {2}


def test_stopping_an_organisation_takes_back_what_its_words_moved(bank: Bank) -> None:
    first, second = add_partner(bank, "First"), add_partner(bank, "Second")
    _list_many(bank, 10)
    for partner in (first, second):
        _say(bank, partner, NO, range(10))
    assert organisations.stop(bank, "First", "wrong by mistake") == 10
    assert _disputed(bank) == set()
    assert organisations.stop(bank, "First", "again") == 0
    assert organisations.release(bank, "First", "cleared up") == 10
    assert _disputed(bank) == set(range(10))


def test_partners_that_turn_out_to_be_one_company_have_one_voice(bank: Bank) -> None:
    first, second = add_partner(bank, "First"), add_partner(bank, "Second")
    _list_many(bank, 3)
    for partner in (first, second):
        _say(bank, partner, NO, range(3))
    assert organisations.move_partner(bank, "Second", "First") == 3
    assert _disputed(bank) == set()
    assert organisations.move_partner(bank, "Second", "First") == 0
    assert not Organisation.objects.filter(name="Second").exists()
    assert organisations.move_partner(bank, "Second", "Second again") == 3
    trail = Audit.objects.filter(what="partner", why="organisation changed")
    assert list(trail.values_list("subject", "before", "after").order_by("pk")) == [
        ("Second", "Second", "First"),
        ("Second", "First", "Second again"),
    ]


def test_the_words_of_a_partner_that_joins_a_stopped_organisation_wait_too(bank: Bank) -> None:
    first, second = add_partner(bank, "First"), add_partner(bank, "Second")
    add_partner(bank, "Stopped")
    organisations.stop(bank, "Stopped", "being looked at")
    _list_many(bank, 1)
    for partner in (first, second):
        _say(bank, partner, NO, [0])
    assert organisations.move_partner(bank, "First", "Stopped") == 1
    assert organisations.release(bank, "Stopped", "cleared up") == 1


def test_a_partner_has_an_organisation_of_its_own_unless_another_is_named(bank: Bank) -> None:
    add_partner(bank, "Alone")
    _let_in(bank, "Shop", "Company")
    _let_in(bank, "Market", "Company")
    lines = {line.name: line.partners for line in organisations.organisation_lines(bank)}
    assert lines == {"Alone": ("Alone",), "Company": ("Market", "Shop")}
    shown = [(line.name, line.organisation) for line in organisations.partner_lines()]
    assert shown == [("Alone", "Alone"), ("Market", "Company"), ("Shop", "Company")]
    with pytest.raises(PartnerError, match="name the organisation"):
        partners.add_partner(bank, "Company")
    for act in (
        lambda: organisations.move_partner(bank, "Nobody", "Company"),
        lambda: organisations.stop(bank, "Nobody", "x"),
        lambda: organisations.release(bank, "Nobody", "x"),
        lambda: partners.add_partner(bank, "Fresh", "A\nB"),
    ):
        with pytest.raises(PartnerError):
            act()


@pytest.mark.parametrize("name", [one for one in MISTAKABLE.values() if tidy_name(one) != KNOWN])
def test_an_organisation_that_could_be_taken_for_another_is_refused(bank: Bank, name: str) -> None:
    _let_in(bank, "First", KNOWN)
    with pytest.raises(PartnerError):
        partners.add_partner(bank, "Second", name)
    with pytest.raises(PartnerError):
        organisations.move_partner(bank, "First", name)
    assert [line.name for line in organisations.partner_lines()] == ["First"]


def test_a_reader_of_v1_sees_the_disputes_that_the_bank_sees(bank: Bank) -> None:
    """It counts the words by itself: two keys of one company, and words that don't count."""
    first, second = _let_in(bank, "A", "Company"), _let_in(bank, "B", "Company")
    other, stopped = add_partner(bank, "Other"), add_partner(bank, "Stopped")
    open_case(bank, *(pdq(number) for number in range(4)))
    organisations.stop(bank, "Stopped", "being looked at")
    for partner, numbers in ((first, [0, 1, 3]), (second, [0, 2]), (other, [1, 3]), (stopped, [2])):
        _say(bank, partner, NO, numbers)
    _say(bank, second, YES, [3])
    page = feed.v1_page(bank, other, start=10, size=100, token=None)
    changes = read_v1_page(page, (), start=10, now=2**40, name=lambda one: one.hex)
    read = {n for n in range(4) for s in changes.snapshots
            if s.entry_id == pdq(n).hex and s.state is EntryState.DISPUTED}  # fmt: skip
    assert read == _disputed(bank) == {1}
    said = {record.value: record.feedback for record in page.records}
    assert [word.source for word in said[pdq(0).hex]] == ["Company"]
    assert said[pdq(2).hex] == (V1Feedback(NO, "Company"),)


def test_a_dispute_never_passes_to_an_entry_that_is_near_nor_to_the_copy_code(bank: Bank) -> None:
    """Also not to one a single bit away, or listed for the same picture."""
    near = pdq(1).bits[:-1] + bytes([pdq(1).bits[-1] ^ 1])
    open_case(bank, Picture(pdq(1), copy1(1)))
    open_case(bank, replace(pdq(1), bits=near))
    for name in ("First", "Second"):
        _say(bank, add_partner(bank, name), NO, [1])
    states = _states(bank)
    assert states.pop(pdq(1).hex) is EntryState.DISPUTED
    assert set(states.values()) == {EntryState.LISTED}


def test_many_disputes_ended_by_one_organisation_are_told_of_and_count(
    bank: Bank, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Commits
) -> None:
    critics = [add_partner(bank, name) for name in ("First", "Second")]
    _list_many(bank, ALLOWANCE)
    for critic in critics:
        _say(bank, critic, NO, range(ALLOWANCE))
    with caplog.at_level(logging.WARNING), django_capture_on_commit_callbacks(execute=True):
        _say(bank, add_partner(bank, "Eager"), YES, range(ALLOWANCE))
    assert [record.msg for record in caplog.records] == [
        "an organisation's words ended many disputes"
    ]
    assert _disputed(bank) == set()


def test_the_owner_sees_who_said_what_though_it_does_not_count(bank: Bank) -> None:
    """What a partner said is true, and the state is the one that counts."""
    first, second = _let_in(bank, "A", "Company"), _let_in(bank, "B", "Company")
    opened = open_case(bank, pdq(1))
    for partner in (first, second):
        _say(bank, partner, NO, [1])
    ref = cases.enter(bank, opened.case_number, PIN)
    (shown,) = cases.case_status(bank, ref).listings
    assert (shown.state, shown.feedback) == (EntryState.LISTED, (("A", NO), ("B", NO)))
