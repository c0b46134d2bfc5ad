"""A letter as files, with neutral names, and which of the list a letter is about."""

from collections.abc import Callable
from dataclasses import dataclass

from staydown.base.errors import StaydownError
from staydown.cases.case import Case
from staydown.notices.compose.mail import NoAddress, as_email
from staydown.notices.compose.text import as_text
from staydown.notices.details import Location, Notice
from staydown.notices.directory.directory import Directory
from staydown.notices.directory.host import host_of
from staydown.notices.routes.route import Route
from staydown.notices.vocabulary import PlaceKind, RecipientKind
from staydown.notices.wire.codec import as_json


class NotHere(StaydownError):
    """A kind of file that this installation cannot make."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: what it is called, its media type, how it is made."""

    name: str
    media: str
    make: Callable[[Notice, str], bytes]


def _text(notice: Notice, message_id: str) -> bytes:
    del message_id
    return as_text(notice).encode()


def _mail(notice: Notice, message_id: str) -> bytes:
    sender = notice.details.email or notice.details.contact
    try:
        return as_email(notice, sender, message_id).as_bytes()
    except NoAddress as error:
        raise NotHere(str(error)) from error


def _pdf(notice: Notice, message_id: str) -> bytes:
    del message_id
    from staydown.notices.compose.pdf import as_pdf

    try:
        return as_pdf(notice)
    except StaydownError as error:
        raise NotHere(str(error)) from error


def _machine(notice: Notice, message_id: str) -> bytes:
    del message_id
    return as_json(notice)


KINDS: dict[str, FileKind] = {
    "txt": FileKind("Text", "text/plain; charset=utf-8", _text),
    "eml": FileKind("E-mail", "message/rfc822", _mail),
    "pdf": FileKind("PDF, to print", "application/pdf", _pdf),
    "json": FileKind("For machines (JSON)", "application/json", _machine),
}


def possible(notice: Notice, message_id: str) -> dict[str, FileKind]:
    """Return the kinds of file that this letter can be; a message needs both addresses."""
    is_message = as_noted(notice, message_id)[1] == "eml"
    return {name: kind for name, kind in KINDS.items() if name != "eml" or is_message}


def as_noted(notice: Notice, message_id: str) -> tuple[bytes, str, str]:
    """Return a letter to keep, its kind and its Message-ID: a message, or else text."""
    try:
        return _mail(notice, message_id), "eml", message_id
    except NotHere:
        return _text(notice, ""), "txt", ""


#: Letters to one place; all others may be about every place on the list.
_OF_ONE_PLACE = (RecipientKind.PLATFORM, RecipientKind.HOST, RecipientKind.REGISTRAR_OR_CDN)


def listed_for(route: Route, case: Case, directory: Directory) -> tuple[Location, ...]:
    """Return what of the list a letter begins with: what is at its place, where it has one.

    What has no web address may be anywhere, and is always among it.
    """
    if route.recipient_kind not in _OF_ONE_PLACE or case.facts is None:
        return case.locations
    place, site = route.place or case.facts.place, case.facts.site

    def there(one: Location) -> bool:
        host = host_of(one.url) if one.url else None
        if host is None:
            return True
        known = directory.place_of_host(host)
        if known is not None and known.kind is PlaceKind.PLATFORM:
            return known.id == place
        return site is None or host == site or host.endswith(f".{site}")

    return tuple(one for one in case.locations if there(one))
