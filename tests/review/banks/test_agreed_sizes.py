"""What an honest bank may do: repeat v1's last second, bring what was agreed, be given room."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from staydown.base.vocabulary import EntryState
from staydown.exchange.simulator import BankSimulator
from staydown.net.message import Response
from staydown.review import api
from staydown.review.banks import meters, shares
from staydown.review.errors import NotEnoughSaid, NotHere
from staydown.review.models import Alarm, Audit, Bank, BankEntry, BankMeter, SetAsideReason
from staydown.review.models.banks import MOST_ENTRIES
from staydown.review.records import AlarmKind, AlarmState
from tests.review.banks.hostile import SMALL, Endless, check_meter, many, record
from tests.review.support import Desk, copy_code, pdq, truth

pytestmark = [pytest.mark.django_db, pytest.mark.database]

#: The longest that a pause lasts.
HOUR = timedelta(minutes=65)
DIALECTS = pytest.mark.parametrize("dialect", ["v2", "v1"])


@pytest.fixture(autouse=True)
def small_share(desk: Desk) -> None:
    """Each bank has a share that is used up soon."""
    desk.share = SMALL


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
    assert share.most_entries == MOST_ENTRIES + 2300
    audit = Audit.objects.get(why="may send more")
    assert (audit.who, audit.subject, audit.after) == ("operator", "bank", "1002300")


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
    lifted = Audit.objects.get(what="alarm", after="lifted")
    assert (lifted.who, lifted.subject) == ("operator", "bank_over_share bank")
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


def test_an_agreed_backfill_excuses_entries_and_neither_bytes_nor_memory(desk: Desk) -> None:
    """A bank that pads its pages would else send without measure while any of it is left."""
    number = desk.add(many(10), backfill=1_000_000)
    desk.follow(number)
    now = desk.clock.now()
    for spent, paused in (
        (shares.Spent(entries=SMALL.entries), False),
        (shares.Spent(bytes=SMALL.bytes), True),
        (shares.Spent(memory=SMALL.memory), True),
    ):
        window = shares.Window().add(spent, now)
        BankMeter.objects.filter(bank_id=number).update(window=window.stored(), paused_until=None)
        assert meters.pauses(number, desk.clock, SMALL) is paused, spent


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
