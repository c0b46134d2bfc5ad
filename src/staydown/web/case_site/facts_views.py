"""What happened, and where it is: the facts and the list of addresses."""

import dataclasses

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from staydown.base.vocabulary import Under18
from staydown.notices.details import Location
from staydown.notices.field_limits import MAX_URL
from staydown.web.case_site import facts_form
from staydown.web.case_site.law import directory
from staydown.web.case_site.memory import MAX_LOCATIONS, Case
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
    current().memory.change(lambda case: case.with_facts(made))
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
        current().memory.change(lambda case: _without(case, gone))
        return redirect("list")
    if "change" in request.POST:
        return _change(request, request.POST["change"])
    lines = [line.strip() for line in request.POST.get("addresses", "").splitlines()]
    lines = [line for line in lines if line]
    wrong = _wrong(lines, case_now())
    if wrong:
        context = {"case": case_now(), "most": MAX_LOCATIONS, "typed": "\n".join(lines)}
        return page(request, "list", context, errors={"addresses": wrong})
    current().memory.change(lambda case: _with_lines(case, lines))
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


def _with_lines(case: Case, lines: list[str]) -> Case:
    """Each line once. One that is no web address is kept as words that say where it is."""
    known = {one.url or one.info for one in case.locations}
    made: list[Location] = []
    number = max((int(one.id[2:]) for one in case.locations), default=0)
    for line in dict.fromkeys(lines):
        if line in known:
            continue
        number += 1
        name = f"L-{number:02}"
        is_address = line.startswith(("https://", "http://"))
        made.append(Location(name, url=line) if is_address else Location(name, info=line))
    return dataclasses.replace(case, locations=(*case.locations, *made)[:MAX_LOCATIONS])


def _without(case: Case, gone: str) -> Case:
    kept = tuple(one for one in case.locations if one.id != gone)
    return dataclasses.replace(case, locations=kept)


def _change(request: HttpRequest, name: str) -> HttpResponseBase:
    given = {
        key: answer(request.POST, key)
        for key in ("info", "description", "evidence", "search_query")
    }

    def changed(case: Case) -> Case:
        kept = tuple(
            dataclasses.replace(one, **given) if one.id == name else one for one in case.locations
        )
        return dataclasses.replace(case, locations=kept)

    current().memory.change(changed)
    return redirect("list")
