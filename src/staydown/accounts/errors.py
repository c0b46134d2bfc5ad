"""What can go wrong with the people who work here.

StaydownError
└── AccountsError
    ├── NoSuchStaff       nobody of this name signs in here
    ├── NameUnfit         a name that hides something, or is too long
    ├── NameTaken         the name is in use already, or looks like one that is
    ├── SignInFailed      the name or the password is wrong
    ├── SignInSlowed      too many tries: wait ``seconds``
    └── PasswordRefused   a new password that is too easy to guess
"""

from staydown.base.errors import StaydownError
from staydown.base.reasons import Reason, reasons

_say = reasons("accounts.errors")


class AccountsError(StaydownError):
    """Any foreseen fault of accounts."""


class NoSuchStaff(AccountsError):
    """Nobody of this name signs in here."""


class NameUnfit(AccountsError):
    """A name that hides something, has no letter, or is too long."""


class NameTaken(AccountsError):
    """The name is in use already, or looks like one that is."""


class SignInFailed(AccountsError):
    """The name or the password is wrong."""


class SignInSlowed(AccountsError):
    """Too many tries; ``seconds`` says how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(_say("slowed"))
        self.seconds = seconds


class PasswordRefused(AccountsError):
    """A new password that is too easy to guess; ``why`` says what to do."""

    def __init__(self, why: tuple[Reason | str, ...]) -> None:
        super().__init__(_say("password.easy"))
        self.why = why
