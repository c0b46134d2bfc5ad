"""The rules about floods, as tables and properties."""

import ast
import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.accounts.throttle_rules import Decision, admit
from staydown.bank import floods
from staydown.bank.floods import (
    GROUP_LASTS,
    LONGEST_HOLD,
    PARTNERS,
    UNPAID,
    Amount,
    Bits,
    Copies,
    HandIn,
    Quality,
    Sender,
)
from staydown.base.vocabulary import Kind
from staydown.exchange.records import Picture
from staydown.fingerprint.value import Fingerprint

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MOMENTS = st.integers(-500_000_000, 10_000_000_000).map(lambda s: NOW + timedelta(seconds=s))
SHORT = timedelta(minutes=5)


def hand_in(
    pictures: int = 1, *, paid: bool = False, sender: Sender = Sender.PEOPLE, copies: int = 0
) -> HandIn:
    """Return a hand-in that looks like photographs."""
    return HandIn(sender, paid, pictures, copies, (100,) * pictures, (128,) * pictures)


def picture(bits_set: int, quality: int = 90, *, copy: bool = False) -> Picture:
    """Return a picture whose PDQ has so many bits set."""
    pdq = Fingerprint(Kind.PDQ, ((1 << bits_set) - 1).to_bytes(32), quality)
    return Picture(pdq, Fingerprint(Kind.COPY1, bytes(128)) if copy else None)


def decide(given_in: HandIn, mark: datetime, now: datetime) -> Decision:
    """Decide about a hand-in that wasn't paid for, with the mark of its one lane."""
    limit = floods.limit(given_in)
    assert limit is not None
    return admit(limit, {limit.lanes[0].name: mark}, now, count=given_in.pictures)


HAND_INS = st.builds(
    hand_in,
    st.integers(1, 50),
    paid=st.booleans(),
    sender=st.sampled_from(Sender),
    copies=st.integers(0, 50),
)


@pytest.mark.parametrize(
    ("pictures", "used", "held"),
    [(1, 0, False), (50, 50, False), (50, 51, True), (1, 99, False), (1, 100, True)],
)
def test_what_becomes_of_a_hand_in(pictures: int, used: int, held: bool) -> None:
    found = decide(hand_in(pictures), NOW + used * UNPAID.interval, NOW)
    assert (found.lane is None) is held


@pytest.mark.parametrize(
    ("count", "used", "held"),
    [(25, 0, False), (25, 1_975, False), (25, 1_976, True), (1, 1_999, False), (2_001, 0, True)],
)
def test_what_becomes_of_a_partners_hashes(count: int, used: int, held: bool) -> None:
    given_in = hand_in(count, sender=Sender.PARTNER)
    found = decide(given_in, NOW + used * PARTNERS.interval, NOW)
    assert (found.lane is None) is held


@given(HAND_INS)
def test_what_paid_counts_nowhere_and_is_never_held(given_in: HandIn) -> None:
    assert (floods.limit(given_in) is None) is given_in.paid


@given(st.lists(st.tuples(HAND_INS, st.integers(0, 600)), max_size=60))
def test_no_more_unpaid_pictures_than_the_allowance_go_on_whatever_comes(
    came: list[tuple[HandIn, int]],
) -> None:
    mark, now, went_on = NOW, NOW, 0
    for given_in, seconds in came:
        now += timedelta(seconds=seconds)
        people = dataclasses.replace(given_in, sender=Sender.PEOPLE, paid=False)
        found = decide(people, mark, now)
        mark = found.marks[UNPAID.name]
        went_on += given_in.pictures if found.lane is not None else 0
    assert went_on <= UNPAID.burst + (now - NOW) // UNPAID.interval + 1


@given(MOMENTS, MOMENTS)
def test_a_clock_that_was_wrong_leaves_no_mark_for_longer_than_the_allowance(
    mark: datetime, now: datetime
) -> None:
    after = decide(hand_in(1), mark, now).marks[UNPAID.name]
    assert after <= now + UNPAID.burst * UNPAID.interval


@pytest.mark.parametrize(
    ("pictures", "amount", "copies", "quality", "bits"),
    [
        ([picture(128, 100)], Amount.ONE, Copies.NONE, Quality.FULL, Bits.LIKE_PHOTOS),
        ([picture(126, 99)], Amount.ONE, Copies.NONE, Quality.MIXED, Bits.LIKE_PHOTOS),
        ([picture(125, 99)], Amount.ONE, Copies.NONE, Quality.MIXED, Bits.UNLIKE_PHOTOS),
        ([picture(128, 80)] * 2, Amount.FEW, Copies.NONE, Quality.SAME, Bits.LIKE_PHOTOS),
        (
            [picture(128, 80, copy=True), picture(128, 90)],
            Amount.FEW, Copies.SOME, Quality.MIXED, Bits.LIKE_PHOTOS,
        ),
        ([picture(128, copy=True)] * 20, Amount.MANY, Copies.ALL, Quality.SAME, Bits.LIKE_PHOTOS),
        (
            [picture(128, copy=True)] * 49 + [picture(140, copy=True)],
            Amount.MOST, Copies.ALL, Quality.SAME, Bits.UNLIKE_PHOTOS,
        ),
    ],
)  # fmt: skip
def test_how_a_hand_in_looks(
    pictures: list[Picture], amount: Amount, copies: Copies, quality: Quality, bits: Bits
) -> None:
    looks = floods.shape(floods.from_person(pictures, paid=False))
    assert looks == floods.Shape(Sender.PEOPLE, amount, copies, quality, bits)
    assert looks.key == "/".join((Sender.PEOPLE, amount, copies, quality, bits))


def test_hashes_of_films_have_a_look_of_their_own() -> None:
    md5 = Fingerprint(Kind.MD5, bytes(16))
    looks = floods.shape(floods.from_partner([md5] * 3))
    assert (looks.sender, looks.quality) == (Sender.PARTNER, Quality.UNSAID)


def test_pieces_of_a_partners_list_are_one_group_whatever_their_length() -> None:
    one = Fingerprint(Kind.PDQ, picture(128).pdq.bits)
    looks = {floods.shape(floods.from_partner([one] * count)) for count in (1, 2, 10, 25)}
    assert [look.amount for look in looks] == [Amount.LIST]


@given(MOMENTS, st.integers(-10, 600).map(lambda minutes: timedelta(minutes=minutes)))
def test_nothing_is_held_for_more_than_an_hour(now: datetime, longest: timedelta) -> None:
    assert timedelta(0) <= floods.held_until(now, longest) - now <= LONGEST_HOLD


@given(MOMENTS, MOMENTS, st.integers(0, 60).map(lambda minutes: timedelta(minutes=minutes)))
def test_a_hold_ends_within_the_hour_whatever_the_clock_did(
    until: datetime, now: datetime, longest: timedelta
) -> None:
    assert floods.is_over(until, now, longest) or floods.is_over(until, now + longest, longest)


@pytest.mark.parametrize(
    ("until", "over"),
    [
        (NOW - SHORT, True),
        (NOW, True),
        (NOW + SHORT, False),
        (NOW + LONGEST_HOLD, False),
        (NOW + LONGEST_HOLD + SHORT, True),
        (NOW + timedelta(days=365), True),
    ],
)
def test_when_a_hold_is_over(until: datetime, over: bool) -> None:
    assert floods.is_over(until, NOW, LONGEST_HOLD) is over


@pytest.mark.parametrize(
    ("ago", "is_open"),
    [
        (timedelta(0), True),
        (GROUP_LASTS - timedelta(seconds=1), True),
        (GROUP_LASTS, False),
        (-SHORT, False),
    ],
)
def test_how_long_a_group_takes_more_in(ago: timedelta, is_open: bool) -> None:
    assert floods.is_open(NOW - ago, NOW) is is_open


@pytest.mark.parametrize(
    ("days", "can"), [(0, True), (29.9, True), (30, False), (31, False), (-29, True), (-400, False)]
)
def test_how_long_what_was_dropped_can_come_back(days: float, can: bool) -> None:
    assert floods.can_restore(NOW - timedelta(days=days), NOW) is can


def test_no_rule_can_see_what_became_of_a_fingerprint() -> None:
    """A picture that many upload is going viral. The rules import nothing that could tell them, and
    are given counts and claims alone."""
    tree = ast.parse(Path(floods.__file__).read_text("utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name for name in imported if name and name.startswith("staydown")} == {
        "staydown.accounts.throttle_rules",
        "staydown.exchange.records",
        "staydown.fingerprint.kinds",
        "staydown.fingerprint.value",
    }
    assert not any(isinstance(node, ast.Import) for node in ast.walk(tree))
    taken = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
             for alias in node.names}  # fmt: skip
    assert not taken & {"Feedback", "V1Feedback", "ListingStatus", "CaseStatus", "FeedEntry"}
    assert {field.name for field in dataclasses.fields(HandIn)} == {
        "sender", "paid", "pictures", "copies", "qualities", "bits_set",
    }  # fmt: skip
