"""A bank in memory that speaks both dialects to partners.

Ships with the package: whoever follows banks can test against it, over ``net.fake`` or any HTTP
server that hands requests on. It keeps the rules that real banks keep (one order, snapshots, safe
checkpoints), and ``spoil`` lets a test break any of them.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from staydown.base.vocabulary import EntryState, Feedback
from staydown.exchange import codec
from staydown.exchange.errors import WireError
from staydown.exchange.records import FeedEntry, FeedPage, V1Page, V1Record, V1Status
from staydown.fingerprint.value import Fingerprint
from staydown.net.message import Request, Response

_V1_STATUS = {
    EntryState.LISTED: V1Status.ACTIVE,
    EntryState.DISPUTED: V1Status.UNKNOWN,
    EntryState.WITHDRAWN: V1Status.WITHDRAWN,
}


@dataclass(slots=True)
class _Row:
    entry: FeedEntry
    modified: int


@dataclass(slots=True)
class BankSimulator:
    """A bank: call it with a request and it answers.

    ``spoil`` may change or replace a feed page, as a JSON value, before it is sent; ``down``, when
    set, is answered as the status of every request.
    """

    subscription_key: str = field(default="simulated-subscription", repr=False)
    function_key: str = field(default="simulated-function", repr=False)
    spoil: Callable[[Any], Any] | None = None
    down: int | None = None
    #: The bank's clock, in unix seconds; it moves only when told to.
    now: int = 1_700_000_000
    feedback: dict[str, Feedback] = field(default_factory=dict)
    _rows: dict[str, _Row] = field(default_factory=dict)
    _seq: int = 0

    # ----------------------------------------------------------------- the bank's own side

    def put(
        self,
        fingerprint: Fingerprint,
        state: EntryState = EntryState.LISTED,
        picture: str | None = None,
    ) -> str:
        """List a fingerprint, of the picture that is named, and return its entry id."""
        entry_id = f"e{len(self._rows) + 1}"
        self._set(FeedEntry(0, entry_id, fingerprint, state, picture))
        return entry_id

    def change(self, entry_id: str, state: EntryState) -> None:
        """Dispute, withdraw or relist an entry."""
        self._set(replace(self._rows[entry_id].entry, state=state))

    def entries(self) -> tuple[FeedEntry, ...]:
        """Return every entry as it stands, in feed order."""
        return tuple(row.entry for row in self._in_order())

    def _set(self, entry: FeedEntry) -> None:
        self._seq += 1
        self._rows[entry.entry_id] = _Row(replace(entry, seq=self._seq), self.now)

    def _in_order(self) -> list[_Row]:
        return sorted(self._rows.values(), key=lambda row: row.entry.seq)

    # ----------------------------------------------------------------- the partner's side

    def __call__(self, request: Request) -> Response:
        """Answer a partner."""
        if self.down is not None:
            return _json(self.down, {"title": "down"})
        given = {name.lower(): value for name, value in request.headers.items()}
        if (given.get("ocp-apim-subscription-key"), given.get("x-functions-key")) != (
            self.subscription_key,
            self.function_key,
        ):
            return _json(401, {"title": "A valid key is needed"})
        parts = urlsplit(request.url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        answers: dict[tuple[str, str], Callable[[], Any]] = {
            ("GET", "/api/v2/feed"): lambda: self._feed(query),
            ("GET", "/v1/FetchHashes"): lambda: self._fetch_hashes(query),
            ("POST", "/api/v2/feedback"): lambda: self._feed_feedback(request.body),
            ("POST", "/v1/SubmitFeedback"): lambda: self._v1_feedback(request.body),
        }
        answer = answers.get((request.method, parts.path))
        if answer is None:
            return _json(404, {"title": "Not found"})
        if parts.path == "/api/v2/feed" and int(query.get("after", "0")) > self._seq:
            return _json(409, {"title": "the cursor lies after the end of the feed"})
        try:
            return _json(200, answer())
        except (WireError, ValueError, KeyError):
            return _json(422, {"title": "The request cannot be accepted"})

    def _feed(self, query: dict[str, str]) -> Any:
        after, limit = int(query["after"]), int(query.get("limit", "500"))
        rows = [row for row in self._in_order() if row.entry.seq > after]
        served = tuple(row.entry for row in rows[:limit])
        page = FeedPage(served, served[-1].seq if served else after, len(rows) > limit)
        return self._spoiled(codec.render_feed_page(page))

    def _fetch_hashes(self, query: dict[str, str]) -> Any:
        start, size = int(query["startTimestamp"]), int(query["pageSize"])
        past = int(query.get("nextPageToken", "0"))
        rows = [row for row in self._in_order() if row.modified >= start and row.entry.seq > past]
        rows = [row for row in rows if row.entry.fingerprint.kind in codec.V1_SIGNAL_TYPES]
        served, more = rows[:size], len(rows) > size
        page = V1Page(
            tuple(_v1_record(row) for row in served),
            str(served[-1].entry.seq) if more else None,
            max(start, served[-1].modified) if served else start,
            more,
        )
        return self._spoiled(codec.render_v1_page(page))

    def _spoiled(self, page: Any) -> Any:
        return page if self.spoil is None else self.spoil(page)

    def _feed_feedback(self, body: bytes) -> Any:
        entry_id, value = codec.parse_feed_feedback(json.loads(body))
        if entry_id not in self._rows:
            raise KeyError(entry_id)
        self.feedback[entry_id] = value
        return {"ok": True}

    def _v1_feedback(self, body: bytes) -> Any:
        reports, _ = codec.parse_v1_feedback(json.loads(body))
        for _position, report in reports:
            for entry_id, row in self._rows.items():
                if row.entry.fingerprint.hex == report.value:
                    self.feedback[entry_id] = report.feedback.value
        return {"ok": True}


def _v1_record(row: _Row) -> V1Record:
    fingerprint = row.entry.fingerprint
    return V1Record(
        modified=row.modified,
        signal_type=codec.V1_SIGNAL_TYPES[fingerprint.kind],
        value=fingerprint.hex,
        status=_V1_STATUS[row.entry.state],
    )


def _json(status: int, value: Any) -> Response:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Response(status, {"content-type": "application/json"}, body)
