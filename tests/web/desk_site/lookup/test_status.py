"""Load balancers and watchers that know HMA hear how a desk is, in HMA's words."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError

from staydown.base.vocabulary import EntryState
from staydown.fingerprint.sealing import SealBroken
from staydown.review import api
from staydown.review.entries.lookup import Lookups
from staydown.review.models import Bank
from tests.review.support import Desk, pdq
from tests.web.desk_site.lookup.conftest import Listing
from tests.web.desk_site.lookup.support import Caller

pytestmark = [pytest.mark.django_db, pytest.mark.database]

PATHS = ("/status", "/m/index/status")


def test_a_desk_that_answers_look_ups_says_that_it_is_alive(caller: Caller) -> None:
    for path in ("/status", "/status/live", "//status", "/status//live"):
        answer = caller.get(path)
        assert (answer.status, answer.text) == (200, "I-AM-ALIVE")
        assert answer.headers["Content-Type"].startswith("text/plain")


def test_the_index_status_counts_what_can_be_found(caller: Caller, listing: Listing) -> None:
    first = listing.bank.put(pdq(0))
    listing.bank.put(pdq(128))
    listing.follow()
    assert {name: one["size"] for name, one in caller.get("/m/index/status").json.items()} == {
        "pdq": 2,
        "video_md5": 0,
    }
    listing.bank.change(first, EntryState.WITHDRAWN)
    listing.follow()
    only = caller.get("/m/index/status", signal_type="pdq").json
    assert (set(only), only["pdq"]["size"], only["pdq"]["present"]) == ({"pdq"}, 1, True)
    assert caller.get("/m/index/status", signal_type="photodna").status == 400


def test_built_to_is_when_the_bank_that_was_read_longest_ago_was_read(
    caller: Caller, listing: Listing, desk: Desk
) -> None:
    """As old as that, so that whoever watches it hears of a bank that can't be read."""

    def built_to() -> set[int]:
        return {one["built_to"] for one in caller.get("/m/index/status").json.values()}

    assert built_to() == {-1}, "it was never read"
    listing.follow()
    read = Bank.objects.get(name="BANK").caught_up_at
    assert read is not None
    assert built_to() == {int(read.timestamp())}
    Bank.objects.update(caught_up_at=read - timedelta(days=2))
    assert built_to() == {int((read - timedelta(days=2)).timestamp())}
    other = Bank.objects.get(name="BANK")
    other.pk, other.name, other.caught_up_at = None, "OTHER", read
    other.save()
    assert built_to() == {int((read - timedelta(days=2)).timestamp())}
    Bank.objects.filter(name="BANK").update(active=False)
    assert built_to() == {int(read.timestamp())}
    Bank.objects.update(active=False)
    assert built_to() == {-1}, "no bank is followed"


@pytest.mark.parametrize("path", PATHS)
def test_a_key_is_asked_for_as_by_the_other_calls(
    opened: Callable[..., Caller], desk: Desk, path: str
) -> None:
    stranger = opened()
    assert stranger.get(path).status == 401
    stranger.headers["X-API-Key"] = api.add_platform_key("watcher", desk.sealer, desk.clock)
    assert stranger.get(path).status == 200
    here = opened(lookup_without_key=True)
    here.headers["Host"] = "127.0.0.1"
    assert here.get(path).status == 200
    here.headers["X-Forwarded-For"] = "192.0.2.1"
    assert here.get(path).status == 401


def test_whether_the_process_answers_is_said_to_anybody_and_asks_no_database(
    opened: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("staydown.review.statements.again", _away)
    assert opened().get("/status/live").text == "I-AM-ALIVE"


def _away(*_: object) -> object:
    raise OperationalError("connection to server failed: Connection refused")


def test_an_index_that_cannot_be_brought_up_to_date_is_stale(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> object:
        raise SealBroken

    monkeypatch.setattr(Lookups, "listed", broken)
    answer = caller.get("/status")
    assert (answer.status, answer.text) == (503, "INDEX-STALE")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("//m/raw_lookup", 200),
        ("/m//raw_lookup", 200),
        ("//m//raw_lookup", 200),
        ("/m/raw_lookup/", 404),
        ("/m/Raw_lookup", 404),
    ],
)
def test_slashes_count_as_at_hma(caller: Caller, path: str, status: int) -> None:
    """A base address may end in a slash and a path begin with one; a slash at the end is another
    address."""
    answer = caller.get(path, signal_type="pdq", signal=pdq(0).hex)
    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("path", ["/status", "/status/live", "/m/index/status"])
def test_other_methods_are_told_which_is_right(caller: Caller, path: str) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        answer = caller.call(method, path)
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")
        assert "message" in answer.json
