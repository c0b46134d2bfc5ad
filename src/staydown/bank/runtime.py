"""What every function of the bank's API is given first: keys, clock, PIN gate and turns."""

from dataclasses import dataclass, field
from datetime import timedelta

from staydown.bank import floods, prices
from staydown.bank.nearness import Latest
from staydown.bank.pins import PinGate
from staydown.bank.settings import RELEASE_SECONDS
from staydown.bank.turns import Turns
from staydown.base.allowance import Allowance
from staydown.base.clock import Clock
from staydown.fingerprint.sealing import Sealer


@dataclass(frozen=True, slots=True)
class Bank:
    """A running bank, apart from its database."""

    sealer: Sealer
    clock: Clock
    pins: PinGate
    turns: Turns = field(default_factory=Turns)
    harmless: Latest = field(default_factory=Latest)
    #: Pictures that new cases may bring without work, all together.
    bucket: Allowance = prices.FREE_PICTURES
    #: How long a window is at whose end what waits goes out: see ``bank.windows``. 0: at once.
    release_seconds: int = RELEASE_SECONDS
    #: How long hand-ins of a flood are held back; zero: not at all.
    quarantine: timedelta = floods.LONGEST_HOLD
