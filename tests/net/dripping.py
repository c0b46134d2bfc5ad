"""Servers that keep a caller waiting, each in its own way, over plain TCP or TLS."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

#: Seconds between two bytes: short enough that no silence is ever long.
PAUSE = 0.02

#: Says something to a caller on a connection until it is told to stop.
Speaker = Callable[[socket.socket, threading.Event], None]


def drip(head: bytes, dripped: bytes) -> Speaker:
    """Send ``head`` at once, and then ``dripped`` over and over, a byte at a time."""

    def speak(connection: socket.socket, stop: threading.Event) -> None:
        connection.recv(65536)
        connection.sendall(head)
        while not stop.is_set():
            for byte in dripped:
                connection.sendall(bytes([byte]))
                if stop.wait(PAUSE):
                    return

    return speak


def flood(head: bytes, piece: bytes) -> Speaker:
    """Send ``head``, and then ``piece`` over and over, as fast as it is taken."""

    def speak(connection: socket.socket, stop: threading.Event) -> None:
        connection.recv(65536)
        connection.sendall(head)
        many = piece * 500
        while not stop.is_set():
            connection.sendall(many)

    return speak


def hold(connection: socket.socket, stop: threading.Event) -> None:
    """Take the connection, and neither read nor say anything."""
    stop.wait()


@contextmanager
def serving(speak: Speaker, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Let ``speak`` answer every connection to a free port of this machine."""
    stop = threading.Event()

    def answer(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            # A caller that went away must not leave the thread behind.
            connection.settimeout(60)
            if tls is None:
                speak(connection, stop)
            else:
                with tls.wrap_socket(connection, server_side=True) as secured:
                    speak(secured, stop)

    with _accepting(answer) as port:
        try:
            yield port
        finally:
            stop.set()


@contextmanager
def dripping_back(port: int, fast: int) -> Iterator[int]:
    """Pass bytes on to ``port`` and back: the way back is at once for the first ``fast`` bytes,
    and a byte at a time from then on."""
    stop = threading.Event()

    def relay(near: socket.socket) -> None:
        with suppress(OSError), near, socket.create_connection(("127.0.0.1", port), 60) as far:
            near.settimeout(60)
            threading.Thread(target=_pass_on, args=(near, far), daemon=True).start()
            passed = 0
            while (data := far.recv(4096)) and not stop.is_set():
                at_once = data[: max(0, fast - passed)]
                passed += len(data)
                near.sendall(at_once)
                for byte in data[len(at_once) :]:
                    near.sendall(bytes([byte]))
                    if stop.wait(PAUSE):
                        return

    with _accepting(relay) as own:
        try:
            yield own
        finally:
            stop.set()


@contextmanager
def dead_end(address: str = "127.0.0.1", port: int = 0) -> Iterator[int]:
    """A port whose queue is full: the system leaves whoever connects without any answer."""
    with ExitStack() as held:
        listening = held.enter_context(socket.socket())
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((address, port))
        listening.listen(0)
        place = listening.getsockname()
        for _ in range(8):
            waiting = held.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(place)
        yield place[1]


def _pass_on(near: socket.socket, far: socket.socket) -> None:
    with suppress(OSError):
        while data := near.recv(4096):
            far.sendall(data)


@contextmanager
def _accepting(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection = listening.accept()[0]
                    threading.Thread(target=answer, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield listening.getsockname()[1]
        finally:
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
