"""Partners that hand in far more than they usually do: held back, in order, and never lost."""

import logging
from collections.abc import Sequence
from datetime import timedelta

import pytest

from staydown.accounts.throttle_rules import Lane
from staydown.bank import floods
from staydown.bank.api import feed, partner_reports, partners, quarantine
from staydown.bank.api.partners import PartnerRef
from staydown.bank.api.quarantine import GroupState
from staydown.bank.models import Audit, HeldSubmission, Listing, PartnerFeedback
from staydown.bank.runtime import Bank
from staydown.base.vocabulary import EntryState, Feedback
from staydown.exchange.records import V1Feedback, V1FeedbackReport, V1SignalType, V1Submission
from tests.bank.making import add_partner, hand, make_bank, number_of, open_case, pdq

pytestmark = [pytest.mark.django_db, pytest.mark.database]

HOUR = timedelta(hours=1)


@pytest.fixture
def bank() -> Bank:
    """A bank that holds floods back for an hour."""
    return make_bank(quarantine=HOUR)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Partners may send ten at once, so that a test needs few rows."""
    monkeypatch.setattr(floods, "PARTNERS", Lane(10, timedelta(minutes=6), "few"))


def submit(bank: Bank, partner: PartnerRef, numbers: Sequence[int], *said: Feedback) -> int:
    """Hand these hashes in, with what is said of each; return how many are held back."""
    feedback = tuple(V1Feedback(word, tags=("t",)) for word in said)
    return partner_reports.submit_hashes(
        bank,
        partner,
        [
            (place, V1Submission(V1SignalType.IMAGE_PDQ, pdq(number).hex, feedback))
            for place, number in enumerate(numbers)
        ],
    )


def listed(bank: Bank, reader: PartnerRef) -> set[int]:
    """Return the numbers of the fingerprints that a partner is given as listed."""
    page = feed.feed_page(bank, reader, after=0, limit=500)
    return {
        number_of(entry.fingerprint)
        for entry in page.entries
        if entry.state is not EntryState.WITHDRAWN
    }


def flooded(bank: Bank, numbers: Sequence[int] = range(20, 40)) -> tuple[PartnerRef, PartnerRef]:
    """Return a partner that has used its pace up and has these held back, and one that reads."""
    partner, reader = add_partner(bank), add_partner(bank, "Reader")
    assert submit(bank, partner, range(1, 11)) == 0
    assert submit(bank, partner, numbers) == len(numbers)
    return partner, reader


def test_what_is_beyond_the_pace_waits_and_goes_on_by_itself_within_the_hour(bank: Bank) -> None:
    _, reader = flooded(bank)
    assert listed(bank, reader) == set(range(1, 11))
    hand(bank).advance(HOUR - timedelta(seconds=1))
    assert partner_reports.release_held(bank) == 0
    hand(bank).advance(timedelta(seconds=1))
    assert partner_reports.release_held(bank) == 20
    assert listed(bank, reader) == {*range(1, 11), *range(20, 40)}
    assert partner_reports.release_held(bank) == 0
    assert quarantine.groups(bank) == ()


def test_a_held_hash_that_does_not_open_keeps_no_other_from_going_on(bank: Bank) -> None:
    _, reader = flooded(bank)
    row = HeldSubmission.objects.order_by("pk")[0]
    HeldSubmission.objects.filter(pk=row.pk).update(sealed=b"\0" * len(row.sealed))
    hand(bank).advance(HOUR)
    assert partner_reports.release_held(bank) == 19
    assert len(listed(bank, reader)) == 29
    assert HeldSubmission.objects.count() == 1, "it goes on when the right key is back"


def test_each_organisation_has_a_pace_of_its_own_and_people_are_not_held_for_it(bank: Bank) -> None:
    _, reader = flooded(bank)
    assert submit(bank, reader, [50, 51]) == 0
    open_case(bank, pdq(60))
    assert {50, 51, 60} <= listed(bank, reader)


def test_a_second_key_of_one_organisation_gets_no_second_pace(bank: Bank) -> None:
    keys = partners.add_partner(bank, "Acme photos", organisation="Acme")
    same = partners.authenticate(keys.subscription_key, keys.function_key)
    keys = partners.add_partner(bank, "Acme films", organisation="Acme")
    other_key = partners.authenticate(keys.subscription_key, keys.function_key)
    assert submit(bank, same, range(1, 11)) == 0
    assert submit(bank, other_key, range(11, 15)) == 4


def test_a_repeat_of_what_is_listed_or_held_takes_nothing_from_the_pace(bank: Bank) -> None:
    partner, _ = flooded(bank)
    hand(bank).advance(timedelta(minutes=6))
    for _ in range(3):
        assert submit(bank, partner, range(1, 11)) == 0
        assert submit(bank, partner, range(20, 40)) == 20
    assert HeldSubmission.objects.count() == 20
    assert submit(bank, partner, [70]) == 0


def test_words_that_came_with_a_held_hash_are_said_once_it_is_listed(bank: Bank) -> None:
    partner, reader = flooded(bank)
    assert submit(bank, partner, [80], Feedback.PENDING_REVIEW) == 1
    assert submit(bank, partner, [80], Feedback.BLOCKED) == 1
    assert not PartnerFeedback.objects.exists()
    hand(bank).advance(HOUR)
    partner_reports.release_held(bank)
    said = PartnerFeedback.objects.get()
    assert (said.value, said.tags, said.entry.kind) == ("Blocked", ["t"], "pdq")
    assert 80 in listed(bank, reader)


@pytest.mark.parametrize("way", ["submission", "report"])
def test_taking_a_held_hash_back_takes_effect_at_once_and_is_told_to_nobody(
    bank: Bank, way: str
) -> None:
    partner, reader = flooded(bank)
    if way == "submission":
        assert submit(bank, partner, [20], Feedback.WITHDRAWN) == 0
    else:
        report = V1FeedbackReport(pdq(20).hex, V1Feedback(Feedback.WITHDRAWN))
        assert partner_reports.submit_feedback(bank, partner, [(0, report)]) == ()
    hand(bank).advance(HOUR)
    partner_reports.release_held(bank)
    assert listed(bank, reader) == {*range(1, 11), *range(21, 40)}
    assert Listing.objects.count() == 29


def test_whether_others_list_a_hash_or_what_was_said_of_it_changes_nothing(bank: Bank) -> None:
    """A picture that many upload, and that partners find all day, isn't a flood."""
    open_case(bank, pdq(20))
    open_case(bank, pdq(50))
    others = [add_partner(bank, f"Other {name}") for name in ("ash", "birch", "cedar")]
    for other in others:
        for number in (20, 50):
            report = V1FeedbackReport(pdq(number).hex, V1Feedback(Feedback.BLOCKED))
            partner_reports.submit_feedback(bank, other, [(0, report)])
    partner, _ = flooded(bank)
    assert HeldSubmission.objects.count() == 20, "listed by others too, and held all the same"
    assert submit(bank, others[0], [50]) == 0
    hand(bank).advance(timedelta(minutes=6))
    assert submit(bank, partner, [50]) == 0, "found by three partners, and not held for it"


def test_a_partner_that_was_shut_out_has_nothing_go_on_unless_it_is_let_in_again(
    bank: Bank,
) -> None:
    _, reader = flooded(bank)
    partners.revoke_partner(bank, "Acme")
    hand(bank).advance(HOUR)
    assert partner_reports.release_held(bank) == 0
    partners.rotate_partner(bank, "Acme")
    assert partner_reports.release_held(bank) == 20
    assert len(listed(bank, reader)) == 30


def test_dropped_they_stay_away_and_can_be_brought_back(bank: Bank) -> None:
    partner, reader = flooded(bank)
    (line,) = quarantine.groups(bank)
    assert (line.state, line.partner, line.hand_ins, line.pictures, line.waiting) == (
        GroupState.HELD, "Acme", 1, 20, 20,
    )  # fmt: skip
    quarantine.drop(bank, [line.number], by="Ann", agreed_by="Ben", reason="made up")
    assert submit(bank, partner, [90]) == 1, "what comes later is another group"
    hand(bank).advance(timedelta(days=29))
    assert partner_reports.release_held(bank) == 1
    assert listed(bank, reader) == {*range(1, 11), 90}
    (line,) = quarantine.groups(bank)
    assert (line.state, line.dropped_by, line.agreed_by, line.reason) == (
        GroupState.DROPPED, "Ann", "Ben", "made up",
    )  # fmt: skip
    quarantine.restore(bank, [line.number], by="Cem", reason="they are real")
    assert partner_reports.release_held(bank) == 20
    trail = Audit.objects.filter(what="quarantine", subject=str(line.number)).order_by("pk")
    assert list(trail.values_list("who", "before", "after", "why")) == [
        ("operator Ann", "held", "dropped", "made up"),
        ("operator Ben", "held", "dropped", "agreed"),
        ("operator Cem", "dropped", "restored", "they are real"),
    ]


def test_a_new_group_is_told_once(bank: Bank, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        partner, _ = flooded(bank)
        submit(bank, partner, range(100, 160))
    assert [record.getMessage() for record in caplog.records] == ["hand-ins are held back"]
