"""Talking to a bank: as a partner, in either dialect, and as a person (or their advocate).

Answers are bounded before they are read, parsed by ``codec``, and never repeated in an error.
"""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from staydown.base.vocabulary import Feedback
from staydown.exchange import codec, puzzle
from staydown.exchange.errors import (
    BankRefused,
    BankUnreachable,
    ExchangeError,
    WireError,
    WorkAsked,
)
from staydown.exchange.idempotency import HEADER
from staydown.exchange.records import (
    CaseOpened,
    CaseRequest,
    CaseStatus,
    Demand,
    FeedPage,
    Payment,
    SetAside,
    V1Feedback,
    V1FeedbackReport,
    V1Page,
)
from staydown.net.errors import AddressRefused, AnswerTooLarge, NetError, RequestUnfit
from staydown.net.message import Request, Response, Transport

#: The longest answer that is read: a full v1 page of 5,000 records with their feedback fits.
MAX_ANSWER_BYTES = 16 * 1024 * 1024

#: The longest page of the native feed: a full one of 1,000 copy codes has half a megabyte.
MAX_FEED_BYTES = 4 * 1024 * 1024

#: The longest answer that a person's side reads.
_MOST_BYTES = 1024 * 1024

#: So often a price may have gone up while it was being paid.
MOST_PRICES = 8

#: What Python does on one core of 2020, to say beforehand how long a puzzle may take.
HASHES_A_SECOND = 1_000_000

_NONE: Mapping[str, str] = MappingProxyType({})
_NOTHING = Payment()


def _quietly(seconds: float) -> None:
    del seconds


#: The longest that a bank's ``Retry-After`` is obeyed, in seconds.
MAX_RETRY_AFTER = 900


class BankClient:
    """A partner's side of a bank.

    ``base_url`` is, as the peers have it, the address before ``/FetchHashes`` for v1 (it usually
    ends in ``/v1``), and the site's own address for the native feed (v2).

    Every method raises BankRefused (the keys or the request are wrong), BankUnreachable (try again
    later) or WireError (the answer is not of the agreed form).
    """

    def __init__(
        self, base_url: str, subscription_key: str, function_key: str, transport: Transport
    ) -> None:
        self._base = base_url.rstrip("/")
        self._keys = {
            "Ocp-Apim-Subscription-Key": subscription_key,
            "x-functions-key": function_key,
        }
        self._transport = transport
        #: Bytes that came as the answer to the last question, also where it couldn't be used.
        self.received = 0

    def fetch_feed(self, after: int, limit: int = 500) -> tuple[FeedPage, tuple[SetAside, ...]]:
        """Return the native feed's entries after ``after`` and what was set aside of them."""
        query = urlencode({"after": after, "limit": limit})
        return codec.parse_feed_page(_json(self._body(f"/api/v2/feed?{query}", MAX_FEED_BYTES)))

    def send_feed_feedback(self, entry_id: str, value: Feedback) -> None:
        """Tell the bank ``value`` of an entry of the native feed."""
        self._post("/api/v2/feedback", codec.render_feed_feedback(entry_id, value))

    def fetch_v1(
        self, start: int, page_size: int = 800, token: str | None = None
    ) -> tuple[V1Page, tuple[SetAside, ...]]:
        """Return a page of FetchHashes; ``start`` is in unix seconds and never below 10.

        ``token`` is good together with the ``start`` that it came with: keep that for the chain.
        """
        query: dict[str, int | str] = {"startTimestamp": max(10, start), "pageSize": page_size}
        if token is not None:
            query["nextPageToken"] = token
        body = self._body(f"/FetchHashes?{urlencode(query)}", MAX_ANSWER_BYTES)
        try:
            return codec.parse_v1_page(_json(body))
        except WireError as error:
            error.next_token = codec.find_next_token(body)
            raise

    def send_v1_feedback(self, value: str, feedback: Feedback) -> None:
        """Tell the bank ``feedback`` of a hash (lower-case hexadecimal)."""
        report = V1FeedbackReport(value, V1Feedback(feedback))
        self._post("/SubmitFeedback", codec.render_v1_feedback((report,)))

    def _body(self, path: str, limit: int) -> bytes:
        self.received = 0
        request = Request("GET", self._base + path, self._keys, limit=limit)
        try:
            response = self._transport.send(request)
        except NetError as error:
            self.received = limit if isinstance(error, AnswerTooLarge) else error.received
            raise _unusable(error) from error
        self.received = len(response.body)
        return _checked(response).body

    def _post(self, path: str, value: Any) -> None:
        headers = {**self._keys, "Content-Type": "application/json"}
        body = json.dumps(value).encode()
        _send(self._transport, Request("POST", self._base + path, headers, body))


class PublicBankClient:
    """A person's side of a bank, for whoever hashes on their own machine.

    Where the bank is busy and asks for work, the puzzle is solved here and the request sent again;
    ``working`` hears how many seconds that may take on this machine.

    Every method raises BankRefused, BankUnreachable or WireError.
    """

    def __init__(
        self, base_url: str, transport: Transport, *, working: Callable[[float], None] = _quietly
    ) -> None:
        self._base = base_url.rstrip("/")
        self._transport = transport
        self._working = working

    def price(self, pictures: int) -> Demand:
        """Return what to solve for a hand-in of so many pictures, to pay before being asked."""
        query = urlencode({"pictures": pictures})
        request = Request("GET", f"{self._base}/api/public/work?{query}", {}, limit=_MOST_BYTES)
        return codec.parse_demand(_json(_send(self._transport, request).body))

    def pay(self, demand: Demand, before: Payment = _NOTHING) -> Payment:
        """Solve what is asked for; of the same ticket what was solved ``before`` counts."""
        done = before.work if before.ticket == demand.ticket else ""
        missing = demand.parts - puzzle.solved(demand.ticket, done)
        self._working(missing * puzzle.HASHES_EACH / HASHES_A_SECOND)
        return Payment(demand.ticket, puzzle.solve(demand.ticket, demand.parts, done))

    def open_case(
        self, request: CaseRequest, *, key: str, payment: Payment = _NOTHING
    ) -> CaseOpened:
        """Hand in fingerprints; return what the person keeps. ``payment``: what ``pay`` gave.

        After BankUnreachable or WireError the case may be open all the same. Sent again under the
        same ``key`` (see ``exchange.idempotency``), the request gives its number then.
        """
        value = self._post("cases", codec.render_case_request(request), {HEADER: key}, payment)
        return codec.parse_case_opened(value)

    def status(self, case_number: str, pin: str) -> CaseStatus:
        """Return what became of a case."""
        value = self._post("status", codec.render_status_request(case_number, pin))
        return codec.parse_case_status(value)

    def withdraw(
        self, case_number: str, pin: str, numbers: tuple[int, ...] | None = None
    ) -> CaseStatus:
        """Withdraw the pictures with these numbers (None: all); return the case's new status."""
        value = self._post("withdraw", codec.render_withdraw_request(case_number, pin, numbers))
        return codec.parse_case_status(value)

    def send_now(self, case_number: str, pin: str) -> CaseStatus:
        """Have what waits of a case given to partners at once; return the case's new status."""
        value = self._post("send-now", codec.render_status_request(case_number, pin))
        return codec.parse_case_status(value)

    def _post(
        self,
        name: str,
        value: Any,
        headers: Mapping[str, str] = _NONE,
        payment: Payment = _NOTHING,
    ) -> Any:
        for _ in range(MOST_PRICES):
            try:
                return self._post_once(name, {**value, **codec.render_payment(payment)}, headers)
            except WorkAsked as error:
                more = self.pay(error.demand, payment)
                if more == payment:
                    raise
                payment = more
        return self._post_once(name, {**value, **codec.render_payment(payment)}, headers)

    def _post_once(self, name: str, value: Any, headers: Mapping[str, str]) -> Any:
        request = Request(
            "POST",
            f"{self._base}/api/public/{name}",
            {"Content-Type": "application/json", **headers},
            json.dumps(value).encode(),
            limit=_MOST_BYTES,
        )
        return _json(_send(self._transport, request).body)


def _send(transport: Transport, request: Request) -> Response:
    """Return a 2xx response; turn everything else into this package's errors."""
    try:
        response = transport.send(request)
    except NetError as error:
        raise _unusable(error) from error
    return _checked(response)


def _unusable(error: NetError) -> ExchangeError:
    if isinstance(error, AnswerTooLarge):
        return WireError(str(error))
    return BankUnreachable(str(error), sent=not isinstance(error, AddressRefused | RequestUnfit))


def _checked(response: Response) -> Response:
    if 200 <= response.status < 300:
        return response
    if response.status == 429:
        _raise_price(response)
    if response.status == 429 or response.status >= 500:
        raise BankUnreachable(
            "the bank is busy or has a fault: try again later",
            retry_after=_retry_after(response),
            status=response.status,
        )
    if 300 <= response.status < 400:
        raise BankRefused(
            "the bank sends us to another address; keys are not sent there: correct the address",
            response.status,
        )
    if response.status in (401, 403):
        raise BankRefused("the bank does not take these keys", response.status)
    raise BankRefused("the bank does not accept this request", response.status)


def _raise_price(response: Response) -> None:
    """Raise WorkAsked where the bank says what it asks to be solved."""
    try:
        demand = codec.parse_demand(_json(response.body))
    except WireError:
        return
    raise WorkAsked(demand, _retry_after(response))


def _retry_after(response: Response) -> float | None:
    text = response.headers.get("retry-after", "")
    if not (text.isascii() and text.isdigit()):
        return None
    # Python refuses to read a number of thousands of digits.
    return float(MAX_RETRY_AFTER if len(text) > 9 else min(int(text), MAX_RETRY_AFTER))


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise WireError("the bank's answer is not JSON") from None
