"""JSON for people's own programs (``staydown bank submit``): the pages' steps without pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse

from staydown.bank import errors
from staydown.bank.api import cases as case_api
from staydown.bank.api import reviews
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
from staydown.web.bank_site.process import current_site
from staydown.web.kit.errors import Answers, told
from staydown.web.kit.guards import View, asks
from staydown.web.kit.http.body import read_json
from staydown.web.kit.http.numbers import whole
from staydown.web.kit.http.problem import problem


def _pin_refused(error: errors.PinRefused) -> HttpResponse:
    if not error.offered:
        return problem(422, str(error))
    return problem(422, str(error), offered_pin=error.offered)


def _asked_to_work(error: errors.TryLater | errors.WorkNeeded) -> HttpResponse:
    demand = render_demand(Demand(error.ticket, error.parts))
    return problem(429, str(error), retry_after=error.seconds, **demand)


_ANSWERS: Answers = {
    errors.Under18Stop: lambda error: problem(422, str(error), where_to_go="/under-18/"),
    errors.PinRefused: _pin_refused,
    errors.SubmissionRefused: 422,
    errors.NotACaseNumber: 422,
    errors.NotAPhrase: 422,
    errors.KeyOfAnother: 422,
    WireError: 422,
    errors.KeyEnded: 409,
    errors.WrongCaseOrPin: 403,
    errors.TryLater: _asked_to_work,
    errors.WorkNeeded: _asked_to_work,
    errors.Busy: lambda error: problem(503, str(error), retry_after=3),
}


def _json_post(handle: Callable[[Any], HttpResponse]) -> View:
    """A view that hands the body's JSON value over and turns our errors into problems."""

    @wraps(handle)
    def without_key(value: Any, _: bytes | None) -> HttpResponse:
        return handle(value)

    return _json_post_under_a_key(without_key)


def _json_post_under_a_key(handle: Callable[[Any, bytes | None], HttpResponse]) -> View:
    """The same for what may be sent again: it hears the idempotency key too, if one came."""

    @asks("POST")
    @told(_ANSWERS)
    @wraps(handle)
    def view(request: HttpRequest) -> HttpResponse:
        key = request.headers.get(HEADER)
        value = read_json(request)
        return handle(value, None if key is None else read_key(key).encode())

    return view


@_json_post_under_a_key
def cases(value: Any, key: bytes | None) -> HttpResponse:
    """Open a case: 201."""
    request, paid = parse_case_request(value), payment_of(value)
    opened = case_api.open_case(
        current_site().bank, request, once=key, ticket=paid.ticket, work=paid.work
    )
    return JsonResponse(render_case_opened(opened), status=201)


@asks("GET", "HEAD")
def work(request: HttpRequest) -> HttpResponse:
    """What to solve for a hand-in, for programs that pay before they are asked."""
    pictures = whole(request.GET.get("pictures", "1"), least=1, most=MAX_PICTURES)
    if pictures is None:
        return problem(422, f"pictures is a number from 1 to {MAX_PICTURES}")
    return JsonResponse(render_demand(case_api.price(current_site().bank, pictures)))


def _entered(value: Any, number: str, pin: str) -> UUID:
    """Return the case of a number and a PIN."""
    paid = payment_of(value)
    return case_api.enter(current_site().bank, number, pin, ticket=paid.ticket, work=paid.work)


@_json_post
def status(value: Any) -> HttpResponse:
    """How a case stands."""
    ref = _entered(value, *parse_status_request(value))
    return JsonResponse(render_case_status(case_api.case_status(current_site().bank, ref)))


@_json_post
def withdraw(value: Any) -> HttpResponse:
    """Withdraw some or all pictures, and say how the case stands then."""
    number, pin, numbers = parse_withdraw_request(value)
    ref = _entered(value, number, pin)
    return JsonResponse(render_case_status(case_api.withdraw(current_site().bank, ref, numbers)))


@_json_post
def review(value: Any) -> HttpResponse:
    """Ask for a review of a picture, and say how the case stands then."""
    number, pin, picture = parse_review_request(value)
    ref = _entered(value, number, pin)
    return JsonResponse(render_case_status(reviews.ask(current_site().bank, ref, picture)))


@_json_post
def send_now(value: Any) -> HttpResponse:
    """Give partners at once what waits of a case, and say how the case stands then."""
    ref = _entered(value, *parse_status_request(value))
    return JsonResponse(render_case_status(case_api.send_now(current_site().bank, ref)))


@_json_post_under_a_key
def recover(value: Any, key: bytes | None) -> HttpResponse:
    """Trade a recovery phrase for a new number and phrase."""
    phrase, pin = parse_recover_request(value)
    paid = payment_of(value)
    opened = case_api.recover(
        current_site().bank, phrase, pin, once=key, ticket=paid.ticket, work=paid.work
    )
    return JsonResponse(render_case_opened(opened))
