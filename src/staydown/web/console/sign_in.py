"""Signing in and out, and the guard of every page behind it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from staydown.accounts import sign_in as accounts
from staydown.accounts.errors import SignInFailed, SignInSlowed
from staydown.accounts.roles import Permission, may
from staydown.accounts.rules import DEVICE_KNOWN
from staydown.web.console.site import console, takes
from staydown.web.kit.forms import Form, Secret, Text
from staydown.web.kit.guards import View

#: The cookie of a browser that signed in before; sent to the sign-in page alone.
_DEVICE = "device"

_BACKEND = "django.contrib.auth.backends.ModelBackend"


class SignInForm(Form):
    """Who somebody is, and the proof."""

    name = Text(gettext_lazy("Name"))
    password = Secret(gettext_lazy("Password"), autocomplete="current-password")

    def __init__(self, data: QueryDict | None = None, *, anchors: str) -> None:
        super().__init__(data, anchors=anchors)
        self.fields["name"].widget.attrs |= {"autocomplete": "username", "autocapitalize": "none"}


def signed_in(view: View) -> View:
    """Send people without a session to sign in, and those with a one-time password to change it."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **places: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect("signin")
        if request.user.must_change_password and request.path != reverse("password"):
            return redirect("password")
        return view(request, *args, **places)

    return checked


def permitted(permission: Permission) -> Callable[[View], View]:
    """Let in only who is signed in and may do this; the others are told so."""

    def wrap(view: View) -> View:
        @signed_in
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **places: Any) -> HttpResponseBase:
            if not may(request.user, permission):
                return not_permitted(request)
            return view(request, *args, **places)

        return checked

    return wrap


def not_permitted(request: HttpRequest) -> HttpResponse:
    """The page for who is signed in and may not do this."""
    message = _("Your account isn’t set up for this. Ask the person who runs this site.")
    return console().pages.refused(request, message, status=403)


def staff_id(request: HttpRequest) -> int:
    """Return the number of who is signed in, in a view that only they reach."""
    if request.user.pk is None:
        raise PermissionDenied
    return request.user.pk


@takes("GET")
def home(request: HttpRequest) -> HttpResponse:
    """``/``: nothing of its own."""
    return redirect(console().home if request.user.is_authenticated else "signin")


@takes("GET", "POST")
def signin(request: HttpRequest) -> HttpResponse:
    """Sign in with name and password; slowed, never locked."""
    here = console()
    form = SignInForm(request.POST if request.method == "POST" else None, anchors="%s")
    if not form.is_valid():
        return here.pages.page(request, "signin", {"form": form}, errors=form.faults)
    name, password = form.cleaned_data["name"], form.cleaned_data["password"]
    device = request.COOKIES.get(_DEVICE, "")
    try:
        who = accounts.sign_in(here.place, name, password, here.sealer, here.clock, device=device)
    except SignInSlowed as error:
        return _not_let_in(request, form, _wait(error.seconds), retry_after=error.seconds)
    except SignInFailed:
        message = _("The name or the password was not right. Check both and try again.")
        return _not_let_in(request, form, message)
    login(request, who, backend=_BACKEND)
    response = redirect("password" if who.must_change_password else here.home)
    response.set_cookie(
        _DEVICE,
        accounts.remember_device(who, device, here.sealer, here.clock),
        max_age=DEVICE_KNOWN,
        path=reverse("signin"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


def _not_let_in(
    request: HttpRequest, form: SignInForm, message: str, *, retry_after: int | None = None
) -> HttpResponse:
    form.add_error("name", message)
    status = 403 if retry_after is None else 429
    return console().pages.page(
        request, "signin", {"form": form}, errors=form.faults, status=status,
        retry_after=retry_after,
    )  # fmt: skip


def _wait(seconds: int) -> str:
    message = ngettext(
        "There were many tries. Wait %(seconds)d second, then try again.",
        "There were many tries. Wait %(seconds)d seconds, then try again.",
        seconds,
    )
    return message % {"seconds": seconds}


@takes("POST")
def signout(request: HttpRequest) -> HttpResponse:
    """End the session here and in the database, and take both cookies back."""
    logout(request)
    response = redirect("signin")
    response.delete_cookie("csrftoken", samesite="Strict")
    return response


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: from another site, or from a page that was open too long."""
    del reason
    return console().pages.page(request, "out_of_date", status=403)
