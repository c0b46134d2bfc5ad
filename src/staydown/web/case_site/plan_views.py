"""For oneself: the safety plan and the sheet for looking oneself up. Both are printed, not sent."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staydown.base.vocabulary import Under18
from staydown.cases.events import PlanAnswered, SheetMade
from staydown.guidance.safety_plan.ordering import order_steps
from staydown.guidance.safety_plan.plan_text import helping_with
from staydown.guidance.safety_plan.questions import QUESTIONS
from staydown.guidance.safety_plan.situation import Answer, Situation
from staydown.guidance.self_search.sheet import make_sheet
from staydown.guidance.self_search.terms import BadTerm, SelfSearch
from staydown.web.case_site.page import adults, after_age, case_now, page, takes
from staydown.web.case_site.process import current_site
from staydown.web.kit.forms import Choose, Form, Text
from staydown.web.kit.words import words


@takes("GET", "POST")
@after_age
def plan(request: HttpRequest) -> HttpResponseBase:
    """The questionnaire: every question can be left out."""
    if request.method != "POST":
        return page(request, "plan", {"form": PlanForm(initial=dict(case_now().answers))})
    said = PlanForm(request.POST).taken()
    given = tuple((about, value) for about, value in said.items() if value is not None)
    current_site().keeper.add(PlanAnswered(given))
    return redirect("plan-steps")


class PlanForm(Form):
    """Every question of the plan; each can be left out."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        choices = (
            ("yes", _("Yes")), ("no", _("No")), ("not_sure", _("Not sure")),
            ("", _("Leave it out")),
        )  # fmt: skip
        for one in QUESTIONS:
            self.fields[one.about.value] = Choose(words(one.text), choices, words(one.helps))


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
        return page(request, "search_sheet", {"form": SheetForm(), "sheet": case_now().sheet})
    if "forget" in request.POST:
        current_site().keeper.add(SheetMade())
        return redirect("search-sheet")
    form = SheetForm(request.POST)
    if form.is_valid():
        try:
            current_site().keeper.add(SheetMade(make_sheet(SelfSearch(**form.terms()))))
            return redirect("search-sheet")
        except BadTerm as error:
            form.add_error(error.kind or None, words(error.said))
    return page(request, "search_sheet", {"form": form}, errors=form.faults)


class SheetForm(Form):
    """What others may know somebody by: a text for each of ``KINDS``, a term a line."""

    names = Text(gettext_lazy("Names, one a line"), rows=2)
    former_names = Text(gettext_lazy("Former names"), rows=2)
    handles = Text(gettext_lazy("Names of your accounts"), rows=2)
    emails = Text(gettext_lazy("E-mail addresses"), rows=2)
    phones = Text(gettext_lazy("Phone numbers, with the country’s code"), rows=2)
    addresses = Text(gettext_lazy("Street and number, without the flat"), rows=2)
    towns = Text(gettext_lazy("Towns"), rows=2)

    def terms(self) -> dict[str, tuple[str, ...]]:
        """Return the terms of each kind."""
        return {
            kind: tuple(line.strip() for line in text.splitlines() if line.strip())
            for kind, text in self.cleaned_data.items()
        }
