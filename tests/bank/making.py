"""Banks and fingerprints for tests."""

from datetime import UTC, datetime, timedelta
from functools import cache

from argon2 import PasswordHasher

from staydown.bank.api import cases, partners
from staydown.bank.pins import PinGate
from staydown.bank.runtime import Bank
from staydown.base.allowance import Allowance
from staydown.base.clock import HandClock
from staydown.base.vocabulary import ActingFor, Kind, Under18
from staydown.exchange.records import CaseOpened, CaseRequest, Picture
from staydown.fingerprint.sealing import Sealer
from staydown.fingerprint.value import Fingerprint
from tests.fingerprint.made import made_bits

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PIN = "kastanie7"

#: Argon2 at its smallest: the strength of the hash is not what these tests are about.
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


#: A bucket of new cases that no test meets by chance.
ROOM = Allowance(1_000_000, timedelta(seconds=1))


def make_bank(
    clock: HandClock | None = None,
    *,
    secret: bytes = b"s" * 32,
    release_seconds: int = 0,
    bucket: Allowance = ROOM,
    quarantine: timedelta = timedelta(0),
) -> Bank:
    """Return a bank with a clock moved by hand and quick PINs, where nothing waits."""
    return Bank(
        Sealer(secret),
        clock or HandClock(START),
        PinGate(2, hasher=QUICK),
        bucket=bucket,
        release_seconds=release_seconds,
        quarantine=quarantine,
    )


def hand(bank: Bank) -> HandClock:
    """Return the bank's clock, to be moved."""
    assert isinstance(bank.clock, HandClock)
    return bank.clock


def pdq(number: int, quality: int | None = 90) -> Fingerprint:
    """Return a PDQ fingerprint told from others by its number."""
    return Fingerprint(Kind.PDQ, made_bits(number, 256), quality)


@cache
def _numbers() -> dict[bytes, int]:
    return {made_bits(number, 256): number for number in range(20_000)}


def number_of(fingerprint: Fingerprint) -> int:
    """Return the number that ``pdq`` made a fingerprint of, below 20,000."""
    return _numbers()[fingerprint.bits]


def copy1(number: int) -> Fingerprint:
    """Return a copy code told from others by its number."""
    return Fingerprint(Kind.COPY1, made_bits(number, 1024))


def request(*pictures: Fingerprint | Picture, pin: str = PIN) -> CaseRequest:
    """Return a request that the bank takes; a PDQ alone is a picture."""
    given = tuple(one if isinstance(one, Picture) else Picture(one) for one in pictures)
    return CaseRequest(Under18.NO, ActingFor.SELF, given, pin)


def open_case(bank: Bank, *pictures: Fingerprint | Picture) -> CaseOpened:
    """Open a case with these pictures."""
    return cases.open_case(bank, request(*pictures))


def add_partner(bank: Bank, name: str = "Acme") -> partners.PartnerRef:
    """Let a partner in and return it as the gate would."""
    keys = partners.add_partner(bank, name)
    return partners.authenticate(keys.subscription_key, keys.function_key)
