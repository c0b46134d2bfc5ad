"""The way to a case, one question a page. Each page posts to the next one."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from staydown.bank.api.cases import open_case, price
from staydown.bank.errors import (
    Busy,
    KeyEnded,
    KeyOfAnother,
    PinRefused,
    SubmissionRefused,
    TryLater,
    WorkNeeded,
)
from staydown.bank.values import minutes_until
from staydown.base.vocabulary import ActingFor, Under18
from staydown.exchange.codec import MAX_PICTURES
from staydown.exchange.errors import PictureUnfit, WireError
from staydown.exchange.records import CaseRequest
from staydown.web.bank_site.form_state import Walk, WalkLost
from staydown.web.bank_site.forms import ActingForForm, AgeForm, NewPinForm
from staydown.web.bank_site.page import (
    again,
    form_fields,
    handed_in_before,
    only_get,
    page,
    refused,
)
from staydown.web.bank_site.process import current_site
from staydown.web.kit.guards import View
from staydown.web.kit.words import words

#: PDQ quality from which a fingerprint is called clear.
CLEAR_QUALITY = 75


def _step(view: View) -> View:
    """A page in the middle: opened by its address it leads to the start; a lost walk says so."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponseBase:
        if request.method != "POST":
            return redirect("start")
        try:
            return view(request)
        except WalkLost:
            return refused(request, _("This page is out of date."))

    return guarded


def _fields(*fields: str) -> Callable[[View], View]:
    def wrap(view: View) -> View:
        return form_fields(*fields)(_step(view))

    return wrap


@only_get
def start(request: HttpRequest) -> HttpResponse:
    """Was anyone in it under 18?"""
    return page(request, "start", {"form": AgeForm()})


@_fields("under18")
def who(request: HttpRequest) -> HttpResponse:
    """Is it you, or are you acting for somebody?"""
    form = AgeForm(request.POST)
    if not form.is_valid():
        return page(request, "start", {"form": form}, errors=form.faults)
    if form.cleaned_data["under18"] is not Under18.NO:
        return redirect("under-18")
    return page(request, "who", {"state": Walk().sign(), "form": ActingForForm()})


@_fields("state", "acting_for")
def pictures(request: HttpRequest) -> HttpResponse:
    """Choose pictures; the browser makes the fingerprints."""
    walk = Walk.read(request.POST.get("state", ""))
    form = ActingForForm(request.POST)
    if not form.is_valid():
        context = {"state": walk.sign(), "form": form}
        return page(request, "who", context, errors=form.faults)
    return _pictures(request, walk.with_answer(form.cleaned_data["acting_for"]))


@_fields("state", "fingerprints")
def check(request: HttpRequest) -> HttpResponse:
    """Show exactly what will be sent."""
    walk = Walk.read(request.POST.get("state", ""))
    acting_for = walk.acting_for
    if acting_for is None:
        raise WalkLost("this page was opened in the middle")
    try:
        walk = walk.with_pictures(request.POST.get("fingerprints", ""))
    except PictureUnfit as error:
        message = _(
            "Picture %(number)d is too plain: its fingerprint would look like that of many other "
            "pictures. Nothing was sent to our list. Leave it out, or choose another version of it."
        ) % {"number": error.number}
        return _pictures(request, walk, errors={"picture-files": message})
    except WireError:
        message = _("No usable picture was chosen. Choose at least one that is marked as ready.")
        return _pictures(request, walk, errors={"picture-files": message})
    shown = [
        {
            "hex": item.pdq.hex,
            "beside": [one.hex for one in item.beside],
            "clear": (item.pdq.quality or 0) >= CLEAR_QUALITY,
        }
        for item in walk.pictures
    ]
    context = {"state": walk.sign(), "pictures": shown, "acting_for": acting_for.value}
    return page(request, "check", context)


@_fields("state")
def pin(request: HttpRequest) -> HttpResponse:
    """Choose a PIN; meanwhile the browser works for the hand-in."""
    walk = Walk.read(request.POST.get("state", ""), with_pictures=True)
    return page(request, "pin", {**_pin_context(walk, ""), "form": NewPinForm()})


@_fields("state", "pin", "pin_again", "ticket", "work")
def done(request: HttpRequest) -> HttpResponse:
    """Open the case, and show its number and phrase for once."""
    sent = request.POST
    try:
        walk = Walk.read(sent.get("state", ""), with_pictures=True)
    except WalkLost:
        return handed_in_before(request, _("This page is out of date."), sure=False)
    form, ticket = NewPinForm(sent), sent.get("ticket", "")
    if not form.is_valid():
        context = {**_pin_context(walk, ticket), "form": form}
        return page(request, "pin", context, errors=form.faults)
    asked = CaseRequest(
        under18=Under18.NO,
        acting_for=walk.acting_for or ActingFor.SELF,
        pictures=walk.pictures,
        pin=form.cleaned_data["pin"],
    )
    try:
        opened = open_case(
            current_site().bank, asked, once=walk.key, ticket=ticket, work=sent.get("work", "")
        )
    except (PinRefused, Busy) as error:
        return again(request, "pin", _pin_context(walk, ticket), form, error)
    except SubmissionRefused as error:
        return refused(request, words(error.said))
    except (KeyEnded, KeyOfAnother):
        return handed_in_before(request, _("You have already sent this page."), sure=True)
    except (TryLater, WorkNeeded) as error:
        return again(request, "pin", {"state": walk.sign()}, form, error)
    until, now = opened.held_until, current_site().bank.clock.now()
    minutes = minutes_until(until, now) if until else None
    context = {"opened": opened, "count": len(walk.pictures), "minutes": minutes}
    return page(request, "done", context)


def _pin_context(walk: Walk, ticket: str) -> dict[str, object]:
    """What the PIN page is given. With the ticket that came, what was solved of it still counts."""
    asked = price(current_site().bank, len(walk.pictures))
    return {"state": walk.sign(), "asked": replace(asked, ticket=ticket or asked.ticket)}


def _pictures(
    request: HttpRequest, walk: Walk, errors: dict[str, str] | None = None
) -> HttpResponse:
    context = {"state": walk.sign(), "limit": MAX_PICTURES}
    return page(request, "pictures", context, errors=errors)
