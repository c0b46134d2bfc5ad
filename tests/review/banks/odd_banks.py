"""Desks that are stopped at any moment, and what they hold once left alone for a while."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from staydown.base.vocabulary import EntryState, Kind
from staydown.exchange.behaviour import Behaviour, Unreadable
from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.value import Fingerprint
from staydown.net.message import Request, Response
from staydown.review import api
from staydown.review.models import Bank, PassedOver
from tests.fingerprint.made import made_bits
from tests.review.support import Desk, truth


class Killed(BaseException):
    """The process ends: nothing is noted, nothing is tidied."""


def value(number: int) -> Fingerprint:
    return Fingerprint(Kind.PDQ, made_bits(number), 80)


def listing(count: int, *, apart: int = 60, behaviour: Behaviour | None = None) -> BankSimulator:
    """A bank that lists so many entries, each so many seconds after the one before."""
    bank = BankSimulator(behaviour=behaviour or Behaviour())
    for number in range(count):
        bank.put(value(number))
        bank.now += apart
    return bank


def unreadable(bank: BankSimulator, how: Unreadable | None, *entries: str) -> None:
    """From now on these records of a bank can't be read; with None, all can be."""
    bad = {} if how is None else dict.fromkeys(entries, how)
    bank.behaviour = replace(bank.behaviour, unreadable=bad)


def at_a_desk(desk: Desk, bank: BankSimulator, dialect: str = "v1") -> int:
    """Follow a bank whose clock is the desk's."""
    desk.clock.advance(timedelta(seconds=bank.now + 3600 - desk.clock.now().timestamp()))
    return desk.add(bank, f"bank-{Bank.objects.count()}", dialect)


def killed_after(bank: BankSimulator, answers: int) -> Callable[[Request], Response]:
    """A bank whose desk is killed as it asks once more than so many times."""
    left = answers

    def site(request: Request) -> Response:
        nonlocal left
        if not left:
            raise Killed
        left -= 1
        return bank(request)

    return site


def look(desk: Desk, number: int, bank: BankSimulator, answers: int | None = None) -> bool:
    """Look at a bank once; the desk may be killed after so many answers."""
    origin = Bank.objects.get(pk=number).url.removesuffix("/v1")
    desk.network.add(origin, bank if answers is None else killed_after(bank, answers))
    try:
        return desk.follow(number)
    except Killed:
        return False


def left_alone(desk: Desk, number: int, bank: BankSimulator, looks: int = 40) -> int:
    """Let the desk look as often as it would. Return how often it took to hold what the bank does.

    Between looks as much time passes as the desk wants, and at the bank too.
    """
    for count in range(looks):
        row = Bank.objects.get(pk=number)
        if row.caught_up_at is not None and desk.live_entries(number) == truth(bank):
            return count
        wait = max(row.next_try_at - desk.clock.now(), timedelta(seconds=1))
        desk.clock.advance(wait)
        bank.now += int(wait.total_seconds())
        look(desk, number, bank)
    return looks


def missing(desk: Desk, number: int, bank: BankSimulator) -> set[str]:
    """The entries, by id, that the bank lists and the desk doesn't hold as the bank does."""
    held = desk.live_entries(number)
    return {
        entry.entry_id
        for entry in bank.entries()
        if held.get(entry.fingerprint.hex)
        is not (None if entry.state is EntryState.WITHDRAWN else entry.state)
    }


def places(number: int) -> int:
    """How many places of a bank are passed over."""
    return PassedOver.objects.filter(bank_id=number).count()


def kinds_of_alarms() -> list[str]:
    return [line.kind.value for line in api.alarm_lines()]


def wait_and_look(
    desk: Desk,
    number: int,
    bank: BankSimulator,
    *,
    looks: int = 30,
    until: Callable[[], bool] = lambda: False,
) -> int:
    """Look as often as the desk would, at most so often; return how often it was."""
    for count in range(looks):
        if until():
            return count
        wait = max(Bank.objects.get(pk=number).next_try_at - desk.clock.now(), timedelta(seconds=1))
        desk.clock.advance(wait)
        bank.now += int(wait.total_seconds())
        look(desk, number, bank)
    return looks
