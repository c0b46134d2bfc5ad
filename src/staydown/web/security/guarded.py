"""What stands in front of a bank and a desk: the names they answer to, the headers they carry."""

from staydown.base.settings import SiteSettings
from staydown.web.http.charset import WSGIApplication
from staydown.web.security.headers import secured
from staydown.web.security.hosts import own_names_only


def guarded(application: WSGIApplication, site: SiteSettings) -> WSGIApplication:
    """Return an application that answers to the site's own names, with every header."""
    return secured(own_names_only(application, site), https=site.url.startswith("https://"))
