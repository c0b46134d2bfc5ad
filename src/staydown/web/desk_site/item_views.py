"""The moderators' items. A match is never a verdict: here a person decides."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from staydown.accounts.roles import Permission, may
from staydown.base.vocabulary import Decision
from staydown.review import api
from staydown.review.errors import DecidedMeanwhile, NotHere, OnlyNamed
from staydown.review.records import GroupLine, ItemPage
from staydown.web.console.sign_in import not_permitted, permitted, staff_id
from staydown.web.console.site import takes
from staydown.web.desk_site import together, under_18
from staydown.web.desk_site.page import ERRORS, PAGES
from staydown.web.desk_site.process import current_site
from staydown.web.kit.http.numbers import whole
from staydown.web.kit.security.headers import content_security_policy


@takes("GET")
@permitted(Permission.ITEMS_SEE)
def items(request: HttpRequest) -> HttpResponse:
    """Items that wait, or (``?show=decided``) that were decided, page by page.

    ``?show=may_be_under_18``: those of them that may show somebody under 18.
    """
    show = request.GET.get("show", "")
    decided, marked = show == "decided", show == under_18.WORD
    place = whole(request.GET.get("at", ""))
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
    return PAGES.page(request, "items", context)


@takes("GET", "POST")
@permitted(Permission.ITEMS_SEE)
def item(request: HttpRequest, item: UUID) -> HttpResponse:
    """One item: why it is here, the platform's preview if asked for, and the decision."""
    try:
        page = api.item_page(item)
    except NotHere:
        return ERRORS.not_found(request)
    if request.method != "POST":
        return _item_page(request, page)
    if request.POST.get("open") == "yes":
        return _opened(request, item)
    if not may(request.user, Permission.ITEMS_DECIDE):
        return not_permitted(request)
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
        return PAGES.page(request, "confirm", context)
    try:
        api.decide_together(
            [(item, version), *also],
            decision,
            moderator_id=staff_id(request),
            clock=current_site().clock,
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
    context = {
        "page": page,
        "fault": fault,
        "done": request.GET.get("done") == "1",
        "also": whole(request.GET.get("also", ""), most=99) or 0,
    }
    if page.line.hidden:
        return PAGES.page(request, "hidden", context | under_18.going_on(), status=status)
    group = api.group_of(page.line.item)
    return _whole_page(request, page, {**context, "group": group}, status)


def _opened(request: HttpRequest, item: UUID) -> HttpResponse:
    """A hidden item, for somebody who is named and asked for it by a button of its own."""
    try:
        page = api.open_item(item, staff_id(request), current_site().clock)
    except OnlyNamed:
        return _item_page(request, api.item_page(item), fault="only_named", status=403)
    group = api.group_of(item, opened=True)
    return _whole_page(request, page, {"page": page, "group": group, "opened": True}, 200)


def _whole_page(
    request: HttpRequest, page: ItemPage, context: dict[str, Any], status: int
) -> HttpResponse:
    previews = together.has_previews(context["group"])
    context |= {"previews": previews}
    response = PAGES.page(request, "item", context, status=status)
    origin = current_site().settings.preview_origin
    if (page.preview_url or previews) and origin:
        response["Content-Security-Policy"] = content_security_policy(origin)
    return response
