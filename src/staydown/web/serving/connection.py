"""One connection: uvicorn's HTTP/1 protocol, with what it leaves out.

It has deadlines, bounded headers, a place in the crowd, and an end that loses no answer. HTTP is
parsed by llhttp (through httptools), which refuses what could be read in two ways.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any, cast

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from staydown.web.kit.http.refusals import refusal, written
from staydown.web.serving.crowd import Crowd, Ended
from staydown.web.serving.lingering import LingeringTransport
from staydown.web.serving.standing import (
    Network,
    Pace,
    Phase,
    Standing,
    forwarded_share,
    full_credit,
    is_proxy,
    share_of,
)


class ServingConfig(Config):
    """uvicorn's settings, with what every connection shares."""

    crowd: Crowd
    proxies: tuple[Network, ...] = ()


class _Refused(Exception):
    """A request that can't be taken."""


class Connection(HttpToolsProtocol):
    """A connection and its place in the crowd. Lives in the event loop's thread alone."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        serving = cast(ServingConfig, config)
        self.crowd, self._proxies = serving.crowd, serving.proxies
        self._limits = serving.crowd.limits
        self.share: str | None = None
        self.held = 0
        self._peer = ""
        self._pace: Pace
        self._enter(Phase.HEAD)
        #: Bytes of an answer, while that goes out.
        self._sent = 0
        #: Bytes of headers that have come, while a request's aren't complete; else None.
        self._head: int | None = None
        #: Bytes that came with a body and are none of it: chunks' lengths, trailers.
        self._framing = 0
        #: Gives up what waits for a thread, if anything does.
        self._give_up: Callable[[], None] | None = None
        self._refused_with = 0
        self._deaf = False
        #: Whether a request's headers were ever complete: there is a cycle from then on.
        self._begun = False
        self._goes_on_when_sent = False

    # ------------------------------------------------------------------ the crowd's view

    @property
    def gone(self) -> bool:
        """Whether nobody is there to be answered."""
        return self.transport.is_closing()

    def standing(self, now: float) -> Standing:
        """Return how the connection stands at a moment of the monotonic clock."""
        moved = self._moved
        if self._phase is Phase.ANSWER:
            moved = self._sent - self.transport.get_write_buffer_size()
        self._pace = self._pace.after(now, moved, self._limits)
        return Standing(self._phase, self._since, self._pace.credit)

    def end(self, why: Ended) -> None:
        """End the connection, with a word where one can still be said."""
        self._deaf = True
        if self._phase in (Phase.HEAD, Phase.BODY) and self._moved:
            self._say(408 if why is Ended.LATE else 503)
            if why is Ended.MEMORY:
                return  # it keeps its place for a moment, so that its sender sees why
            if not self.transport.get_write_buffer_size():
                self._inner.close()
                return
        self.transport.abort()

    # ------------------------------------------------------------------ the bridge's words

    def reading(self) -> None:
        """A body is being taken in."""
        self._enter(Phase.BODY)
        if self._deaf:  # what came of it meanwhile can't be read
            self._say(400)

    def took(self, count: int) -> None:
        """So many bytes of a body were taken in."""
        self._moved += count

    def working(self) -> None:
        """The request is whole, and waits for a thread or has one."""
        self._enter(Phase.WORK)

    def waiting(self, give_up: Callable[[], None] | None) -> None:
        """Note how what waits for a thread is given up; nothing waits any more with None."""
        self._give_up = give_up

    def answering(self, size: int) -> None:
        """An answer of so many bytes goes out; the request's body is held no more."""
        self.crowd.hold(self, -self.held)
        if self.transport.is_closing():  # it was refused before its end, and lingers
            return
        self.crowd.hold(self, size, done=True)
        self._sent = size
        self._enter(Phase.ANSWER)
        if size:
            self._out.with_next()  # headers and body in one piece

    def _enter(self, phase: Phase) -> None:
        self._phase, self._since, self._moved = phase, time.monotonic(), 0
        self._pace = Pace(full_credit(self._limits), self._since)

    # ------------------------------------------------------------------ asyncio's calls

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a place in the crowd, or go."""
        self._inner = transport
        # Any byte that can't be sent at once counts: the next answer waits for it.
        transport.set_write_buffer_limits(high=0)
        self._out = LingeringTransport(transport, self._unfinished, self._linger)
        super().connection_made(self._out)
        self._peer = self.client[0] if self.client else ""
        self.share = None if is_proxy(self._peer, self._proxies) else share_of(self._peer)
        if not self.crowd.enter(self):
            self._deaf = True
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Give the place up."""
        self._deaf = True
        self.crowd.leave(self)
        if self._give_up is not None:  # nobody counts its body any more
            self._give_up()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on. What can't be read is answered once, and then nothing more is heard."""
        if self._deaf or self.transport.is_closing():
            return
        self._unset_keepalive_if_required()
        self._count(len(data))
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # Another protocol is asked for: this one answers, and then the connection ends.
            self._deaf = True
            if self._begun:
                self.cycle.keep_alive = False
        except httptools.HttpParserError:
            self._refuse(self._refused_with or 400)
        else:
            if max(self._head or 0, self._framing) > self._limits.head_bytes:
                self._refuse(431)

    def _count(self, came: int) -> None:
        """Count bytes that came as a head's, or a body's and its framing."""
        if self._phase is Phase.IDLE:
            self._enter(Phase.HEAD)
        if self._phase is Phase.HEAD:
            self._moved += came
        if self._head is not None:
            self._head += came
        elif self._unfinished():
            self._framing += came

    def resume_writing(self) -> None:
        """Everything was sent."""
        super().resume_writing()
        if self._goes_on_when_sent:
            self._goes_on_when_sent = False
            self.on_response_complete()

    # ------------------------------------------------------------------ the parser's calls

    def on_message_begin(self) -> None:
        """A request begins."""
        if len(self.pipeline) >= self._limits.pipelined:
            raise _Refused
        super().on_message_begin()
        self.scope["state"]["connection"] = self
        self._head, self._framing = 0, 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header. What follows a body (trailers) nobody asks for."""
        if self._head is not None:
            super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        """Take a piece of a body in. It pays for as much framing: honest chunks are larger."""
        self._framing = max(0, self._framing - 2 * len(body))
        super().on_body(body)

    def on_headers_complete(self) -> None:
        """Refuse what can be read in two ways or is too long; else begin to answer."""
        self._head = None
        self._refused_with = self._faults()
        if self._refused_with:
            raise _Refused
        busy = self._answers()
        if busy and self._sends_body():
            # Nobody sends a body before the answer to an earlier request; nor need it be kept.
            raise _Refused
        if not busy and is_proxy(self._peer, self._proxies):
            forwarded = ",".join(self._values(b"x-forwarded-for"))
            share = forwarded_share(self._peer, forwarded, self._proxies)
            if not self.crowd.count_to(self, share):
                self._refused_with = 503
                raise _Refused
        super().on_headers_complete()
        self._begun = True

    def on_response_complete(self) -> None:
        """Go on once the answer was sent: what comes next mustn't pile up behind it."""
        if not self.transport.is_closing():
            if self.flow.write_paused:
                self._goes_on_when_sent = True
                return
            self.crowd.hold(self, -self.held)
            if is_proxy(self._peer, self._proxies):
                self.crowd.count_to(self, None)
            self._enter(Phase.IDLE if self._head is None else Phase.HEAD)
        super().on_response_complete()

    def shutdown(self) -> None:
        """The site stops: finish what was begun and is being worked on, end the rest."""
        if self._phase in (Phase.WORK, Phase.BODY) or self.transport.get_write_buffer_size():
            if self._answers():
                self.cycle.keep_alive = False
            elif not self.transport.is_closing():
                self.transport.close()
        else:
            self._inner.abort()

    # ------------------------------------------------------------------ inside

    def _unfinished(self) -> bool:
        """Whether the other side is in the middle of a request."""
        return self._head is not None or (self._begun and self.cycle.more_body)

    def _answers(self) -> bool:
        """Whether an answer is still to be given."""
        return self._begun and not self.cycle.response_complete

    def _linger(self) -> None:
        self._enter(Phase.LINGER)

    def _refuse(self, status: int) -> None:
        """Say why, unless an answer is under way: that one goes out, and nothing after it."""
        self._deaf = True
        self._head = 0  # the sender may be in the middle of anything
        if self._answers() and self._phase is not Phase.BODY:
            self.cycle.keep_alive = False
        else:
            self._say(status)

    def _say(self, status: int) -> None:
        """Answer in place of the site, and close gently. Whoever waits for a body waits no more."""
        self.transport.write(written(refusal(status)))
        if self._answers():
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()

    def _values(self, name: bytes) -> list[str]:
        return [value.decode("latin-1") for one, value in self.headers if one == name]

    def _sends_body(self) -> bool:
        lengths = self._values(b"content-length")
        return bool(self._values(b"transfer-encoding")) or lengths not in ([], ["0"])

    def _faults(self) -> int:
        """Return the status that says what is wrong with the headers; 0 for nothing."""
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > self._limits.head_bytes or len(self.headers) > self._limits.head_count:
            return 431
        version = self.parser.get_http_version()
        hosts = len(self._values(b"host"))
        if version not in ("1.0", "1.1") or hosts > 1 or (not hosts and version == "1.1"):
            return 400
        encodings = [one.strip().lower() for one in self._values(b"transfer-encoding")]
        if encodings and self._values(b"content-length"):
            return 400
        if encodings and (encodings != ["chunked"] or version == "1.0"):
            return 501
        return 0
