"""What happened, and where it is: the facts and the list of addresses."""

import dataclasses

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from staydown.base.vocabulary import Under18
from staydown.cases.case import Case
from staydown.cases.events import (
    MAX_LOCATIONS,
    FactsSaid,
    LocationDescribed,
    LocationRemoved,
    LocationsListed,
)
from staydown.notices.field_limits import MAX_URL
from staydown.web.case_site import facts_form
from staydown.web.case_site.law import directory
from staydown.web.case_site.page import adults, case_now, page, takes
from staydown.web.case_site.process import current
from staydown.web.case_site.questions import Question, answer


@takes("GET", "POST")
@adults
def facts(request: HttpRequest) -> HttpResponseBase:
    """The form of what happened."""
    if request.method != "POST":
        return _facts(request, facts_form.questions(case_now().facts, directory()))
    made, wrong = facts_form.read(request.POST, directory(), Under18.NO)
    if made is None:
        asked = facts_form.typed(request.POST, directory(), Under18.NO)
        first = dataclasses.replace(asked[0], error=wrong)
        return _facts(request, (first, *asked[1:]), {first.anchor: wrong})
    current().keeper.add(FactsSaid(made))
    return redirect("ways")


def _facts(
    request: HttpRequest,
    asked: tuple[Question, ...],
    errors: dict[str, str] | None = None,
) -> HttpResponseBase:
    parts = {
        "first": [one for one in asked if one.part != facts_form.MORE],
        "more": [one for one in asked if one.part == facts_form.MORE],
    }
    return page(request, "facts", parts, errors=errors)


@takes("GET", "POST")
@adults
def locations(request: HttpRequest) -> HttpResponseBase:
    """The list of addresses: paste many, say more of each, take one off."""
    if request.method != "POST":
        return page(request, "list", {"case": case_now(), "most": MAX_LOCATIONS})
    if "remove" in request.POST:
        gone = request.POST["remove"]
        current().keeper.add(LocationRemoved(gone))
        return redirect("list")
    if "change" in request.POST:
        return _change(request, request.POST["change"])
    lines = [line.strip() for line in request.POST.get("addresses", "").splitlines()]
    lines = [line for line in lines if line]
    wrong = _wrong(lines, case_now())
    if wrong:
        context = {"case": case_now(), "most": MAX_LOCATIONS, "typed": "\n".join(lines)}
        return page(request, "list", context, errors={"addresses": wrong})
    current().keeper.add(LocationsListed(tuple(lines)))
    return redirect("list")


def _wrong(lines: list[str], case: Case) -> str:
    if not lines:
        return _("Paste at least one address, or say in words where it is.")
    if len(lines) + len(case.locations) > MAX_LOCATIONS:
        return _("There is room for %(most)d in all.") % {"most": MAX_LOCATIONS}
    long = [number for number, line in enumerate(lines, start=1) if len(line) > MAX_URL]
    if long:
        return _("Line %(line)d is too long.") % {"line": long[0]}
    return ""


def _change(request: HttpRequest, name: str) -> HttpResponseBase:
    more = ("info", "description", "evidence", "search_query")
    described = LocationDescribed(name, **{key: answer(request.POST, key) for key in more})
    current().keeper.add(described)
    return redirect("list")
