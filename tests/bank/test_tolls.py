"""New cases: some are free, all together; above that each brings work and is never turned away."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connections

from staydown.accounts.models import Throttle
from staydown.bank import prices, tolls
from staydown.bank.api import cases
from staydown.bank.brakes import TICKET_LASTS
from staydown.bank.errors import Busy, PinRefused, TryLater, WorkNeeded, WrongCaseOrPin
from staydown.bank.models import Case, UsedTicket
from staydown.bank.pins import PinGate
from staydown.bank.runtime import Bank
from staydown.base.allowance import Allowance
from staydown.exchange import puzzle
from staydown.exchange.records import CaseOpened, Payment
from tests.bank.making import QUICK, hand, make_bank, pdq, request

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.database,
    pytest.mark.usefixtures("small_puzzles"),
]

#: Three pictures at once, then one a minute.
FEW = Allowance(3, timedelta(minutes=1))
NOTHING = Payment()


@pytest.fixture
def narrow() -> Bank:
    """A bank that takes in few pictures without work."""
    return make_bank(bucket=FEW)


def open_some(
    bank: Bank,
    first: int,
    count: int = 1,
    payment: Payment = NOTHING,
    *,
    once: bytes | None = None,
) -> CaseOpened:
    """Hand in so many pictures."""
    asked = request(*(pdq(first + number) for number in range(count)))
    return cases.open_case(bank, asked, once=once, ticket=payment.ticket, work=payment.work)


def demand(bank: Bank, first: int, count: int = 1, payment: Payment = NOTHING) -> WorkNeeded:
    """Hand in so many pictures, and be asked for work."""
    with pytest.raises(WorkNeeded) as told:
        open_some(bank, first, count, payment)
    return told.value


def paid(told: WorkNeeded) -> Payment:
    """Solve what was asked for."""
    return Payment(told.ticket, puzzle.solve(told.ticket, told.parts))


def new_cases() -> tuple[dict[str, int], datetime]:
    """What is kept of new cases."""
    row = Throttle.objects.get(scope="new cases")
    return row.marks, row.whole_at


def use_up(bank: Bank) -> None:
    open_some(bank, 900, FEW.burst)


def test_above_the_bucket_a_hand_in_needs_work_and_comes_in_at_once_with_it(narrow: Bank) -> None:
    use_up(narrow)
    told = demand(narrow, 1)
    assert told.parts == puzzle.UNIT
    assert Case.objects.count() == 1
    open_some(narrow, 1, payment=paid(told))
    assert Case.objects.count() == 2


def test_the_bucket_counts_pictures(narrow: Bank) -> None:
    demand(narrow, 1, FEW.burst + 1)
    open_some(narrow, 1, FEW.burst)


def test_a_crowd_without_work_writes_nothing_and_makes_nothing_dearer(narrow: Bank) -> None:
    use_up(narrow)
    before = new_cases()
    for number in range(50):
        assert demand(narrow, number).parts == puzzle.UNIT
        assert demand(narrow, number, payment=Payment("made up", "AAAA")).parts == puzzle.UNIT
    assert new_cases() == before
    assert not UsedTicket.objects.exists()


def test_the_price_goes_up_with_what_paid_and_what_was_solved_counts(narrow: Bank) -> None:
    use_up(narrow)
    early = demand(narrow, 1)
    solved = paid(early)
    for number in range(4):
        open_some(narrow, 100 + 50 * number, 50, payment=paid(demand(narrow, 1)))
    dearer = demand(narrow, 1, payment=solved)
    assert (dearer.ticket, dearer.parts) == (early.ticket, 2 * puzzle.UNIT)
    work = puzzle.solve(dearer.ticket, dearer.parts, solved.work)
    open_some(narrow, 1, payment=Payment(dearer.ticket, work))


def test_work_is_good_once_and_for_minutes(narrow: Bank) -> None:
    use_up(narrow)
    once, late = paid(demand(narrow, 1)), paid(demand(narrow, 1))
    open_some(narrow, 1, payment=once)
    assert demand(narrow, 2, payment=once).ticket != once.ticket
    hand(narrow).advance(TICKET_LASTS + timedelta(seconds=1))
    use_up(narrow)
    assert demand(narrow, 3, payment=late).ticket != late.ticket


def test_a_ticket_of_a_sign_in_pays_for_no_hand_in(narrow: Bank) -> None:
    use_up(narrow)
    number = open_some(narrow, 1, payment=paid(demand(narrow, 1))).case_number
    told = None
    while told is None:
        try:
            cases.enter(narrow, number, "notthepin9")
        except TryLater as later:
            told = later
        except WrongCaseOrPin:
            continue
    work = puzzle.solve(told.ticket, told.parts)
    assert demand(narrow, 2, payment=Payment(told.ticket, work)).ticket != told.ticket


def test_who_pays_before_being_asked_is_told_from_who_comes_in_free(narrow: Bank) -> None:
    asked = cases.price(narrow, 1)
    work = puzzle.solve(asked.ticket, asked.parts)
    with tolls.at_gate(narrow, 1, Payment()) as gate:
        assert not gate.paid
        gate.passed = True
    with tolls.at_gate(narrow, 1, Payment(asked.ticket, work)) as gate:
        assert gate.paid
        gate.passed = True
    row = Throttle.objects.get(scope="new cases")
    assert list(row.marks) == ["free"]
    assert row.whole_at > hand(narrow).now() + FEW.interval


def test_a_repetition_costs_nothing(narrow: Bank) -> None:
    use_up(narrow)
    once = b"k" * 32
    first = open_some(narrow, 1, once=once, payment=paid(demand(narrow, 1)))
    before = new_cases()
    assert open_some(narrow, 1, once=once) == first
    assert new_cases() == before


def test_what_is_refused_or_not_taken_costs_nothing(narrow: Bank) -> None:
    full = replace(narrow, pins=PinGate(1, room=0, hasher=QUICK))
    for number in range(2 * FEW.burst):
        with pytest.raises(Busy):
            open_some(full, number)
    with pytest.raises(PinRefused):
        cases.open_case(narrow, request(pdq(1), pin="123456"))
    use_up(narrow)
    told = paid(demand(narrow, 1))
    with pytest.raises(Busy):
        open_some(full, 1, payment=told)
    open_some(narrow, 1, payment=told)


@pytest.mark.parametrize("step", [timedelta(days=365), timedelta(days=-365)], ids=["on", "back"])
def test_a_clock_that_was_wrong_makes_nothing_dearer(narrow: Bank, step: timedelta) -> None:
    hand(narrow).advance(step)
    use_up(narrow)
    hand(narrow).advance(-step)
    open_some(narrow, 1)


def test_a_flood_is_seen_while_half_of_what_is_free_is_used_up(narrow: Bank) -> None:
    assert not tolls.is_flooded(narrow)
    use_up(narrow)
    assert tolls.is_flooded(narrow)
    hand(narrow).advance(3 * FEW.interval)
    assert not tolls.is_flooded(narrow)


def test_ordinary_days_of_a_helpline_never_meet_the_price() -> None:
    bank = make_bank(bucket=prices.FREE_PICTURES)
    for minute in range(60):
        open_some(bank, 10 * minute, 5)
        hand(bank).advance(timedelta(seconds=30 if minute % 2 else 60))


@pytest.mark.django_db(transaction=True)
def test_hand_ins_side_by_side_spend_neither_the_bucket_nor_one_piece_of_work_twice(
    narrow: Bank,
) -> None:
    def tried(number: int, payment: Payment) -> bool:
        try:
            with tolls.at_gate(narrow, 1, payment) as gate:
                gate.passed = True
        except WorkNeeded:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(tried, range(12), [NOTHING] * 12)) == FEW.burst
        once = paid(demand(narrow, 1))
        assert sum(pool.map(tried, range(12), [once] * 12)) == 1
