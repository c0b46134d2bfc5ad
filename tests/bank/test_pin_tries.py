"""Tries at PINs: slowed for each number alone, and the same for numbers that no case has."""

import os
import uuid
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from staydown.accounts.models import Throttle
from staydown.bank import brakes, credentials, prices
from staydown.bank.api import cases, upkeep
from staydown.bank.errors import Busy, NotACaseNumber, TryLater, WorkNeeded, WrongCaseOrPin
from staydown.bank.models import UsedTicket
from staydown.bank.pins import PinGate
from staydown.bank.runtime import Bank
from staydown.exchange import puzzle
from tests.bank.making import PIN, QUICK, hand, make_bank, open_case, pdq

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("small_puzzles")]


def made_up() -> str:
    return credentials.case_number(os.urandom(9))


def answer(bank: Bank, number: str, pin: str = "notthepin9", **brought: str) -> tuple[str, int]:
    """What a try is answered with, and the wait."""
    try:
        cases.enter(bank, number, pin, **brought)
    except WrongCaseOrPin as error:
        return str(error), 0
    except TryLater as error:
        return str(error), error.seconds
    return "in", 0


def refusal(bank: Bank, number: str, pin: str = PIN, **brought: str) -> TryLater:
    with pytest.raises(TryLater) as told:
        cases.enter(bank, number, pin, **brought)
    return told.value


def use_up(bank: Bank, number: str) -> None:
    while answer(bank, number)[1] == 0:
        pass


def pay(told: TryLater | WorkNeeded, done: str = "") -> dict[str, str]:
    """What a person's browser brings after a refusal."""
    return {"ticket": told.ticket, "work": puzzle.solve(told.ticket, told.parts, done)}


def test_a_few_slips_cost_nothing_and_the_right_pin_forgets_them(bank: Bank) -> None:
    number = open_case(bank, pdq(1)).case_number
    for _ in range(3):
        for _ in range(brakes.PACE.burst - 1):
            assert answer(bank, number)[1] == 0
        assert isinstance(cases.enter(bank, number, PIN), uuid.UUID)


def test_a_flood_of_made_up_numbers_keeps_nobody_out_who_slipped(bank: Bank) -> None:
    number = open_case(bank, pdq(1)).case_number
    assert answer(bank, number)[1] == 0
    for _ in range(2 * brakes.NOBODYS.burst):
        assert answer(bank, made_up()) == answer(bank, made_up())
    assert isinstance(cases.enter(bank, number, PIN), uuid.UUID)


def test_who_tries_each_second_does_not_keep_the_owner_out(bank: Bank) -> None:
    number = open_case(bank, pdq(1)).case_number
    use_up(bank, number)
    told = refusal(bank, number)
    assert 1 <= told.seconds <= 60
    for second in range(1, told.seconds):
        hand(bank).advance(timedelta(seconds=1))
        assert answer(bank, number)[1] > 0
        again = refusal(bank, number, ticket=told.ticket)
        assert again.ticket == told.ticket, "an impatient try doesn't start the wait afresh"
        assert again.seconds == told.seconds - second
    hand(bank).advance(timedelta(seconds=1))
    assert isinstance(cases.enter(bank, number, PIN, ticket=told.ticket), uuid.UUID)


def test_an_open_page_that_signed_in_has_a_lane_that_nobody_else_uses_up(bank: Bank) -> None:
    number = open_case(bank, pdq(1)).case_number
    token = cases.signed_in(bank, cases.enter(bank, number, PIN))
    use_up(bank, number)
    refusal(bank, number)
    assert isinstance(cases.enter(bank, number, PIN, earlier=token), uuid.UUID)
    looked = 0
    while answer(bank, number, earlier=token)[1] == 0:
        looked += 1
    assert looked == brakes.PACE.burst, "nor do guesses from a page that was left open go faster"
    hand(bank).advance(brakes.EARLIER_LASTS + timedelta(seconds=1))
    use_up(bank, number)
    refusal(bank, number, earlier=token)


def test_a_token_is_for_its_own_number_and_is_no_ticket(bank: Bank) -> None:
    number, other = open_case(bank, pdq(1)).case_number, open_case(bank, pdq(2)).case_number
    token = cases.signed_in(bank, cases.enter(bank, number, PIN))
    use_up(bank, number)
    use_up(bank, other)
    ticket = refusal(bank, number).ticket
    refusal(bank, other, earlier=token)
    hand(bank).advance(brakes.TICKET_WAIT)
    refusal(bank, number, ticket=token)
    refusal(bank, number, earlier=ticket)


def test_who_solved_the_puzzle_is_looked_at_at_once(bank: Bank) -> None:
    number = open_case(bank, pdq(1)).case_number
    use_up(bank, number)
    told = refusal(bank, number)
    assert told.parts == puzzle.UNIT
    assert isinstance(cases.enter(bank, number, PIN, **pay(told)), uuid.UUID)


def test_crowds_without_work_make_nothing_dearer_and_keep_no_owner_out(bank: Bank) -> None:
    number = open_case(bank, pdq(1)).case_number
    tickets: list[str] = []
    for second in range(20 * 60):
        hand(bank).advance(timedelta(seconds=1))
        brought = {"ticket": tickets[-40]} if len(tickets) >= 40 else {}
        with suppress(WrongCaseOrPin, TryLater):
            cases.enter(bank, number, "notthepin9", **brought)
        if second % 60 == 59:
            tickets += [refusal(bank, number).ticket for _ in range(25)]
    while answer(bank, number, ticket=tickets.pop())[1] == 0:
        pass
    told = refusal(bank, number)
    assert told.parts == puzzle.UNIT
    assert isinstance(cases.enter(bank, number, PIN, **pay(told)), uuid.UUID)


def test_what_was_solved_counts_when_others_make_it_dearer_meanwhile(bank: Bank) -> None:
    number = open_case(bank, pdq(1)).case_number
    use_up(bank, number)
    told = refusal(bank, number)
    paid = pay(told)
    for _ in range(prices.SIGN_IN_STEP):
        assert answer(bank, number, **pay(refusal(bank, number)))[1] == 0
    dearer = refusal(bank, number, **paid)
    assert (dearer.ticket, dearer.parts) == (told.ticket, 2 * puzzle.UNIT)
    more = pay(dearer, paid["work"])
    assert more["work"].startswith(paid["work"][: len(paid["work"]) - 4])
    assert isinstance(cases.enter(bank, number, PIN, **more), uuid.UUID)


def test_work_is_good_once_for_its_own_number_and_for_minutes(bank: Bank) -> None:
    number, other = open_case(bank, pdq(1)).case_number, open_case(bank, pdq(2)).case_number
    use_up(bank, number)
    use_up(bank, other)
    paid = pay(refusal(bank, number))
    refusal(bank, other, **paid)
    refusal(bank, number, ticket=paid["ticket"], work=paid["work"][:-8])
    refusal(bank, number, work=paid["work"])
    assert answer(bank, number, **paid)[1] == 0
    refusal(bank, number, **paid)
    late = pay(refusal(bank, number))
    hand(bank).advance(brakes.TICKET_LASTS + timedelta(seconds=1))
    use_up(bank, number)
    refusal(bank, number, **late)


STEPS = st.lists(
    st.tuples(st.sampled_from(["plain", "ticket", "work", "half"]), st.integers(0, 90)),
    max_size=24,
)


@given(STEPS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_real_number_and_a_made_up_one_are_answered_alike_at_every_step(
    bank: Bank, steps: list[tuple[str, int]]
) -> None:
    real, other = open_case(bank, pdq(1)).case_number, made_up()
    for number in (real, other):
        for _ in range(brakes.PACE.burst):
            answer(bank, number)
    told: list[tuple[str, int, int, int]] = [("", 0, 0, 0)] * 2
    tickets = ["", ""]
    for way, seconds in steps:
        hand(bank).advance(timedelta(seconds=seconds))
        for place, number in enumerate((real, other)):
            brought = {} if way == "plain" else {"ticket": tickets[place]}
            if way in ("work", "half") and tickets[place]:
                parts = told[place][2] if way == "work" else 3
                brought["work"] = puzzle.solve(tickets[place], parts)
            try:
                cases.enter(bank, number, "notthepin9", **brought)
            except TryLater as later:
                told[place] = (str(later), later.seconds, later.parts, len(later.ticket))
                tickets[place] = later.ticket
            except WrongCaseOrPin as error:
                told[place] = (str(error), 0, 0, 0)
                tickets[place] = ""
        assert told[0] == told[1]


def test_a_ticket_is_good_once_and_for_its_own_number(bank: Bank) -> None:
    number, other = open_case(bank, pdq(1)).case_number, open_case(bank, pdq(2)).case_number
    use_up(bank, number)
    use_up(bank, other)
    ticket = refusal(bank, number).ticket
    hand(bank).advance(brakes.TICKET_WAIT)
    refusal(bank, other, ticket=ticket)
    assert answer(bank, number, ticket=ticket)[1] == 0
    refusal(bank, number, ticket=ticket)
    for spoilt in (ticket[:-4], ticket.swapcase(), "é", "x" * 300, "\0"):
        refusal(bank, number, ticket=spoilt)


def test_a_pin_that_could_not_be_looked_at_gives_ticket_and_try_back(bank: Bank) -> None:
    number = open_case(bank, pdq(1)).case_number
    use_up(bank, number)
    ticket = refusal(bank, number).ticket
    hand(bank).advance(brakes.TICKET_WAIT)
    with pytest.raises(Busy):
        cases.enter(
            replace(bank, pins=PinGate(1, room=0, hasher=QUICK)), number, PIN, ticket=ticket
        )
    assert isinstance(cases.enter(bank, number, PIN, ticket=ticket), uuid.UUID)


@pytest.mark.parametrize("step", [timedelta(days=365), timedelta(days=-365)], ids=["on", "back"])
def test_a_clock_that_was_wrong_locks_nobody_out(bank: Bank, step: timedelta) -> None:
    number = open_case(bank, pdq(1)).case_number
    hand(bank).advance(step)
    use_up(bank, number)
    ticket = refusal(bank, number).ticket
    hand(bank).advance(-step)
    told = refusal(bank, number, ticket=ticket) if step > timedelta(0) else None
    if told is not None:
        assert told.seconds <= 60
        hand(bank).advance(timedelta(seconds=60))
    assert isinstance(cases.enter(bank, number, PIN), uuid.UUID)


def test_nothing_is_remembered_once_it_slows_nobody(bank: Bank) -> None:
    number = open_case(bank, pdq(1)).case_number
    use_up(bank, number)
    ticket = refusal(bank, number).ticket
    hand(bank).advance(brakes.TICKET_WAIT)
    answer(bank, number, ticket=ticket)
    assert (Throttle.objects.filter(scope="pin").count(), UsedTicket.objects.count()) == (1, 1)
    hand(bank).advance(brakes.WAITED.interval)
    upkeep.tick(bank)
    assert (Throttle.objects.filter(scope="pin").count(), UsedTicket.objects.count()) == (0, 0)


def test_a_flood_of_made_up_numbers_clears_up_after_itself() -> None:
    bank = make_bank()
    for _ in range(600):
        answer(bank, made_up())
        hand(bank).advance(timedelta(seconds=2))
    assert Throttle.objects.filter(scope="pin").count() < 500


def test_a_slip_of_the_finger_in_the_number_costs_nothing(bank: Bank) -> None:
    number = open_case(bank, pdq(1)).case_number
    wrong = ("3" if number[0] != "3" else "4") + number[1:]
    with pytest.raises(NotACaseNumber):
        cases.enter(bank, wrong, PIN)
    assert not Throttle.objects.filter(scope="pin").exists()
