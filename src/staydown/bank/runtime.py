"""What every function of the bank's API is given first: keys, clock and the PIN gate."""

from dataclasses import dataclass

from staydown.bank.pins import PinGate
from staydown.base.clock import Clock
from staydown.fingerprint.seal import Sealer


@dataclass(frozen=True, slots=True)
class Bank:
    """A running bank, apart from its database."""

    sealer: Sealer
    clock: Clock
    pins: PinGate
