"""One suite of behaviour over the bank in memory and the real one, in both dialects."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from staydown.base.vocabulary import ActingFor, EntryState, Feedback, Kind, Under18
from staydown.exchange.client import BankClient, PublicBankClient
from staydown.exchange.errors import BankRefused
from staydown.exchange.idempotency import new_key
from staydown.exchange.records import CaseRequest, Picture, V1Record, V1Status
from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.value import Fingerprint
from staydown.net.http import HttpTransport
from tests.bank_server import running_bank
from tests.exchange.simulated_site import serving

NETWORK = HttpTransport(allow_private=True)
GONE = (V1Status.WITHDRAWN, V1Status.DELETED)


@dataclass
class Place:
    """A bank that runs: how to list in it, how to withdraw from it, and how partners reach it."""

    url: str
    keys: tuple[str, str]
    list: Callable[[Fingerprint], Callable[[], object]]

    def client(self, dialect: str = "v2") -> BankClient:
        return BankClient(self.url + ("/v1" if dialect == "v1" else ""), *self.keys, NETWORK)


def fresh() -> Fingerprint:
    return Fingerprint(Kind.PDQ, secrets.token_bytes(32), 90)


@pytest.fixture(scope="module", params=["simulator", "bank"])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    if request.param == "simulator":
        bank = BankSimulator()

        def put(fingerprint: Fingerprint) -> Callable[[], object]:
            entry = bank.put(fingerprint)
            bank.now += 1
            return lambda: bank.change(entry, EntryState.WITHDRAWN)

        with serving(bank) as url:
            yield Place(url, (bank.subscription_key, bank.function_key), put)
        return
    with running_bank(tmp_path_factory.mktemp("bank")) as running:
        keys = running.add_partner("Partner")
        person = PublicBankClient(running.url, NETWORK)

        def hand_in(fingerprint: Fingerprint) -> Callable[[], object]:
            asked = CaseRequest(Under18.NO, ActingFor.SELF, (Picture(fingerprint),), "kastanie7")
            case = person.open_case(asked, key=new_key())
            return lambda: person.withdraw(case.case_number, "kastanie7")

        yield Place(running.url, (keys.subscription_key, keys.function_key), hand_in)


def feed(client: BankClient, limit: int = 500) -> tuple[dict[str, EntryState], int]:
    """Read the feed to its end: the last state of every value, and how many pages it took."""
    states: dict[str, EntryState] = {}
    after, pages = 0, 0
    while True:
        page, aside = client.fetch_feed(after, limit)
        assert aside == ()
        states |= {entry.fingerprint.hex: entry.state for entry in page.entries}
        after, pages = page.next_after, pages + 1
        if not page.has_more:
            return states, pages


def v1(client: BankClient, size: int = 800) -> dict[str, V1Record]:
    """Read v1 to its end: the last record of every value."""
    records: dict[str, V1Record] = {}
    token: str | None = None
    while True:
        page, aside = client.fetch_v1(10, size, token)
        assert aside == ()
        records |= {record.value: record for record in page.records}
        token = page.next_page_token
        if not page.has_more:
            return records


def test_what_is_listed_is_in_both_feeds_at_any_page_size(place: Place) -> None:
    values = [fresh() for _ in range(5)]
    for value in values:
        place.list(value)
    for limit in (1, 2, 500):
        states, _ = feed(place.client(), limit)
        assert all(states[value.hex] is EntryState.LISTED for value in values)
        records = v1(place.client("v1"), limit)
        assert not any(records[value.hex].status in GONE for value in values)
    assert feed(place.client(), 2)[1] >= 3


def test_a_withdrawal_follows_in_both_feeds(place: Place) -> None:
    value = fresh()
    withdraw = place.list(value)
    assert feed(place.client())[0][value.hex] is EntryState.LISTED
    assert value.hex in v1(place.client("v1"))
    withdraw()
    assert feed(place.client())[0][value.hex] is EntryState.WITHDRAWN
    assert v1(place.client("v1"))[value.hex].status in GONE


def test_a_cursor_at_the_end_stays_there(place: Place) -> None:
    client = place.client()
    place.list(fresh())
    after = 0
    while True:
        page, _ = client.fetch_feed(after)
        after = page.next_after
        if not page.has_more:
            break
    again, _ = client.fetch_feed(after)
    assert (again.entries, again.next_after, again.has_more) == ((), after, False)


def test_feedback_is_taken_in_both_dialects(place: Place) -> None:
    value = fresh()
    place.list(value)
    client = place.client()
    page, _ = client.fetch_feed(0, 1000)
    entry = next(entry for entry in page.entries if entry.fingerprint.hex == value.hex)
    for word in (Feedback.PENDING_REVIEW, Feedback.NOT_BLOCKED, Feedback.BLOCKED):
        client.send_feed_feedback(entry.entry_id, word)
        place.client("v1").send_v1_feedback(value.hex, word)


def test_feedback_on_an_unknown_entry_is_refused(place: Place) -> None:
    with pytest.raises(BankRefused):
        place.client().send_feed_feedback("nothing-like-it", Feedback.BLOCKED)


@pytest.mark.parametrize("dialect", ["v2", "v1"])
def test_wrong_keys_are_refused(place: Place, dialect: str) -> None:
    base = place.url + ("/v1" if dialect == "v1" else "")
    for keys in (("wrong-key-of-some-length", place.keys[1]), (place.keys[0], "x" * 32)):
        client = BankClient(base, *keys, NETWORK)
        with pytest.raises(BankRefused) as caught:
            client.fetch_feed(0) if dialect == "v2" else client.fetch_v1(10)
        assert caught.value.status == 401
