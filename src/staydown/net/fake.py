"""A network in memory: the same promises as ``net.http``, no wire.

Ships with the package so that anyone who builds on a transport can test without a server.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from staydown.net.errors import AddressRefused, AnswerTooLarge, NoAnswer
from staydown.net.message import Request, Response

Site = Callable[[Request], Response]


class FakeTransport:
    """Carries requests to functions, by origin (``https://bank.example``).

    A site may raise NoAnswer to play a broken line. ``sent`` keeps every request in order.
    """

    def __init__(self, sites: dict[str, Site] | None = None) -> None:
        self._sites = dict(sites or {})
        self.sent: list[Request] = []

    def add(self, origin: str, site: Site) -> None:
        """Let ``site`` answer for ``origin``."""
        self._sites[origin] = site

    def send(self, request: Request) -> Response:
        """Return what the site answers. Raises a NetError as the real transport does."""
        self.sent.append(request)
        parts = urlsplit(request.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise AddressRefused("the address must start with https:// and name a host")
        if parts.username is not None or parts.password is not None:
            raise AddressRefused("the address must not hold a user name or password")
        site = self._sites.get(f"{parts.scheme}://{parts.netloc}")
        if site is None:
            raise NoAnswer("no connection: check the address, the network and the certificate")
        response = site(request)
        if len(response.body) > request.limit:
            raise AnswerTooLarge(f"the answer is longer than {request.limit} bytes")
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Response(response.status, headers, response.body)
