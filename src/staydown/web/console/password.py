"""Changing one's own password."""

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from staydown.accounts.errors import PasswordRefused, SignInFailed
from staydown.accounts.staff import change_password
from staydown.web.console.sign_in import signed_in, staff_id
from staydown.web.console.site import console, takes
from staydown.web.kit.words import words


@takes("GET", "POST")
@signed_in
def password(request: HttpRequest) -> HttpResponse:
    """Change the password; the one-time one must be."""
    here = console()
    if request.method != "POST":
        return here.pages.page(request, "password")
    new = request.POST.get("new", "")
    if new != request.POST.get("again", ""):
        return _again(request, _("The two new passwords are not the same. Type the new one twice."))
    try:
        old = request.POST.get("old", "")
        who = change_password(here.place, staff_id(request), old, new, here.clock)
    except SignInFailed:
        return _again(request, _("The password you have now was not right. Type it again."))
    except PasswordRefused as error:
        return _again(request, *(words(one) for one in error.why))
    update_session_auth_hash(request, who)
    rotate_token(request)
    return redirect(here.home)


def _again(request: HttpRequest, *faults: str) -> HttpResponse:
    return console().pages.page(request, "password", {"faults": faults}, status=422)
