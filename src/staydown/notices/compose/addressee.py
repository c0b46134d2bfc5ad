"""Whom the letter of a route goes to, as the directory knows it."""

from staydown.base.wording import text
from staydown.notices.details import Addressee
from staydown.notices.directory.directory import Directory
from staydown.notices.directory.records import Place
from staydown.notices.field_limits import is_email, is_web_address
from staydown.notices.routes.route import Route
from staydown.notices.vocabulary import Letter


def addressees(route: Route, directory: Directory) -> tuple[Addressee, ...]:
    """Return whom the letter may go to, best first. Never empty; several are to choose from.

    One without ``email`` and ``form_url`` has to be found elsewhere, such as in the contacts of a
    site. Every address is to be shown with the state of its record.
    """
    authority = directory.authorities.get(route.authority or "")
    if authority is not None:
        email = authority.email if is_email(authority.email) else ""
        # Some records name several bodies; a letter goes to one of them.
        return tuple(
            Addressee(route.recipient_kind, body, email, authority.url)
            for body in authority.name.split("; ")
        )
    place = directory.places.get(route.place or "")
    if place is None:
        return (Addressee(route.recipient_kind, text(route.recipient)),)
    return tuple(
        Addressee(route.recipient_kind, place.name, email, form, place.id)
        for email, form in _ways(place, route.letter)
    )


def _ways(place: Place, letter: Letter | None) -> tuple[tuple[str, str], ...]:
    """Return (e-mail, form) pairs. What comes first fits the letter; never a copyright address
    for a letter that is not about copyright, since those are passed on."""
    email, form = place.contact_email, place.removal_form_url
    if letter is Letter.US_DMCA:
        first = place.dmca_contact
        return _told_apart(first) or (("", ""),)
    if letter is Letter.EU_GDPR_17 and place.privacy_contact:
        return (*_told_apart(place.privacy_contact), (_bare(email), form))
    if letter is Letter.US_TIDA and place.tida_url:
        form = place.tida_url
    return ((_bare(email), form),)


def _told_apart(contact: str) -> tuple[tuple[str, str], ...]:
    """Tell whether a contact is an e-mail address or a form; () for a note in words."""
    if is_email(contact):
        return ((contact, ""),)
    return (("", contact),) if is_web_address(contact) else ()


def _bare(contact: str) -> str:
    return contact if is_email(contact) else ""
