"""A bank in memory that speaks both dialects to partners.

Ships with the package: whoever follows banks can test against it, over ``net.fake`` or any HTTP
server that hands requests on. It keeps the rules that real banks keep (one order, snapshots, safe
checkpoints). ``behaviour`` chooses among what real banks do differently (see
``exchange.behaviour``), and ``spoil`` lets a test break any rule::

    bank = BankSimulator(behaviour=Behaviour(tokens=Tokens.OFFSET, token_lasts=60, expired=410))
    bad = bank.put(fingerprint)
    bank.behaviour = replace(bank.behaviour, unreadable={bad: Unreadable.CUT})
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from staydown.base.vocabulary import EntryState, Feedback
from staydown.exchange import codec
from staydown.exchange.behaviour import EMPTY_PAGE, Behaviour, Stamped, Tokens, Unreadable
from staydown.exchange.client import MAX_ANSWER_BYTES, MAX_FEED_BYTES
from staydown.exchange.errors import WireError
from staydown.exchange.records import FeedEntry, FeedPage, V1Page, V1Record, V1Status
from staydown.fingerprint.value import Fingerprint
from staydown.net.errors import NoAnswer
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
    behaviour: Behaviour = field(default_factory=Behaviour)
    #: The bank's clock, in unix seconds; it moves only when told to.
    now: int = 1_700_000_000
    feedback: dict[str, Feedback] = field(default_factory=dict)
    _rows: dict[str, _Row] = field(default_factory=dict)
    _seq: int = 0
    _pages: int = 0

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
        except _TokenGone:
            return _json(self.behaviour.expired, {"title": "The page token is not known"})
        except _OwnFault:
            return _json(500, {"title": "A fault of the bank's own"})
        except (WireError, ValueError, KeyError):
            return _json(422, {"title": "The request cannot be accepted"})

    def _feed(self, query: dict[str, str]) -> Any:
        after, limit = int(query["after"]), int(query.get("limit", "500"))
        rows = [row for row in self._in_order() if row.entry.seq > after]
        limit = self._capped(limit)
        served, more = rows[:limit], len(rows) > limit
        more = more or (self.behaviour.ends_empty and len(served) == limit)
        page = FeedPage(tuple(row.entry for row in served), _last_seq(served, after), more)
        return self._damaged(self._spoiled(codec.render_feed_page(page)), served, MAX_FEED_BYTES)

    def _capped(self, size: int) -> int:
        caps = self.behaviour.caps
        self._pages += 1
        return min(size, caps[self._pages % len(caps)]) if caps else size

    def _fetch_hashes(self, query: dict[str, str]) -> Any:
        start, size = int(query["startTimestamp"]), int(query["pageSize"])
        rows = [row for row in self._in_order() if row.modified >= start]
        rows = [row for row in rows if row.entry.fingerprint.kind in codec.V1_SIGNAL_TYPES]
        if self.behaviour.backwards:
            rows.reverse()
        try:
            place = self._place(query, rows, start, size)
        except _TokenGone:
            if self.behaviour.expired != EMPTY_PAGE:
                raise
            end = self._moved(rows, [], start, more=False)
            return codec.render_v1_page(V1Page((), None, end, has_more=False))
        most = self._capped(size)
        served = rows[place : place + most]
        more = place + most < len(rows)
        more = more or (self.behaviour.ends_empty and len(served) == most)
        page = V1Page(
            tuple(_v1_record(row) for row in served),
            self._token(rows, place + len(served), start, size, query) if more else None,
            self._moved(rows, served, start, more=more),
            more,
        )
        return self._damaged(self._spoiled(codec.render_v1_page(page)), served, MAX_ANSWER_BYTES)

    def _moved(self, rows: list[_Row], served: list[_Row], start: int, *, more: bool) -> int:
        """Return the ``nextSetTimestamp`` of a page: one that is safe, unless it is ahead."""
        stamped = self.behaviour.stamped
        unsafe = self.behaviour.backwards or stamped is Stamped.AT_THE_END
        if stamped is Stamped.AHEAD or not more:
            served = rows
        elif unsafe:
            served = []
        return max([start, *(row.modified for row in served)])

    def _token(
        self, rows: list[_Row], given: int, start: int, size: int, query: dict[str, str]
    ) -> str:
        """Return the token that leads on after so many records of a query."""
        page = int(query.get("nextPageToken", "t 0").split()[1]) + 1
        names: dict[Tokens, str] = {
            Tokens.KEYSET: f"{rows[given - 1].entry.seq if given else 0}",
            Tokens.PAGE: f"{page}",
        }
        name = names.get(self.behaviour.tokens, f"{given}")
        return f"t {name} {start} {size} {self.now}"

    def _place(self, query: dict[str, str], rows: list[_Row], start: int, size: int) -> int:
        """Return the place in a query that its token leads to."""
        token, kind = query.get("nextPageToken"), self.behaviour.tokens
        if token is None or kind is Tokens.IGNORED:
            return 0
        _, name, its_start, its_size, given_at = token.split()
        lasts = self.behaviour.token_lasts
        bound = kind in (Tokens.QUERY, Tokens.WHOLE_QUERY) and int(its_start) != start
        bound = bound or (kind is Tokens.WHOLE_QUERY and int(its_size) != size)
        if bound or (lasts is not None and self.now - int(given_at) > lasts):
            raise _TokenGone
        if kind is Tokens.KEYSET:
            seqs = [row.entry.seq for row in rows]
            past = int(name)
            return sum(seq >= past if self.behaviour.backwards else seq <= past for seq in seqs)
        return int(name) * size if kind is Tokens.PAGE else int(name)

    def _damaged(self, page: Any, served: list[_Row], limit: int) -> Any:
        """Return a page as it is sent: not to be read if it holds a record that spoils it."""
        bad = {row.entry.entry_id: row for row in served} if self.behaviour.unreadable else {}
        for entry_id, how in self.behaviour.unreadable.items():
            if entry_id in bad:
                return _DAMAGE[how](page, bad[entry_id].entry.fingerprint.hex, limit)
        return page

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


class _TokenGone(Exception):
    """A page token that is no longer known, or belongs to another query."""


class _OwnFault(Exception):
    """The bank can't make this page."""


def _cut(page: Any, value: str, _: int) -> bytes:
    body = json.dumps(page).encode()
    return body[: body.index(value.encode()) + 8]


def _fails(*_: Any) -> Any:
    raise _OwnFault


def _breaks_off(*_: Any) -> Any:
    raise NoAnswer("the line broke")


_DAMAGE: dict[Unreadable, Callable[[Any, str, int], Any]] = {
    Unreadable.CUT: _cut,
    Unreadable.NOT_JSON: lambda *_: b"<html><body>Error</body></html>",
    Unreadable.FORM: lambda page, *_: {**page, "hashRecords": None, "entries": None},
    Unreadable.DIGITS: lambda page, value, _: (
        json.dumps(page).encode().replace(b'"' + value.encode() + b'"', b"9" * 5000)
    ),
    Unreadable.TOO_LARGE: lambda page, _, limit: {**page, "note": "x" * limit},
    Unreadable.STATUS: _fails,
    Unreadable.BROKEN_OFF: _breaks_off,
}


def _last_seq(served: list[_Row], after: int) -> int:
    return served[-1].entry.seq if served else after


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
