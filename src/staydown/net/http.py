"""HTTP out: bounded in time and size, no redirects, no proxy from the environment."""

from collections.abc import Iterable

import h11
import httpcore
import httpx

from staydown.net import guard, names
from staydown.net.deadline import Deadline
from staydown.net.dialling import connect
from staydown.net.errors import AnswerTooLarge, NetError, NoAnswer
from staydown.net.line import Line
from staydown.net.message import Outgoing, Request, Response

CONNECT_SECONDS = 5.0
READ_SECONDS = 15.0
TOTAL_SECONDS = 60.0

#: All that may come before the body: interim answers (1xx) and headers.
MAX_HEAD_BYTES = 256 * 1024

_LATE = "no answer came in time: try again later"
_BROKEN = "the connection broke before the answer was complete: try again later"
_NOT_REACHED = "no connection: check the address, the network and the certificate"

#: What the libraries below raise for whatever comes over the wire, besides TimeoutError.
_FOREIGN = (
    OSError,  # ssl.SSLError too
    ValueError,
    h11.ProtocolError,
    httpcore.NetworkError,
    httpcore.ProtocolError,
)


class HttpTransport:
    """Sends requests, each over a connection of its own to an address that was just checked.

    ``total_seconds`` is all that a request may take: finding the name, connecting, TLS, sending,
    and the whole of the answer, in however small pieces it comes. ``read_seconds`` bounds a silence
    within that. Connections aren't pooled. Thread-safe.
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
        self._read_seconds = read_seconds
        self._total_seconds = total_seconds
        self._resolve = resolve
        # Honours SSL_CERT_FILE, for banks with an authority of their own.
        self._tls = httpx.create_ssl_context()

    def send(self, request: Request) -> Response:
        """Return the response, whatever its status. Raises a NetError, and nothing else."""
        deadline = Deadline(self._total_seconds)
        outgoing = Outgoing.of(request)
        resolve = names.within(deadline, self._resolve)
        target = guard.check(outgoing.place, allow_private=self._allow_private, resolve=resolve)
        line = self._connected(target, deadline)
        try:
            return _answered(line, outgoing, request.limit)
        except NetError as error:
            error.received = line.received
            raise
        finally:
            line.close()

    def _connected(self, target: guard.Target, deadline: Deadline) -> Line:
        """Return a line to one of the target's addresses, with TLS where the place has it."""
        line = None
        try:
            connection = connect(
                target.addresses, target.port, deadline, most_seconds=CONNECT_SECONDS
            )
            line = Line(connection, deadline, silence=self._read_seconds, allow=MAX_HEAD_BYTES)
            if target.scheme == "https":
                line.secure(self._tls, target.host)
        except (OSError, ValueError) as error:  # a name that no certificate can carry: the latter
            if line is not None:
                line.close()
            late = isinstance(error, TimeoutError)
            raise NoAnswer(_LATE if late else _NOT_REACHED) from None
        return line


def _answered(line: Line, outgoing: Outgoing, limit: int) -> Response:
    """Send the request and return its answer; of what can go wrong, only a NetError comes out."""
    try:
        return _exchanged(line, outgoing, limit)
    except TimeoutError:
        raise NoAnswer(_LATE) from None
    except _FOREIGN:
        # "from None": the foreign message may hold the address.
        raise NoAnswer(_BROKEN) from None


def _exchanged(line: Line, outgoing: Outgoing, limit: int) -> Response:
    """Send the request and read the answer to its end."""
    place = outgoing.place
    url = httpcore.URL(scheme=place.scheme, host=place.host, port=place.port, target=place.target)
    connection = httpcore.HTTP11Connection(url.origin, line)
    asked = httpcore.Request(
        outgoing.method, url, headers=list(outgoing.headers), content=outgoing.body
    )
    answer = connection.handle_request(asked)
    headers = _joined(answer.headers)
    if headers.get("content-encoding", "identity") != "identity":
        raise NetError("the answer is compressed though none was asked for")
    # Chunks of a few bytes each are more frame than body; an honest server sends larger ones.
    line.allow(2 * limit + MAX_HEAD_BYTES)
    return Response(answer.status, headers, _body(answer, headers, limit))


def _body(answer: httpcore.Response, headers: dict[str, str], limit: int) -> bytes:
    """Read the body piece by piece, giving up as soon as it is too long."""
    declared = headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared) > limit:
        raise AnswerTooLarge(f"the answer is longer than {limit} bytes")
    pieces: list[bytes] = []
    size = 0
    for piece in answer.iter_stream():
        size += len(piece)
        if size > limit:
            raise AnswerTooLarge(f"the answer is longer than {limit} bytes")
        pieces.append(piece)
    return b"".join(pieces)


def _joined(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers by name in lower case; those that come twice are joined by a comma."""
    found: dict[str, str] = {}
    for name, value in headers:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found
