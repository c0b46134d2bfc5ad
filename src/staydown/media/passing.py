"""An open file on its way to a decoder process, which could open none by itself.

The socket has no address and joins these two processes alone: nothing here reaches a network.
"""

import io
import os
import socket
from typing import BinaryIO, TypeAlias

#: One of two joined ends.
End: TypeAlias = socket.socket

_MARK = b"f"


def pair() -> tuple[End, End]:
    """Return two joined ends: for this process, and for the child's standard input."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)


def send_file(end: End, file: int) -> None:
    """Send one byte, and the open ``file`` with it. Raises BlockingIOError, OSError."""
    socket.send_fds(end, [_MARK], [file])


class Requests:
    """The child's end: what comes in, read no further than asked, so that no file gets lost."""

    def __init__(self, handle: int) -> None:
        self._end = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=handle)
        # With a buffer of one byte nothing is ever read ahead.
        self._bytes = io.BufferedReader(io.FileIO(handle, closefd=False), buffer_size=1)

    def fileno(self) -> int:
        """Return the number of the file that requests come through."""
        return self._end.fileno()

    def read(self, size: int) -> bytes:
        """Return so many bytes, or fewer at the end."""
        return self._bytes.read(size)

    def file(self) -> BinaryIO:
        """Return the open file that comes next. Raises EOFError."""
        _, files, _, _ = socket.recv_fds(self._end, len(_MARK), 1)
        if len(files) != 1:
            raise EOFError
        return os.fdopen(files[0], "rb")
