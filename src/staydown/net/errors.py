"""What can go wrong on the way out.

StaydownError
└── NetError
    ├── AddressRefused    the address may not be called (scheme, private network, credentials in it)
    ├── RequestUnfit      the request holds what HTTP can't carry: nothing was sent
    ├── NoAnswer          no connection, no complete answer, or not in time
    ├── AnswerTooLarge    the answer is longer than the caller is willing to read
    ├── MailNotSent       the mail server did not take the message: nothing went out
    └── MailUncertain     the line broke after the last byte: it may have gone out, or not
"""

from staydown.base.errors import StaydownError


class NetError(StaydownError):
    """Any fault of a call to another machine. Messages never hold the address.

    ``received`` says how many bytes of an answer had come by then, for who counts them.
    """

    received = 0


class AddressRefused(NetError):
    """The address may not be called from here."""


class RequestUnfit(NetError):
    """A method or header that HTTP can't carry, such as a key with a line break in it."""


class NoAnswer(NetError):
    """Nothing, or nothing complete, came back in time."""


class AnswerTooLarge(NetError):
    """The answer is longer than the limit; what came was thrown away."""


class MailNotSent(NetError):
    """The message was certainly not taken. Trying again cannot send it twice."""


class MailUncertain(NetError):
    """The whole message was handed in and no answer came. Trying again may send it twice."""
