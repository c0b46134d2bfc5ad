"""Closing a connection whose sender hasn't finished, without losing the answer.

A socket that is closed with bytes unread resets the connection, and the sender may never see why
it was refused. So we end our side only, and throw away what still comes for a moment.
"""

import asyncio
from collections.abc import Callable
from typing import Any


class LingeringTransport(asyncio.Transport):
    """A transport that asks, when told to close, whether the other side is still sending."""

    def __init__(
        self,
        transport: asyncio.Transport,
        unfinished: Callable[[], bool],
        lingers: Callable[[], None],
    ) -> None:
        super().__init__()
        self._inner = transport
        self._unfinished = unfinished
        self._lingers = lingers
        self._closing = False
        #: None: nothing is held back.
        self._kept: bytes | None = None

    def close(self) -> None:
        """Close; or end our side, and read on until the owner aborts or the other side ends."""
        if self._closing:
            return
        self._write_kept()
        self._closing = True
        if self._unfinished() and not self._inner.is_closing():
            self._lingers()
            self._inner.write_eof()
            self._inner.resume_reading()
        else:
            self._inner.close()

    def abort(self) -> None:
        """Close at once; what wasn't sent is lost."""
        self._closing = True
        self._inner.abort()

    def is_closing(self) -> bool:
        """Say whether nothing more can be written."""
        return self._closing or self._inner.is_closing()

    def with_next(self) -> None:
        """Keep what is written next, and send it together with what is written then."""
        self._kept = b""

    def write(self, data: Any) -> None:
        """Send bytes, or keep them until they can be sent."""
        if self.is_closing():
            return
        if self._kept is None:
            self._inner.write(data)
        elif self._kept:
            whole, self._kept = self._kept + data, None
            self._inner.write(whole)
        else:
            self._kept = bytes(data)

    def _write_kept(self) -> None:
        if self._kept:
            whole, self._kept = self._kept, None
            self.write(whole)

    def get_write_buffer_size(self) -> int:
        """Return how many bytes wait to be sent."""
        return self._inner.get_write_buffer_size()

    def pause_reading(self) -> None:
        """Take no more bytes."""
        self._inner.pause_reading()

    def resume_reading(self) -> None:
        """Take bytes again."""
        self._inner.resume_reading()

    def is_reading(self) -> bool:
        """Say whether bytes are taken."""
        return self._inner.is_reading()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Return what is known of the connection."""
        return self._inner.get_extra_info(name, default)
