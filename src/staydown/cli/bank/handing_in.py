"""Handing in once, however often the answer gets lost: tries, the code to go on with, the words."""

import re
from dataclasses import dataclass, field

import click

from staydown.base.errors import StaydownError
from staydown.exchange.client import PublicBankClient
from staydown.exchange.errors import BankRefused, BankUnreachable, ExchangeError
from staydown.exchange.idempotency import KEPT_HOURS, new_key, until_answered
from staydown.exchange.records import CaseOpened, CaseRequest, Payment

_CODE = re.compile(r"([0-9a-f]{32})(?:-([0-9A-Za-z]{6,64}))?")

_ENDED = (
    "this was handed in before, and the bank no longer repeats its answer: somebody has signed in "
    "since, or a day has passed. Nothing was changed now. Use the case number, or the recovery "
    "phrase"
)
_UNLIKE = (
    "the bank takes this for something else than what was sent with this code. Nothing was changed "
    "now. Use the same pictures, the same answers and the same PIN as the first time"
)


class AnswerMissing(StaydownError):
    """The bank may have listed the fingerprints, or not: nobody here knows."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One handing in: the key that all its tries carry, and the PIN if one was made up for it.

    ``repeated`` means that an earlier command sent it already.
    """

    key: str = field(repr=False)
    made_pin: str | None = field(repr=False)
    repeated: bool = False

    @property
    def code(self) -> str:
        """What to give a later command, so that it goes on with this handing in."""
        return self.key if self.made_pin is None else f"{self.key}-{self.made_pin}"


def new_attempt(made_pin: str | None) -> Attempt:
    """Begin a handing in."""
    return Attempt(new_key(), made_pin)


def read_code(typed: str) -> Attempt:
    """Return the handing in that a code stands for. Raises click.BadParameter."""
    found = _CODE.fullmatch(typed.strip())
    if found is None:
        raise click.BadParameter("this is not a code that “bank submit” printed: copy it whole")
    return Attempt(found[1], found[2], repeated=True)


def hand_in(bank: PublicBankClient, request: CaseRequest, attempt: Attempt) -> CaseOpened:
    """Hand in, trying again while no answer comes; what is listed is listed once.

    Raises BankRefused where nothing was listed, AnswerMissing where that isn't known.
    """
    # Said before anything is sent: whatever ends this program, the person can go on from here.
    click.echo(
        "If no case number appears, run the same command again within "
        f"{KEPT_HOURS} hours with --repeat, and give this code:\n{attempt.code}",
        err=True,
    )
    tries = 0
    payment = Payment() if attempt.repeated else _pay_unasked(bank, len(request.pictures))

    def send() -> CaseOpened:
        nonlocal tries
        tries += 1
        return bank.open_case(request, key=attempt.key, payment=payment)

    try:
        return until_answered(send, told=_say_wait)
    except BankRefused as error:
        known = {409: _ENDED, 422: _UNLIKE} if attempt.repeated else {}
        if error.status in known:
            raise AnswerMissing(known[error.status]) from error
        if attempt.repeated or tries > 1:
            raise AnswerMissing(_unknown(error)) from error
        raise
    except BankUnreachable as error:
        if not error.sent and tries == 1 and not attempt.repeated:
            raise
        raise AnswerMissing(_unknown(error)) from error
    except ExchangeError as error:
        raise AnswerMissing(_unknown(error)) from error


def say_working(seconds: float) -> None:
    """Tell the person that this machine works for the bank, and how long that may take."""
    click.echo(
        "The bank asks each machine that hands something in to solve a puzzle first. "
        f"That takes about {max(1, round(seconds))} s; it goes on by itself.",
        err=True,
    )


def _pay_unasked(bank: PublicBankClient, pictures: int) -> Payment:
    """Work before being asked: what came in by work is told from what a flood brings.

    A bank that knows of no work, or doesn't answer, gets the hand-in without.
    """
    try:
        return bank.pay(bank.price(pictures))
    except ExchangeError:
        return Payment()


def _say_wait(seconds: float) -> None:
    click.echo(f"No usable answer came. Trying again in {seconds:.0f} s.", err=True)


def _unknown(error: ExchangeError) -> str:
    return (
        f"{error}. We don't know whether the fingerprints are on the list. Don't start afresh: "
        "that could list them twice, and you could only withdraw the second. Run the same command "
        f"again within {KEPT_HOURS} hours with --repeat and the code above: you get the case "
        "number, and nothing is listed twice"
    )
