"""The partner API: the native feed, and StopNCII v1 as its reference client speaks it."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from staydown.bank.api import feed as feed_api
from staydown.bank.api import partner_reports, taking_back
from staydown.bank.api.partners import PartnerRef, authenticate
from staydown.bank.errors import (
    BrokenOff,
    Busy,
    CursorAhead,
    NotAPartner,
    SubmissionRefused,
    UnknownEntry,
)
from staydown.exchange.codec import (
    MAX_FEED_LIMIT,
    V1_MAX_PAGE,
    parse_feed_feedback,
    parse_v1_feedback,
    parse_v1_submissions,
    render_feed_page,
    render_v1_page,
)
from staydown.exchange.errors import WireError
from staydown.exchange.records import SetAside
from staydown.web.bank_site.process import BODY_LIMIT, current_site
from staydown.web.kit.errors import Answers, told
from staydown.web.kit.guards import View, asks
from staydown.web.kit.http.body import BodyRefused, read_json
from staydown.web.kit.http.numbers import whole
from staydown.web.kit.http.problem import problem

_DEFAULT_LIMIT = 500
_DEFAULT_PAGE = 800
_LARGEST = 2**63 - 1


def _broken_off(error: BrokenOff) -> HttpResponse:
    return problem(503, str(error), retry_after=5, accepted=error.taken, held=error.held)


def _busy(error: Busy) -> HttpResponse:
    """What was taken in before stays; the same request again changes nothing of that."""
    del error
    return problem(503, "other requests come first: send it again", retry_after=5)


_ANSWERS: Answers = {
    NotAPartner: 401,
    SubmissionRefused: 400,
    UnknownEntry: 404,
    CursorAhead: 409,
    WireError: 422,
    BrokenOff: _broken_off,
    Busy: _busy,
}

_NONE_TAKEN = (
    "none of these records was taken, and nothing was changed: correct each as its reason under "
    "'refused' says, and send them again"
)


def _for_partners(method: str) -> Callable[[Callable[..., HttpResponse]], View]:
    """Check the keys before anything else, and turn our errors into problems."""

    def wrap(handle: Callable[..., HttpResponse]) -> View:
        asked = asks(method)(handle)

        @told(_ANSWERS)
        @wraps(handle)
        def view(request: HttpRequest) -> HttpResponseBase:
            partner = authenticate(
                request.headers.get("Ocp-Apim-Subscription-Key", ""),
                request.headers.get("x-functions-key", ""),
            )
            return asked(request, partner)

        return view

    return wrap


@_for_partners("GET")
def feed(request: HttpRequest, partner: PartnerRef) -> HttpResponse:
    """The native feed: entries after a sequence number."""
    after = _whole(request, "after", default=0)
    limit = _whole(request, "limit", default=_DEFAULT_LIMIT, least=1, most=MAX_FEED_LIMIT)
    page = feed_api.feed_page(current_site().bank, partner, after=after, limit=limit)
    return JsonResponse(render_feed_page(page))


@_for_partners("POST")
def feedback(request: HttpRequest, partner: PartnerRef) -> HttpResponse:
    """What became of a match on one entry."""
    entry_id, value = parse_feed_feedback(read_json(request))
    partner_reports.give_feedback(current_site().bank, partner, entry_id, value)
    return JsonResponse({"ok": True})


@_for_partners("GET")
def fetch_hashes(request: HttpRequest, partner: PartnerRef) -> HttpResponse:
    """v1: records stamped at or after ``startTimestamp``; a page larger than ours is cut."""
    size = _whole(request, "pageSize", default=_DEFAULT_PAGE, least=1)
    page = feed_api.v1_page(
        current_site().bank,
        partner,
        start=_whole(request, "startTimestamp", default=0),
        size=min(size, V1_MAX_PAGE),
        token=request.GET.get("nextPageToken") or None,
    )
    return JsonResponse(render_v1_page(page))


@_for_partners("POST")
def submit_hashes(request: HttpRequest, partner: PartnerRef) -> HttpResponse:
    """v1: hashes from the partner itself. Each bad record is refused on its own."""
    read, aside = parse_v1_submissions(read_json(request, limit=BODY_LIMIT))
    taken, stray = taking_back.own_submissions(current_site().bank, partner, read)
    held = partner_reports.submit_hashes(current_site().bank, partner, taken)
    return _receipt(len(taken), aside + stray, held=held)


@_for_partners("POST")
def submit_feedback(request: HttpRequest, partner: PartnerRef) -> HttpResponse:
    """v1: what the partner says of hashes, whatever their kind."""
    read, aside = parse_v1_feedback(read_json(request, limit=BODY_LIMIT))
    reports, stray = taking_back.own_reports(current_site().bank, partner, read)
    unknown = partner_reports.submit_feedback(current_site().bank, partner, reports)
    return _receipt(len(reports) - len(unknown), aside + stray + unknown)


def _receipt(accepted: int, aside: tuple[SetAside, ...], *, held: int = 0) -> HttpResponse:
    """A JSON object, always: the reference client fails on an empty answer.

    It reads nothing but the status, so where records were sent and none was taken that is 422.
    ``held``: how many of the accepted ones go to partners only after a while.
    """
    refused = [
        {"position": item.position, "reason": item.reason}
        for item in sorted(aside, key=lambda item: item.position)
    ]
    if refused and not accepted:
        return problem(422, _NONE_TAKEN, accepted=0, refused=refused)
    more = {"held": held} if held else {}
    return JsonResponse({"accepted": accepted, "refused": refused, **more})


def _whole(
    request: HttpRequest, name: str, *, default: int, least: int = 0, most: int = _LARGEST
) -> int:
    text = request.GET.get(name)
    number = default if text is None else whole(text, least=least, most=most)
    if number is None:
        raise BodyRefused(400, f"{name} must be a whole number from {least} to {most}")
    return number
