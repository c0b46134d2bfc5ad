"""Serving a desk: the gate, HMA's calls and the console."""

from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError

from staydown.base.errors import StaydownError
from staydown.review.settings import DeskSettings
from staydown.web.desk_site.process import LIMITS, Desk, configure
from staydown.web.kit.database_version import refuse_other_version
from staydown.web.kit.http.charset import utf8_only
from staydown.web.kit.http.connection_close import ends_unread
from staydown.web.kit.http.roots import HMA, PROGRAMS
from staydown.web.kit.security.guarded import guarded
from staydown.web.serving.bridge import Admits
from staydown.web.serving.limits import KIB, Limits
from staydown.web.serving.server import check_port
from staydown.web.serving.server import serve as serve_site

#: A picture, and what a form puts around it.
_LARGEST = LIMITS.file_bytes + 64 * KIB


def serve(settings: DeskSettings) -> None:
    """Serve until the process is told to stop.

    Raises SettingsError when the port is taken, or another version made the database.
    """
    check_port(settings.site)
    desk = configure(settings)
    try:
        refuse_other_version("desk")
        desk.start_gate()
        # It leans on tables, which there are only once Django is set up.
        from staydown.web.desk_site.lookup.wsgi import in_front

        inside = in_front(ends_unread(utf8_only(get_wsgi_application())), desk)
        application = guarded(inside, settings.site, (*PROGRAMS, *HMA))
        limits = Limits.of(settings.site, admitted_bytes=_LARGEST)
        serve_site(application, settings.site, limits, admits=known_callers(desk), close=desk.close)
    finally:
        desk.close()


def known_callers(desk: Desk) -> Admits:
    """Return what says whose large bodies are taken in: pictures, of callers that may send them.

    Anybody else's are refused unread, so that strangers can't fill the memory.
    """
    from staydown.review import api
    from staydown.web.desk_site.lookup import auth
    from staydown.web.desk_site.lookup.request import Asked

    if desk.gate is None:
        raise ValueError("the desk's gate must be started first")
    lookups = api.Lookups(desk.sealer, desk.gate.live)

    def admits(environ: dict[str, Any]) -> bool:
        if environ["REQUEST_METHOD"] != "POST":
            return False
        try:
            if environ["PATH_INFO"] == "/api/v1/uploads":
                scheme, _, key = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
                if scheme.lower() != "bearer":
                    return False
                api.check_platform_key(key.strip(), desk.sealer)
                return True
            asked = Asked.read(environ)
            if asked.path in ("/h/hash", "/m/lookup"):
                auth.check(asked, lookups, desk.settings)
                return True
        except (DatabaseError, StaydownError):
            return False  # asked again without its body, the desk says why
        return False

    return admits
