"""The moderators' pages. A match is never a verdict: here a person decides."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from staydown.accounts.errors import PasswordRefused, SignInFailed, SignInSlowed
from staydown.accounts.roles import Permission, may
from staydown.base.vocabulary import Decision
from staydown.review import api
from staydown.review.errors import (
    DecidedMeanwhile,
    NotHere,
    OnlyNamed,
)
from staydown.review.records import GroupLine, ItemPage
from staydown.web.desk_site import together, under_18
from staydown.web.desk_site.process import desk
from staydown.web.http.problem import problem
from staydown.web.http.roots import below
from staydown.web.security.headers import content_security_policy
from staydown.web.trouble import unavailable

#: Below these, programs ask: they get no pages.
_PROGRAMS = ("/api",)
#: The cookie of a browser that signed in before; sent to the sign-in page alone.
_DEVICE = "device"

_BACKEND = "django.contrib.auth.backends.ModelBackend"

PageView = Callable[..., HttpResponse]


def frame(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001 - Django's signature
    """Context of every page: the desk's name, and what counts the alarms where they are shown."""
    return {"desk_name": desk().settings.name, "count_open_alarms": api.count_open_alarms}


def signed_in(view: PageView) -> PageView:
    """Send people without a session to sign in, and those with a one-time password to change it."""

    @wraps(view)
    def checked(request: HttpRequest, **places: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect("signin")
        if request.user.must_change_password and view.__name__ != "password":
            return redirect("password")
        return view(request, **places)

    return checked


def _moderator_id(request: HttpRequest) -> int:
    """Return the number of the moderator, in a view that only they reach."""
    if request.user.pk is None:
        raise PermissionDenied
    return request.user.pk


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """``/``: nothing of its own."""
    return redirect("items" if request.user.is_authenticated else "signin")


# --------------------------------------------------------------------------- signing in


@require_http_methods(["GET", "POST"])
def signin(request: HttpRequest) -> HttpResponse:
    """Sign in with name and password; slowed, never locked."""
    if request.method == "GET":
        return render(request, "desk/signin.html")
    here = desk()
    name, password = request.POST.get("name", "").strip(), request.POST.get("password", "")
    device = request.COOKIES.get(_DEVICE, "")
    try:
        moderator = api.sign_in(name, password, here.sealer, here.clock, device=device)
    except SignInSlowed as error:
        context = {"fault": "slowed", "seconds": error.seconds, "name": name}
        response = render(request, "desk/signin.html", context, status=429)
        response["Retry-After"] = str(error.seconds)
        return response
    except SignInFailed:
        context = {"fault": "failed", "name": name}
        return render(request, "desk/signin.html", context, status=403)
    login(request, moderator, backend=_BACKEND)
    response = redirect("password" if moderator.must_change_password else "items")
    response.set_cookie(
        _DEVICE,
        api.remember_device(moderator, device, here.sealer, here.clock),
        max_age=api.DEVICE_KNOWN,
        path=reverse("signin"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


@require_POST
def signout(request: HttpRequest) -> HttpResponse:
    """End the session here and in the database, and take both cookies back."""
    logout(request)
    response = redirect("signin")
    response.delete_cookie("csrftoken", samesite="Strict")
    return response


@require_http_methods(["GET", "POST"])
@signed_in
def password(request: HttpRequest) -> HttpResponse:
    """Change the password; the one-time one must be."""
    if request.method == "GET":
        return render(request, "desk/password.html")
    faults: tuple[str, ...]
    new = request.POST.get("new", "")
    if new != request.POST.get("again", ""):
        faults = (_("The two new passwords are not the same. Type the new one twice."),)
        return render(request, "desk/password.html", {"faults": faults}, status=422)
    try:
        moderator = api.change_password(
            _moderator_id(request), request.POST.get("old", ""), new, desk().clock
        )
    except SignInFailed:
        faults = (_("The password you have now was not right. Type it again."),)
        return render(request, "desk/password.html", {"faults": faults}, status=422)
    except PasswordRefused as error:
        return render(request, "desk/password.html", {"faults": error.reasons}, status=422)
    update_session_auth_hash(request, moderator)
    rotate_token(request)
    return redirect("items")


# --------------------------------------------------------------------------- items


@require_GET
@signed_in
def items(request: HttpRequest) -> HttpResponse:
    """Items that wait, or (``?show=decided``) that were decided, page by page.

    ``?show=may_be_under_18``: those of them that may show somebody under 18.
    """
    show = request.GET.get("show", "")
    decided, marked = show == "decided", show == under_18.WORD
    at = request.GET.get("at", "")
    place = int(at) if at.isascii() and at.isdigit() and len(at) < 19 else None
    if decided or marked:
        shown = api.under_18_items(place) if marked else api.decided_items(place)
        lines = [GroupLine(line) for line in shown]
    else:
        lines = api.open_groups(place or 0)
    context = {
        "lines": lines,
        "show": show if decided or marked else "",
        **under_18.in_list(),
        "waiting": api.count_open_items(),
        "next": lines[-1].first.number if len(lines) == api.PAGE_SIZE else None,
    }
    return render(request, "desk/items.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def item(request: HttpRequest, item: UUID) -> HttpResponse:
    """One item: why it is here, the platform's preview if asked for, and the decision."""
    try:
        page = api.item_page(item)
    except NotHere:
        return not_found(request)
    if request.method == "GET":
        return _item_page(request, page)
    if request.POST.get("open") == "yes":
        return _opened(request, item)
    return _decision(request, page)


def _decision(request: HttpRequest, page: ItemPage) -> HttpResponse:
    """A decision about an item: asked for once more, or saved."""
    item = page.line.item
    try:
        decision = Decision(request.POST.get("decision", ""))
        version = int(request.POST.get("version", ""))
        also = together.chosen(request)
    except ValueError:
        return _item_page(request, page, fault="choose", status=422)
    if version != page.version:
        return _item_page(request, page, fault="meanwhile", status=409)
    if page.line.hidden and not may(request.user, Permission.ITEMS_SEE_UNDER_18):
        return _item_page(request, page, fault="only_named", status=403)
    if request.POST.get("confirmed") != "yes":
        marks = [f"{number}:{seen}" for number, seen in also]
        context = {"page": page, "decision": decision.value, "also": marks}
        if decision is Decision.MAY_BE_UNDER_18:
            context |= under_18.going_on()
        return render(request, "desk/confirm.html", context)
    try:
        api.decide_together(
            [(item, version), *also],
            decision,
            moderator_id=_moderator_id(request),
            clock=desk().clock,
        )
    except (DecidedMeanwhile, NotHere):
        return _item_page(request, api.item_page(item), fault="meanwhile", status=409)
    except OnlyNamed:
        return _item_page(request, api.item_page(item), fault="only_named", status=403)
    more = f"&also={len(also)}" if also else ""
    return redirect(f"{reverse('item', args=[item])}?done=1{more}")


def _item_page(
    request: HttpRequest, page: ItemPage, *, fault: str = "", status: int = 200
) -> HttpResponse:
    also = request.GET.get("also", "")
    context = {
        "page": page,
        "fault": fault,
        "done": request.GET.get("done") == "1",
        "also": int(also) if also.isascii() and also.isdigit() and len(also) < 3 else 0,
    }
    if page.line.hidden:
        return render(request, "desk/hidden.html", context | under_18.going_on(), status=status)
    group = api.group_of(page.line.item)
    return _whole_page(request, page, {**context, "group": group}, status)


def _opened(request: HttpRequest, item: UUID) -> HttpResponse:
    """A hidden item, for somebody who is named and asked for it by a button of its own."""
    try:
        page = api.open_item(item, _moderator_id(request), desk().clock)
    except OnlyNamed:
        return _item_page(request, api.item_page(item), fault="only_named", status=403)
    group = api.group_of(item, opened=True)
    return _whole_page(request, page, {"page": page, "group": group, "opened": True}, 200)


def _whole_page(
    request: HttpRequest, page: ItemPage, context: dict[str, Any], status: int
) -> HttpResponse:
    previews = together.has_previews(context["group"])
    context |= {"previews": previews}
    response = render(request, "desk/item.html", context, status=status)
    origin = desk().settings.preview_origin
    if (page.preview_url or previews) and origin:
        response["Content-Security-Policy"] = content_security_policy(origin)
    return response


@require_GET
@signed_in
def banks(request: HttpRequest) -> HttpResponse:
    """How following each bank goes."""
    shares = api.bank_shares(desk().clock)
    lines = [(line, shares.get(line.name)) for line in api.bank_lines()]
    return render(request, "desk/banks.html", {"banks": lines})


@require_GET
@signed_in
def alarms(request: HttpRequest) -> HttpResponse:
    """What somebody should look at, or (``?show=lifted``) what is over."""
    lifted = request.GET.get("show") == "lifted"
    context = {"alarms": api.alarm_lines(lifted=lifted), "lifted": lifted}
    return render(request, "desk/alarms.html", context)


@require_POST
@signed_in
def alarm_seen(request: HttpRequest, number: int) -> HttpResponse:
    """Note that this moderator knows of an alarm. Lifting it is the operator's."""
    moderator_id = _moderator_id(request)
    try:
        api.mark_alarm_seen(
            number, request.user.get_username(), desk().clock, moderator_id=moderator_id
        )
    except NotHere:
        return not_found(request)
    return redirect("alarms")


# --------------------------------------------------------------------------- faults


def form_refused(
    request: HttpRequest,
    reason: str = "",  # noqa: ARG001 - Django's signature
) -> HttpResponse:
    """A form without its token: from another site, or from a page that was open too long."""
    return render(request, "desk/message.html", {"message": "form"}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: a form that Django itself refuses."""
    if below(request.path, _PROGRAMS):
        return problem(400, "the request could not be read")
    return defaults.bad_request(request, exception)


def not_found(
    request: HttpRequest,
    exception: Exception | None = None,  # noqa: ARG001 - Django's signature
) -> HttpResponse:
    """Nothing here, or nothing for this person."""
    if below(request.path, _PROGRAMS):
        return problem(404, "there is nothing at this address")
    return render(request, "desk/message.html", {"message": "missing"}, status=404)


def _unavailable(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - as pages are called
    # Without the request: the frame would ask the database who is signed in.
    context = {"message": "unavailable", "desk_name": desk().settings.name}
    return HttpResponse(render_to_string("desk/message.html", context), status=503)


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours, or a database in trouble. Django asks this for whatever raised."""
    busy = unavailable(request, _PROGRAMS, _unavailable)
    if busy is not None:
        return busy
    if below(request.path, _PROGRAMS):
        return problem(500, "something went wrong here: try again later")
    # Plain text: the template itself may be what broke.
    return HttpResponse(
        "Something went wrong here. It has been noted. Try again in a moment.\n",
        status=500,
        content_type="text/plain; charset=utf-8",
    )
