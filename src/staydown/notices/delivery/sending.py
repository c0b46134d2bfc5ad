"""Sending one finished message to one recipient, after a person confirmed exactly that.

First the message is made, whole and final; then a person sees it and confirms it; then those bytes
go out and no others. A confirmation holds the recipient and the digest of the message, which has a
Message-ID of its own, so it fits nothing else.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from email.policy import SMTP
from email.utils import format_datetime
from typing import Protocol

from staydown.notices.compose.mail import as_email
from staydown.notices.delivery.errors import NoMailAddress, NotConfirmed
from staydown.notices.details import Notice

#: Seven-bit lines, so that no server on the way has a reason to change a byte.
_WIRE = SMTP.clone(cte_type="7bit", max_line_length=76)


class Mailer(Protocol):
    """Something that hands a message to a mail server; ``net.smtp.SmtpMailer`` is the real one."""

    def send(self, sender: str, to: str, raw: bytes) -> None:
        """Return once the message is taken. Raises a NetError, and never tries twice."""
        ...


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it would go out, to the last byte. Not sent."""

    raw: bytes = field(repr=False)
    message_id: str = field(repr=False)
    sender: str = field(repr=False)
    to: str = field(repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 of the message, in hex."""
        return hashlib.sha256(self.raw).hexdigest()


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A person's word that exactly this message may go to exactly this recipient."""

    to: str = field(repr=False)
    digest: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What to keep: the message as it went out, and when the mail server took it."""

    raw: bytes = field(repr=False)
    message_id: str = field(repr=False)
    at: datetime
    to: str = field(repr=False)


def prepare(notice: Notice, sender: str, now: datetime) -> Message:
    """Make the message that would go out, to the last byte.

    The Message-ID names the domain of ``sender`` and a random number, never this machine. Raises
    NoMailAddress where the recipient has none.
    """
    if not notice.to.email:
        raise NoMailAddress(
            "no e-mail address is known for this recipient: use their form, or copy the text"
        )
    domain = sender.rpartition("@")[2]
    message_id = f"<{secrets.token_hex(16)}@{domain}>"
    message = as_email(notice, sender, message_id)
    del message["Date"]
    message["Date"] = format_datetime(now)
    return Message(message.as_bytes(policy=_WIRE), message_id, sender, notice.to.email)


def send(message: Message, confirmation: Confirmation, mailer: Mailer, now: datetime) -> Sent:
    """Send ``message`` once, if ``confirmation`` is for it.

    Raises NotConfirmed, or what ``mailer`` raises: MailNotSent is certain, MailUncertain is not,
    and neither leads to a second try here. Called again, it sends again: keep what is ``Sent``.
    """
    if (confirmation.to, confirmation.digest) != (message.to, message.digest):
        raise NotConfirmed("this is not the message that was confirmed: nothing was sent")
    mailer.send(message.sender, message.to, message.raw)
    return Sent(message.raw, message.message_id, now, message.to)
