"""Coming back: how a case stands, withdrawing, and a lost number or PIN."""

import secrets
import uuid
from collections.abc import Callable
from datetime import date
from functools import wraps

from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staydown.bank.api import cases, reviews
from staydown.bank.errors import (
    Busy,
    KeyEnded,
    KeyOfAnother,
    NotACaseNumber,
    NotAPhrase,
    PinRefused,
    SubmissionRefused,
    TryLater,
    WrongCaseOrPin,
)
from staydown.bank.values import minutes_until
from staydown.base.reasons import reasons
from staydown.base.vocabulary import EntryState
from staydown.exchange.idempotency import KEPT_HOURS
from staydown.exchange.records import CaseStatus, ListingStatus
from staydown.web.bank_site.forms import EnterForm, RecoverForm
from staydown.web.bank_site.page import again, form_fields, page, refused
from staydown.web.bank_site.process import current_site
from staydown.web.kit.guards import View
from staydown.web.kit.http.numbers import whole
from staydown.web.kit.words import words

_say = reasons("bank.errors")

#: How long the page with a case's pictures can be used to withdraw them.
WITHDRAW_WITHIN_SECONDS = 15 * 60
_SALT = "staydown.bank.withdraw"
#: Beyond the number of any picture of a case.
_MOST_PICTURES = 999
#: How long the form for a lost number can be sent again when its answer was lost on the way.
ONCE_SECONDS = KEPT_HOURS * 3600
_ONCE_SALT = "staydown.bank.recover"


_OfCase = Callable[[HttpRequest, uuid.UUID], HttpResponse]


@form_fields("case_number", "pin", "ticket", "work", "earlier")
def status(request: HttpRequest) -> HttpResponse:
    """Ask for number and PIN; show what became of each picture."""
    if request.method != "POST":
        return _enter(request, "status")
    bank = current_site().bank
    sent, form = request.POST, EnterForm(request.POST)
    number, pin = form.taken()["case_number"], form.taken()["pin"]
    ticket, earlier = sent.get("ticket", ""), sent.get("earlier", "")
    context = {"ticket": ticket, "earlier": earlier}
    try:
        work = sent.get("work", "")
        ref = cases.enter(bank, number, pin, ticket=ticket, work=work, earlier=earlier)
        found, earlier = cases.case_status(bank, ref), cases.signed_in(bank, ref)
    except WrongCaseOrPin as error:
        return again(request, "enter", {"earlier": earlier}, form, error)
    except (NotACaseNumber, TryLater, Busy) as error:
        return again(request, "enter", context, form, error)
    shown = _status_context(request, found, case=_sign_ref(ref), earlier=earlier)
    return page(request, "status", shown)


def _enter(request: HttpRequest, purpose: str) -> HttpResponse:
    return page(request, "enter", {"purpose": purpose, "form": EnterForm()})


def _of_case(purpose: str, nothing: Promise, *fields: str) -> Callable[[_OfCase], View]:
    """A form of the status page: it knows whose case it is, by what was signed there.

    ``nothing`` says what didn't happen where that is too old. Opened by its address, it asks for
    number and PIN.
    """

    def wrap(view: _OfCase) -> View:
        @form_fields("case", "earlier", *fields)
        @wraps(view)
        def guarded(request: HttpRequest) -> HttpResponse:
            if request.method != "POST":
                return _enter(request, purpose)
            try:
                return view(request, _read_ref(request.POST.get("case", "")))
            except (signing.BadSignature, WrongCaseOrPin):
                return _out_of_date(request, purpose, str(nothing))
            except SubmissionRefused as error:
                return refused(request, words(error.said))

        return guarded

    return wrap


def _out_of_date(request: HttpRequest, purpose: str, nothing: str) -> HttpResponse:
    """Not the page that says "nothing was kept": what is in the list still is."""
    message = " ".join([_("The page was out of date."), nothing, _("Sign in again.")])
    form = EnterForm(QueryDict())
    form.taken()
    form.add_error("case_number", message)
    context = {"purpose": purpose, "earlier": request.POST.get("earlier", ""), "form": form}
    return page(request, "enter", context, errors=form.faults)


@_of_case("status", gettext_lazy("Nothing was sent."))
def send_now(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """Give partners at once what waits of the case, and show the case."""
    found = cases.send_now(current_site().bank, ref)
    return page(request, "status", _status_context(request, found) | {"sent": True})


@_of_case("status", gettext_lazy("Nothing was changed."), "number")
def review(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """Ask for a review of a picture that looks like a known harmless one; show the status again."""
    number = whole(request.POST.get("number", ""), most=_MOST_PICTURES)
    if number is None:
        raise SubmissionRefused(_say("no_such_picture"))
    found = reviews.ask(current_site().bank, ref, number)
    return page(request, "status", _status_context(request, found))


@_of_case("withdraw", gettext_lazy("Nothing was withdrawn."), "numbers", "all", "confirm")
def withdraw(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """Withdraw pictures: chosen on the status page, asked once more, then done.

    What was signed goes on as it came: a page left open does not give itself more time.
    """
    found = cases.case_status(current_site().bank, ref)
    active = [item.number for item in found.listings if _can_withdraw(item)]
    if "all" in request.POST:
        numbers = active
    else:
        chosen = (whole(text, most=_MOST_PICTURES) for text in request.POST.getlist("numbers"))
        numbers = [number for number in chosen if number is not None]
    if not numbers:
        errors = {"choose": _("Choose at least one picture.")} if active else None
        return page(request, "status", _status_context(request, found), errors=errors)
    if request.POST.get("confirm") != "yes":
        waiting = {one.number for one in found.listings if one.goes_out_by or one.dropped_at}
        went_out = not waiting.issuperset(numbers)
        asked = {"numbers": numbers, "went_out": went_out, **_sent_along(request)}
        return page(request, "confirm", asked)
    found = cases.withdraw(current_site().bank, ref, numbers)
    context = _status_context(request, found) | {"count": len(numbers)}
    return page(request, "withdrawn", context)


@form_fields("recovery_phrase", "pin", "pin_again", "once", "ticket", "work")
def recover(request: HttpRequest) -> HttpResponse:
    """Trade the recovery phrase for a new number, PIN and phrase."""
    once = _read_once(request.POST.get("once", ""))
    context = {"once": _sign_once(once)}
    form = RecoverForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return page(request, "recover", {**context, "form": form}, errors=form.faults)
    phrase, chosen = form.cleaned_data["recovery_phrase"], form.cleaned_data["pin"]
    try:
        ticket, work = request.POST.get("ticket", ""), request.POST.get("work", "")
        opened = cases.recover(
            current_site().bank, phrase, chosen, once=once, ticket=ticket, work=work
        )
    except WrongCaseOrPin as error:
        return again(request, "recover", context, form, error, field="recovery_phrase")
    except (NotAPhrase, PinRefused, TryLater, Busy) as error:
        return again(request, "recover", context, form, error)
    except KeyEnded:
        message = _("You have already used this phrase, and signed in since. Use your new number.")
        return _recover_again(request, form, message, once, status=409)
    except KeyOfAnother:  # of another case: a form of its own for this one
        message = _("This page was used for another phrase. Nothing was changed. Type it again.")
        return _recover_again(request, form, message, secrets.token_bytes(16), status=422)
    return page(request, "done", {"opened": opened, "recovered": True})


def _recover_again(
    request: HttpRequest, form: RecoverForm, message: str, once: bytes, *, status: int
) -> HttpResponse:
    form.add_error("recovery_phrase", message)
    context = {"once": _sign_once(once), "form": form}
    return page(request, "recover", context, errors=form.faults, status=status)


def _read_once(text: str) -> bytes:
    """What makes a form's second sending known; new where it is missing, too old or not ours."""
    try:
        return bytes.fromhex(signing.loads(text, salt=_ONCE_SALT, max_age=ONCE_SECONDS))
    except signing.BadSignature:
        return secrets.token_bytes(16)


def _sign_once(once: bytes) -> str:
    return signing.dumps(once.hex(), salt=_ONCE_SALT)


def _sent_along(request: HttpRequest) -> dict[str, str]:
    """What the status page's forms carry: whose case it is, and when they were there before."""
    return {name: request.POST.get(name, "") for name in ("case", "earlier")}


def _status_context(
    request: HttpRequest, found: CaseStatus, **sent_along: str
) -> dict[str, object]:
    active = [item for item in found.listings if _can_withdraw(item)]
    now = current_site().bank.clock.now()
    left = [minutes_until(one.goes_out_by or now, now) for one in found.listings]
    ends = [one.extended_until and date.fromisoformat(one.extended_until) for one in found.listings]
    waits = [item for item in found.listings if item.goes_out_by and not item.is_held]
    return {
        "pictures": list(zip(found.listings, left, ends, strict=True)),
        "waits": waits,
        "leaving": [item for item in waits if item.state is EntryState.WITHDRAWN],
        **(sent_along or _sent_along(request)),
        "status": found,
        "opened_on": date.fromisoformat(found.opened_on),
        "active": active,
        "withdrawn": len(active) < len(found.listings),
    }


def _can_withdraw(item: ListingStatus) -> bool:
    """What the operator took off the list too: it can't be put back then."""
    off = item.likeness is not None and item.likeness.taken_off
    return off or item.state is not EntryState.WITHDRAWN


def _sign_ref(ref: uuid.UUID) -> str:
    return signing.dumps(ref.hex, salt=_SALT)


def _read_ref(text: str) -> uuid.UUID:
    return uuid.UUID(signing.loads(text, salt=_SALT, max_age=WITHDRAW_WITHIN_SECONDS))
