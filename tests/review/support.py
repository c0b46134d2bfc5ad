"""What the tests of the desk's insides share."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from staydown.accounts.sign_in import sign_in
from staydown.base.clock import HandClock
from staydown.base.vocabulary import EntryState, Kind
from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.sealing import Sealer
from staydown.fingerprint.value import Fingerprint
from staydown.net.fake import FakeTransport
from staydown.review import api
from staydown.review.banks import shares
from staydown.review.models import Bank, BankEntry
from tests.fingerprint.made import near_bits


def pdq(flipped: int = 0, quality: int | None = 80) -> Fingerprint:
    """A fingerprint that many bits away from ``pdq()``."""
    return Fingerprint(Kind.PDQ, near_bits(flipped, 256), quality)


def copy_code(flipped: int = 0) -> Fingerprint:
    """A copy code that many bits away from ``copy_code()``."""
    return Fingerprint(Kind.COPY1, near_bits(flipped, 1024))


@dataclass
class Desk:
    """A desk's parts, and shortcuts for what tests do over and over."""

    sealer: Sealer
    clock: HandClock
    folder: Path
    poll: timedelta
    network: FakeTransport = field(default_factory=FakeTransport)
    share: shares.Spent = shares.SHARE
    most_index_bytes: int = 2**32

    def __post_init__(self) -> None:
        self.live = api.LiveMatcher(self.sealer)

    @property
    def follower(self) -> api.Follower:
        """What ``follow`` needs."""
        return api.Follower(
            self.network, self.sealer, self.clock, self.poll, self.most_index_bytes, self.share
        )

    def add(
        self, bank: BankSimulator, name: str = "bank", dialect: str = "v2", backfill: int = 0
    ) -> int:
        """Follow ``bank`` and return its number."""
        origin = f"https://{name.replace(' ', '-')}.example"
        self.network.add(origin, bank)
        api.add_bank(
            name,
            origin + ("/v1" if dialect == "v1" else ""),
            dialect,
            subscription_key=bank.subscription_key,
            function_key=bank.function_key,
            secrets_folder=self.folder,
            clock=self.clock,
            backfill=backfill,
        )
        return Bank.objects.get(name=name).pk

    def follow(self, bank_id: int) -> bool:
        """Look at one bank now."""
        return api.follow(bank_id, self.follower)

    def live_entries(self, bank_id: int) -> dict[str, EntryState]:
        """Return the state of every entry that has a fingerprint, by its hexadecimal value."""
        rows = BankEntry.objects.filter(bank_id=bank_id).exclude(state="withdrawn")
        return {
            self.sealer.open(Kind(row.kind), bytes(row.sealed)).hex: EntryState(row.state)
            for row in rows
        }

    def platform_key(self, name: str = "shop") -> int:
        """Make a platform key and return its number."""
        key = api.add_platform_key(name, self.sealer, self.clock)
        return api.check_platform_key(key, self.sealer).number

    def moderator(self, name: str = "anna") -> int:
        """Make a moderator and return their number."""
        password = api.add_moderator(name, self.clock)
        return int(sign_in(api.WORKPLACE, name, password, self.sealer, self.clock).pk)


def truth(bank: BankSimulator) -> dict[str, EntryState]:
    """Return what a faithful follower of ``bank`` holds."""
    return {
        entry.fingerprint.hex: entry.state
        for entry in bank.entries()
        if entry.state is not EntryState.WITHDRAWN
    }
