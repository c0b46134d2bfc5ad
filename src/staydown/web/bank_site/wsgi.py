"""The WSGI application that granian serves."""

from django.core.wsgi import get_wsgi_application

from staydown.bank.settings import BankSettings
from staydown.base.settings import load
from staydown.web.bank_site.process import configure
from staydown.web.http.charset import utf8_only
from staydown.web.http.unread import ends_unread
from staydown.web.server import settings_file

configure(load(settings_file(), BankSettings))
application = ends_unread(utf8_only(get_wsgi_application()))
