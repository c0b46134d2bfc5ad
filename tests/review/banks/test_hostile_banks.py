"""A bank that sends without measure is paused and told of; nothing is lost, and others go on."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from staydown.base.vocabulary import EntryState, Kind
from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.value import Fingerprint
from staydown.net.message import Request, Response
from staydown.review import api
from staydown.review.banks import shares
from staydown.review.models import Bank
from staydown.review.records import AlarmKind
from tests.fingerprint.made import made_bits
from tests.review.banks.hostile import SMALL, Endless, check_meter, many, record, value
from tests.review.support import Desk, truth

pytestmark = [pytest.mark.django_db, pytest.mark.database]

#: The longest that a pause lasts.
HOUR = timedelta(minutes=65)
DIALECTS = pytest.mark.parametrize("dialect", ["v2", "v1"])


@pytest.fixture(autouse=True)
def small_share(desk: Desk) -> None:
    """Each bank has a share that is used up soon."""
    desk.share = SMALL


# --------------------------------------------------------------------------- attacks


def flips(page: int, v1: bool) -> list[Any]:
    """The same entries, listed on one page and withdrawn on the next."""
    state = EntryState.WITHDRAWN if page % 2 else EntryState.LISTED
    return [record(number, v1, state) for number in range(100)]


def flips_within(page: int, v1: bool) -> list[Any]:
    """Listed and withdrawn on the same page, so that nothing is ever news."""
    states = (EntryState.LISTED, EntryState.WITHDRAWN)
    return [record(number // 2, v1, states[number % 2]) for number in range(100)]


def copies(page: int, v1: bool) -> list[Any]:
    """Copy codes; v1 has no word for them."""
    numbers = range(100 * page, 100 * page + 100)
    if v1:
        return [record(number, v1) for number in numbers]
    return [record(number, v1, kind="copy1", quality=None, value=made_bits(number, 1024).hex())
            for number in numbers]  # fmt: skip


def renamed(page: int, v1: bool) -> list[Any]:
    states = (EntryState.LISTED, EntryState.WITHDRAWN)
    return [record(100 * page + number // 2, v1, states[number % 2]) for number in range(100)]


def odd_kinds(page: int, v1: bool) -> list[Any]:
    key = "signalType" if v1 else "kind"
    return [record(number, v1) | {key: f"K{page}-{number}"} for number in range(100)]


def huge_names(_: int, v1: bool) -> list[Any]:
    key = "signalType" if v1 else "entry_id"
    return [record(number, v1) | {key: "K" * 9000} for number in range(100)]


def much_said(page: int, v1: bool) -> list[Any]:
    said = [{"source": "s" * 200, "feedbackValue": "Blocked"}] * 300
    return [record(100 * page + number, v1, CSPFeedbacks=said) for number in range(20)]


ATTACKS: dict[str, Callable[[int, bool], list[Any]]] = {
    "new entries": lambda page, v1: [record(100 * page + n, v1) for n in range(100)],
    "copy codes": copies,
    "the same entry on every page": lambda _, v1: [record(7, v1)] * 100,
    "the same page again and again": lambda _, v1: [record(n, v1) for n in range(100)],
    "entries that come and go": flips,
    "entries that come and go within a page": flips_within,
    "new names for what was withdrawn": renamed,
    "withdrawals of what was never here": lambda page, v1: [
        record(100 * page + n, v1, EntryState.WITHDRAWN) for n in range(100)
    ],
    "empty pages": lambda *_: [],
    "pages of one entry": lambda page, v1: [record(page, v1)],
    "records of another form": lambda *_: [None, 5, {}, "x", []] * 20,
    "kinds without end": odd_kinds,
    "huge names": huge_names,
    "huge fields that nobody knows": lambda page, v1: [
        record(100 * page + n, v1, note="x" * 50_000) for n in range(20)
    ],
    "feedback without end": much_said,
}


@DIALECTS
@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_a_bank_without_measure_is_paused_and_told_of(
    desk: Desk, attack: Callable[[int, bool], list[Any]], dialect: str
) -> None:
    good = many(5)
    bad_id, good_id = desk.add(BankSimulator(), "bad", dialect), desk.add(good, "good")
    hostile = Endless(attack)
    desk.network.add("https://bad.example", hostile)
    for _ in range(12):  # five minutes: it is asked as often as the desk would
        for number in api.due_banks(desk.clock):
            assert desk.follow(number)
        desk.clock.advance(timedelta(seconds=25))
    # A withdrawal of what is listed here is free, so pages that come and go may be twice as many.
    assert hostile.handed <= 2 * desk.share.entries + 200
    assert hostile.received <= desk.share.bytes + 7_000_000
    assert hostile.pages <= 30
    (alarm,) = api.alarm_lines()
    assert (alarm.kind, alarm.subject, alarm.state) == ("bank_over_share", "bad", "open")
    assert api.bank_shares(desk.clock)["bad"].paused_until is not None
    assert bad_id not in api.due_banks(desk.clock)
    assert desk.live_entries(good_id) == truth(good)
    check_meter(bad_id)


# --------------------------------------------------------------------------- what a pause is


@DIALECTS
def test_a_paused_bank_goes_on_by_itself_and_nothing_is_lost(desk: Desk, dialect: str) -> None:
    bank = many(2300)
    number = desk.add(bank, dialect=dialect)
    hours = 0
    while desk.live_entries(number) != truth(bank):
        assert desk.follow(number)
        check_meter(number)
        if len(desk.live_entries(number)) < 2300:
            assert api.bank_shares(desk.clock)["bank"].paused_until is not None
            desk.clock.advance(HOUR)
            hours += 1
        assert hours <= 5
    assert hours >= 2
    (alarm,) = api.alarm_lines()
    assert alarm.count == hours
    assert api.bank_shares(desk.clock)["bank"].paused_until is None


def test_a_paused_bank_is_not_asked_by_any_tick_and_its_cursor_stays(desk: Desk) -> None:
    number = desk.add(many(2000))
    desk.follow(number)
    before = Bank.objects.values("cursor", "revision", "outcome").get()
    asked = len(desk.network.sent)
    for _ in range(5):
        assert desk.follow(number)  # a change of its keys, say, makes it due
        desk.clock.advance(timedelta(minutes=11))
    assert len(desk.network.sent) == asked
    assert Bank.objects.values("cursor", "revision", "outcome").get() == before


def test_withdrawals_get_through_however_many_there_are(desk: Desk) -> None:
    bank = many(2000)
    number = desk.add(bank, backfill=2000)
    desk.follow(number)
    assert len(desk.live_entries(number)) == 2000
    for entry in bank.entries()[:1900]:
        bank.change(entry.entry_id, EntryState.WITHDRAWN)
    desk.clock.advance(timedelta(days=31))  # nothing is agreed any more
    desk.follow(number)
    assert desk.live_entries(number) == truth(bank)
    assert api.alarm_lines() == []
    check_meter(number)


def test_a_withdrawal_behind_too_many_entries_comes_as_soon_as_it_is_its_turn(desk: Desk) -> None:
    bank = many(10)
    number = desk.add(bank)
    desk.follow(number)
    for more in range(10, 1510):
        bank.put(Fingerprint(Kind.PDQ, made_bits(more), 80))
    bank.change("e3", EntryState.WITHDRAWN)
    listed = value(2)
    for _ in range(3):
        assert listed in desk.live_entries(number)
        desk.follow(number)
        desk.clock.advance(HOUR)
    desk.follow(number)
    assert listed not in desk.live_entries(number)


@pytest.mark.parametrize("by", [timedelta(days=-366), timedelta(days=366), timedelta(hours=-2)])
def test_a_clock_that_is_set_keeps_no_bank_out_for_long(desk: Desk, by: timedelta) -> None:
    number = desk.add(many(2300))
    desk.follow(number)
    desk.clock.advance(by)
    before = len(desk.live_entries(number))
    for _ in range(14):
        if number in api.due_banks(desk.clock):
            desk.follow(number)
        desk.clock.advance(timedelta(minutes=5))
    assert len(desk.live_entries(number)) > before
    assert api.bank_shares(desk.clock)["bank"].entries <= 500 + shares.PAGE_COST + 450


def test_a_clock_that_was_wrong_for_a_moment_keeps_no_bank_out(desk: Desk) -> None:
    """The last look bears the wrong time, and so does the next one."""
    bank = many(3)
    number = desk.add(bank)
    desk.clock.advance(timedelta(days=366))
    desk.follow(number)
    desk.clock.advance(timedelta(days=-366))
    assert api.due_banks(desk.clock) == [number]
    desk.follow(number)
    assert api.due_banks(desk.clock) == []
    desk.clock.advance(timedelta(seconds=11))
    assert api.due_banks(desk.clock) == [number]


def test_a_bank_that_says_again_and_again_that_it_was_restored_pays_for_it(desk: Desk) -> None:
    bank = many(400)
    number = desk.add(bank)
    handed = 0

    def restored(request: Request) -> Response:
        nonlocal handed
        if "after=0&" not in request.url:
            return Response(409, {}, b"{}")
        answer = bank(request)
        handed += len(json.loads(answer.body)["entries"])
        return answer

    desk.network.add("https://bank.example", restored)
    for _ in range(100):
        if number in api.due_banks(desk.clock):
            desk.follow(number)
        desk.clock.advance(timedelta(seconds=30))
    assert handed <= 400 + 400 + 500 + 400
    assert [line.kind for line in api.alarm_lines()] == [AlarmKind.BANK_OVER_SHARE]


def test_a_bank_that_was_restored_once_is_read_again_in_one_go(desk: Desk) -> None:
    bank = many(2000)
    number = desk.add(bank, backfill=2000)
    desk.follow(number)
    restored = many(1990)
    desk.network.add("https://bank.example", restored)
    assert not desk.follow(number)
    assert desk.follow(number)
    assert desk.live_entries(number) == truth(restored)
    assert api.alarm_lines() == []
    check_meter(number)


def test_answers_that_cannot_be_used_count_too(desk: Desk) -> None:
    number = desk.add(BankSimulator())
    desk.network.add("https://bank.example", lambda _: Response(200, {}, b"x" * 1_000_000))
    for _ in range(300):
        if number in api.due_banks(desk.clock):
            desk.follow(number)
        desk.clock.advance(timedelta(seconds=10))
    assert len(desk.network.sent) <= 7
    assert [line.values["over"] for line in api.alarm_lines()] == ["bytes"]
