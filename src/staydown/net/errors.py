"""What can go wrong on the way out.

StaydownError
└── NetError
    ├── AddressRefused    the address may not be called (scheme, private network, credentials in it)
    ├── NoAnswer          no connection, no complete answer, or not in time
    └── AnswerTooLarge    the answer is longer than the caller is willing to read
"""

from staydown.base.errors import StaydownError


class NetError(StaydownError):
    """Any fault of a call to another machine. Messages never hold the address."""


class AddressRefused(NetError):
    """The address may not be called from here."""


class NoAnswer(NetError):
    """Nothing, or nothing complete, came back in time."""


class AnswerTooLarge(NetError):
    """The answer is longer than the limit; what came was thrown away."""
