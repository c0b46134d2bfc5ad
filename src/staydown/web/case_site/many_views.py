"""Many letters at once: the list in groups by recipient, each ticked by the person, none sent."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from staydown.cases.case import Case, Draft, who_writes
from staydown.cases.events import LettersDrafted
from staydown.guidance.support.reading import load_support
from staydown.notices.compose.many import Bundle, LocatedFacts, group, left_over, located
from staydown.notices.compose.writing import lacking
from staydown.notices.details import Details, Missing
from staydown.web.case_site.details_form import DetailsForm
from staydown.web.case_site.law import directory
from staydown.web.case_site.letter_views import form_fields, new_message_id
from staydown.web.case_site.page import case_now, page, takes, with_facts
from staydown.web.case_site.process import current_site

#: What the id of one of many begins with.
_MANY = "many"


@takes("GET", "POST")
@with_facts
def many(request: HttpRequest) -> HttpResponseBase:
    """Groups of the list; those that are ticked are written, to be read one by one."""
    case = case_now()
    items = _located(case)
    today = current_site().clock.now().date()
    bundles = group(items, directory(), load_support(), today)
    fields = _fields(bundles, case)
    context: dict[str, object] = {
        "bundles": bundles,
        "left": left_over(items, bundles),
        "written": [(key, one) for key, one in case.drafts.items() if key.startswith(_MANY)],
    }
    own = who_writes(case.details, case.facts.standing if case.facts else None)
    if request.method != "POST":
        return page(request, "many", {**context, "form": DetailsForm(fields, details=own)})
    form = DetailsForm(fields, details=own, data=request.POST)
    details = form.filled()
    ticked = [one for one in bundles if one.id in request.POST.getlist("bundle")]
    filled = {
        one.id: form.with_each(dataclasses.replace(details, locations=one.locations))
        for one in ticked
    }
    form.lacks(_wrong(ticked, filled))
    errors = form.faults
    if not ticked:
        errors["bundles"] = _("Tick at least one recipient.")
    if errors:
        context |= {"form": form, "ticked": [one.id for one in ticked]}
        return page(request, "many", context, errors=errors)
    current_site().keeper.add(LettersDrafted(tuple(_drafts(ticked, filled))))
    return redirect("many")


def _located(case: Case) -> tuple[LocatedFacts, ...]:
    """Each of the list with the facts of the case, and the place that its address shows."""
    assert case.facts is not None  # noqa: S101 - with_facts saw to it
    return tuple(located(case.facts, one, directory()) for one in case.locations)


def _fields(bundles: Sequence[Bundle], case: Case) -> tuple[str, ...]:
    """What any of the letters needs; the addresses come from the list."""
    names: dict[str, None] = {}
    for one in bundles:
        standing = one.facts.standing or case.details.standing
        draft = Draft(Details(standing=standing), one.to, None, "")
        names |= dict.fromkeys(form_fields(one.route, draft))
    names.pop("locations", None)
    return tuple(names)


def _wrong(bundles: Sequence[Bundle], filled: Mapping[str, Details]) -> tuple[Missing, ...]:
    found: dict[Missing, None] = {}
    for one in bundles:
        found |= dict.fromkeys(lacking(one.route, filled[one.id], one.facts, one.to))
    return tuple(found)


def _drafts(
    bundles: Sequence[Bundle], filled: Mapping[str, Details]
) -> Iterator[tuple[str, Draft]]:
    for one in bundles:
        name = f"{_MANY}-{one.id[:16]}"
        own = dataclasses.replace(one.route, id=name), one.facts
        yield name, Draft(filled[one.id], one.to, own, new_message_id())
