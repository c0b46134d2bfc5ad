"""Serving a bank."""

from contextlib import suppress

from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError

from staydown.bank.settings import BankSettings
from staydown.web.bank_site.process import BODY_LIMIT, configure
from staydown.web.kit.database_version import refuse_other_version
from staydown.web.kit.http.charset import utf8_only
from staydown.web.kit.http.connection_close import ends_unread
from staydown.web.kit.security.guarded import guarded
from staydown.web.serving.limits import Limits
from staydown.web.serving.server import check_port
from staydown.web.serving.server import serve as serve_site


def serve(settings: BankSettings) -> None:
    """Serve until the process is told to stop.

    Raises SettingsError when the port is taken, or another version made the database.
    """
    check_port(settings.site)
    configure(settings)
    with suppress(DatabaseError):  # it may only be away: pages say so until it is back
        refuse_other_version("bank")
    inside = ends_unread(utf8_only(get_wsgi_application()))
    application = guarded(inside, settings.site)
    limits = Limits.of(settings.site, body_bytes=BODY_LIMIT)
    serve_site(application, settings.site, limits)
