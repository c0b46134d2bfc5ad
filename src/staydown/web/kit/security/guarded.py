"""What stands in front of a bank and a desk: the names they answer to, the headers they carry."""

from staydown.base.settings import SiteSettings
from staydown.web.kit.http.charset import WSGIApplication
from staydown.web.kit.http.roots import PROGRAMS
from staydown.web.kit.security.headers import secured
from staydown.web.kit.security.hosts import own_names_only


def guarded(
    application: WSGIApplication, site: SiteSettings, programs: tuple[str, ...] = PROGRAMS
) -> WSGIApplication:
    """Return an application that answers to the site's own names, with every header.

    ``programs``: below what addresses only programs ask.
    """
    return secured(
        own_names_only(application, site, programs), https=site.url.startswith("https://")
    )
