"""Serving the pages: one process, a few threads, this machine alone."""

import resource
import threading
from collections.abc import Callable

from django.core.wsgi import get_wsgi_application

from staydown.base.errors import SettingsError
from staydown.base.settings import SiteSettings
from staydown.net.ports import Listener, listening
from staydown.web.case_site.access_token import own_host_only
from staydown.web.case_site.process import MAX_BODY, CaseSite, configure
from staydown.web.kit.http.charset import WSGIApplication, utf8_only
from staydown.web.kit.security.headers import secured
from staydown.web.serving.limits import Limits
from staydown.web.serving.server import SiteServer, end

#: The only address that is listened on.
HOST = "127.0.0.1"

#: Connections that wait until the server takes them, the first ones also until it has started.
_BACKLOG = 128

#: Seconds between the answer to *Close and forget* and the end: its style sheet is fetched in them.
_GRACE = 1.5


def serve(port: int | None, opened: Callable[[CaseSite], None]) -> None:
    """Serve until Ctrl-C or *Close and forget*; then everything is gone. For the main thread.

    ``port``: None for any that is free. ``opened`` is called when a browser can connect already.
    Raises SettingsError when the port is taken.
    """
    try:
        listener = listening(HOST, port, _BACKLOG)
    except OSError as error:
        raise SettingsError(
            f"port {port} cannot be used: leave out --port, or choose another"
        ) from error
    with listener:
        _serve(listener, opened)


def _serve(listener: Listener, opened: Callable[[CaseSite], None]) -> None:
    port = listener.getsockname()[1]
    settings = SiteSettings(port, HOST, threads=4, connections=64, buffer_mib=64)
    # A crash must not leave what was typed in a file.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    site = CaseSite(settings.port, stop=lambda: _stop_soon(server))
    configure(site)
    limits = Limits.of(settings, body_bytes=MAX_BODY)
    server = SiteServer(application(site), settings, limits)
    opened(site)
    try:
        server.run([listener])
    finally:
        site.door.shut()
        site.keeper.forget()
        site.held.forget()
    end(server)


def application(site: CaseSite) -> WSGIApplication:
    """Return what the server calls: the guards, then Django."""
    return secured(own_host_only(utf8_only(get_wsgi_application()), site.port), https=False)


def _stop_soon(server: SiteServer) -> None:
    """End the server a moment from now."""
    timer = threading.Timer(_GRACE, server.stop)
    timer.daemon = True
    timer.start()
