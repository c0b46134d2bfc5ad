"""The person's side: opening a case, asking after it, withdrawing, recovering."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from staydown.base.vocabulary import ActingFor, EntryState, Feedback, Kind, Under18
from staydown.exchange.codec.payment import Payable
from staydown.exchange.codec.wire import Asked, Received, ShortText, adapter_for, check
from staydown.exchange.errors import PictureUnfit, WireError
from staydown.exchange.records import (
    CaseOpened,
    CaseRequest,
    CaseStatus,
    Likeness,
    ListingStatus,
    Picture,
)
from staydown.fingerprint.degenerate import DegenerateFingerprint, refuse_degenerate
from staydown.fingerprint.kinds import BY_CONTENT, KINDS, MAIN, PDQ_LISTING_QUALITY
from staydown.fingerprint.value import BadFingerprint, Fingerprint

#: The most pictures that one case may hold.
MAX_PICTURES = 50

#: How many letters or digits a PIN has.
PIN_LENGTH = range(6, 65)

_Pin = Annotated[str, Field(max_length=PIN_LENGTH.stop - 1)]
_Number = Annotated[int, Field(ge=1, le=MAX_PICTURES)]


#: The kinds that may come beside a picture's PDQ, each in a field of its own name.
_BESIDE = tuple(kind for kind in BY_CONTENT if kind is not MAIN)
_MOST_DIGITS = max(KINDS[kind].digits for kind in BY_CONTENT)


class _Picture(Asked):
    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Annotated[str, Field(max_length=_MOST_DIGITS)] | None]
    kind: Literal["pdq"]
    value: Annotated[str, Field(max_length=_MOST_DIGITS)]
    quality: Annotated[int, Field(ge=0, le=100)]

    @model_validator(mode="after")
    def _nothing_else(self) -> Self:
        if not set(self.beside) <= set(_BESIDE):
            raise PydanticCustomError("extra_forbidden", "no such kind")
        return self

    @property
    def beside(self) -> dict[str, Any]:
        """What came beside the PDQ, by the word of its kind."""
        return self.model_extra or {}


class _Pictures(Asked):
    fingerprints: Annotated[list[_Picture], Field(min_length=1, max_length=MAX_PICTURES)]


class _Request(_Pictures, Payable):
    under18: Literal["no", "yes", "not_sure"]
    acting_for: Literal["self", "other"]
    pin: _Pin


class _StatusRequest(Payable):
    case_number: ShortText
    pin: _Pin


class _WithdrawRequest(_StatusRequest):
    numbers: Annotated[list[_Number], Field(min_length=1, max_length=MAX_PICTURES)] | None


class _RecoverRequest(Payable):
    recovery_phrase: ShortText
    pin: _Pin


class _ReviewRequest(_StatusRequest):
    number: _Number


class _Opened(Received):
    case_number: ShortText
    recovery_phrase: ShortText
    held_until: ShortText | None = None
    like_harmless: Annotated[list[_Number], Field(max_length=MAX_PICTURES)] = []


class _Likeness(Received):
    asked: bool
    decided: bool
    taken_off: bool
    reason: ShortText


class _Listing(Received):
    number: _Number
    state: str
    fetched_by: list[ShortText] = []
    checked_since_withdrawal: list[ShortText] = []
    feedback: list[Annotated[list[ShortText], Field(min_length=2, max_length=2)]] = []
    extended_until: ShortText | None = None
    likeness: _Likeness | None = None
    goes_out_by: ShortText | None = None
    held: bool = False
    dropped_at: ShortText | None = None


class _Status(Received):
    acting_for: Literal["self", "other"]
    opened_on: ShortText
    listings: Annotated[list[_Listing], Field(max_length=MAX_PICTURES)]


_PICTURES = adapter_for(_Pictures)
_REQUEST = adapter_for(_Request)
_STATUS_REQUEST = adapter_for(_StatusRequest)
_WITHDRAW_REQUEST = adapter_for(_WithdrawRequest)
_REVIEW_REQUEST = adapter_for(_ReviewRequest)
_RECOVER_REQUEST = adapter_for(_RecoverRequest)
_OPENED = adapter_for(_Opened)
_LISTING = adapter_for(_Listing)
_STATUS = adapter_for(_Status)


# --------------------------------------------------------------------------- opening a case


def parse_pictures(value: Any) -> tuple[Picture, ...]:
    """Read the list that the pictures page sends. Raises WireError; nothing is set aside.

    A picture whose quality is below the listing limit is refused (PictureUnfit): it looks like too
    many others. So is one whose fingerprint is no picture's.
    """
    return _pictures(check(_PICTURES, {"fingerprints": value}))


def render_pictures(pictures: tuple[Picture, ...]) -> list[dict[str, Any]]:
    """Return the JSON list of pictures; ``copy1`` only where a picture has a copy code."""
    return [
        {
            "kind": item.pdq.kind.value,
            "value": item.pdq.hex,
            "quality": item.pdq.quality,
            **{one.kind.value: one.hex for one in item.beside},
        }
        for item in pictures
    ]


def parse_case_request(value: Any) -> CaseRequest:
    """Return what a person hands in. Raises WireError, also for any field beyond the agreed.

    The answer about age is read, not judged: refusing is the bank's rule. Whoever answered
    otherwise than "no" gets a request without fingerprints, so that there is nothing to take in.
    """
    request = check(_REQUEST, value)
    under18 = Under18(request.under18)
    return CaseRequest(
        under18=under18,
        acting_for=ActingFor(request.acting_for),
        pictures=_pictures(request) if under18 is Under18.NO else (),
        pin=request.pin,
    )


def render_case_request(request: CaseRequest) -> dict[str, Any]:
    """Return the JSON object of a case request."""
    return {
        "under18": request.under18.value,
        "acting_for": request.acting_for.value,
        "fingerprints": render_pictures(request.pictures),
        "pin": request.pin,
    }


def parse_case_opened(value: Any) -> CaseOpened:
    """Return the number and phrase that the bank gave. Raises WireError."""
    opened = check(_OPENED, value)
    try:
        held_until = _moment(opened.held_until)
    except (ValueError, OverflowError):
        raise WireError("held_until is not a moment") from None
    alike = tuple(opened.like_harmless)
    return CaseOpened(opened.case_number, opened.recovery_phrase, held_until, alike)


def render_case_opened(opened: CaseOpened) -> dict[str, Any]:
    """Return the JSON object of a freshly opened case."""
    held = {} if opened.held_until is None else {"held_until": _moment_text(opened.held_until)}
    return {
        "case_number": opened.case_number,
        "recovery_phrase": opened.recovery_phrase,
        "like_harmless": list(opened.like_harmless),
        **held,
    }


def _pictures(request: _Pictures) -> tuple[Picture, ...]:
    """The same PDQ twice is one picture."""
    read: dict[str, Picture] = {}
    for place, item in enumerate(request.fingerprints):
        if item.quality < PDQ_LISTING_QUALITY:
            raise PictureUnfit(place + 1, "it is too plain to be told from others")
        picture = Picture(
            _fingerprint(MAIN, item.value, item.quality, f"{place}.value"),
            *(
                _fingerprint(kind, text, None, f"{place}.{kind.value}")
                for kind in _BESIDE
                if (text := item.beside.get(kind.value)) is not None
            ),
        )
        try:
            for one in picture.fingerprints:
                refuse_degenerate(one)
        except DegenerateFingerprint as error:
            raise PictureUnfit(place + 1, str(error)) from None
        read.setdefault(picture.pdq.hex, picture)
    return tuple(read.values())


def _fingerprint(kind: Kind, text: str, quality: int | None, where: str) -> Fingerprint:
    try:
        return Fingerprint.parse(kind, text, quality)
    except BadFingerprint:
        raise WireError(f"the field fingerprints.{where} is no fingerprint") from None


# --------------------------------------------------------------------------- later


def parse_status_request(value: Any) -> tuple[str, str]:
    """Return case number and PIN as typed. Raises WireError."""
    request = check(_STATUS_REQUEST, value)
    return request.case_number, request.pin


def render_status_request(case_number: str, pin: str) -> dict[str, Any]:
    """Return the JSON object that asks after a case."""
    return {"case_number": case_number, "pin": pin}


def parse_withdraw_request(value: Any) -> tuple[str, str, tuple[int, ...] | None]:
    """Return case number, PIN and the numbers of the pictures (None: all). Raises WireError."""
    request = check(_WITHDRAW_REQUEST, value)
    numbers = None if request.numbers is None else tuple(request.numbers)
    return request.case_number, request.pin, numbers


def render_withdraw_request(
    case_number: str, pin: str, numbers: tuple[int, ...] | None
) -> dict[str, Any]:
    """Return the JSON object that withdraws pictures of a case (None: all)."""
    return {
        "case_number": case_number,
        "pin": pin,
        "numbers": None if numbers is None else list(numbers),
    }


def parse_review_request(value: Any) -> tuple[str, str, int]:
    """Return case number, PIN and the number of the picture to review. Raises WireError."""
    request = check(_REVIEW_REQUEST, value)
    return request.case_number, request.pin, request.number


def parse_recover_request(value: Any) -> tuple[str, str]:
    """Return recovery phrase and new PIN as typed. Raises WireError."""
    request = check(_RECOVER_REQUEST, value)
    return request.recovery_phrase, request.pin


def render_recover_request(recovery_phrase: str, pin: str) -> dict[str, Any]:
    """Return the JSON object that trades a recovery phrase for a new case number."""
    return {"recovery_phrase": recovery_phrase, "pin": pin}


def parse_case_status(value: Any) -> CaseStatus:
    """Return what the bank says of a case. Raises WireError."""
    status = check(_STATUS, value)
    return CaseStatus(
        ActingFor(status.acting_for), status.opened_on, tuple(map(_listing, status.listings))
    )


def render_case_status(status: CaseStatus) -> dict[str, Any]:
    """Return the JSON object of a case's status."""
    return {
        "acting_for": status.acting_for.value,
        "opened_on": status.opened_on,
        "listings": [
            {
                "number": listing.number,
                "state": listing.state.value,
                "fetched_by": list(listing.fetched_by),
                "checked_since_withdrawal": list(listing.checked_since_withdrawal),
                "feedback": [[name, word.value] for name, word in listing.feedback],
                "extended_until": listing.extended_until,
                "likeness": None if listing.likeness is None else asdict(listing.likeness),
                "goes_out_by": _moment_text(listing.goes_out_by),
                "held": listing.is_held,
                "dropped_at": _moment_text(listing.dropped_at),
            }
            for listing in status.listings
        ],
    }


def _listing(item: _Listing) -> ListingStatus:
    try:
        return ListingStatus(
            number=item.number,
            state=EntryState(item.state),
            fetched_by=tuple(item.fetched_by),
            checked_since_withdrawal=tuple(item.checked_since_withdrawal),
            feedback=tuple((name, Feedback(word)) for name, word in item.feedback),
            extended_until=item.extended_until,
            likeness=None if item.likeness is None else Likeness(**dict(item.likeness)),
            goes_out_by=_moment(item.goes_out_by),
            is_held=item.held,
            dropped_at=_moment(item.dropped_at),
        )
    except (ValueError, OverflowError):
        raise WireError("a state, feedback or moment that this version does not know") from None


def _moment(text: str | None) -> datetime | None:
    """Read a moment with its offset. Raises ValueError."""
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment.astimezone(UTC)


def _moment_text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
