"""HTTP out, over httpx: bounded in time and size, no redirects, no proxy from the environment."""

import time

import httpx

from staydown.net import guard
from staydown.net.errors import AnswerTooLarge, NetError, NoAnswer
from staydown.net.message import Request, Response

CONNECT_SECONDS = 5.0
READ_SECONDS = 15.0
TOTAL_SECONDS = 60.0


class HttpTransport:
    """Sends requests, each over a connection of its own to an address that was just checked.

    Connections aren't pooled: a pool knows them by address, and two names on one address would
    then share a certificate check. Thread-safe.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        read_seconds: float = READ_SECONDS,
        total_seconds: float = TOTAL_SECONDS,
        resolve: guard.Resolver = guard.system_resolver,
    ) -> None:
        self._allow_private = allow_private
        self._timeout = httpx.Timeout(read_seconds, connect=CONNECT_SECONDS)
        self._total_seconds = total_seconds
        self._resolve = resolve
        # Honours SSL_CERT_FILE, for banks with an authority of their own.
        self._tls = httpx.create_ssl_context()

    def send(self, request: Request) -> Response:
        """Return the response, whatever its status. Raises a NetError."""
        target = guard.check(request.url, allow_private=self._allow_private, resolve=self._resolve)
        outgoing = httpx.Request(
            request.method,
            httpx.URL(request.url).copy_with(host=target.address, port=target.port, fragment=None),
            headers={
                "Accept-Encoding": "identity",
                "User-Agent": "staydown",
                **request.headers,
                "Host": target.authority,
            },
            content=request.body if request.method not in ("GET", "HEAD") else None,
            extensions={"sni_hostname": target.host},
        )
        deadline = time.monotonic() + self._total_seconds
        try:
            with httpx.Client(
                verify=self._tls, timeout=self._timeout, trust_env=False, follow_redirects=False
            ) as client:
                response = client.send(outgoing, stream=True)
                try:
                    return _read(response, request.limit, deadline)
                finally:
                    response.close()
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
            # "from None": the foreign message may hold the address.
            raise NoAnswer(_reason(error)) from None


def _reason(error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "no answer came in time: try again later"
    if isinstance(error, httpx.ConnectError):
        return "no connection: check the address, the network and the certificate"
    return "the connection broke before the answer was complete: try again later"


def _read(response: httpx.Response, limit: int, deadline: float) -> Response:
    """Read the body piece by piece, giving up as soon as it is too long or too slow."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise NetError("the answer is compressed though none was asked for")
    declared = response.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise AnswerTooLarge(f"the answer is longer than {limit} bytes")
    pieces: list[bytes] = []
    size = 0
    for piece in response.iter_raw():
        size += len(piece)
        if size > limit:
            raise AnswerTooLarge(f"the answer is longer than {limit} bytes")
        if time.monotonic() > deadline:
            raise NoAnswer("no answer came in time: try again later")
        pieces.append(piece)
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Response(response.status_code, headers, b"".join(pieces))
