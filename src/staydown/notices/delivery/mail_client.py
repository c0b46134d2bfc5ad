"""A link that opens the person's own mail program with the letter in it (RFC 6068)."""

from urllib.parse import quote

from staydown.notices.delivery.errors import NoMailAddress, TooLongForMailClient
from staydown.notices.details import Notice
from staydown.notices.field_limits import is_email

#: Mail programs and browsers on Windows cut links at 2,046 to 2,083 characters, some at 2,008.
MAX_LINK = 2000


def mailto(notice: Notice, *, with_text: bool = True) -> str:
    """Return the ``mailto:`` link. Without ``with_text``, of the address and subject alone.

    Raises NoMailAddress, and TooLongForMailClient for a letter that would be cut off: a notice
    without its end may be incomplete in law.
    """
    if not is_email(notice.to.email):  # nothing that a mail program could take for two addresses
        raise NoMailAddress(
            "no e-mail address is known for this recipient: use their form, or copy the text"
        )
    link = f"mailto:{quote(notice.to.email, safe='@')}?subject={_encoded(notice.subject)}"
    if with_text:
        link += f"&body={_encoded(notice.body)}"
    if len(link) > MAX_LINK:
        raise TooLongForMailClient(
            "the letter is too long for a mail link, and would be cut off: copy the text instead"
        )
    return link


def _encoded(text: str) -> str:
    """Percent-encode, with line ends as RFC 6068 section 5 asks for."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    return quote(lines, safe="")
