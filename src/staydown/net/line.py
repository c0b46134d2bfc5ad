"""A connection on which everything, however it is dripped, is over by one deadline."""

import socket
import ssl

import httpcore

from staydown.net.deadline import Deadline
from staydown.net.errors import AnswerTooLarge

#: What is handed to the system at once, in bytes.
_PIECE = 64 * 1024


class Line(httpcore.NetworkStream):
    """A socket that reads and writes only until its deadline, and reads only so much.

    The standard library counts time for each call anew, and for a write over TLS for each record:
    a byte now and then would keep a caller for ever. Here every call gets what is left of the
    whole, and no more than ``silence`` seconds in which nothing moves at all.

    Raises TimeoutError when time is up, AnswerTooLarge when more came than ``allow`` allows, and
    OSError when the connection breaks.
    """

    def __init__(
        self, connection: socket.socket, deadline: Deadline, *, silence: float, allow: int
    ) -> None:
        self._connection = connection
        self._deadline = deadline
        self._silence = silence
        self._allowed = allow
        #: Bytes that came in, headers and framing too.
        self.received = 0

    def allow(self, more: int) -> None:
        """Let so many bytes more come in."""
        self._allowed += more

    def secure(self, context: ssl.SSLContext, name: str) -> None:
        """Go over to TLS with a server that proves to be ``name``. Raises ssl.SSLError too."""
        self._connection.settimeout(self._deadline.left(self._silence))
        self._connection = context.wrap_socket(self._connection, server_hostname=name)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return up to ``max_bytes``; b"" at the end."""
        self._connection.settimeout(self._deadline.left(self._silence))
        data = self._connection.recv(max_bytes)
        self.received += len(data)
        self._allowed -= len(data)
        if self._allowed < 0:
            raise AnswerTooLarge("the answer is longer than what was asked for can be")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send everything."""
        rest = memoryview(buffer)
        while rest:
            self._connection.settimeout(self._deadline.left(self._silence))
            try:
                rest = rest[self._connection.send(rest[:_PIECE]) :]
            except TimeoutError:
                raise
            except OSError as error:
                # httpcore then still reads: the server may have answered before it hung up.
                raise httpcore.WriteError from error

    def close(self) -> None:
        """Hang up, without waiting for anything that is still to be sent."""
        self._connection.close()
