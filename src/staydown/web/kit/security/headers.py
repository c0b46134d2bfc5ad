"""Headers on every answer: nothing foreign loads, nothing is framed, cached or referred.

This is their one owner. ``secured`` is the outermost part of every site, so that they are also on
what never reaches Django; the server's own refusals ask here for theirs.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from staydown.web.kit.http.charset import WSGIApplication

#: Where a site is reached over https, through a proxy that says so.
_SECURE = "HTTP_X_FORWARDED_PROTO"

_ALWAYS = (
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), browsing-topics=()"),
)

#: A browser that came over https once never sends a PIN in the open afterwards.
_STAY = ("Strict-Transport-Security", "max-age=31536000")

#: The policy of what is no page: nothing loads at all.
NOTHING_LOADS = "default-src 'none'; frame-ancestors 'none'"


def content_security_policy(image_origin: str = "") -> str:
    """Return the policy. ``image_origin`` is the one foreign origin whose images may load.

    Only the desk's console names one, for a platform's own preview pictures.
    """
    images = f"img-src 'self' {image_origin}".rstrip()
    return "; ".join(
        (
            "default-src 'self'",
            images,
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def headers_for(
    stated: Mapping[str, str], *, https: bool = False, policy: str = ""
) -> list[tuple[str, str]]:
    """Return what an answer that states these headers must carry besides, or instead.

    A policy or a rule for caches that was stated stays: a view may need another one. ``stated`` has
    names in lower case. ``policy`` is that of an answer without one; a page's unless given.
    """
    found = [*_ALWAYS, *([_STAY] if https else [])]
    if "content-security-policy" not in stated:
        found.append(("Content-Security-Policy", policy or content_security_policy()))
    if "cache-control" not in stated:
        found.append(("Cache-Control", "no-store"))
    return found


def secured(application: WSGIApplication, *, https: bool) -> WSGIApplication:
    """Return an application all of whose answers carry the headers, whatever made them.

    ``https``: whether the site's own address is, so that what a proxy says of it is believed.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        stay = https and environ.get(_SECURE) == "https"

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            stated = {name.lower(): value for name, value in headers}
            ours = headers_for(stated, https=stay, policy=_policy_of(stated))
            set_here = {name.lower() for name, _ in ours}
            kept = [pair for pair in headers if pair[0].lower() not in set_here]
            return start_response(status, [*kept, *ours], *more)

        return application(environ, start)

    return answer


def _policy_of(stated: Mapping[str, str]) -> str:
    """Return the policy of an answer: JSON loads nothing, and is never shown as a page."""
    return NOTHING_LOADS if "json" in stated.get("content-type", "") else content_security_policy()
