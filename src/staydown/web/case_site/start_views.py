"""The first steps: the door, the page about shared devices, the age, and the end."""

import dataclasses

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from staydown.base.vocabulary import Under18
from staydown.guidance.support.choosing import for_person
from staydown.web.case_site.facts_form import country_choices
from staydown.web.case_site.inside import outside
from staydown.web.case_site.law import directory
from staydown.web.case_site.memory import Case
from staydown.web.case_site.page import after_age, case_now, page, takes
from staydown.web.case_site.process import current


@takes("GET")
def come_in(request: HttpRequest, token: str) -> HttpResponseBase:
    """Exchange the token for the session, once. The redirect keeps it out of the history."""
    site = current()
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
    memory = current().memory
    if request.method == "POST":
        memory.change(lambda case: dataclasses.replace(case, warned=True))
        return redirect("age" if memory.read().under18 is None else "home")
    case = memory.read()
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
    if request.method != "POST":
        return page(request, "age", {"given": case_now().under18})
    try:
        under18 = Under18(request.POST.get("under18", ""))
    except ValueError:
        return page(request, "age", errors={"under18-no": _("Choose one of the answers.")})
    current().memory.change(lambda case: _with_age(case, under18))
    current().held.forget()
    return redirect("facts" if under18 is Under18.NO else "under-18")


def _with_age(case: Case, under18: Under18) -> Case:
    """Where somebody may be under 18, nothing that was typed for a letter is kept."""
    if under18 is not Under18.NO:
        return Case(warned=case.warned, under18=under18, sent=case.sent)
    facts = case.facts and dataclasses.replace(case.facts, under18=under18)
    return dataclasses.replace(case, under18=under18, facts=facts)


@takes("GET")
@after_age
def under_18(request: HttpRequest) -> HttpResponse:
    """Where to go with pictures of people under 18; no letter, no list, no picture."""
    codes, country = country_choices(directory()), request.GET.get("country", "")
    if country not in {one.value for one in codes}:
        country = ""
    services = for_person(country or None, True, directory().chain(country or None))
    return page(request, "under_18", {"services": services, "codes": codes, "country": country})


@takes("GET", "POST")
def close(request: HttpRequest) -> HttpResponse:
    """Ask once, then forget everything and end."""
    if request.method != "POST":
        return page(request, "close", {"case": case_now()})
    site = current()
    site.door.shut()
    site.memory.forget()
    site.held.forget()
    response = page(request, "closed", {"is_outside": True})
    response.delete_cookie(site.cookie, samesite="Strict")
    site.stop()
    return response
