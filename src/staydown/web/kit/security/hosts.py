"""The names a site answers to: its own, from its settings, and this machine's. No others.

A page elsewhere can make a browser ask this machine under a name of its own that it has made to
point here (DNS rebinding): the browser then takes both for one site. So ``Host`` is looked at
before anything else, on every request. What a proxy says of it (``X-Forwarded-Host``) never counts.
"""

import ipaddress
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from staydown.base.settings import SiteSettings
from staydown.web.kit.http.charset import WSGIApplication
from staydown.web.kit.http.refusals import refusal
from staydown.web.kit.http.roots import PROGRAMS

#: Health checks and people on the machine itself ask by these.
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def names_of(site: SiteSettings) -> frozenset[str]:
    """Return the names and addresses that a site answers to, in lower case, without ports."""
    own = urlsplit(site.url).hostname or site.host
    listening = set() if _is_any(site.host) else {site.host}
    return frozenset(map(_plain, {own, *listening, *site.names})) | LOOPBACK


def _is_any(host: str) -> bool:
    """Whether an address to listen on stands for all of the machine's."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def _plain(name: str) -> str:
    return name.lower().strip("[]").removesuffix(".")


def own_names_only(
    application: WSGIApplication, site: SiteSettings, programs: tuple[str, ...] = PROGRAMS
) -> WSGIApplication:
    """Return an application that answers 421 to a ``Host`` of another site and 400 to none.

    Below ``programs`` it never does so by a page.
    """
    names = names_of(site)

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        name = host_name(str(environ.get("HTTP_HOST", "")))
        if name in names:
            return application(environ, start_response)
        status, headers, body = refusal(421 if name else 400, environ, programs)
        said = [(key.decode("ascii"), value.decode("ascii")) for key, value in headers]
        start_response(f"{status} {HTTPStatus(status).phrase}", said)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    return answer


def host_name(host: str) -> str:
    """Return the name in a ``Host`` header, in lower case; "" for what is none.

    A port is left out: a proxy's is another one than ours. So is the dot at the end of a full name.
    """
    name, port = host, ""
    if host.startswith("["):
        name, closed, port = host[1:].partition("]")
        if not closed or (port and not port.startswith(":")):
            return ""
        port = port[1:]
    elif ":" in host:
        name, _, port = host.partition(":")
    if port and not (port.isascii() and port.isdigit() and len(port) <= 5):
        return ""
    plain = name.lower().removesuffix(".")
    return plain if plain.isascii() and plain.isprintable() and " " not in plain else ""
