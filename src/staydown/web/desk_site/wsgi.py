"""The desk as a WSGI application, made from the settings file that the server was given."""

from multiprocessing.util import Finalize

from django.core.wsgi import get_wsgi_application

from staydown.base.settings import load
from staydown.review.settings import DeskSettings
from staydown.web.desk_site.process import configure
from staydown.web.http.charset import utf8_only
from staydown.web.http.unread import ends_unread
from staydown.web.server import settings_file

_desk = configure(load(settings_file(), DeskSettings))
_desk.start_gate()
# The server forks its worker, and such a process ends without running ``atexit``.
Finalize(None, _desk.close, exitpriority=1)

# It leans on tables, which there are only once Django is set up.
from staydown.web.desk_site.lookup.front import in_front  # noqa: E402

application = in_front(ends_unread(utf8_only(get_wsgi_application())), _desk)
