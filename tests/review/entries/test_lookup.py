"""What the desk answers to those who take any hit for a verdict."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import connection

from staydown.base.vocabulary import EntryState, Kind
from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.value import Fingerprint
from staydown.matching.limits import DEFAULT, LimitChange
from staydown.review import api
from staydown.review.entries.lookup import Lookups
from staydown.review.errors import KeyNotTaken
from staydown.review.models import BankEntry
from tests.review.support import Desk, copy_code, pdq

pytestmark = [pytest.mark.django_db, pytest.mark.database]

Queries = Callable[[int], AbstractContextManager[object]]


@pytest.fixture
def lookups(desk: Desk) -> Lookups:
    """Look-ups at the desk."""
    return Lookups(desk.sealer, desk.live)


def test_a_miss_costs_one_statement_and_a_hit_two(
    desk: Desk, bank: BankSimulator, lookups: Lookups, django_assert_num_queries: Queries
) -> None:
    """The key and the last change are asked for together."""
    bank.put(pdq(0))
    desk.follow(desk.add(bank))
    key = api.add_platform_key("shop", desk.sealer, desk.clock)
    assert len(lookups.near(pdq(0))) == 1
    with django_assert_num_queries(1):
        assert lookups.near(pdq(128), lookups.check_key(key)) == []
    with django_assert_num_queries(2):
        assert len(lookups.near(pdq(0), lookups.check_key(key))) == 1


def test_a_change_since_the_key_was_checked_may_wait_but_not_longer(
    desk: Desk, bank: BankSimulator, lookups: Lookups
) -> None:
    """What was withdrawn never comes out, however old the number that the caller read."""
    entry = bank.put(pdq(0))
    number = desk.add(bank)
    desk.follow(number)
    key = api.add_platform_key("shop", desk.sealer, desk.clock)
    head = lookups.check_key(key)
    assert lookups.near(pdq(0), head)
    bank.change(entry, EntryState.WITHDRAWN)
    bank.put(pdq(128))
    desk.follow(number)
    assert lookups.near(pdq(0), head) == []
    assert lookups.check_key(key) > head
    assert lookups.near(pdq(128), lookups.check_key(key))
    assert lookups.near(pdq(128), head)


def test_each_bank_has_its_own_limit(desk: Desk, lookups: Lookups) -> None:
    for name in ("near", "usual", "far"):
        bank = BankSimulator()
        bank.put(pdq(0))
        desk.follow(desk.add(bank, name))
    changes = [LimitChange("near", "pdq", hold=10), LimitChange("far", "pdq", hold=40)]
    own = Lookups(desk.sealer, api.LiveMatcher(desk.sealer, DEFAULT.changed(changes)))
    for distance, banks in ((10, {"near", "usual", "far"}), (31, {"usual", "far"}), (40, {"far"})):
        assert {hit.bank for hit in own.near(pdq(distance))} == banks
        assert {hit.distance for hit in own.near(pdq(distance))} == {distance}
    assert own.near(pdq(41)) == []
    assert {hit.bank for hit in lookups.near(pdq(31))} == {"near", "usual", "far"}


@pytest.mark.parametrize(
    ("state", "listed", "asked", "acts"),
    [
        ("listed", 50, 50, True),
        ("listed", None, None, True),
        ("listed", 80, None, True),
        ("listed", 80, 49, False),
        ("listed", 49, 80, False),
        ("disputed", 80, 80, False),
    ],
)
def test_what_must_not_act_alone_says_so(
    desk: Desk, bank: BankSimulator, lookups: Lookups, *,
    state: str, listed: int | None, asked: int | None, acts: bool,
) -> None:  # fmt: skip
    bank.put(pdq(0, listed), EntryState(state))
    desk.follow(desk.add(bank))
    (hit,) = lookups.near(pdq(1, asked))
    assert (hit.acts, hit.distance) == (acts, 1)


def test_a_flood_hides_nothing(desk: Desk, bank: BankSimulator, lookups: Lookups) -> None:
    """More than fit into one statement, and all as near as the one that counts."""
    for _ in range(950):
        bank.put(pdq(3), EntryState.DISPUTED)
    real = bank.put(pdq(3))
    desk.follow(desk.add(bank))
    hits = lookups.near(pdq(3))
    assert len(hits) == 951
    (acting,) = (hit for hit in hits if hit.acts)
    assert acting.number == BankEntry.objects.get(entry_id=real).pk


def test_kinds_do_not_mix(desk: Desk, bank: BankSimulator, lookups: Lookups) -> None:
    """A SHA-256 is as long as a PDQ."""
    bank.put(Fingerprint(Kind.SHA256, pdq(0).bits))
    bank.put(copy_code(0))
    desk.follow(desk.add(bank))
    assert lookups.near(pdq(0)) == []
    assert [hit.kind for hit in lookups.near(Fingerprint(Kind.SHA256, pdq(0).bits))] == [
        Kind.SHA256
    ]


@pytest.mark.parametrize("key", ["", "sd_", "sd_" + "x" * 43, "sd_" + "x" * 200, "sd_ü", "x"])
def test_a_wrong_key_is_not_taken(lookups: Lookups, key: str) -> None:
    with pytest.raises(KeyNotTaken):
        lookups.check_key(key)


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_broke_is_replaced(
    desk: Desk, bank: BankSimulator, lookups: Lookups
) -> None:
    """As when the database's server was started again."""
    bank.put(pdq(0))
    desk.follow(desk.add(bank))
    key = api.add_platform_key("shop", desk.sealer, desk.clock)
    for _ in range(2):
        if connection.vendor == "postgresql":  # an embedded database has no server
            connection.connection.close()
        assert lookups.near(pdq(0), lookups.check_key(key))
