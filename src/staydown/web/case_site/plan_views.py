"""For oneself: the safety plan and the sheet for looking oneself up. Both are printed, not sent."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from staydown.base.vocabulary import Under18
from staydown.cases.events import PlanAnswered, SheetMade
from staydown.guidance.safety_plan.ordering import order_steps
from staydown.guidance.safety_plan.plan_text import helping_with
from staydown.guidance.safety_plan.questions import QUESTIONS
from staydown.guidance.safety_plan.situation import Answer, Situation
from staydown.guidance.self_search.sheet import make_sheet
from staydown.guidance.self_search.terms import KINDS, BadTerm, SelfSearch
from staydown.web.case_site.page import adults, after_age, case_now, page, takes
from staydown.web.case_site.process import current
from staydown.web.case_site.questions import Choice, Question, answer, chosen, errors_of


@takes("GET", "POST")
@after_age
def plan(request: HttpRequest) -> HttpResponseBase:
    """The questionnaire: every question can be left out."""
    if request.method == "POST":
        words = [one.value for one in Answer]
        given = tuple(
            (one.about.value, value)
            for one in QUESTIONS
            if (value := chosen(request.POST, one.about.value, words)) is not None
        )
        current().keeper.add(PlanAnswered(given))
        return redirect("plan-steps")
    given = case_now().answers
    known = dict(given)
    choices = (
        Choice("yes", _("Yes")), Choice("no", _("No")), Choice("not_sure", _("Not sure")),
        Choice("", _("Leave it out")),
    )  # fmt: skip
    asked = [
        Question(
            one.about.value, one.text, "radio", one.helps, choices,
            (known.get(one.about.value, ""),),
        )
        for one in QUESTIONS
    ]  # fmt: skip
    return page(request, "plan", {"asked": asked})


@takes("GET")
@after_age
def plan_steps(request: HttpRequest) -> HttpResponseBase:
    """The plan, to read or print."""
    case = case_now()
    young = case.under18 is not Under18.NO
    given = {Situation(about): Answer(value) for about, value in case.answers}
    steps = [
        (one, helping_with(one, maybe_under18=young))
        for one in order_steps(given, under18=case.under18)
    ]
    return page(request, "plan_steps", {"steps": steps})


@takes("GET", "POST")
@adults
def search_sheet(request: HttpRequest) -> HttpResponseBase:
    """What others may find: typed here, worked out here, sent nowhere."""
    if request.method != "POST":
        return page(request, "search_sheet", {"asked": _terms({}), "sheet": case_now().sheet})
    if "forget" in request.POST:
        current().keeper.add(SheetMade())
        return redirect("search-sheet")
    typed = {kind: answer(request.POST, kind) for kind in KINDS}
    given = {
        kind: tuple(line.strip() for line in text.splitlines() if line.strip())
        for kind, text in typed.items()
    }
    try:
        sheet = make_sheet(SelfSearch(**given))
    except BadTerm as error:
        kind, _colon, what = str(error).partition(": ")
        asked = _terms(typed, {kind: what})
        return page(request, "search_sheet", {"asked": asked}, errors=errors_of(asked))
    current().keeper.add(SheetMade(sheet))
    return redirect("search-sheet")


def _terms(typed: dict[str, str], wrong: dict[str, str] | None = None) -> list[Question]:
    legends = {
        "names": _("Names, one a line"),
        "former_names": _("Former names"),
        "handles": _("Names of your accounts"),
        "emails": _("E-mail addresses"),
        "phones": _("Phone numbers, with the country’s code"),
        "addresses": _("Street and number, without the flat"),
        "towns": _("Towns"),
    }
    return [
        Question(
            kind, legends[kind], "area", given=(typed.get(kind, ""),), rows=2,
            error=(wrong or {}).get(kind, ""),
        )
        for kind in KINDS
    ]  # fmt: skip
