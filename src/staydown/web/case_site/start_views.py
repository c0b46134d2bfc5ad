"""The first steps: the door, the page about shared devices, the age, and the end."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from staydown.base.vocabulary import Under18
from staydown.cases.events import AgeSaid, WarningRead
from staydown.guidance.support.choosing import for_person
from staydown.web.case_site.facts_form import country_choices
from staydown.web.case_site.law import directory
from staydown.web.case_site.page import after_age, case_now, page, takes
from staydown.web.case_site.process import current_site
from staydown.web.case_site.session_middleware import outside
from staydown.web.kit.forms import Choose, Form


@takes("GET")
def come_in(request: HttpRequest, token: str) -> HttpResponseBase:
    """Exchange the token for the session, once. The redirect keeps it out of the history."""
    site = current_site()
    session = site.door.open(token) if request.method == "GET" else None
    if session is None:
        return outside(request)
    site.held.forget()
    response = redirect("home")
    response.set_cookie(site.cookie, session, httponly=True, samesite="Strict")
    return response


@takes("GET", "POST")
def home(request: HttpRequest) -> HttpResponseBase:
    """First the page about shared devices; afterwards what there is to do."""
    keeper = current_site().keeper
    if request.method == "POST":
        keeper.add(WarningRead())
        return redirect("age" if keeper.read().under18 is None else "home")
    case = keeper.read()
    if not case.warned:
        return page(request, "warning")
    if case.under18 is None:
        return redirect("age")
    return page(request, "home", {"case": case})


@takes("GET", "POST")
def age(request: HttpRequest) -> HttpResponseBase:
    """Was anyone in it under 18? No birth date is asked for."""
    if not case_now().warned:
        return redirect("home")
    data = request.POST if request.method == "POST" else None
    form = AgeForm(data, initial={"under18": case_now().under18}, anchors="%s")
    if not form.is_valid():
        return page(request, "age", {"form": form}, errors=form.faults)
    under18 = form.cleaned_data["under18"]
    current_site().keeper.add(AgeSaid(under18))
    current_site().held.forget()
    return redirect("facts" if under18 is Under18.NO else "under-18")


class AgeForm(Form):
    """The first question."""

    under18 = Choose(
        _("Was anyone in the picture under 18 when it was made?"),
        (
            (Under18.NO, _("No, everyone was 18 or older")),
            (Under18.YES, _("Yes")),
            (Under18.NOT_SURE, _("I am not sure")),
        ),
        _("If there are several pictures or films, think of all of them. We ask no birth date."),
        read=Under18,
        missing=_("Choose one of the answers."),
    )


@takes("GET")
@after_age
def under_18(request: HttpRequest) -> HttpResponse:
    """Where to go with pictures of people under 18; no letter, no list, no picture."""
    codes, country = country_choices(), request.GET.get("country", "")
    if country not in dict(codes):
        country = ""
    services = for_person(country or None, True, directory().chain(country or None))
    return page(request, "under_18", {"services": services, "codes": codes, "country": country})


@takes("GET", "POST")
def close(request: HttpRequest) -> HttpResponse:
    """Ask once, then forget everything and end."""
    if request.method != "POST":
        return page(request, "close", {"case": case_now()})
    site = current_site()
    site.door.shut()
    site.keeper.forget()
    site.held.forget()
    response = page(request, "closed", {"is_outside": True})
    response.delete_cookie(site.cookie, samesite="Strict")
    site.stop()
    return response
