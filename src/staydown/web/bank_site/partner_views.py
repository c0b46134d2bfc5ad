"""The partner API: the native feed, and StopNCII v1 as its reference client speaks it."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, JsonResponse

from staydown.bank.api import feed as feed_api
from staydown.bank.api import taking_back, words
from staydown.bank.api.partners import PartnerRef, authenticate
from staydown.bank.errors import (
    BrokenOff,
    Busy,
    CursorAhead,
    NotAPartner,
    SubmissionRefused,
    UnknownEntry,
)
from staydown.base.errors import StaydownError
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
from staydown.web.bank_site.page import View
from staydown.web.bank_site.process import BODY_LIMIT, current
from staydown.web.kit.http.body import BodyRefused, read_json
from staydown.web.kit.http.problem import problem

_DEFAULT_LIMIT = 500
_DEFAULT_PAGE = 800
_LARGEST = 2**63 - 1

_NONE_TAKEN = (
    "none of these records was taken, and nothing was changed: correct each as its reason under "
    "'refused' says, and send them again"
)


def _for_partners(
    method: str,
) -> Callable[[Callable[[HttpRequest, PartnerRef], HttpResponse]], View]:
    """Check the keys before anything else, and turn our errors into problems."""

    def wrap(handle: Callable[[HttpRequest, PartnerRef], HttpResponse]) -> View:
        @wraps(handle)
        def view(request: HttpRequest) -> HttpResponse:
            try:
                partner = authenticate(
                    request.headers.get("Ocp-Apim-Subscription-Key", ""),
                    request.headers.get("x-functions-key", ""),
                )
                if request.method != method:
                    response = problem(405, f"send {method}")
                    response["Allow"] = method
                    return response
                return handle(request, partner)
            except StaydownError as error:
                return _problem(error)

        return view

    return wrap


@_for_partners("GET")
def feed(request: HttpRequest, partner: PartnerRef) -> HttpResponse:
    """The native feed: entries after a sequence number."""
    after = _whole(request, "after", default=0)
    limit = _whole(request, "limit", default=_DEFAULT_LIMIT, least=1, most=MAX_FEED_LIMIT)
    page = feed_api.feed_page(current().bank, partner, after=after, limit=limit)
    return JsonResponse(render_feed_page(page))


@_for_partners("POST")
def feedback(request: HttpRequest, partner: PartnerRef) -> HttpResponse:
    """What became of a match on one entry."""
    entry_id, value = parse_feed_feedback(read_json(request))
    words.give_feedback(current().bank, partner, entry_id, value)
    return JsonResponse({"ok": True})


@_for_partners("GET")
def fetch_hashes(request: HttpRequest, partner: PartnerRef) -> HttpResponse:
    """v1: records stamped at or after ``startTimestamp``; a page larger than ours is cut."""
    size = _whole(request, "pageSize", default=_DEFAULT_PAGE, least=1)
    page = feed_api.v1_page(
        current().bank,
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
    taken, stray = taking_back.own_submissions(current().bank, partner, read)
    held = words.submit_hashes(current().bank, partner, taken)
    return _receipt(len(taken), aside + stray, held=held)


@_for_partners("POST")
def submit_feedback(request: HttpRequest, partner: PartnerRef) -> HttpResponse:
    """v1: what the partner says of hashes, whatever their kind."""
    read, aside = parse_v1_feedback(read_json(request, limit=BODY_LIMIT))
    reports, stray = taking_back.own_reports(current().bank, partner, read)
    unknown = words.submit_feedback(current().bank, partner, reports)
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
    if text is None:
        return default
    if text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most:
        return int(text)
    raise BodyRefused(400, f"{name} must be a whole number from {least} to {most}")


def _problem(error: StaydownError) -> HttpResponse:
    """The problem document of an error; one that is not foreseen here stays an error."""
    text = str(error)
    if isinstance(error, NotAPartner):
        return problem(401, text)
    if isinstance(error, BodyRefused):
        return problem(error.status, text)
    if isinstance(error, SubmissionRefused):
        return problem(400, text)
    if isinstance(error, UnknownEntry):
        return problem(404, text)
    if isinstance(error, CursorAhead):
        return problem(409, text)
    if isinstance(error, WireError):
        return problem(422, text)
    if isinstance(error, BrokenOff):
        return problem(503, text, retry_after=5, accepted=error.taken, held=error.held)
    if isinstance(error, Busy):
        # What was taken in before stays; the same request again changes nothing of that.
        return problem(503, "other requests come first: send it again", retry_after=5)
    raise error
