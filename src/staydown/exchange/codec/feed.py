"""The native feed (``/api/v2/feed``) and its feedback."""

from typing import Annotated, Any

from pydantic import Field

from staydown.base.vocabulary import EntryState, Feedback, Kind
from staydown.exchange.codec.wire import Asked, Counter, Received, adapter_for, check
from staydown.exchange.errors import WireError
from staydown.exchange.records import FeedEntry, FeedPage, SetAside
from staydown.fingerprint.value import BadFingerprint, Fingerprint

#: The most entries that a page may hold.
MAX_FEED_LIMIT = 1000

#: What a moderator's decision can be told as.
DECISIVE = (Feedback.BLOCKED, Feedback.NOT_BLOCKED, Feedback.PENDING_REVIEW)


_ID = r"^[A-Za-z0-9_-]+$"


class _Page(Received):
    entries: Annotated[list[Any], Field(max_length=MAX_FEED_LIMIT)]
    next_after: Counter
    has_more: bool


class _Entry(Received):
    seq: Annotated[int, Field(ge=1, le=2**63 - 1)]
    entry_id: Annotated[str, Field(min_length=1, max_length=64, pattern=_ID)]
    kind: str
    value: str
    quality: int | None = None
    state: str
    picture: Annotated[str, Field(min_length=1, max_length=64, pattern=_ID)] | None = None


class _Feedback(Asked):
    entry_id: Annotated[str, Field(min_length=1, max_length=64)]
    value: str


_PAGE = adapter_for(_Page)
_ENTRY = adapter_for(_Entry)
_FEEDBACK = adapter_for(_Feedback)


def parse_feed_page(value: Any) -> tuple[FeedPage, tuple[SetAside, ...]]:
    """Return the page and what was set aside in it. Raises WireError for a bad envelope."""
    page = check(_PAGE, value)
    entries: list[FeedEntry] = []
    aside: list[SetAside] = []
    for position, item in enumerate(page.entries):
        try:
            entries.append(_entry(item))
        except (WireError, BadFingerprint) as error:
            aside.append(SetAside(position, str(error)))
    return FeedPage(tuple(entries), page.next_after, page.has_more), tuple(aside)


def render_feed_page(page: FeedPage) -> dict[str, Any]:
    """Return the JSON object of a page."""
    return {
        "entries": [
            {
                "seq": entry.seq,
                "entry_id": entry.entry_id,
                "kind": entry.fingerprint.kind.value,
                "value": entry.fingerprint.hex,
                "quality": entry.fingerprint.quality,
                "state": entry.state.value,
                "picture": entry.picture,
            }
            for entry in page.entries
        ],
        "next_after": page.next_after,
        "has_more": page.has_more,
    }


def parse_feed_feedback(value: Any) -> tuple[str, Feedback]:
    """Return the entry id and what the partner says of it. Raises WireError."""
    report = check(_FEEDBACK, value)
    if report.value not in DECISIVE:
        raise WireError("the field value must be Blocked, NotBlocked or PendingReview")
    return report.entry_id, Feedback(report.value)


def render_feed_feedback(entry_id: str, value: Feedback) -> dict[str, Any]:
    """Return the JSON object that tells the bank ``value`` of an entry."""
    return {"entry_id": entry_id, "value": value.value}


def _entry(value: Any) -> FeedEntry:
    item = check(_ENTRY, value)
    try:
        kind = Kind(item.kind)
    except ValueError:
        raise WireError("a kind of fingerprint that this version does not know") from None
    try:
        state = EntryState(item.state)
    except ValueError:
        raise WireError("a state that this version does not know") from None
    fingerprint = Fingerprint.parse(kind, item.value, item.quality)
    return FeedEntry(item.seq, item.entry_id, fingerprint, state, item.picture)
