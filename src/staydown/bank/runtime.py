"""What every function of the bank's API is given first: keys, clock, PIN gate and turns."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from staydown.bank import brakes
from staydown.bank.nearness import Latest
from staydown.bank.pins import PinGate
from staydown.bank.turns import Turns
from staydown.bank.windows import RELEASE_SECONDS
from staydown.base.clock import Clock
from staydown.fingerprint.seal import Sealer


def drawn_by_lot() -> bool:
    """Whether a try beyond the pace is looked at all the same."""
    return secrets.randbelow(brakes.ONE_IN) == 0


@dataclass(frozen=True, slots=True)
class Bank:
    """A running bank, apart from its database."""

    sealer: Sealer
    clock: Clock
    pins: PinGate
    turns: Turns = field(default_factory=Turns)
    harmless: Latest = field(default_factory=Latest)
    luck: Callable[[], bool] = drawn_by_lot
    #: How long a window is at whose end what waits goes out: see ``bank.windows``. 0: at once.
    release_seconds: int = RELEASE_SECONDS
