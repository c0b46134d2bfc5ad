"""The ways that are open, with what one should know before taking one."""

from collections.abc import Iterable
from itertools import groupby

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from staydown.cases.events import RouteChosen
from staydown.cases.routes import route_of, routes_for, to_be_chosen
from staydown.guidance.support.reading import load_support
from staydown.notices.routes.route import Route
from staydown.web.case_site.law import directory
from staydown.web.case_site.page import case_now, page, takes, with_facts
from staydown.web.case_site.process import current_site
from staydown.web.case_site.titles import title_of


@takes("GET")
@with_facts
def ways(request: HttpRequest) -> HttpResponseBase:
    """All open routes, in order; those with one number go side by side."""
    case = case_now()
    assert case.facts is not None  # noqa: S101 - with_facts saw to it
    found = routes_for(case.facts, directory(), current_site().clock.now())
    place = directory().places.get(case.facts.place or "")
    steps = [
        (order, _alike(routes))
        for order, routes in groupby(found.routes, key=lambda one: one.order)
    ]
    context = {"found": found, "steps": steps, "facts": case.facts, "place": place, "case": case}
    return page(request, "ways", context)


def _alike(routes: Iterable[Route]) -> list[list[Route]]:
    """Put ways together that differ in the recipient alone, such as those to search engines."""
    said = groupby(
        routes,
        key=lambda one: (title_of(one), one.why, one.deadline, one.ground.citation, one.risks),
    )
    return [list(together) for _, together in said]


@takes("GET", "POST")
@with_facts
def way(request: HttpRequest, route_id: str) -> HttpResponseBase:
    """One route: its law, what it reveals, its risks, its deadline, why it stands there."""
    case = case_now()
    found = route_of(case, route_id, directory(), current_site().clock.now())
    if found is None:
        raise Http404
    route = found[0]
    if request.method == "POST":
        current_site().keeper.add(RouteChosen(route_id))
        return redirect("way", route_id)
    known = directory()
    context = {
        "route": route,
        "to_be_chosen": to_be_chosen(case, route),
        "place": known.places.get(route.place or ""),
        "authority": known.authorities.get(route.authority or ""),
        "support": load_support().get(route.support or ""),
    }
    return page(request, "way", context)
