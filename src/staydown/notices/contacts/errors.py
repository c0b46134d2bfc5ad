"""What can go wrong with the answers of registries.

StaydownError
└── ContactsError
    ├── BadAnswer      a saved file or an answer that can't be read; the message says why
    └── NotAHost       what was typed is no host name
"""

from staydown.base.errors import StaydownError


class ContactsError(StaydownError):
    """Contacts of a site cannot be told. Messages never hold what was typed or answered."""


class BadAnswer(ContactsError):
    """Bytes that are no saved answers, or say something that they must not."""


class NotAHost(ContactsError):
    """Text that names no host on the public Internet."""
