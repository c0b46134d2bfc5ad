"""How long, how many and how much: what a connection may take of a site."""

from dataclasses import dataclass

from staydown.base.settings import SiteSettings

KIB = 1024
MIB = 1024 * KIB

#: The largest body that anybody may send, without having shown that it is wanted.
SMALL_BODY = MIB


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, bytes and counts; ``docs/decisions/0035-the-server.md`` says why these."""

    #: For a request's headers, from the connection's beginning or the request's first byte.
    head_seconds: float = 10.0
    #: A kept connection without a request.
    idle_seconds: float = 60.0
    #: Allowance of a body, and of an answer that is being read.
    slow_seconds: float = 20.0
    #: Least rate of both beyond that, in bytes a second.
    rate: float = 16 * KIB
    #: After a refusal what still comes is read and thrown away, so that the sender sees the answer.
    linger_seconds: float = 5.0
    #: From the signal to stop until what isn't answered is given up, and until the end.
    stop_seconds: float = 5.0
    end_seconds: float = 9.0
    #: Requests of one connection that are read ahead.
    pipelined: int = 16
    #: A request's headers, in bytes and count.
    head_bytes: int = 32 * KIB
    head_count: int = 100
    #: The largest body; and that of a request which the site said yes to beforehand.
    body_bytes: int = SMALL_BODY
    admitted_bytes: int = SMALL_BODY
    #: Connections at once: all of them, and those of one address.
    connections: int = 512
    connections_each: int = 64
    #: Bodies and answers in memory at once: all of them, and those of one address.
    held_bytes: int = 256 * MIB
    held_bytes_each: int = 128 * MIB

    @classmethod
    def of(
        cls, site: SiteSettings, *, body_bytes: int = SMALL_BODY, admitted_bytes: int = 0
    ) -> "Limits":
        """Return the limits of a site: its settings' counts, and how large its bodies are."""
        held = site.buffer_mib * MIB
        return cls(
            body_bytes=body_bytes,
            admitted_bytes=max(body_bytes, admitted_bytes),
            connections=site.connections,
            connections_each=max(1, site.connections // 8),
            held_bytes=held,
            held_bytes_each=held // 2,
        )
