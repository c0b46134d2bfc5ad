"""A record that can't be read is passed over and told of, and nothing else is; it comes later."""

from dataclasses import replace
from datetime import timedelta

import pytest

from staydown.base.vocabulary import EntryState
from staydown.exchange.behaviour import EMPTY_PAGE, Behaviour, Tokens, Unreadable
from staydown.matching import asking
from staydown.net.message import Request, Response
from staydown.review import api
from staydown.review.banks import plan, reading
from staydown.review.models import Bank, PassedOver
from tests.review.banks.odd_banks import (
    at_a_desk,
    kinds_of_alarms,
    listing,
    look,
    missing,
    places,
    unreadable,
    value,
    wait_and_look,
)
from tests.review.support import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.database]

DIALECTS = pytest.mark.parametrize("dialect", ["v2", "v1"])
KINDS = pytest.mark.parametrize("how", list(Unreadable))


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of eight, so that a few entries make several."""
    monkeypatch.setattr(plan, "V1_PAGE", 8)
    monkeypatch.setattr(plan, "FEED_PAGE", 8)


@DIALECTS
@KINDS
def test_all_but_the_record_that_cannot_be_read_arrives_and_that_is_told(
    desk: Desk, dialect: str, how: Unreadable
) -> None:
    bank = listing(30)
    unreadable(bank, how, "e14")
    number = at_a_desk(desk, bank, dialect)
    looks = wait_and_look(desk, number, bank, until=lambda: missing(desk, number, bank) == {"e14"})
    # The bytes of what is too large count, so that there are pauses between.
    assert looks <= (12 if how is Unreadable.TOO_LARGE else 3 + asking.PATIENCE)
    (line,) = api.bank_lines()
    assert (line.outcome, line.set_aside, line.passed_over) == ("ok", 1, 1)
    (reason,) = line.reasons
    assert reason.text.startswith("passed over: ")
    assert value(13).hex not in reason.text
    assert "bank_unreadable" in kinds_of_alarms()


@DIALECTS
@KINDS
def test_a_withdrawal_that_could_not_be_read_comes_once_it_can(
    desk: Desk, dialect: str, how: Unreadable
) -> None:
    bank = listing(12)
    number = at_a_desk(desk, bank, dialect)
    look(desk, number, bank)
    assert missing(desk, number, bank) == set()
    bank.change("e5", EntryState.WITHDRAWN)
    bank.now += 60
    bank.change("e6", EntryState.WITHDRAWN)
    bank.now += 60
    for more in range(3):
        bank.put(value(100 + more))
        bank.now += 60
    unreadable(bank, how, "e5")
    wait_and_look(desk, number, bank, until=lambda: places(number) == 1)
    wait_and_look(desk, number, bank, looks=2)
    assert missing(desk, number, bank) == {"e5"}
    unreadable(bank, None)
    desk.clock.advance(timedelta(minutes=2))
    bank.now += 120
    look(desk, number, bank)
    assert missing(desk, number, bank) == set()
    assert places(number) == 0
    assert api.bank_lines()[0].set_aside == 1


@pytest.mark.parametrize("tokens", [one for one in Tokens if one is not Tokens.IGNORED])
@pytest.mark.parametrize("how", [Unreadable.CUT, Unreadable.STATUS])
@pytest.mark.parametrize("bad", ["e1", "e9", "e29"])
def test_any_kind_of_token_leads_past_it(
    desk: Desk, tokens: Tokens, how: Unreadable, bad: str
) -> None:
    bank = listing(30, behaviour=Behaviour(tokens=tokens))
    unreadable(bank, how, bad)
    number = at_a_desk(desk, bank)
    wait_and_look(desk, number, bank, until=lambda: missing(desk, number, bank) == {bad})
    assert missing(desk, number, bank) == {bad}


@DIALECTS
@pytest.mark.parametrize("bad", [("e9", "e10"), ("e3", "e20"), ("e1", "e2", "e3", "e25")])
def test_several_records_that_cannot_be_read_are_passed_over(
    desk: Desk, dialect: str, bad: tuple[str, ...]
) -> None:
    bank = listing(30)
    unreadable(bank, Unreadable.STATUS, *bad)
    number = at_a_desk(desk, bank, dialect)
    wait_and_look(desk, number, bank, until=lambda: missing(desk, number, bank) == set(bad))
    assert missing(desk, number, bank) == set(bad)
    unreadable(bank, None)
    desk.clock.advance(asking.AGAIN_LAST)
    wait_and_look(desk, number, bank, looks=3)
    assert missing(desk, number, bank) == set()


def test_others_of_the_same_second_come_where_the_broken_page_still_tells_its_token(
    desk: Desk,
) -> None:
    bank = listing(30, apart=0)
    bank.now += 60
    bank.put(value(50))
    bank.now += 60
    bank.put(value(51))
    unreadable(bank, Unreadable.CUT, "e14")
    number = at_a_desk(desk, bank)
    wait_and_look(desk, number, bank, until=lambda: missing(desk, number, bank) == {"e14"})
    assert missing(desk, number, bank) == {"e14"}


def test_where_nothing_tells_the_token_the_rest_of_that_second_waits_for_the_bank(
    desk: Desk,
) -> None:
    """What came before it and what bears another second arrives; all is read once it's repaired."""
    bank = listing(8)
    for number in range(100, 105):
        bank.put(value(number))
    for number in range(105, 108):
        bank.now += 60
        bank.put(value(number))
    unreadable(bank, Unreadable.STATUS, "e10")
    number = at_a_desk(desk, bank)
    wait_and_look(desk, number, bank, looks=8)
    assert missing(desk, number, bank) == {"e10", "e11", "e12", "e13"}
    assert kinds_of_alarms() == ["bank_unreadable"]
    unreadable(bank, None)
    desk.clock.advance(asking.AGAIN_LAST)
    wait_and_look(desk, number, bank, looks=2)
    assert missing(desk, number, bank) == set()


# --------------------------------------------------------------------------- outages


@DIALECTS
@pytest.mark.parametrize("answer", [b"<html>maintenance</html>", b"", b"{}", 500, 502, 503])
def test_nothing_is_passed_over_while_a_bank_is_down(
    desk: Desk, dialect: str, answer: bytes | int
) -> None:
    bank = listing(30)
    number = at_a_desk(desk, bank, dialect)
    look(desk, number, bank, answers=2)

    def down(_: Request) -> Response:
        status, body = (answer, b"") if isinstance(answer, int) else (200, answer)
        return Response(status, {}, body)

    desk.network.add(Bank.objects.get().url.removesuffix("/v1"), down)
    before = len(desk.network.sent)
    for _ in range(20):
        if number in api.due_banks(desk.clock):
            desk.follow(number)
        desk.clock.advance(timedelta(seconds=15))
    assert places(number) == 0
    assert api.bank_lines()[0].set_aside == 0
    assert api.alarm_lines() == []
    # A question whether it is down, beside each look.
    assert len(desk.network.sent) - before <= 2 * 20
    look(desk, number, bank)
    assert missing(desk, number, bank) == set()


@DIALECTS
def test_a_bank_that_fails_now_and_then_loses_nothing(desk: Desk, dialect: str) -> None:
    """Two answers of three are a gateway's page, at moments that nothing predicts."""
    bank = listing(30)
    number = at_a_desk(desk, bank, dialect)
    asked = 0

    def shaky(request: Request) -> Response:
        nonlocal asked
        asked += 1
        if asked * 7919 % 13 % 3:
            return Response(200, {}, b"<html>try again</html>")
        return bank(request)

    origin = Bank.objects.get().url.removesuffix("/v1")
    desk.network.add(origin, shaky)
    for _ in range(60):
        desk.follow(number)
        desk.clock.advance(timedelta(minutes=5))
    look(desk, number, bank)
    desk.clock.advance(asking.AGAIN_LAST)
    look(desk, number, bank)
    assert missing(desk, number, bank) == set()
    assert places(number) == 0


# --------------------------------------------------------------------------- what it costs


@DIALECTS
def test_a_bank_with_nothing_to_read_is_asked_little_and_never_gets_past_the_share(
    desk: Desk, dialect: str
) -> None:
    """It answers wherever there is nothing, and no record of it can be read."""
    bank = listing(300)
    unreadable(bank, Unreadable.STATUS, *(entry.entry_id for entry in bank.entries()))
    number = at_a_desk(desk, bank, dialect)
    for _ in range(30):
        before = len(desk.network.sent)
        look(desk, number, bank)
        assert len(desk.network.sent) - before <= asking.MOST_QUESTIONS + 5
        desk.clock.advance(timedelta(minutes=1))
    assert places(number) <= 1
    counted = api.bank_shares(desk.clock)[Bank.objects.get().name].entries
    assert counted <= desk.share.entries + asking.QUESTION_COST * asking.MOST_QUESTIONS


@DIALECTS
def test_pages_that_are_only_too_large_are_read_in_smaller_ones(desk: Desk, dialect: str) -> None:
    bank = listing(40)
    number = at_a_desk(desk, bank, dialect)

    def bursts(page: dict[str, list[object]]) -> object:
        many = len(page.get("hashRecords", page.get("entries", []))) > 3
        return b"{" if many else page

    bank.spoil = bursts
    assert look(desk, number, bank)
    assert missing(desk, number, bank) == set()
    assert places(number) == 0


@DIALECTS
def test_a_place_is_tried_again_seldom_and_for_good(desk: Desk, dialect: str) -> None:
    bank = listing(30)
    unreadable(bank, Unreadable.STATUS, "e14")
    number = at_a_desk(desk, bank, dialect)
    wait_and_look(desk, number, bank, until=lambda: places(number) == 1)
    look(desk, number, bank)
    asked = []
    for _ in range(48):
        before = len(desk.network.sent)
        look(desk, number, bank)
        asked.append(len(desk.network.sent) - before)
        desk.clock.advance(timedelta(hours=1))
        bank.now += 3600
    # A look asks once; trying again takes a dozen questions, after hours at last.
    assert 6 <= sum(count > 2 for count in asked) <= 16
    assert max(asked) <= asking.MOST_AGAIN + 3


def test_too_many_places_are_not_passed_over(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bank is broken then, and not a record: it waits and says so."""
    monkeypatch.setattr(asking, "MOST_PLACES", 2)
    bank = listing(40)
    unreadable(bank, Unreadable.STATUS, "e5", "e15", "e25")
    number = at_a_desk(desk, bank, "v2")
    wait_and_look(desk, number, bank, looks=20)
    assert places(number) == 2
    assert value(20).hex in desk.live_entries(number)
    assert value(30).hex not in desk.live_entries(number)
    (alarm,) = api.alarm_lines()
    assert "can’t get past it" in alarm.title
    assert api.bank_lines()[0].outcome == "malformed"


# --------------------------------------------------------------------------- what banks may send


def test_a_withdrawal_of_the_very_second_of_its_listing_comes_once_it_can(desk: Desk) -> None:
    """The desk read the listing in between: both bear the same stamp."""
    bank = listing(12)
    number = at_a_desk(desk, bank)
    bank.now = int(desk.clock.now().timestamp()) - 100
    entry = bank.put(value(77))
    look(desk, number, bank)
    assert missing(desk, number, bank) == set()
    bank.change(entry, EntryState.WITHDRAWN)
    bank.now += 60
    bank.put(value(100))
    bank.now += 60
    unreadable(bank, Unreadable.STATUS, entry)
    wait_and_look(desk, number, bank, until=lambda: places(number) == 1)
    unreadable(bank, None)
    desk.clock.advance(timedelta(minutes=2))
    bank.now += 120
    wait_and_look(desk, number, bank, looks=2)
    assert (missing(desk, number, bank), places(number)) == (set(), 0)


@pytest.mark.parametrize("how", [Unreadable.CUT, Unreadable.STATUS])
def test_an_empty_page_for_a_token_of_another_size_is_not_taken_for_the_end(
    desk: Desk, how: Unreadable
) -> None:
    """All in one second: no other place leads on. What is behind the record must not be lost."""
    bank = listing(13, apart=0, behaviour=Behaviour(tokens=Tokens.WHOLE_QUERY, expired=EMPTY_PAGE))
    for more in range(105, 108):
        bank.now += 60
        bank.put(value(more))
    unreadable(bank, how, "e11")
    number = at_a_desk(desk, bank)
    waits = set() if how is Unreadable.CUT else {"e12", "e13"}
    wait_and_look(desk, number, bank, looks=10)
    assert missing(desk, number, bank) == {"e11"} | waits
    assert places(number) == 1
    # Nor when the place is tried again, while the record still can't be read.
    desk.clock.advance(asking.AGAIN_LAST)
    bank.now += int(asking.AGAIN_LAST.total_seconds())
    wait_and_look(desk, number, bank, looks=3)
    assert places(number) == 1
    unreadable(bank, None)
    desk.clock.advance(asking.AGAIN_LAST)
    bank.now += int(asking.AGAIN_LAST.total_seconds())
    wait_and_look(desk, number, bank, looks=3)
    assert (missing(desk, number, bank), places(number)) == (set(), 0)


def test_a_stamp_beyond_all_time_behind_the_record_is_read_as_now(desk: Desk) -> None:
    """The place would else be everything until then, or not fit its column."""
    bank = listing(30)
    unreadable(bank, Unreadable.CUT, "e14")

    def spoil(page: dict[str, list[dict[str, object]]]) -> object:
        for record in page["hashRecords"]:
            if record["hashValue"] == value(14).hex:
                record["lastModtimestamp"] = 2**63 - 1
        return page

    bank.spoil = spoil
    number = at_a_desk(desk, bank)
    wait_and_look(desk, number, bank, until=lambda: missing(desk, number, bank) == {"e14"})
    assert missing(desk, number, bank) == {"e14"}
    assert PassedOver.objects.get().high <= desk.clock.now().timestamp() + 1


def test_a_token_may_hold_any_character(desk: Desk) -> None:
    """PostgreSQL keeps no null character, and a tick must not end at what one bank sends."""
    bank = listing(30)

    def spoil(page: dict[str, str | None]) -> object:
        token = page["nextPageToken"]
        return page if token is None else {**page, "nextPageToken": token.replace(" ", "\0")}

    bank.spoil = spoil

    def site(request: Request) -> Response:
        return bank(replace(request, url=request.url.replace("%00", "+")))

    number = at_a_desk(desk, bank)
    desk.network.add(Bank.objects.get().url.removesuffix("/v1"), site)
    assert desk.follow(number)
    assert missing(desk, number, bank) == set()


@DIALECTS
def test_a_bank_that_takes_long_over_each_answer_is_not_searched_for_ever(
    desk: Desk, dialect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every other bank may be waiting for the tick."""
    bank = listing(30)
    unreadable(bank, Unreadable.STATUS, "e14")
    number = at_a_desk(desk, bank, dialect)
    wait_and_look(desk, number, bank, until=lambda: places(number) == 1)
    monkeypatch.setattr(reading, "LONGEST_SEARCH", -1.0)
    desk.clock.advance(asking.AGAIN_LAST)
    bank.put(value(100))
    unreadable(bank, Unreadable.STATUS, "e14", "e31")
    before = len(desk.network.sent)
    look(desk, number, bank)
    assert len(desk.network.sent) - before <= 2
    monkeypatch.undo()
    unreadable(bank, None)
    desk.clock.advance(asking.AGAIN_LAST)
    wait_and_look(desk, number, bank, looks=3)
    assert missing(desk, number, bank) == set()
