"""JSON for people's own programs (``staydown bank submit``): the pages' steps without pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from staydown.bank import errors
from staydown.bank.api import cases as case_api
from staydown.bank.api import reviews
from staydown.base.errors import StaydownError
from staydown.exchange.codec import (
    MAX_PICTURES,
    parse_case_request,
    parse_recover_request,
    parse_review_request,
    parse_status_request,
    parse_withdraw_request,
    payment_of,
    render_case_opened,
    render_case_status,
    render_demand,
)
from staydown.exchange.errors import WireError
from staydown.exchange.idempotency import HEADER, read_key
from staydown.exchange.records import Demand
from staydown.web.bank_site.page import View
from staydown.web.bank_site.process import current
from staydown.web.kit.http.body import BodyRefused, read_json
from staydown.web.kit.http.problem import problem

_UNFIT = (
    errors.SubmissionRefused,
    errors.PinRefused,
    errors.NotACaseNumber,
    errors.NotAPhrase,
    errors.KeyOfAnother,
    WireError,
)


def _json_post(handle: Callable[[Any], HttpResponse]) -> View:
    """A view that hands the body's JSON value over and turns our errors into problems."""

    @wraps(handle)
    def without_key(value: Any, _: bytes | None) -> HttpResponse:
        return handle(value)

    return _json_post_under_a_key(without_key)


def _json_post_under_a_key(handle: Callable[[Any, bytes | None], HttpResponse]) -> View:
    """The same for what may be sent again: it hears the idempotency key too, if one came."""

    @wraps(handle)
    def view(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return _not_allowed("POST")
        try:
            key = request.headers.get(HEADER)
            value = read_json(request)
            return handle(value, None if key is None else read_key(key).encode())
        except StaydownError as error:
            return _problem(error)

    return view


@_json_post_under_a_key
def cases(value: Any, key: bytes | None) -> HttpResponse:
    """Open a case: 201."""
    request, paid = parse_case_request(value), payment_of(value)
    opened = case_api.open_case(
        current().bank, request, once=key, ticket=paid.ticket, work=paid.work
    )
    return JsonResponse(render_case_opened(opened), status=201)


def work(request: HttpRequest) -> HttpResponse:
    """What to solve for a hand-in, for programs that pay before they are asked."""
    if request.method not in ("GET", "HEAD"):
        return _not_allowed("GET")
    text = request.GET.get("pictures", "1")
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= MAX_PICTURES):
        return problem(422, f"pictures is a number from 1 to {MAX_PICTURES}")
    return JsonResponse(render_demand(case_api.price(current().bank, int(text))))


@_json_post
def status(value: Any) -> HttpResponse:
    """How a case stands."""
    number, pin = parse_status_request(value)
    paid = payment_of(value)
    ref = case_api.enter(current().bank, number, pin, ticket=paid.ticket, work=paid.work)
    return JsonResponse(render_case_status(case_api.case_status(current().bank, ref)))


@_json_post
def withdraw(value: Any) -> HttpResponse:
    """Withdraw some or all pictures, and say how the case stands then."""
    number, pin, numbers = parse_withdraw_request(value)
    bank, paid = current().bank, payment_of(value)
    ref = case_api.enter(bank, number, pin, ticket=paid.ticket, work=paid.work)
    return JsonResponse(render_case_status(case_api.withdraw(bank, ref, numbers)))


@_json_post
def review(value: Any) -> HttpResponse:
    """Ask for a review of a picture, and say how the case stands then."""
    number, pin, picture = parse_review_request(value)
    bank, paid = current().bank, payment_of(value)
    ref = case_api.enter(bank, number, pin, ticket=paid.ticket, work=paid.work)
    return JsonResponse(render_case_status(reviews.ask(bank, ref, picture)))


@_json_post
def send_now(value: Any) -> HttpResponse:
    """Give partners at once what waits of a case, and say how the case stands then."""
    number, pin = parse_status_request(value)
    bank, paid = current().bank, payment_of(value)
    ref = case_api.enter(bank, number, pin, ticket=paid.ticket, work=paid.work)
    return JsonResponse(render_case_status(case_api.send_now(bank, ref)))


@_json_post_under_a_key
def recover(value: Any, key: bytes | None) -> HttpResponse:
    """Trade a recovery phrase for a new number and phrase."""
    phrase, pin = parse_recover_request(value)
    paid = payment_of(value)
    opened = case_api.recover(
        current().bank, phrase, pin, once=key, ticket=paid.ticket, work=paid.work
    )
    return JsonResponse(render_case_opened(opened))


def _problem(error: StaydownError) -> HttpResponse:
    """The problem document of an error; one that is not foreseen here stays an error."""
    text = str(error)
    if isinstance(error, BodyRefused):
        return problem(error.status, text)
    if isinstance(error, errors.Under18Stop):
        return problem(422, text, where_to_go="/under-18/")
    if isinstance(error, errors.PinRefused) and error.offered:
        return problem(422, text, offered_pin=error.offered)
    if isinstance(error, _UNFIT):
        return problem(422, text)
    if isinstance(error, errors.KeyEnded):
        return problem(409, text)
    if isinstance(error, errors.WrongCaseOrPin):
        return problem(403, text)
    if isinstance(error, errors.TryLater | errors.WorkNeeded):
        demand = render_demand(Demand(error.ticket, error.parts))
        return problem(429, text, retry_after=error.seconds, **demand)
    if isinstance(error, errors.Busy):
        return problem(503, text, retry_after=3)
    raise error


def _not_allowed(method: str) -> HttpResponse:
    response = problem(405, f"send {method}")
    response["Allow"] = method
    return response
