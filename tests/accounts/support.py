"""People who work somewhere, for tests."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from staydown.accounts import sign_in as signing_in
from staydown.accounts import staff
from staydown.accounts.models import Staff
from staydown.accounts.roles import Role
from staydown.accounts.staff import Workplace
from staydown.base.clock import HandClock
from staydown.fingerprint.sealing import Sealer
from staydown.review.models import Audit

#: A place whose trail is the desk's: the tables here have none of their own.
PLACE = Workplace(Audit, "moderator")


@dataclass
class Lot:
    """A lot that comes out as it was told to, and counts how often it was drawn."""

    comes_out: bool = False
    drawn: int = 0

    def __call__(self) -> bool:
        self.drawn += 1
        return self.comes_out


@dataclass
class Office:
    """A place of work with a clock moved by hand, and shortcuts for what tests do over and over."""

    clock: HandClock = field(
        default_factory=lambda: HandClock(datetime(2026, 11, 22, 12, 0, tzinfo=UTC))
    )
    sealer: Sealer = field(default_factory=lambda: Sealer(b"s" * 32))

    def add(self, name: str, role: Role = Role.MODERATOR) -> str:
        """Add somebody and return their one-time password."""
        return staff.add(PLACE, role, name, self.clock)

    def reset(self, name: str) -> str:
        """Give somebody a new one-time password and return it."""
        return staff.reset(PLACE, name, self.clock)

    def change(self, who: Staff, old: str, new: str) -> Staff:
        """Change somebody's password."""
        return staff.change_password(PLACE, who.pk, old, new, self.clock)

    def enter(self, name: str, password: str, device: str = "", lot: Lot | None = None) -> Staff:
        """Sign in; by lot nothing comes out beyond the pace unless it is told to."""
        return signing_in.sign_in(
            PLACE, name, password, self.sealer, self.clock, device=device, luck=lot or Lot()
        )

    def remember(self, who: Staff, device: str = "") -> str:
        """Let a browser be known, and return what it keeps."""
        return signing_in.remember_device(who, device, self.sealer, self.clock)
