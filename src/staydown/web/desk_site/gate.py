"""The upload gate: the platform's systems ask, the desk answers before the upload is shown.

200 allowed · 202 allowed but flagged · 451 held until a person decides, which is never a verdict.
"""

import logging
import time
from collections.abc import Callable, Mapping
from functools import partial, wraps
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from staydown.base.canonical import JSONValue
from staydown.base.errors import StaydownError
from staydown.base.vocabulary import GateAnswer
from staydown.matching.cascade import Examined, look_over
from staydown.matching.matcher import KnownEntries
from staydown.matching.remembered import Recall
from staydown.media.errors import MediaError
from staydown.media.form import Form
from staydown.media.turns import Caller
from staydown.review import api
from staydown.review.errors import KeyNotTaken, OtherRequest
from staydown.review.records import UploadAnswer
from staydown.review.settings import preview_allowed
from staydown.web.desk_site.errors import ANSWERS
from staydown.web.desk_site.process import LIMITS, Desk, Gate, current_site
from staydown.web.desk_site.upload import Received, read_upload
from staydown.web.kit.errors import told
from staydown.web.kit.guards import View, asks
from staydown.web.kit.http.body import BodyRefused, declared_length
from staydown.web.kit.http.problem import problem

log = logging.getLogger(__name__)

_STATUS = {
    GateAnswer.ALLOWED: HTTPStatus.OK,
    GateAnswer.FLAGGED: HTTPStatus.ACCEPTED,
    GateAnswer.HELD: HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS,
}


def for_platform(method: str) -> Callable[[View], View]:
    """Let a view be called with ``method`` and a platform key, whose number it gets."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @asks(method)
        @told(ANSWERS)
        @wraps(view)
        def checked(request: HttpRequest, **places: object) -> HttpResponseBase:
            scheme, _, key = request.headers.get("Authorization", "").partition(" ")
            if scheme.lower() != "bearer":
                raise KeyNotTaken("send a valid key: Authorization: Bearer <key>")
            key_id = api.check_platform_key(key.strip(), current_site().sealer).number
            return view(request, key_id, **places)

        return checked

    return decorate


@for_platform("POST")
def uploads(request: HttpRequest, key_id: int) -> HttpResponse:
    """``POST /api/v1/uploads``: a picture or fingerprints in, the gate's answer out."""
    here, since = current_site(), time.monotonic()
    gate = here.gate
    if gate is None:
        return problem(503, "the desk is starting: try again", retry_after=2)
    try:
        with gate.bodies.room(str(key_id), _declared(request)):
            return _answer_upload(request, key_id, here, gate, since)
    except (BodyRefused, MediaError, OtherRequest):
        raise
    except StaydownError:
        # The key file no longer opens the entries, or the like: the operator must act.
        log.exception("the gate cannot answer: the platform was told to try again")
        return problem(503, "the desk cannot answer now: try again", retry_after=30)


def _declared(request: HttpRequest) -> int:
    """Return the length that a request gives its body; what is no number is refused later."""
    length = declared_length(request.headers.get("Content-Length")) or 0
    return min(length, LIMITS.file_bytes)


def _answer_upload(
    request: HttpRequest, key_id: int, here: Desk, gate: Gate, since: float
) -> HttpResponse:
    received = read_upload(request, LIMITS)
    if received.preview_url and not preview_allowed(
        received.preview_url, here.settings.preview_origin
    ):
        raise BodyRefused(422, "preview_url must lie at the origin that the desk's settings name")
    retry = _retry(request, received, here)
    if retry is not None:
        earlier = api.earlier_answer(key_id, retry)
        if earlier is not None:
            return _render(earlier)
    picture = received.picture
    upload = api.Upload(
        key_id,
        received.fingerprints,
        received.reference,
        received.preview_url,
        None if picture is None else api.file_digest(picture, here.sealer),
    )
    caller = gate.caller(str(key_id), received.reference, since)
    look = None if picture is None else partial(_look, picture, caller, gate)
    keeper = api.keeper(here.sealer, here.settings.look_back)
    return _render(api.receive_upload(upload, gate.live, here.clock, retry, look, keeper=keeper))


def _look(
    picture: bytes, caller: Caller, gate: Gate, known: KnownEntries, recall: Recall
) -> Examined:
    """Hold a picture against what is listed and what was decided. Raises a MediaError."""
    with gate.worker.open(picture, Form.QUICK_COLOUR, caller) as file:
        return look_over(file, known, gate.live.limits, gate.model, recall)


def _retry(request: HttpRequest, received: Received, here: Desk) -> api.Retry | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 1 <= len(key) <= 255:
        raise BodyRefused(400, "an Idempotency-Key has 1 to 255 characters")
    return api.Retry(
        here.sealer.keyed_hash("idempotency key", key.encode()),
        here.sealer.keyed_hash("upload request", received.content()),
    )


def _render(answer: UploadAnswer) -> HttpResponse:
    body = {
        "answer": answer.answer.value,
        "item": None if answer.item is None else str(answer.item),
        "candidates": [
            {
                "bank": match.bank,
                "entry": match.entry_id,
                "kind": match.kind.value,
                "distance": match.distance,
                "state": match.state.value,
                "view": match.view.label,
                "action": match.answer.value,
                "reason": match.reason,
            }
            for match in answer.matches
        ],
        "outcome_url": None if answer.item is None else reverse("outcome", args=[answer.item]),
        "banks_ready": answer.banks_ready,
        "looked_at": answer.looked_at,
        **_damage(answer.looked_at),
    }
    return JsonResponse(body, status=_STATUS[answer.answer])


def _damage(looked_at: Mapping[str, JSONValue] | None) -> dict[str, JSONValue]:
    """Say whether the picture could be decoded whole; null where fingerprints came."""
    if looked_at is None:
        return {"damaged": None, "rows_read_percent": None}
    return {
        "damaged": looked_at.get("damaged", False),
        "rows_read_percent": looked_at.get("rows_read_percent", 100),
    }


@for_platform("GET")
def item_outcome(
    request: HttpRequest,  # noqa: ARG001 - Django's signature
    key_id: int,
    item: UUID,
) -> HttpResponse:
    """``GET /api/v1/items/{id}``: what became of an item of this key."""
    outcome = api.outcome(key_id, item)
    body = {
        "item": str(outcome.item),
        "answer": outcome.answer.value,
        "state": "open" if outcome.waits else "decided",
        "decision": None if outcome.decision is None else outcome.decision.value,
        "created_at": outcome.created_at.isoformat(),
        "decided_at": None if outcome.decided_at is None else outcome.decided_at.isoformat(),
    }
    return JsonResponse(body)
