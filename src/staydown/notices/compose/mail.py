"""A notice as an e-mail message, ready to be looked at. Nothing here sends."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC
from email.errors import MessageError
from email.header import Header
from email.headerregistry import BaseHeader, HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime

from staydown.base.errors import StaydownError
from staydown.notices.details import Notice
from staydown.notices.field_limits import fault_of_text, is_email


class _Subject(UniqueUnstructuredHeader, BaseHeader):  # type: ignore[misc]
    """A subject that is broken into lines well.

    Python's own way loses spaces between words of which only some are ASCII (seen in 3.11).
    """

    def fold(self, *, policy: Policy) -> str:
        charset = "us-ascii" if self.isascii() else "utf-8"
        folded = Header(str(self), charset, maxlinelen=76, header_name="Subject")
        return f"Subject: {folded.encode(linesep=policy.linesep)}{policy.linesep}"


def _policy() -> Policy:
    headers = HeaderRegistry()
    headers.map_to_type("subject", _Subject)
    return SMTP.clone(header_factory=headers)


class NoAddress(StaydownError):
    """There is no e-mail address to write to, or from, or it is none."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message: a neutral ``name``, and a type such as "application/pdf"."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


def as_email(
    notice: Notice, sender: str, message_id: str, attachments: Sequence[Attachment] = ()
) -> EmailMessage:
    """Return the notice as a message with lines that end as SMTP wants them.

    ``sender`` is a bare e-mail address; ``message_id`` looks like "<…@example.org>". The message
    says nothing of the machine or program that made it. Raises NoAddress.
    """
    if not _is_address(notice.to.email):
        raise NoAddress("this recipient has no e-mail address: use its form or copy the text")
    if not _is_address(sender):
        raise NoAddress("give the e-mail address that the letter is sent from, and nothing else")
    if not _is_message_id(message_id):
        raise NoAddress("a Message-ID looks like <letters@example.org>")
    message = EmailMessage(policy=_policy())
    try:
        message["From"] = sender
        message["To"] = notice.to.email
        message["Subject"] = notice.subject
        message["Date"] = format_datetime(notice.written.astimezone(UTC))
        message["Message-ID"] = message_id
        message.set_content(notice.body + "\n", cte="quoted-printable")
        message["Content-Language"] = notice.language  # set_content takes away what was there
        for file in attachments:
            kind, _, subtype = file.media_type.partition("/")
            message.add_attachment(file.content, maintype=kind, subtype=subtype, filename=file.name)
    except (ValueError, MessageError) as error:
        raise NoAddress("the address cannot stand in an e-mail; use another or copy the text"
                        ) from error  # fmt: skip
    return message


def _is_address(text: str) -> bool:
    """Only plain ASCII: what else a mail server takes cannot be known beforehand."""
    return text.isascii() and is_email(text)


def _is_message_id(text: str) -> bool:
    return (
        not fault_of_text(text, 250)
        and text.isascii()
        and text.startswith("<")
        and text.endswith(">")
        and is_email(text[1:-1])
    )
