"""Who may ask: a platform key, or nobody's key where the operator allowed that on loopback."""

import hashlib

from staydown.review.api import Lookups
from staydown.review.settings import DeskSettings, is_loopback
from staydown.web.desk_site.lookup.request import Asked

#: Signs that the request came through a proxy, so from who knows where, or from a page in a browser
#: on this machine, which may be anybody's.
_NOT_FROM_HERE = (
    "Forwarded", "X-Forwarded", "X-Real-IP", "Via", "X-Original", "Origin", "Referer",
    "Sec-Fetch-Site", "CF-Connecting-IP", "True-Client-IP", "X-Client-IP", "X-Cluster-Client-IP",
    "X-Envoy", "Fastly-Client-IP", "Client-IP",
)  # fmt: skip

#: HTTP/1.0, as our server calls it, and as others do.
_OLD = ("HTTP/1", "HTTP/1.0")


def check(asked: Asked, lookups: Lookups, settings: DeskSettings) -> int | None:
    """Return the number of the last change, where it was read along with the key.

    Raises KeyNotTaken unless the caller may ask. A key that is given must always be right.
    """
    key = _key(asked)
    given = bool(key) or bool(asked.header("Authorization"))
    if not given and settings.lookup_without_key and _from_here(asked):
        return None
    return lookups.check_key(key)


def digest(asked: Asked) -> str:
    """Return what tells the caller's key from others; "" where there is none."""
    key = _key(asked)
    return hashlib.sha256(key.encode()).hexdigest() if key else ""


def _key(asked: Asked) -> str:
    scheme, _, value = asked.header("Authorization").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else asked.header("X-API-Key").strip()


def _from_here(asked: Asked) -> bool:
    """Say whether a request names this machine itself and nothing says that it was passed on.

    The ``Host`` is looked at because a foreign page can make a browser ask loopback under a name of
    its own (DNS rebinding). HTTP/1.0 is what nginx speaks to what lies behind it, under a ``Host``
    of loopback and without a word about itself, unless it is told otherwise.
    """
    sender = str(asked.environ.get("REMOTE_ADDR", ""))
    return (
        asked.environ.get("SERVER_PROTOCOL") not in _OLD
        and is_loopback(_name(asked.header("Host")).lower())
        and (not sender or is_loopback(sender))
        and not asked.has_header(*_NOT_FROM_HERE)
    )


def _name(host: str) -> str:
    """Return a ``Host`` header without its port and brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]
