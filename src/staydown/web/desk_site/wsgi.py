"""The desk as a WSGI application, made from the settings file that the server was given."""

from django.core.wsgi import get_wsgi_application

from staydown.base.settings import load
from staydown.review.settings import DeskSettings
from staydown.web.desk_site.process import configure
from staydown.web.http.charset import utf8_only
from staydown.web.server import settings_file

_desk = configure(load(settings_file(), DeskSettings))
_desk.start_gate()
application = utf8_only(get_wsgi_application())
