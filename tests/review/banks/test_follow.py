"""Following banks: whole pages, resumed where it was, and one bad bank is nobody else's trouble."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from staydown.base.quietlog import QuietFormatter
from staydown.base.vocabulary import EntryState, Kind
from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.value import Fingerprint
from staydown.net.errors import NoAnswer
from staydown.net.message import Request, Response
from staydown.review import api
from staydown.review.banks import follow, questions, set_aside
from staydown.review.models import Bank, BankEntry, Head, SetAsideReason
from staydown.review.side_by_side import Part, Threads
from tests.desk_server import eventually
from tests.fingerprint.made import made_bits
from tests.review.support import Desk, pdq, truth

pytestmark = [pytest.mark.django_db, pytest.mark.database]

DIALECTS = pytest.mark.parametrize("dialect", ["v2", "v1"])


@DIALECTS
def test_entries_disputes_and_withdrawals_arrive(
    desk: Desk, bank: BankSimulator, dialect: str
) -> None:
    ids = [bank.put(pdq(number)) for number in range(5)]
    number = desk.add(bank, dialect=dialect)
    assert desk.follow(number)
    assert desk.live_entries(number) == truth(bank)
    bank.now += 5
    bank.change(ids[0], EntryState.WITHDRAWN)
    bank.change(ids[1], EntryState.DISPUTED)
    assert desk.follow(number)
    assert desk.live_entries(number) == truth(bank)
    assert len(desk.live_entries(number)) == 4


@DIALECTS
def test_a_withdrawn_entry_keeps_no_fingerprint(
    desk: Desk, bank: BankSimulator, dialect: str
) -> None:
    entry = bank.put(pdq(3))
    number = desk.add(bank, dialect=dialect)
    desk.follow(number)
    bank.change(entry, EntryState.WITHDRAWN)
    desk.follow(number)
    row = BankEntry.objects.get()
    assert (row.state, bytes(row.sealed)) == ("withdrawn", b"")


@DIALECTS
def test_what_is_kept_shows_no_fingerprint(desk: Desk, bank: BankSimulator, dialect: str) -> None:
    value = pdq(77)
    bank.put(value)
    desk.follow(desk.add(bank, dialect=dialect))
    row = BankEntry.objects.get()
    assert value.bits not in bytes(row.sealed)
    assert value.hex not in row.entry_id


@DIALECTS
def test_many_pages_are_read_to_the_end(desk: Desk, bank: BankSimulator, dialect: str) -> None:
    for number in range(1700):
        bank.put(Fingerprint(Kind.PDQ, made_bits(number), 80))
        bank.now += number % 3 == 0
    bank_id = desk.add(bank, dialect=dialect)
    assert desk.follow(bank_id)
    assert desk.live_entries(bank_id) == truth(bank)
    assert len(desk.network.sent) >= 3
    assert Bank.objects.get().entries_taken == 1700


@DIALECTS
def test_looking_again_changes_nothing(desk: Desk, bank: BankSimulator, dialect: str) -> None:
    bank.put(pdq(1))
    number = desk.add(bank, dialect=dialect)
    desk.follow(number)
    before = Head.objects.get().change
    desk.follow(number)
    assert Head.objects.get().change == before
    assert Bank.objects.get().entries_taken == 1


@DIALECTS
def test_a_line_that_breaks_between_pages_loses_nothing(
    desk: Desk, bank: BankSimulator, dialect: str
) -> None:
    for number in range(1700):
        bank.put(Fingerprint(Kind.PDQ, made_bits(number), 80))
        bank.now += 1
    bank_id = desk.add(bank, dialect=dialect)
    calls = 0

    def breaks(request: Request) -> Response:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise NoAnswer("broken")
        return bank(request)

    desk.network.add("https://bank.example", breaks)
    assert not desk.follow(bank_id)
    first = len(desk.live_entries(bank_id))
    assert 0 < first < 1700
    assert desk.follow(bank_id)
    assert desk.live_entries(bank_id) == truth(bank)
    assert Bank.objects.get().entries_taken == 1700


def test_a_page_that_another_tick_saved_first_is_dropped(desk: Desk, bank: BankSimulator) -> None:
    """The slower tick holds a page from before a withdrawal: saving it would bring it back."""
    entry = bank.put(pdq(1))
    number = desk.add(bank, dialect="v1")

    def slow(request: Request) -> Response:
        stale = bank(request)
        desk.network.add("https://bank.example", bank)
        bank.change(entry, EntryState.WITHDRAWN)
        desk.follow(number)
        return stale

    desk.network.add("https://bank.example", slow)
    desk.follow(number)
    assert desk.live_entries(number) == {}


# --------------------------------------------------------------------------- bad banks

PAGE = {"entries": [], "next_after": 1, "has_more": False}
MALFORMED: dict[str, Any] = {
    "not JSON": b"<html>oh</html>",
    "empty": b"",
    "a list": [],
    "null": None,
    "null entries": PAGE | {"entries": None},
    "a cursor of text": PAGE | {"next_after": "1"},
    "a negative cursor": PAGE | {"next_after": -1},
    "a huge cursor": PAGE | {"next_after": 2**80},
    "more of 0 and 1": PAGE | {"has_more": 1},
    "more without end": PAGE | {"next_after": 0, "has_more": True},
    "no cursor": {"entries": [], "has_more": False},
    "too many entries": PAGE | {"entries": [{}] * 5000},
}


@pytest.mark.parametrize("page", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_page_is_noted_and_tried_again_and_stalls_nobody(
    desk: Desk, bank: BankSimulator, page: Any
) -> None:
    good = BankSimulator()
    good.put(pdq(9))
    bank.put(pdq(1))
    bad_id, good_id = desk.add(bank, "bad"), desk.add(good, "good")
    bank.spoil = lambda _: page
    results = [desk.follow(number) for number in api.due_banks(desk.clock)]
    assert results == [False, True]
    assert desk.live_entries(good_id) == truth(good)
    row = Bank.objects.get(pk=bad_id)
    assert (row.outcome, row.failures, row.pages_refused, row.cursor) == ("malformed", 1, 1, "")
    assert api.due_banks(desk.clock) == []
    bank.spoil = None
    desk.clock.advance(timedelta(seconds=11))
    assert bad_id in api.due_banks(desk.clock)
    assert desk.follow(bad_id)
    assert desk.live_entries(bad_id) == truth(bank)


BAD_ENTRIES: dict[str, Any] = {
    "null": None,
    "a number": 5,
    "empty": {},
    "short value": {"value": "00"},
    "upper case": {"value": "A" * 64},
    "unknown kind": {"kind": "photodna"},
    "unknown state": {"state": "lost"},
    "quality 101": {"quality": 101},
    "quality of text": {"quality": "80"},
    "seq of text": {"seq": "3"},
    "seq far ahead": {"seq": 10_000},
    "no id": {"entry_id": ""},
    "long id": {"entry_id": "x" * 1000},
}


@pytest.mark.parametrize("bad", BAD_ENTRIES.values(), ids=BAD_ENTRIES.keys())
def test_a_malformed_record_is_set_aside_and_counted_and_the_rest_taken(
    desk: Desk, bank: BankSimulator, bad: Any
) -> None:
    for number in range(3):
        bank.put(pdq(number))
    number = desk.add(bank)

    def spoil(page: Any) -> Any:
        if page["entries"]:
            page["entries"][1] = page["entries"][1] | bad if isinstance(bad, dict) and bad else bad
        return page

    bank.spoil = spoil
    assert desk.follow(number)
    assert len(desk.live_entries(number)) == 2
    (line,) = api.bank_lines()
    assert (line.set_aside, line.outcome) == (1, "ok")
    assert [reason.count for reason in line.reasons] == [1]


def test_a_bad_record_at_the_end_of_v1_is_counted_once_however_often_it_comes(
    desk: Desk, bank: BankSimulator
) -> None:
    bank.put(pdq(1))
    number = desk.add(bank, dialect="v1")
    bank.spoil = lambda page: page | {"hashRecords": [*page["hashRecords"], None]}
    for _ in range(4):
        assert desk.follow(number)
    assert Bank.objects.get().entries_set_aside == 1


def test_reasons_are_kept_apart_only_up_to_a_bound(
    desk: Desk, bank: BankSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(set_aside, "MAX_REASONS", 1)
    bank.put(pdq(1))
    number = desk.add(bank)
    bank.spoil = lambda page: page | {"entries": [None, {}, {"seq": "x"}], "next_after": 1}
    desk.follow(number)
    counts = dict(SetAsideReason.objects.values_list("reason", "count"))
    assert sum(counts.values()) == 3
    assert len(counts) == 2


@pytest.mark.parametrize(("status", "outcome"), [(401, "refused"), (404, "refused"),
                                                 (302, "refused"), (500, "unreachable"),
                                                 (429, "unreachable")])  # fmt: skip
def test_a_bank_that_says_no_is_left_alone_longer_and_longer(
    desk: Desk, bank: BankSimulator, status: int, outcome: str
) -> None:
    number = desk.add(bank)
    bank.down = status
    pauses = []
    for _ in range(8):
        desk.follow(number)
        row = Bank.objects.get()
        pauses.append((row.next_try_at - desk.clock.now()).total_seconds())
    assert row.outcome == outcome
    assert pauses == [10, 20, 40, 80, 160, 300, 300, 300]
    bank.down = None
    assert desk.follow(number)
    assert Bank.objects.get().failures == 0


def test_what_nobody_foresaw_stops_that_bank_alone_and_is_not_told_as_the_banks_fault(
    desk: Desk, bank: BankSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = desk.add(bank)

    def broken(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(questions, "fetch", broken)
    assert not desk.follow(number)
    row = Bank.objects.get()
    assert (row.outcome, row.failures, row.pages_refused) == ("our fault", 1, 0)
    assert api.due_banks(desk.clock) == []


def test_a_feed_without_end_is_left_until_the_next_tick(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = 0

    def endless(_: Request) -> Response:
        nonlocal answers
        answers += 1
        assert answers < 5
        page = {"entries": [], "next_after": answers, "has_more": True}
        return Response(200, {}, json.dumps(page).encode())

    number = desk.add(BankSimulator())
    desk.network.add("https://bank.example", endless)
    monkeypatch.setattr(follow, "LONGEST_FOLLOW", -1.0)
    assert desk.follow(number)
    assert desk.follow(number)
    assert Bank.objects.get().cursor == "2"
    assert api.due_banks(desk.clock) == [number]


def test_a_v1_bank_that_once_spoke_of_the_future_is_read_on(
    desk: Desk, bank: BankSimulator
) -> None:
    """A stamp in milliseconds, say: everything listed later would be passed over for ever."""
    bank.now = int(desk.clock.now().timestamp())
    bank.put(pdq(1))
    number = desk.add(bank, dialect="v1")
    bank.spoil = lambda page: {**page, "nextSetTimestamp": bank.now * 1000}
    assert desk.follow(number)
    bank.spoil = None
    desk.clock.advance(timedelta(seconds=60))
    bank.now += 60
    bank.put(pdq(40))
    assert desk.follow(number)
    assert desk.live_entries(number) == truth(bank)


def test_a_bank_with_short_keys_is_followed(desk: Desk) -> None:
    bank = BankSimulator(subscription_key="sub-key!", function_key="fun-key!")
    bank.put(pdq(1))
    number = desk.add(bank)
    assert desk.follow(number)
    assert desk.live_entries(number) == truth(bank)


def test_a_missing_key_file_stops_that_bank_alone(desk: Desk, bank: BankSimulator) -> None:
    number = desk.add(bank)
    (desk.folder / "bank-bank-function.key").unlink()
    assert not desk.follow(number)
    assert Bank.objects.get().outcome == "no keys"
    api.change_bank_keys(
        "bank",
        subscription_key=bank.subscription_key,
        function_key=bank.function_key,
        secrets_folder=desk.folder,
        clock=desk.clock,
    )
    assert api.due_banks(desk.clock) == [number]
    assert desk.follow(number)


def test_a_v1_checkpoint_that_went_stale_starts_again_and_lets_go_of_what_is_gone(
    desk: Desk, bank: BankSimulator
) -> None:
    for number in range(3):
        bank.put(pdq(number))
        bank.now += 10
    number = desk.add(bank, dialect="v1")
    desk.follow(number)
    assert len(desk.live_entries(number)) == 3
    # A bank that forgot an entry and keeps no tombstone of it.
    bank.spoil = lambda page: (
        page
        | {
            "hashRecords": [
                record for record in page["hashRecords"] if record["hashValue"] != pdq(2).hex
            ]
        }
    )
    desk.clock.advance(timedelta(days=31))
    desk.follow(number)
    assert set(desk.live_entries(number)) == {pdq(0).hex, pdq(1).hex}


def test_a_bank_restored_from_an_older_copy_is_read_again_from_the_start(
    desk: Desk, bank: BankSimulator
) -> None:
    for value in range(5):
        bank.put(pdq(value))
    number = desk.add(bank)
    desk.follow(number)
    restored = BankSimulator()
    restored.put(pdq(0))
    restored.change(restored.put(pdq(1)), EntryState.DISPUTED)
    desk.network.add("https://bank.example", restored)
    assert not desk.follow(number)
    assert desk.live_entries(number) == truth(bank)  # kept until the new feed's end is reached
    assert desk.follow(number)
    assert desk.live_entries(number) == truth(restored)


def test_banks_with_the_same_entries_do_not_disturb_each_other(desk: Desk) -> None:
    one, other = BankSimulator(), BankSimulator()
    entry = one.put(pdq(5))
    other.put(pdq(5))
    first, second = desk.add(one, "one"), desk.add(other, "other")
    for number in (first, second):
        desk.follow(number)
    one.change(entry, EntryState.WITHDRAWN)
    desk.follow(first)
    assert desk.live_entries(first) == {}
    assert desk.live_entries(second) == truth(other)


def test_tables_stay_within_the_rules_of_the_database(desk: Desk, bank: BankSimulator) -> None:
    number = desk.add(bank)
    bank.put(Fingerprint(Kind.MD5, bytes(16)))
    bank.put(Fingerprint(Kind.SHA256, bytes(32)))
    assert desk.follow(number)
    connection.check_constraints()
    assert BankEntry.objects.count() == 2


def test_the_log_names_the_bank_and_what_went_wrong_and_nothing_that_came_from_it(
    desk: Desk, bank: BankSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    """As the operator calls it; the answer's status, and when it is tried again."""
    number = desk.add(bank, name="helpline")
    bank.down = 401
    desk.follow(number)
    (record,) = [one for one in caplog.records if one.levelname == "WARNING"]
    line = json.loads(QuietFormatter().format(record))
    assert line["fact"] == {"bank": "helpline", "failures": 1, "next_try_seconds": 10}
    assert (line["error"][0]["type"], line["error"][0]["status"]) == ("BankRefused", 401)
    assert "helpline.example" not in json.dumps(line)


def test_a_part_of_the_tick_that_fails_is_named(
    desk: Desk, bank: BankSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise ValueError("planted")

    threads = Threads(1)
    assert threads.start(Part.FOLLOW, broken, 7)
    eventually(lambda: threads.start(Part.TIDY, lambda: None))
    line = QuietFormatter().format(caplog.records[-1])
    assert json.loads(line)["fact"] == {"part": "follow", "bank_number": 7}
    assert json.loads(line)["error"][0]["at"][-1].endswith(" broken")
    assert "planted" not in line
