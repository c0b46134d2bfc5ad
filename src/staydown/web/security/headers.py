"""Headers on every answer: nothing foreign loads, nothing is framed, cached or referred."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponseBase]


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


class SecurityHeaders:
    """Middleware that sets the headers of every answer; a view may have set a stricter or wider
    ``Content-Security-Policy`` of its own first, which is kept."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response
        self._policy = content_security_policy()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        response.headers.setdefault("Content-Security-Policy", self._policy)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = (
            "camera=(), microphone=(), geolocation=(), browsing-topics=()"
        )
        response.headers.setdefault("Cache-Control", "no-store")
        if request.is_secure():
            # A browser that came over https once never sends a PIN in the open afterwards.
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response
