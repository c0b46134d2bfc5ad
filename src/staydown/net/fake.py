"""A network in memory: the same promises as ``net.http``, no wire.

Ships with the package so that anyone who builds on a transport can test without a server.
"""

from collections.abc import Callable

from staydown.net import guard
from staydown.net.errors import AnswerTooLarge, NetError, NoAnswer
from staydown.net.message import Outgoing, Request, Response

Site = Callable[[Request], Response]


class FakeTransport:
    """Carries requests to functions, by origin (``https://bank.example``).

    A site may raise NoAnswer to play a broken line. ``sent`` keeps every request in order.
    """

    def __init__(self, sites: dict[str, Site] | None = None) -> None:
        self._sites = {_origin(guard.read(name)): site for name, site in (sites or {}).items()}
        self.sent: list[Request] = []

    def add(self, origin: str, site: Site) -> None:
        """Let ``site`` answer for ``origin``."""
        self._sites[_origin(guard.read(origin))] = site

    def send(self, request: Request) -> Response:
        """Return what the site answers. Raises a NetError as the real transport does."""
        self.sent.append(request)
        site = self._sites.get(_origin(Outgoing.of(request).place))
        if site is None:
            raise NoAnswer("no connection: check the address, the network and the certificate")
        response = site(request)
        headers = {name.lower(): value for name, value in response.headers.items()}
        if headers.get("content-encoding", "identity") != "identity":
            raise NetError("the answer is compressed though none was asked for")
        if len(response.body) > request.limit:
            raise AnswerTooLarge(f"the answer is longer than {request.limit} bytes")
        return Response(response.status, headers, response.body)


def _origin(place: guard.Place) -> str:
    return f"{place.scheme}://{place.authority}"
