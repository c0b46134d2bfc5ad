"""Serving the pages with waitress: one process, a few threads, this machine alone."""

import _thread
import resource
import signal
import threading
from collections.abc import Callable
from typing import Any

from django.core.wsgi import get_wsgi_application
from waitress.server import create_server

from staydown.base.errors import SettingsError
from staydown.net.ports import free_port, is_free
from staydown.web.case_site.door import own_host_only
from staydown.web.case_site.process import MAX_BODY, CaseSite, configure
from staydown.web.http.charset import WSGIApplication, utf8_only

#: The only address that is listened on.
HOST = "127.0.0.1"

#: Seconds between the answer to *Close and forget* and the end: its style sheet is fetched in them.
_GRACE = 1.5


def serve(port: int | None, opened: Callable[[CaseSite], None]) -> None:
    """Serve until Ctrl-C or *Close and forget*; then everything is gone. For the main thread.

    ``port``: None for any that is free. ``opened`` is called once the pages can be reached.
    Raises SettingsError when the port is taken.
    """
    port = free_port(HOST) if port is None else port
    if not is_free(HOST, port):
        raise SettingsError(f"port {port} cannot be used: leave out --port, or choose another")
    # A crash must not leave what was typed in a file.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    site = CaseSite(port, stop=_stop_soon)
    configure(site)
    server = create_server(application(site), **server_options(port))
    # Also where a shell started this in the background, with Ctrl-C ignored: *Close* must end it.
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, signal.default_int_handler)
    opened(site)
    try:
        server.run()
    finally:
        site.door.shut()
        site.memory.forget()
        site.held.forget()
        server.close()


def application(site: CaseSite) -> WSGIApplication:
    """Return what waitress calls: the guards, then Django."""
    return own_host_only(utf8_only(get_wsgi_application()), site.port)


def server_options(port: int) -> dict[str, Any]:
    """Return waitress's settings. Its buffers spill into files from a size that is never reached:
    a request larger than ``MAX_BODY`` is refused, and no page comes near the other bound."""
    return {
        "host": HOST,
        "port": port,
        "threads": 4,
        "ident": None,
        "max_request_body_size": MAX_BODY,
        "inbuf_overflow": 2 * MAX_BODY,
        "outbuf_overflow": 256 * 1024 * 1024,
        "connection_limit": 50,
        "channel_timeout": 60,
    }


def _stop_soon() -> None:
    """End the main thread's loop as Ctrl-C does, a moment from now."""
    timer = threading.Timer(_GRACE, _thread.interrupt_main)
    timer.daemon = True
    timer.start()
