"""What can go wrong at the desk.

StaydownError
└── ReviewError
    ├── NotHere               no such item, bank, key or moderator
    ├── NameUnfit             a name that hides something, or is too long
    ├── NameTaken             the name is in use already, or looks like one that is
    ├── KeyNotTaken           a key that is missing, wrong or revoked
    ├── DecidedMeanwhile      somebody else decided the item first
    ├── OnlyNamed             an item that may show somebody under 18, and a moderator not named
    ├── OtherRequest          an idempotency key came back with another request
    ├── SignInFailed          the name or the password is wrong
    ├── SignInSlowed          too many tries: wait ``seconds``
    ├── NotEnoughSaid         an alarm can't be lifted so: something is missing or too much
    └── PasswordRefused       a new password that is too easy to guess
"""

from staydown.base.errors import StaydownError


class ReviewError(StaydownError):
    """Any foreseen fault at the desk."""


class NotHere(ReviewError):
    """What was asked for isn't here, or not for the one who asks."""


class NameUnfit(ReviewError):
    """A name that hides something, has no letter, or is too long."""


class NameTaken(ReviewError):
    """The name is in use already, or looks like one that is."""


class KeyNotTaken(ReviewError):
    """A key that is missing, wrong or revoked."""


class DecidedMeanwhile(ReviewError):
    """Somebody else decided the item first; nothing was changed."""


class OnlyNamed(ReviewError):
    """Only moderators named for items that may show somebody under 18 may do this to this one."""


class OtherRequest(ReviewError):
    """An idempotency key came back with another request than its first."""


class SignInFailed(ReviewError):
    """The name or the password is wrong."""


class SignInSlowed(ReviewError):
    """Too many tries; ``seconds`` says how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__("too many tries: wait a moment and try again")
        self.seconds = seconds


class NotEnoughSaid(ReviewError):
    """An alarm can't be lifted in this way; the message says in which. Nothing was changed."""


class PasswordRefused(ReviewError):
    """A new password that is too easy to guess; ``reasons`` are sentences for the person."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__("this password is too easy to guess")
        self.reasons = reasons
