"""The banks that the desk follows."""

from django.http import HttpRequest, HttpResponse

from staydown.accounts.roles import Permission
from staydown.review import api
from staydown.web.console.sign_in import permitted
from staydown.web.console.site import takes
from staydown.web.desk_site.page import page
from staydown.web.desk_site.process import current_site


@takes("GET")
@permitted(Permission.BANKS_SEE)
def banks(request: HttpRequest) -> HttpResponse:
    """How following each bank goes."""
    shares = api.bank_shares(current_site().clock)
    lines = [(line, shares.get(line.name)) for line in api.bank_lines()]
    return page(request, "banks", {"banks": lines})
