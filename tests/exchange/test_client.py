"""The client of a bank: what it sends, and what it makes of every answer."""

import contextlib
import json
from itertools import count

import pytest

from staydown.base.vocabulary import ActingFor, EntryState, Feedback, Kind, Under18
from staydown.exchange import puzzle
from staydown.exchange.client import (
    MAX_ANSWER_BYTES,
    MAX_FEED_BYTES,
    MOST_PRICES,
    BankClient,
    PublicBankClient,
)
from staydown.exchange.errors import BankRefused, BankUnreachable, ExchangeError, WireError
from staydown.exchange.records import CaseRequest, Picture
from staydown.fingerprint.value import Fingerprint
from staydown.net.errors import NoAnswer
from staydown.net.fake import FakeTransport
from staydown.net.message import Request, Response

HOME = "https://bank.example"


def client(response: Response | Exception, base: str = HOME) -> tuple[BankClient, FakeTransport]:
    """A client whose bank always answers the same."""

    def site(request: Request) -> Response:
        if isinstance(response, Exception):
            raise response
        return response

    network = FakeTransport({HOME: site})
    return BankClient(base, "sub-key", "fun-key", network), network


EMPTY_FEED = Response(200, {}, b'{"entries": [], "next_after": 7, "has_more": false}')
EMPTY_V1 = Response(200, {}, b'{"count":0,"nextSetTimestamp":10,"hasMoreRecords":false}')


def test_the_feed_is_asked_for_with_both_keys() -> None:
    bank, network = client(EMPTY_FEED, HOME + "/")
    page, aside = bank.fetch_feed(7, 50)
    assert (page.next_after, aside) == (7, ())
    assert network.sent[0].url == f"{HOME}/api/v2/feed?after=7&limit=50"
    assert network.sent[0].headers["Ocp-Apim-Subscription-Key"] == "sub-key"
    assert network.sent[0].headers["x-functions-key"] == "fun-key"
    assert network.sent[0].limit == MAX_FEED_BYTES


def test_v1_is_asked_from_10_on_and_a_token_is_handed_back() -> None:
    bank, network = client(EMPTY_V1, f"{HOME}/v1/")
    bank.fetch_v1(0)
    bank.fetch_v1(99, 20, "a token&more")
    assert network.sent[0].url == f"{HOME}/v1/FetchHashes?startTimestamp=10&pageSize=800"
    assert network.sent[1].url.endswith(
        "startTimestamp=99&pageSize=20&nextPageToken=a+token%26more"
    )


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (Response(400, {}, b""), BankRefused),
        (Response(401, {}, b""), BankRefused),
        (Response(403, {}, b""), BankRefused),
        (Response(404, {}, b""), BankRefused),
        (Response(301, {"location": HOME}, b""), BankRefused),
        (Response(307, {"location": HOME}, b""), BankRefused),
        (Response(429, {}, b""), BankUnreachable),
        (Response(500, {}, b""), BankUnreachable),
        (Response(503, {}, b""), BankUnreachable),
        (NoAnswer("nothing"), BankUnreachable),
        (Response(200, {}, b""), WireError),
        (Response(200, {}, b"<html>"), WireError),
        (Response(200, {}, b"\xff\xfe"), WireError),
        (Response(200, {}, b"[" * 100_000), WireError),
        (Response(200, {}, b"null"), WireError),
        (Response(200, {}, b"[]"), WireError),
        (Response(200, {}, b'{"entries": null}'), WireError),
        (Response(200, {}, b"x" * (MAX_ANSWER_BYTES + 1)), WireError),
    ],
)
def test_every_other_answer_is_an_error_of_the_family(
    response: Response | Exception, error: type[ExchangeError]
) -> None:
    bank, _ = client(response)
    with pytest.raises(error):
        bank.fetch_feed(0)
    with pytest.raises(error):
        client(response, f"{HOME}/v1")[0].fetch_v1(10)


def broke_off(received: int) -> NoAnswer:
    error = NoAnswer("nothing complete")
    error.received = received
    return error


@pytest.mark.parametrize(
    ("response", "received"),
    [
        (EMPTY_FEED, len(EMPTY_FEED.body)),
        (Response(200, {}, b"<html>"), 6),
        (Response(503, {}, b"busy"), 4),
        (Response(200, {}, b"x" * (MAX_FEED_BYTES + 1)), MAX_FEED_BYTES),
        (NoAnswer("nothing"), 0),
        (broke_off(12_345), 12_345),
    ],
)
def test_what_came_is_counted_also_where_it_cannot_be_used(
    response: Response | Exception, received: int
) -> None:
    bank, _ = client(response)
    with contextlib.suppress(ExchangeError):
        bank.fetch_feed(0)
    assert bank.received == received


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30.0),
        ("999999", 900.0),
        ("9" * 5000, 900.0),
        ("soon", None),
        ("-1", None),
        ("²", None),
        ("", None),
    ],
)
def test_retry_after_is_obeyed_within_reason(header: str, seconds: float | None) -> None:
    bank, _ = client(Response(429, {"Retry-After": header}, b""))
    with pytest.raises(BankUnreachable) as caught:
        bank.fetch_feed(0)
    assert caught.value.retry_after == seconds


def test_an_error_repeats_neither_keys_nor_answer() -> None:
    bank, _ = client(Response(500, {}, b"secret words"))
    with pytest.raises(BankUnreachable) as caught:
        bank.fetch_feed(0)
    assert "secret" not in str(caught.value)
    assert "sub-key" not in repr(bank)


def test_feedback_is_taken_whatever_a_success_says() -> None:
    for response in (Response(200, {}, b'{"ok": true}'), Response(204, {}, b"")):
        bank, network = client(response)
        bank.send_feed_feedback("e1", Feedback.BLOCKED)
        assert json.loads(network.sent[0].body) == {"entry_id": "e1", "value": "Blocked"}


def test_v1_feedback_names_the_value_alone() -> None:
    bank, network = client(Response(200, {}, b"{}"), f"{HOME}/v1")
    bank.send_v1_feedback("ab" * 32, Feedback.NOT_BLOCKED)
    sent = json.loads(network.sent[0].body)
    assert network.sent[0].url == f"{HOME}/v1/SubmitFeedback"
    assert sent["count"] == 1
    assert sent["hashFeedbacks"][0]["feedbackValue"] == "NotBlocked"


# --------------------------------------------------------------------------- a person's side


def test_a_case_is_opened_asked_after_and_withdrawn() -> None:
    status = {
        "acting_for": "self",
        "opened_on": "2026-01-01",
        "listings": [{"number": 1, "state": "listed", "fetched_by": ["p"],
                      "checked_since_withdrawal": [], "feedback": [["p", "Blocked"]]}],
    }  # fmt: skip

    def site(request: Request) -> Response:
        if request.url.endswith("/cases"):
            answer: object = {"case_number": "n", "recovery_phrase": "some words"}
            return Response(201, {}, json.dumps(answer).encode())
        return Response(200, {}, json.dumps(status).encode())

    network = FakeTransport({HOME: site})
    bank = PublicBankClient(HOME, network)
    pictures = (Picture(Fingerprint(Kind.PDQ, bytes(32), 90)),)
    asked = CaseRequest(Under18.NO, ActingFor.SELF, pictures, "123456")
    opened = bank.open_case(asked, key="k")
    assert opened.case_number == "n"
    assert bank.status("n", "123456").listings[0].feedback == (("p", Feedback.BLOCKED),)
    assert bank.withdraw("n", "123456", (1,)).listings[0].state is EntryState.LISTED
    bank.withdraw("n", "123456")
    assert [request.url for request in network.sent] == [
        f"{HOME}/api/public/{name}" for name in ("cases", "status", "withdraw", "withdraw")
    ]
    assert json.loads(network.sent[2].body)["numbers"] == [1]
    assert json.loads(network.sent[3].body)["numbers"] is None
    assert network.sent[0].headers == {"Content-Type": "application/json", "Idempotency-Key": "k"}


CASE = {"acting_for": "self", "opened_on": "2026-11-22", "listings": []}


def asks(ticket: str, parts: int) -> Response:
    """A bank's demand for work."""
    demand = {"ticket": ticket, "work": {"parts": parts, "hashes_each": puzzle.HASHES_EACH}}
    return Response(429, {"retry-after": "60"}, json.dumps(demand).encode())


def test_a_price_is_paid_by_itself_and_what_was_solved_counts_when_it_rises() -> None:
    told: list[float] = []
    seen: list[int] = []

    def site(request: Request) -> Response:
        sent = json.loads(request.body or b"")
        solved = puzzle.solved("a ticket", sent.get("work", ""))
        seen.append(solved)
        return (
            Response(200, {}, json.dumps(CASE).encode())
            if solved == 4
            else asks("a ticket", 2 if solved == 0 else 4)
        )

    bank = PublicBankClient(HOME, FakeTransport({HOME: site}), working=told.append)
    assert bank.status("number", "pin").opened_on == CASE["opened_on"]
    assert seen == [0, 2, 4]
    assert told == [2 * puzzle.HASHES_EACH / 1_000_000] * 2


def test_a_bank_that_asks_for_more_and_more_work_is_left() -> None:
    tickets = count()
    network = FakeTransport({HOME: lambda _: asks(f"ticket {next(tickets)}", 1)})
    with pytest.raises(BankUnreachable):
        PublicBankClient(HOME, network).status("number", "pin")
    assert len(network.sent) == MOST_PRICES + 1


@pytest.mark.parametrize(
    "demand",
    [
        b"",
        b"{}",
        b'{"ticket": "t"}',
        b'{"ticket": "t", "work": {"parts": 5121}}',
        b'{"ticket": "t", "work": {"parts": 0}}',
        b'{"ticket": "t", "work": {"parts": "32"}}',
        b'{"ticket": "", "work": {"parts": 1}}',
        json.dumps({"ticket": "t" * 257, "work": {"parts": 1}}).encode(),
    ],
)
def test_a_demand_that_no_bank_may_make_is_only_a_busy_bank(demand: bytes) -> None:
    network = FakeTransport({HOME: lambda _: Response(429, {"retry-after": "7"}, demand)})
    with pytest.raises(BankUnreachable) as told:
        PublicBankClient(HOME, network).withdraw("number", "pin")
    assert (told.value.retry_after, len(network.sent)) == (7, 1)


def test_who_paid_and_is_asked_for_the_same_again_waits() -> None:
    network = FakeTransport({HOME: lambda _: asks("a ticket", 1)})
    with pytest.raises(BankUnreachable):
        PublicBankClient(HOME, network).status("number", "pin")
    assert len(network.sent) == 2
