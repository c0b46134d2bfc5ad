"""A bank that sends without measure is paused and told of; nothing is lost, and others go on."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from staydown.base.vocabulary import EntryState, Kind
from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.value import Fingerprint
from staydown.net.message import Request, Response
from staydown.review import api, shares
from staydown.review.alarm_tables import Alarm, BankMeter
from staydown.review.errors import NotEnoughSaid, NotHere
from staydown.review.models import Audit, Bank, BankEntry, SetAsideReason
from staydown.review.records import AlarmKind, AlarmState
from tests.review.support import Desk, copy_code, pdq, truth

pytestmark = [pytest.mark.django_db, pytest.mark.database]

#: The longest that a pause lasts.
HOUR = timedelta(minutes=65)
DIALECTS = pytest.mark.parametrize("dialect", ["v2", "v1"])


def value(number: int) -> str:
    return number.to_bytes(32).hex()


def many(count: int, start: int = 0) -> BankSimulator:
    """A bank that lists so many entries."""
    bank = BankSimulator()
    for number in range(start, start + count):
        bank.put(Fingerprint(Kind.PDQ, number.to_bytes(32), 80))
    return bank


@pytest.fixture(autouse=True)
def small_share(desk: Desk) -> None:
    """A fortieth of the real share, so that a test needn't send tens of thousands."""
    desk.share = shares.Spent(entries=500, bytes=6_000_000, memory=100_000)


# --------------------------------------------------------------------------- attacks


@dataclass
class Endless:
    """A bank without end, in both dialects. ``page`` makes the records of a page by its number."""

    page: Callable[[int, bool], list[Any]]
    handed: int = 0
    pages: int = 0
    received: int = 0
    asked: list[str] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        parts = urlsplit(request.url)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        v1 = parts.path.endswith("/FetchHashes")
        records = self.page(self.pages, v1)
        self.handed += len(records)
        self.pages += 1
        if v1:
            answer: Any = {
                "count": len(records),
                "nextPageToken": f"t{self.pages}",
                "nextSetTimestamp": 1_700_000_000,
                "hasMoreRecords": True,
                "hashRecords": records,
            }
        else:
            after = int(asked["after"])
            for place, record in enumerate(records):
                if isinstance(record, dict) and record.get("seq") == 0:
                    record["seq"] = after + 1 + place
            span = max(1, len(records))
            answer = {"entries": records, "next_after": after + span, "has_more": True}
        body = json.dumps(answer).encode()
        self.received += len(body)
        return Response(200, {}, body)


def record(number: int, v1: bool, state: EntryState = EntryState.LISTED, **more: Any) -> Any:
    if v1:
        status = "Withdrawn" if state is EntryState.WITHDRAWN else "Active"
        return {
            "lastModtimestamp": 1_700_000_000,
            "signalType": "ImagePDQ",
            "hashValue": value(number),
            "hashStatus": status,
            **more,
        }
    return {
        "seq": 0, "entry_id": f"e{number}", "kind": "pdq", "value": value(number),
        "quality": 80, "state": state.value, "picture": None, **more,
    }  # fmt: skip


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
    return [record(number, v1, kind="copy1", quality=None, value=number.to_bytes(128).hex())
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


def check_meter(bank_id: int) -> None:
    """What the meter says is kept is what is kept."""
    meter = BankMeter.objects.get(pk=bank_id)
    rows = BankEntry.objects.filter(bank_id=bank_id)
    live = rows.exclude(state="withdrawn").values_list("kind", flat=True)
    assert meter.rows == rows.count()
    assert meter.listed == len(live)
    assert meter.index_bytes == sum(shares.INDEX_BYTES[Kind(kind)] for kind in live)


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
        bank.put(Fingerprint(Kind.PDQ, more.to_bytes(32), 80))
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


# --------------------------------------------------------------------------- v1's last second


def test_a_long_last_second_that_v1_serves_at_every_look_raises_no_alarm(desk: Desk) -> None:
    bank = many(700)
    number = desk.add(bank, dialect="v1", backfill=700)
    looks = 0
    for _ in range(400):
        if number in api.due_banks(desk.clock):
            looks += desk.follow(number)
        desk.clock.advance(timedelta(seconds=10))
    assert desk.live_entries(number) == truth(bank)
    assert api.alarm_lines() == []
    # It is asked less often than every ten seconds, so that repeats leave room for news.
    assert 10 < looks < 200
    bank.now += 60
    bank.change("e5", EntryState.WITHDRAWN)
    desk.clock.advance(timedelta(minutes=5))
    desk.follow(number)
    assert desk.live_entries(number) == truth(bank)


def test_a_second_with_more_than_a_share_is_read_to_its_end(desk: Desk) -> None:
    """v1 can only go on from a second's beginning: what was read of it is served again."""
    bank = many(3000)
    number = desk.add(bank, dialect="v1")
    for _ in range(6):
        desk.follow(number)
        desk.clock.advance(HOUR)
    assert desk.live_entries(number) == truth(bank)


# --------------------------------------------------------------------------- what is agreed


@DIALECTS
def test_an_agreed_backfill_comes_in_one_go(desk: Desk, dialect: str) -> None:
    bank = many(2300)
    number = desk.add(bank, dialect=dialect, backfill=2300)
    assert desk.follow(number)
    assert desk.live_entries(number) == truth(bank)
    assert api.alarm_lines() == []
    share = api.bank_shares(desk.clock)["bank"]
    assert (share.backfill_left, share.entries) == (0, 0)
    assert share.most_entries == shares.MOST_ENTRIES + 2300
    audit = Audit.objects.get(action="bank may send more")
    assert (audit.actor, audit.after) == ("operator", "1002300 bank")


def test_what_goes_beyond_the_agreed_backfill_is_the_share_again(desk: Desk) -> None:
    number = desk.add(many(5000), backfill=1000)
    desk.follow(number)
    assert 1500 <= len(desk.live_entries(number)) <= 1500 + 500


@pytest.mark.parametrize("entries", [0, 1500])
def test_lifting_the_alarm_lets_the_bank_go_on_at_once(desk: Desk, entries: int) -> None:
    number = desk.add(many(2500))
    desk.follow(number)
    before = len(desk.live_entries(number))
    (alarm,) = api.alarm_lines()
    api.lift_alarm(alarm.number, desk.clock, entries=entries, reason="a new helpline joined")
    assert api.due_banks(desk.clock) == [number]
    desk.follow(number)
    came = len(desk.live_entries(number)) - before
    assert 500 + entries <= came + 1 <= 1000 + entries + 1
    assert api.find_alarm(alarm.number).state is AlarmState.LIFTED
    assert api.find_alarm(alarm.number).reason == "a new helpline joined"
    lifted = Audit.objects.get(action="alarm lifted")
    assert (lifted.actor, lifted.before) == ("operator", "bank_over_share bank")
    with pytest.raises(NotHere):
        api.lift_alarm(alarm.number, desk.clock)
    check_meter(number)


def test_a_bank_can_be_let_without_any_alarm(desk: Desk) -> None:
    bank = many(2000)
    number = desk.add(bank)
    api.allow_bank("bank", 2000, desk.clock)
    desk.follow(number)
    assert desk.live_entries(number) == truth(bank)
    with pytest.raises(NotHere):
        api.allow_bank("nobody", 1, desk.clock)


# --------------------------------------------------------------------------- what may stay


def full(desk: Desk, bank: BankSimulator, most: int, dialect: str = "v2") -> int:
    number = desk.add(bank, dialect=dialect, backfill=100_000)
    BankMeter.objects.filter(pk=number).update(most_entries=most)
    return number


@DIALECTS
def test_what_has_no_room_is_left_out_and_withdrawals_still_come(desk: Desk, dialect: str) -> None:
    bank = many(300)
    number = full(desk, bank, 100, dialect)
    desk.follow(number)
    assert len(desk.live_entries(number)) == 100
    bank.now += 60
    for entry in list(bank.entries())[:30]:
        bank.change(entry.entry_id, EntryState.WITHDRAWN)
    bank.change(bank.entries()[0].entry_id, EntryState.DISPUTED)
    desk.clock.advance(timedelta(minutes=1))
    desk.follow(number)
    live = desk.live_entries(number)
    # On the v1 wire what was left out comes again with the last second, and takes the room.
    assert len(live) == (70 if dialect == "v2" else 100)
    assert live.items() <= truth(bank).items()
    (alarm,) = api.alarm_lines()
    assert (alarm.kind, alarm.subject, alarm.values["most"]) == ("bank_full", "bank", 100)
    check_meter(number)


@DIALECTS
def test_room_that_is_made_brings_what_was_left_out(desk: Desk, dialect: str) -> None:
    bank = many(1200)
    number = full(desk, bank, 100, dialect)
    desk.follow(number)
    (alarm,) = api.alarm_lines()
    with pytest.raises(NotEnoughSaid):
        api.lift_alarm(alarm.number, desk.clock)
    assert api.find_alarm(alarm.number).state is AlarmState.OPEN
    api.lift_alarm(alarm.number, desk.clock, entries=2000)
    desk.follow(number)
    assert desk.live_entries(number) == truth(bank)
    assert api.bank_shares(desk.clock)["bank"].left_out == 0
    assert api.alarm_lines() == []
    check_meter(number)


def test_names_of_what_was_withdrawn_do_not_fill_the_database(desk: Desk) -> None:
    """Each withdrawn entry keeps a row: entries that come and go add rows and no listing."""
    hostile = Endless(
        lambda page, v1: [
            record(50 * (page // 2) + n, v1, (EntryState.LISTED, EntryState.WITHDRAWN)[page % 2])
            for n in range(50)
        ]
    )
    number = full(desk, BankSimulator(), 300)
    desk.network.add("https://bank.example", hostile)
    for _ in range(5):
        BankMeter.objects.update(backfill_left=1000, window=[])
        desk.follow(number)
    assert hostile.handed > 5000
    assert BankEntry.objects.count() == 600
    assert AlarmKind.BANK_FULL in {line.kind for line in api.alarm_lines()}
    check_meter(number)


def test_all_banks_together_keep_to_the_memory_of_the_index(desk: Desk) -> None:
    desk.most_index_bytes = 150 * 250
    one, other = many(200), many(200, start=1000)
    numbers = [desk.add(one, "one", backfill=200), desk.add(other, "other", backfill=200)]
    for number in numbers:
        desk.follow(number)
    assert [len(desk.live_entries(number)) for number in numbers] == [200, 50]
    (alarm,) = api.alarm_lines()
    assert (alarm.kind, alarm.subject) == (AlarmKind.DESK_FULL, "")
    with pytest.raises(NotEnoughSaid):
        api.lift_alarm(alarm.number, desk.clock, entries=5)
    desk.most_index_bytes = 150 * 1000
    api.lift_alarm(alarm.number, desk.clock)
    for number in api.due_banks(desk.clock):
        desk.follow(number)
    assert desk.live_entries(numbers[1]) == truth(other)
    for number in numbers:
        check_meter(number)


# --------------------------------------------------------------------------- counting

changes = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from(["pdq", "copy", *EntryState])), max_size=60
)


@DIALECTS
@settings(max_examples=15, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.lists(changes, min_size=1, max_size=4), st.sampled_from([5, 20, 1000]))
def test_what_is_counted_is_what_is_kept(
    desk: Desk, dialect: str, rounds: list[list[tuple[int, Any]]], most: int
) -> None:
    Bank.objects.all().delete()
    bank = BankSimulator()
    number = full(desk, bank, most, dialect)
    listed: dict[int, str] = {}
    for one in rounds:
        for place, what in one:
            if isinstance(what, EntryState):
                if place in listed:
                    bank.change(listed[place], what)
            elif place not in listed:
                made = pdq(place) if what == "pdq" else copy_code(place)
                listed[place] = bank.put(made)
        bank.now += 60
        desk.clock.advance(timedelta(minutes=2))
        desk.follow(number)
        check_meter(number)
    assert BankMeter.objects.get(pk=number).listed <= most


def test_a_page_of_rubbish_costs_as_many_statements_as_one_record_of_it(
    desk: Desk, django_assert_max_num_queries: Any
) -> None:
    number = desk.add(BankSimulator())
    page = {"entries": [None, 5, {}] * 300, "next_after": 1, "has_more": False}
    desk.network.add("https://bank.example", lambda _: Response(200, {}, json.dumps(page).encode()))
    with django_assert_max_num_queries(60):
        desk.follow(number)
    assert sum(SetAsideReason.objects.values_list("count", flat=True)) == 900
    assert Alarm.objects.count() == 0
