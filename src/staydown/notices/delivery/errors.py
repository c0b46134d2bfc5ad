"""What can go wrong when a finished notice is handed over.

StaydownError
└── HandingOverError
    ├── NoMailAddress        the recipient has no e-mail address here: use the form, or copy
    ├── TooLongForMailClient the link would be cut off: copy the text instead
    └── NotConfirmed         the confirmation is for another recipient or another message
"""

from staydown.base.errors import StaydownError


class HandingOverError(StaydownError):
    """A notice cannot be handed over in this way. Messages never hold what was typed."""


class NoMailAddress(HandingOverError):
    """The recipient has no e-mail address that is known here."""


class TooLongForMailClient(HandingOverError):
    """The letter doesn't fit into a link that mail programs open whole."""


class NotConfirmed(HandingOverError):
    """A person confirmed something else, or nothing. Nothing was sent."""
