"""What can go wrong between a bank and a partner.

StaydownError
└── ExchangeError
    ├── WireError          what arrived is not the format that was agreed
    │   └── PictureUnfit   a picture whose fingerprint can't be listed
    ├── BankRefused        the bank answered and said no (4xx): the keys or the request are wrong
    └── BankUnreachable    no answer, or the bank has a fault of its own (network, 5xx, 429)
        └── WorkAsked      the bank asks for a puzzle to be solved first (429 with a price)
"""

from staydown.base.errors import StaydownError
from staydown.exchange.records import Demand


class ExchangeError(StaydownError):
    """Any fault between a bank and a partner."""


class WireError(ExchangeError):
    """What arrived is not the agreed format. The message says where, never what was there.

    ``next_token`` is the v1 page token that could still be read in it, None where none could.
    """

    next_token: str | None = None


class PictureUnfit(WireError):
    """The fingerprint of the picture ``number`` (from 1) can't be listed. The message says why."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(f"picture {number} can't be listed: {reason}. Leave it out")
        self.number = number


class BankRefused(ExchangeError):
    """The bank answered and refused; ``status`` is its HTTP status. Trying again changes nothing
    until the keys or the request are put right."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class BankUnreachable(ExchangeError):
    """No answer came, or the bank has a fault: try again, not before ``retry_after`` seconds.

    ``sent`` is false where the request certainly never left; else the bank may have done it.
    ``status`` is the HTTP status of its answer, None where no whole answer came.
    """

    def __init__(
        self,
        message: str,
        retry_after: float | None = None,
        *,
        sent: bool = True,
        status: int | None = None,
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.sent = sent
        self.status = status


class WorkAsked(BankUnreachable):
    """The bank did nothing yet: it asks for work first, and says how much (``demand``)."""

    def __init__(self, demand: Demand, retry_after: float | None = None) -> None:
        super().__init__("the bank is busy: try again later", retry_after, status=429)
        self.demand = demand
