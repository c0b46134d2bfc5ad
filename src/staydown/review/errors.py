"""What can go wrong at the desk.

StaydownError
└── ReviewError
    ├── NotHere               no such item, bank or key
    ├── KeyNotTaken           a key that is missing, wrong or revoked
    ├── DecidedMeanwhile      somebody else decided the item first
    ├── OnlyNamed             an item that may show somebody under 18, and a moderator not named
    ├── OtherRequest          an idempotency key came back with another request
    ├── NotEnoughSaid         an alarm can't be lifted so: something is missing or too much
"""

from staydown.base.errors import StaydownError


class ReviewError(StaydownError):
    """Any foreseen fault at the desk."""


class NotHere(ReviewError):
    """What was asked for isn't here, or not for the one who asks."""


class KeyNotTaken(ReviewError):
    """A key that is missing, wrong or revoked."""


class DecidedMeanwhile(ReviewError):
    """Somebody else decided the item first; nothing was changed."""


class OnlyNamed(ReviewError):
    """Only moderators named for items that may show somebody under 18 may do this to this one."""


class OtherRequest(ReviewError):
    """An idempotency key came back with another request than its first."""


class NotEnoughSaid(ReviewError):
    """An alarm can't be lifted in this way; the message says in which. Nothing was changed."""
