"""The server of every site: one process that ends when it is told to, whatever its clients do."""

import asyncio
import contextlib
import ipaddress
import logging
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from uvicorn.server import Server

from staydown.base.errors import SettingsError
from staydown.base.settings import SiteSettings
from staydown.net.ports import is_free
from staydown.web.kit.http.charset import WSGIApplication
from staydown.web.serving.bridge import Admits, Bridge
from staydown.web.serving.connection import Connection, ServingConfig
from staydown.web.serving.crowd import Crowd, Ended
from staydown.web.serving.limits import Limits
from staydown.web.serving.workers import Workers

log = logging.getLogger(__name__)

#: Connections that the kernel holds until they are taken.
_BACKLOG = 128

#: Files that are open besides connections: databases, the index, pipes to decoders.
_OTHER_FILES = 200

#: Between two looks at who has had their time, and between two lines in the log about it.
_SWEEP_SECONDS = 0.5
_TELL_SECONDS = 60.0


class SiteServer(Server):
    """A site that listens. ``run`` serves until a signal, or ``stop``, and then returns."""

    def __init__(
        self,
        application: WSGIApplication,
        site: SiteSettings,
        limits: Limits,
        admits: Admits | None = None,
    ) -> None:
        self._limits = limits
        self._workers = Workers(site.threads)
        self._crowd = Crowd(limits, time.monotonic)
        super().__init__(self._configured(Bridge(application, self._workers, limits, admits), site))

    def _configured(self, bridge: Bridge, site: SiteSettings) -> ServingConfig:
        config = ServingConfig(
            bridge,
            host=site.host,
            port=site.port,
            loop="asyncio",
            http=Connection,
            ws="none",
            interface="asgi3",
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,  # it would hold addresses of people
            proxy_headers=False,
            server_header=False,
            backlog=_BACKLOG,
            timeout_keep_alive=int(self._limits.idle_seconds),
            timeout_graceful_shutdown=int(self._limits.stop_seconds) + 1,
        )
        config.crowd = self._crowd
        config.proxies = tuple(ipaddress.ip_network(one) for one in site.proxies)
        return config

    def stop(self) -> None:
        """Stop as a signal would; from any thread."""
        self.should_exit = True

    async def _serve(self, sockets: Any = None) -> None:
        self._workers.start()
        sweeping = asyncio.create_task(self._sweep())
        try:
            await super()._serve(sockets)
        finally:
            sweeping.cancel()

    async def shutdown(self, sockets: Any = None) -> None:
        """Finish what was begun, for a while; then give everybody up."""
        asyncio.get_running_loop().call_later(self._limits.stop_seconds, self._give_up)
        await super().shutdown(sockets)

    def _give_up(self) -> None:
        for connection in tuple(self.server_state.connections):
            connection.transport.abort()

    async def _sweep(self) -> None:
        told = time.monotonic()
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            try:
                self._crowd.sweep()
            except Exception:
                log.exception("connections could not be looked through")
            if time.monotonic() - told > _TELL_SECONDS and self._crowd.ended:
                told = time.monotonic()
                self._tell_ended()

    def _tell_ended(self) -> None:
        ended = self._crowd.ended
        log.warning(
            "connections were ended, so that others find room",
            extra={
                "fact": {
                    "late": ended[Ended.LATE],
                    "crowded": ended[Ended.CROWDED],
                    "no_room": ended[Ended.NO_ROOM],
                    "memory": ended[Ended.MEMORY],
                    "open": len(self._crowd),
                    "held": self._crowd.held,
                }
            },
        )
        ended.clear()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGTERM and SIGINT, also where a shell had them ignored; return afterwards.

        From the first one on, the kernel itself ends the process after a while.
        """

        def stop(*_: object) -> None:
            if not self.should_exit:
                signal.signal(signal.SIGALRM, signal.SIG_DFL)
                signal.setitimer(signal.ITIMER_REAL, self._limits.end_seconds)
            self.should_exit = True

        before = {one: signal.signal(one, stop) for one in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number in before:
                signal.signal(number, signal.SIG_IGN)

    @property
    def busy(self) -> int:
        """How many threads are still at work."""
        return self._workers.busy


def serve(
    application: WSGIApplication,
    site: SiteSettings,
    limits: Limits,
    *,
    admits: Admits | None = None,
    close: Callable[[], None] = lambda: None,
) -> None:
    """Serve until the process is told to stop; then call ``close`` and return, or end the process.

    For the main thread. Raises SettingsError when the port is taken.
    """
    check_port(site)
    server = SiteServer(application, site, fitted(limits), admits)
    try:
        server.run()
    finally:
        close()
    end(server)


def end(server: SiteServer) -> None:
    """End the process now if a thread is still at work: nothing else would end it."""
    if server.busy:
        log.warning("stopped with requests unfinished", extra={"fact": {"busy": server.busy}})
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def check_port(site: SiteSettings) -> None:
    """Raise SettingsError when the site can't listen where it is told to."""
    if not is_free(site.host, site.port):
        raise SettingsError(
            f"port {site.port} of {site.host} cannot be used: it is taken or not allowed"
        )


def fitted(limits: Limits) -> Limits:
    """Return limits that fit the files this process may open; it asks for as many as it needs.

    Raises SettingsError where they are too few for any use.
    """
    needed = limits.connections + _BACKLOG + _OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        if soft < needed:
            raise SettingsError(
                f"site.connections = {limits.connections} needs {needed} open files, and this "
                f"account may have {hard}: allow more (ulimit -n, LimitNOFILE), or set fewer"
            )
    return limits
