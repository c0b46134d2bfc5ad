"""Addresses out of texts that registries write: e-mail, phone, page. Pure, and bounded first.

What is returned is wholly of its form. Who calls says what else was there: nothing is mended by
guessing, for a letter to the wrong address tells a stranger who is asking.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import idna

from staydown.base.visible import visible

#: Of one value. Longer ones are no address, and aren't looked at.
MAX_VALUE = 2000
_MAX_EMAIL = 254
_MAX_PAGE = 1000
_MAX_HOST = 253
#: Addresses in one value, such as a ``mailto:`` with several.
_MAX_TOGETHER = 20

_LOCAL_SIGNS = frozenset(".!#$%&'*+/=?^_`{|}~-")
_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?")
_PHONE = re.compile(r"\+?[0-9 ().;=/#*,extEXT-]{3,60}")
_DASHES = dict.fromkeys(range(0x2010, 0x2016), "-") | {0x2212: "-"}
_BETWEEN = re.compile(r"[\s,;<>()\[\]{}\"'|:\\]+")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,30}):")


@dataclass(frozen=True, slots=True)
class Reached:
    """What one value holds. ``whole``: all of it was read."""

    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    whole: bool = True


_NOTHING = Reached(whole=False)


def email_of(text: str) -> str | None:
    """Return a bare address, its domain in the letters that mail servers use; None if it is none.

    ``abuse@bücher.example`` gives ``abuse@xn--bcher-kva.example``.
    """
    local, _, domain = unicodedata.normalize("NFC", text[: _MAX_EMAIL + 100]).rpartition("@")
    if not 1 <= len(local) <= 64 or not all(map(_is_local, local)):
        return None
    host = _host_of(domain)
    address = f"{local}@{host}"
    return address if host and len(address) <= _MAX_EMAIL else None


def _is_local(sign: str) -> bool:
    if sign.isascii():
        return sign.isalnum() or sign in _LOCAL_SIGNS
    return unicodedata.category(sign)[0] in "LMN"


def _host_of(domain: str) -> str:
    """Return a host name of two labels or more in ASCII; "" where it is none."""
    name = host_in_ascii(domain.removesuffix(".")) or ""
    labels = name.split(".")
    sound = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
    # A name that ends in digits is an IP address; "invalid" is kept free for what leads nowhere.
    return name if sound and not labels[-1].isdigit() and labels[-1].lower() != "invalid" else ""


def host_in_ascii(name: str) -> str | None:
    """Return a host name in the letters that the Internet uses; None where there is no such way.

    IDNA 2008 first: Python's own codec turns ``straße.example`` into another name. What 2008
    doesn't know (a heart, say) is written by the older rules, since such names are in use.
    """
    if len(name) > _MAX_HOST:
        return None
    if name.isascii():
        return name
    try:
        found = idna.encode(name, uts46=True)
    except UnicodeError:
        try:
            found = name.encode("idna")
        except UnicodeError:
            return None
    return found.decode("ascii") if len(found) <= _MAX_HOST else None


def read_email(text: str) -> Reached:
    """Read the value of an e-mail property: bare, as ``mailto:``, named, or several."""
    text = text.strip()
    if len(text) > MAX_VALUE:
        return _NOTHING
    if text.lower().startswith("mailto:"):
        return _mailto(text[7:])
    parts = [part for part in re.split(r"[,;]+", text) if part.strip()]
    return _all_of([one for part in parts for one in _apart(_bare(part))])


def _apart(part: str) -> list[str]:
    """Return the addresses that only spaces or lines keep apart; else the part as it is."""
    words = part.split()
    return words if len(words) > 1 and all("@" in word for word in words) else [part]


def _bare(part: str) -> str:
    """``Abuse <a@b.example>``, ``"a@b.example"`` and ``a@b.example (Abuse)`` hold one address."""
    part = part.strip()
    if part.endswith(")") and "(" in part:
        part = part[: part.rindex("(")].strip()
    if part.endswith(">") and "<" in part:
        part = part[part.rindex("<") + 1 : -1].strip()
    part = part.strip("\"'")
    return unquote(part[7:]) if part.lower().startswith("mailto:") else part


def _mailto(rest: str) -> Reached:
    """Read what follows ``mailto:`` (RFC 6068): addresses, percent-encoded, and header fields."""
    # Some write "mailto://", which would make "//" a part of the name before the "@".
    to, _, fields = rest.strip().removeprefix("//").partition("?")
    given = [unquote(part) for part in re.split(r"[,;]", to)]
    for field in fields.split("&")[:_MAX_TOGETHER]:
        name, _, value = field.partition("=")
        if name.lower() == "to":
            given += re.split(r"[,;]", unquote(value))
    return _all_of([_bare(part) for part in given if part.strip()])


def _all_of(parts: list[str]) -> Reached:
    found = [email_of(part) for part in parts[:_MAX_TOGETHER]]
    emails = tuple(dict.fromkeys(one for one in found if one))
    whole = bool(emails) and None not in found and len(parts) <= _MAX_TOGETHER
    return Reached(emails=emails, whole=whole)


def read_phone(text: str) -> Reached:
    """Read the value of a ``tel`` property: a number, or a ``tel:`` address (RFC 3966)."""
    if len(text) > MAX_VALUE:
        return _NOTHING
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES)
    at = plain.lower().rfind("tel:")
    number = (unquote(plain[at + 4 :]).removeprefix("//") if at >= 0 else plain).strip()
    sound = _PHONE.fullmatch(number) and sum(sign.isdigit() for sign in number) >= 3
    return Reached(phones=(number,)) if sound else _NOTHING


def read_uri(text: str) -> Reached:
    """Read an address of any kind: ``https:``, ``mailto:``, ``tel:``, a bare e-mail address."""
    text = text.strip()
    if len(text) > MAX_VALUE:
        return _NOTHING
    found = _SCHEME.match(text)
    scheme = found[1].lower() if found else ""
    if scheme == "mailto":
        return read_email(text)
    if scheme == "tel":
        return read_phone(text)
    page = page_of(text)
    if page:
        return Reached(pages=(page,))
    return read_email(text) if "@" in text and "/" not in text and not scheme else _NOTHING


def page_of(text: str) -> str | None:
    """Return the address of a page: ``http``, ``https``, or bare and beginning with ``www.``."""
    if len(text) > _MAX_PAGE or any(sign.isspace() for sign in text) or visible(text) != text:
        return None
    try:
        parts = urlsplit(text if _SCHEME.match(text) else f"https://{text}")
        parts.port  # noqa: B018  # raises for a port that is none
    except ValueError:
        return None
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or "." not in host:
        return None
    is_page = bool(_SCHEME.match(text)) or host.startswith("www.")
    return text if is_page and not set("<>\"'`\\") & set(text) else None


def emails_in(text: str) -> Iterator[str]:
    """Yield the addresses that a text mentions, for somebody to read: it says who they are."""
    for word in _BETWEEN.split(text[: 10 * MAX_VALUE]):
        if "@" in word and "/" not in word:  # no part of another address
            found = email_of(word.strip(".!?-*"))
            if found:
                yield found
