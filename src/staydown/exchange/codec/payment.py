"""Work in place of waiting, on the wire: what a bank asks to be solved, and what is brought."""

from typing import Annotated, Any

from pydantic import Field

from staydown.exchange import puzzle
from staydown.exchange.codec.wire import Asked, Received, ShortText, adapter_for, check
from staydown.exchange.records import Demand, Payment

#: The longest text that is solved: a bank's tickets have about 100 characters.
_MOST_TICKET = 256


class Payable(Asked):
    """The members by which a request is paid for, or waited for."""

    ticket: ShortText = ""
    work: Annotated[str, Field(max_length=puzzle.MOST_TEXT)] = ""


class _Price(Received):
    parts: Annotated[int, Field(ge=1, le=puzzle.MOST)]


class _Demand(Received):
    ticket: Annotated[str, Field(min_length=1, max_length=_MOST_TICKET)]
    work: _Price


_DEMAND = adapter_for(_Demand)


def payment_of(value: dict[str, Any]) -> Payment:
    """Return the payment in a request that was parsed before."""
    return Payment(str(value.get("ticket", "")), str(value.get("work", "")))


def render_payment(payment: Payment) -> dict[str, str]:
    """Return the members of a request that pay for it; none where nothing is paid."""
    return {"ticket": payment.ticket, "work": payment.work} if payment.ticket else {}


def parse_demand(value: Any) -> Demand:
    """Return what a bank asks to be solved: members of a problem document of status 429, or of the
    answer to ``GET /api/public/work``. Raises WireError, also for more than any bank may ask.
    """
    demand = check(_DEMAND, value)
    return Demand(demand.ticket, demand.work.parts)


def render_demand(demand: Demand) -> dict[str, Any]:
    """Return the members that ask for work."""
    return {
        "ticket": demand.ticket,
        "work": {"parts": demand.parts, "hashes_each": puzzle.HASHES_EACH},
    }
