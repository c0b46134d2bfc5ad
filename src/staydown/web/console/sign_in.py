"""Signing in and out, and the guard of every page behind it."""

from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from staydown.accounts import sign_in as accounts
from staydown.accounts.errors import SignInFailed, SignInSlowed
from staydown.accounts.rules import DEVICE_KNOWN
from staydown.web.console.site import console, takes
from staydown.web.kit.guards import View

#: The cookie of a browser that signed in before; sent to the sign-in page alone.
_DEVICE = "device"

_BACKEND = "django.contrib.auth.backends.ModelBackend"


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
    if request.method != "POST":
        return here.pages.page(request, "signin")
    name, password = request.POST.get("name", "").strip(), request.POST.get("password", "")
    device = request.COOKIES.get(_DEVICE, "")
    try:
        who = accounts.sign_in(here.place, name, password, here.sealer, here.clock, device=device)
    except SignInSlowed as error:
        context = {"fault": "slowed", "seconds": error.seconds, "name": name}
        after = error.seconds
        return here.pages.page(request, "signin", context, status=429, retry_after=after)
    except SignInFailed:
        return here.pages.page(request, "signin", {"fault": "failed", "name": name}, status=403)
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
