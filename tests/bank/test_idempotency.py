"""A request whose answer was lost can be sent again; it is done once."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from staydown.accounts.throttle_rules import LONGEST_WAIT
from staydown.bank import brakes
from staydown.bank.api import cases, feed, upkeep
from staydown.bank.errors import (
    BankError,
    KeyEnded,
    KeyOfAnother,
    PinRefused,
    TryLater,
    WrongCaseOrPin,
)
from staydown.bank.models import Audit, Case, Entry, IdempotencyKey, Listing
from staydown.bank.rules import REPEAT_WITHIN, can_repeat
from staydown.bank.runtime import Bank
from staydown.base.vocabulary import ActingFor, EntryState, Under18
from staydown.exchange.records import CaseOpened, CaseRequest, Picture
from tests.bank.making import (
    PIN,
    START,
    add_partner,
    copy1,
    hand,
    make_bank,
    open_case,
    pdq,
    request,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

KEY, OTHER_KEY = b"o" * 16, b"p" * 16
NEW_PIN = "neuepinfrei"


def _open(bank: Bank, key: bytes = KEY, pin: str = PIN) -> CaseOpened:
    return cases.open_case(bank, request(pdq(1), pin=pin), once=key)


def _same(one: CaseOpened, other: CaseOpened) -> bool:
    return (one.case_number, one.recovery_phrase) == (other.case_number, other.recovery_phrase)


def _counts() -> tuple[int, int, int]:
    return Case.objects.count(), Listing.objects.count(), Audit.objects.count()


# --------------------------------------------------------------------------- opening


def test_the_same_request_under_the_same_key_is_answered_again_and_done_once(bank: Bank) -> None:
    first = _open(bank)
    counts = _counts()
    assert all(_same(first, _open(bank)) for _ in range(3))
    assert _counts() == counts


def test_another_key_or_none_opens_another_case(bank: Bank) -> None:
    numbers = {_open(bank).case_number, _open(bank, OTHER_KEY).case_number}
    numbers |= {open_case(bank, pdq(1)).case_number for _ in range(2)}
    assert len(numbers) == Case.objects.count() == 4


_CHANGED = {
    "another picture": request(pdq(2)),
    "one more picture": request(pdq(1), pdq(2)),
    "a copy code": request(Picture(pdq(1), copy1(1))),
    "another quality": request(pdq(1, 91)),
    "for somebody else": CaseRequest(Under18.NO, ActingFor.OTHER, (Picture(pdq(1)),), PIN),
    "another PIN as well": request(pdq(2), pin="anotherone5"),
}


@pytest.mark.parametrize("changed", _CHANGED.values(), ids=_CHANGED.keys())
def test_another_request_under_the_key_is_refused_and_stores_nothing(
    bank: Bank, changed: CaseRequest
) -> None:
    first = _open(bank)
    counts = _counts()
    with pytest.raises(KeyOfAnother):
        cases.open_case(bank, changed, once=KEY)
    assert _counts() == counts
    assert _same(first, _open(bank)), "the key still answers what it was made for"


def test_pictures_in_another_order_are_another_request(bank: Bank) -> None:
    cases.open_case(bank, request(pdq(1), pdq(2)), once=KEY)
    with pytest.raises(KeyOfAnother):
        cases.open_case(bank, request(pdq(2), pdq(1)), once=KEY)


def test_a_key_does_not_let_anyone_guess_the_pin_any_faster(bank: Bank) -> None:
    first = _open(bank)
    for guess in range(brakes.PACE.burst):
        with pytest.raises(PinRefused):
            _open(bank, pin=f"anotherone{guess}x")
    with pytest.raises(TryLater):
        _open(bank)
    with pytest.raises(TryLater):
        cases.enter(bank, first.case_number, PIN)
    hand(bank).advance(LONGEST_WAIT)
    assert _same(first, _open(bank))


# --------------------------------------------------------------------------- what ends it


def _sign_in(bank: Bank, opened: CaseOpened) -> None:
    cases.enter(bank, opened.case_number, PIN)


def _withdraw_from_a_page_left_open(bank: Bank, opened: CaseOpened) -> None:
    cases.withdraw(bank, Case.objects.get().ref, None)


def _recover(bank: Bank, opened: CaseOpened) -> None:
    cases.recover(bank, opened.recovery_phrase, NEW_PIN)


@pytest.mark.parametrize("how", [_sign_in, _withdraw_from_a_page_left_open, _recover])
@pytest.mark.parametrize("later", [timedelta(), timedelta(hours=23, minutes=59)])
def test_what_shows_that_the_answer_arrived_ends_the_key_for_its_day(
    bank: Bank, how: Callable[[Bank, CaseOpened], None], later: timedelta
) -> None:
    how(bank, _open(bank))
    counts = _counts()
    hand(bank).advance(later)
    upkeep.tick(bank)
    for pin in (PIN, "anotherone5"):
        with pytest.raises(KeyEnded):
            _open(bank, pin=pin)
    with pytest.raises(KeyOfAnother):
        cases.open_case(bank, request(pdq(2)), once=KEY)
    assert _counts() == counts


def test_a_wrong_pin_ends_nothing(bank: Bank) -> None:
    first = _open(bank)
    with pytest.raises(WrongCaseOrPin):
        cases.enter(bank, first.case_number, "notthepin9")
    hand(bank).advance(timedelta(seconds=1))
    assert _same(first, _open(bank))


def test_signing_in_to_one_case_ends_no_other_ones_key(bank: Bank) -> None:
    first, second = _open(bank), _open(bank, OTHER_KEY)
    cases.enter(bank, second.case_number, PIN)
    assert _same(first, _open(bank))


# --------------------------------------------------------------------------- after a day


@pytest.mark.parametrize(
    ("age", "can"),
    [
        (timedelta(), True),
        (REPEAT_WITHIN - timedelta(seconds=1), True),
        (REPEAT_WITHIN, False),
        (timedelta(days=400), False),
        (-timedelta(minutes=5), True),
        (-REPEAT_WITHIN, False),
        (-timedelta(days=365), False),
    ],
)
def test_a_request_can_be_repeated_for_a_day_and_no_clock_that_was_wrong_makes_it_longer(
    age: timedelta, can: bool
) -> None:
    assert can_repeat(START - age, START) is can


@pytest.mark.parametrize("tick", [True, False])
def test_after_a_day_the_key_tells_nothing_and_lists_nothing_twice(bank: Bank, tick: bool) -> None:
    _open(bank)
    counts = _counts()
    hand(bank).advance(REPEAT_WITHIN)
    if tick:
        assert upkeep.tick(bank).idempotency_keys == 1
        assert IdempotencyKey.objects.count() == 0
    with pytest.raises(KeyEnded):
        _open(bank)
    assert _counts() == counts


@pytest.mark.parametrize("tick", [True, False])
def test_after_a_day_the_key_may_stand_for_another_request(bank: Bank, tick: bool) -> None:
    _open(bank)
    hand(bank).advance(REPEAT_WITHIN)
    if tick:
        upkeep.tick(bank)
    second = cases.open_case(bank, request(pdq(2)), once=KEY)
    assert _same(second, cases.open_case(bank, request(pdq(2)), once=KEY))
    assert Case.objects.count() == 2


def test_the_tick_keeps_what_can_still_be_repeated(bank: Bank) -> None:
    first = _open(bank)
    hand(bank).advance(REPEAT_WITHIN - timedelta(seconds=1))
    assert upkeep.tick(bank).idempotency_keys == 0
    assert _same(first, _open(bank))


# --------------------------------------------------------------------------- recovering


def test_a_recovery_sent_again_gives_the_same_answer_and_changes_nothing_more(bank: Bank) -> None:
    phrase = open_case(bank, pdq(1)).recovery_phrase
    first = cases.recover(bank, phrase, NEW_PIN, once=KEY)
    counts = _counts()
    assert _same(first, cases.recover(bank, "  " + phrase.upper(), NEW_PIN, once=KEY))
    assert _counts() == counts
    cases.enter(bank, first.case_number, NEW_PIN)
    with pytest.raises(KeyEnded):
        cases.recover(bank, phrase, NEW_PIN, once=KEY)


def test_a_used_phrase_gives_nothing_under_another_key_with_another_pin_or_after_the_next(
    bank: Bank,
) -> None:
    phrase = open_case(bank, pdq(1)).recovery_phrase
    first = cases.recover(bank, phrase, NEW_PIN, once=KEY)
    for key in (OTHER_KEY, None):
        with pytest.raises(WrongCaseOrPin):
            cases.recover(bank, phrase, NEW_PIN, once=key)
    for guess in range(brakes.PACE.burst):
        with pytest.raises(PinRefused):
            cases.recover(bank, phrase, f"anotherone{guess}x", once=KEY)
    with pytest.raises(TryLater):
        cases.recover(bank, phrase, "anotherone6x", once=KEY)
    cases.recover(bank, first.recovery_phrase, NEW_PIN, once=b"q" * 16)
    with pytest.raises(KeyEnded):
        cases.recover(bank, phrase, NEW_PIN, once=KEY)


def test_another_phrase_under_the_key_is_refused_and_stays_good(bank: Bank) -> None:
    one, two = open_case(bank, pdq(1)), open_case(bank, pdq(2))
    cases.recover(bank, one.recovery_phrase, NEW_PIN, once=KEY)
    with pytest.raises(KeyOfAnother):
        cases.recover(bank, two.recovery_phrase, NEW_PIN, once=KEY)
    cases.enter(bank, two.case_number, PIN)
    cases.recover(bank, two.recovery_phrase, NEW_PIN, once=OTHER_KEY)


def test_one_key_serves_one_of_the_two_calls_only(bank: Bank) -> None:
    opened = _open(bank)
    with pytest.raises(KeyOfAnother):
        cases.recover(bank, opened.recovery_phrase, NEW_PIN, once=KEY)
    cases.recover(bank, opened.recovery_phrase, NEW_PIN, once=OTHER_KEY)
    with pytest.raises(KeyOfAnother):
        _open(bank, OTHER_KEY)


# --------------------------------------------------------------------------- the harm, and thieves


def test_who_withdraws_with_the_number_of_the_second_try_withdraws_all_there_is(
    bank: Bank,
) -> None:
    partner = add_partner(bank)
    _open(bank)  # its answer is lost
    feed.feed_page(bank, partner, after=0, limit=9)
    status = cases.withdraw(bank, cases.enter(bank, _open(bank).case_number, PIN), None)
    assert {item.state for item in status.listings} == {EntryState.WITHDRAWN}
    page = feed.feed_page(bank, partner, after=0, limit=9)
    assert [entry.state for entry in page.entries] == [EntryState.WITHDRAWN]
    with pytest.raises(KeyEnded):
        _open(bank)  # the first try, arriving late
    assert Entry.objects.get().state == EntryState.WITHDRAWN.value


def test_a_thief_of_the_database_finds_neither_key_nor_answer_nor_request_in_it(
    bank: Bank,
) -> None:
    opened = _open(bank)
    row = IdempotencyKey.objects.get()
    stored = bytes(row.key_hash) + bytes(row.digest)
    for known in (KEY, opened.case_number.encode(), opened.recovery_phrase.encode(), pdq(1).bits):
        assert known not in stored
    elsewhere = make_bank(secret=b"t" * 32)
    assert elsewhere.sealer.keyed_hash("idempotency key", KEY) != bytes(row.key_hash)


def test_a_stranger_who_has_the_key_alone_learns_nothing(bank: Bank) -> None:
    opened = _open(bank)
    answers: list[object] = []
    for guessed in (request(pdq(9)), request(pdq(1), pin="anotherone5")):
        with pytest.raises(BankError) as told:
            cases.open_case(bank, guessed, once=KEY)
        answers.append(told.value)
        assert opened.case_number not in str(told.value)
    assert list(map(type, answers)) == [KeyOfAnother, PinRefused]
