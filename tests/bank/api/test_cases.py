"""What a person can do: open, come back, withdraw, recover."""

import uuid
from datetime import timedelta

import pytest

from staydown.accounts.models import Throttle
from staydown.bank.api import cases, feed, partner_reports
from staydown.bank.errors import (
    NotACaseNumber,
    PinRefused,
    SubmissionRefused,
    Under18Stop,
    WrongCaseOrPin,
)
from staydown.bank.models import Audit, Case, Entry, Listing
from staydown.bank.runtime import Bank
from staydown.base.vocabulary import ActingFor, EntryState, Feedback, Under18
from staydown.exchange.records import CaseRequest, CaseStatus, Picture
from tests.bank.making import PIN, add_partner, hand, open_case, pdq, request

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def _status(bank: Bank, number: str, pin: str = PIN) -> CaseStatus:
    return cases.case_status(bank, cases.enter(bank, number, pin))


def test_a_case_shows_its_pictures_in_order(bank: Bank) -> None:
    opened = open_case(bank, pdq(1), pdq(2))
    status = _status(bank, opened.case_number)
    assert [item.number for item in status.listings] == [1, 2]
    assert {item.state for item in status.listings} == {EntryState.LISTED}
    assert (status.acting_for, status.opened_on) == (ActingFor.SELF, "2026-11-22")


@pytest.mark.parametrize("answer", [Under18.YES, Under18.NOT_SURE])
def test_nothing_is_taken_in_when_somebody_may_be_under_18(bank: Bank, answer: Under18) -> None:
    with pytest.raises(Under18Stop):
        cases.open_case(bank, CaseRequest(answer, ActingFor.SELF, (Picture(pdq(1)),), PIN))
    assert (Case.objects.count(), Entry.objects.count(), Audit.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    "fingerprints",
    [(), tuple(pdq(n) for n in range(51)), (pdq(1, 49),), (pdq(1, None),)],
    ids=["none", "51", "too plain", "quality unknown"],
)
def test_a_submission_that_breaks_a_rule_stores_nothing(
    bank: Bank, fingerprints: tuple[object, ...]
) -> None:
    with pytest.raises(SubmissionRefused):
        cases.open_case(bank, request(*fingerprints))  # type: ignore[arg-type]  # from a table
    assert Entry.objects.count() == 0


def test_a_weak_pin_stores_nothing(bank: Bank) -> None:
    with pytest.raises(PinRefused):
        cases.open_case(bank, request(pdq(1), pin="123456"))
    assert Case.objects.count() == 0


def test_the_same_fingerprint_is_one_entry_with_several_listings(bank: Bank) -> None:
    open_case(bank, pdq(1), pdq(1))
    open_case(bank, pdq(1))
    assert (Entry.objects.count(), Listing.objects.count()) == (1, 3)


def test_listing_a_picture_over_and_over_keeps_nobody_from_their_own_case(bank: Bank) -> None:
    partner = add_partner(bank)
    opened = open_case(bank, pdq(1))
    feed.feed_page(bank, partner, after=0, limit=9)
    for _ in range(24):
        open_case(bank, *[pdq(1)] * 50)
    ref = cases.enter(bank, opened.case_number, PIN)
    assert cases.case_status(bank, ref).listings[0].fetched_by == ("Acme",)
    status = cases.withdraw(bank, ref, None)
    assert status.listings[0].checked_since_withdrawal == ()
    feed.feed_page(bank, partner, after=1, limit=9)
    assert cases.case_status(bank, ref).listings[0].checked_since_withdrawal == ("Acme",)


def test_a_fingerprint_stays_listed_until_the_last_case_withdraws_it(bank: Bank) -> None:
    first, second = open_case(bank, pdq(1)), open_case(bank, pdq(1))
    cases.withdraw(bank, cases.enter(bank, first.case_number, PIN), None)
    assert Entry.objects.get().state == EntryState.LISTED
    cases.withdraw(bank, cases.enter(bank, second.case_number, PIN), None)
    entry = Entry.objects.get()
    assert (entry.state, entry.withdrawn_seq) == (EntryState.WITHDRAWN, entry.seq)


def test_one_picture_can_be_withdrawn_and_twice_changes_nothing(bank: Bank) -> None:
    opened = open_case(bank, pdq(1), pdq(2))
    ref = cases.enter(bank, opened.case_number, PIN)
    status = cases.withdraw(bank, ref, [2])
    assert [item.state.value for item in status.listings] == ["listed", "withdrawn"]
    seqs = list(Entry.objects.order_by("seq").values_list("seq", flat=True))
    assert cases.withdraw(bank, ref, [2]) == status
    assert list(Entry.objects.order_by("seq").values_list("seq", flat=True)) == seqs


def test_a_number_the_case_has_not_withdraws_nothing(bank: Bank) -> None:
    opened = open_case(bank, pdq(1))
    with pytest.raises(SubmissionRefused):
        cases.withdraw(bank, cases.enter(bank, opened.case_number, PIN), [1, 2])
    assert Entry.objects.get().state == EntryState.LISTED


def test_listing_a_withdrawn_fingerprint_brings_its_entry_back(bank: Bank) -> None:
    opened = open_case(bank, pdq(1))
    cases.withdraw(bank, cases.enter(bank, opened.case_number, PIN), None)
    withdrawn = Entry.objects.get()
    open_case(bank, pdq(1))
    entry = Entry.objects.get()
    assert (entry.state, entry.withdrawn_seq) == (EntryState.LISTED, None)
    assert entry.seq > withdrawn.seq
    assert entry.entry_id == withdrawn.entry_id


def test_who_fetched_and_who_was_told_is_shown(bank: Bank) -> None:
    early, late = add_partner(bank, "Early"), add_partner(bank, "Late")
    opened = open_case(bank, pdq(1))
    ref = cases.enter(bank, opened.case_number, PIN)
    assert cases.case_status(bank, ref).listings[0].fetched_by == ()
    feed.feed_page(bank, early, after=0, limit=10)
    assert cases.case_status(bank, ref).listings[0].fetched_by == ("Early",)
    cases.withdraw(bank, ref, None)
    assert cases.case_status(bank, ref).listings[0].checked_since_withdrawal == ()
    feed.feed_page(bank, late, after=0, limit=10)  # sees nothing: it was withdrawn before
    feed.v1_page(bank, early, start=10, size=10, token=None)
    listing = cases.case_status(bank, ref).listings[0]
    assert (listing.fetched_by, listing.checked_since_withdrawal) == (("Early",), ("Early",))


def test_a_partner_that_skipped_an_entry_is_not_said_to_have_it(bank: Bank) -> None:
    partner = add_partner(bank)
    opened = open_case(bank, pdq(1))
    open_case(bank, pdq(2))
    feed.feed_page(bank, partner, after=1, limit=10)
    assert _status(bank, opened.case_number).listings[0].fetched_by == ()


def test_an_entry_that_moved_on_before_the_page_was_read_was_not_given(bank: Bank) -> None:
    partner = add_partner(bank)
    opened = open_case(bank, pdq(1))
    open_case(bank, pdq(2))
    open_case(bank, pdq(1))  # moves the first entry to the end
    feed.feed_page(bank, partner, after=0, limit=1)
    assert _status(bank, opened.case_number).listings[0].fetched_by == ()
    feed.feed_page(bank, partner, after=2, limit=1)
    assert _status(bank, opened.case_number).listings[0].fetched_by == ("Acme",)


def test_nobody_learns_from_a_new_case_that_the_picture_was_listed_before(bank: Bank) -> None:
    partner = add_partner(bank)
    open_case(bank, pdq(1))
    page = feed.feed_page(bank, partner, after=0, limit=10)
    partner_reports.give_feedback(bank, partner, page.entries[0].entry_id, Feedback.BLOCKED)
    hand(bank).advance(timedelta(hours=1))
    prober = open_case(bank, pdq(1))
    listing = _status(bank, prober.case_number).listings[0]
    assert (listing.fetched_by, listing.feedback) == ((), ())


def test_feedback_is_shown_and_the_second_word_replaces_the_first(bank: Bank) -> None:
    partner = add_partner(bank)
    opened = open_case(bank, pdq(1))
    entry_id = feed.feed_page(bank, partner, after=0, limit=10).entries[0].entry_id
    partner_reports.give_feedback(bank, partner, entry_id, Feedback.PENDING_REVIEW)
    partner_reports.give_feedback(bank, partner, entry_id, Feedback.BLOCKED)
    listing = _status(bank, opened.case_number).listings[0]
    assert listing.feedback == (("Acme", Feedback.BLOCKED),)


@pytest.mark.parametrize("typed", ["lower", "spaces", "forgiven"])
def test_a_case_number_may_be_typed_as_people_type(bank: Bank, typed: str) -> None:
    number = open_case(bank, pdq(1)).case_number
    variants = {
        "lower": number.lower(),
        "spaces": " ".join(number.replace("-", "")),
        "forgiven": number.replace("0", "o").replace("1", "l"),
    }
    assert isinstance(cases.enter(bank, variants[typed], "  KASTANIE7 "), uuid.UUID)


def test_an_easy_pin_of_earlier_days_still_opens_its_case(bank: Bank) -> None:
    number = open_case(bank, pdq(1)).case_number
    Case.objects.update(pin_hash=bank.pins.hash("140292"))
    assert isinstance(cases.enter(bank, number, "140292"), uuid.UUID)


def test_a_slip_of_the_finger_in_the_number_is_told_and_costs_nothing(bank: Bank) -> None:
    number = open_case(bank, pdq(1)).case_number
    wrong = ("3" if number[0] != "3" else "4") + number[1:]
    for _ in range(3):
        with pytest.raises(NotACaseNumber):
            cases.enter(bank, wrong, PIN)
    assert not Throttle.objects.filter(scope="pin").exists()


def test_recovery_gives_new_credentials_and_kills_the_old_ones(bank: Bank) -> None:
    opened = open_case(bank, pdq(1))
    old_ref = cases.enter(bank, opened.case_number, PIN)
    fresh = cases.recover(bank, "  " + opened.recovery_phrase.upper() + "\n", "neuepinfrei")
    assert _status(bank, fresh.case_number, "neuepinfrei").listings[0].number == 1
    with pytest.raises(WrongCaseOrPin):
        cases.enter(bank, opened.case_number, PIN)
    with pytest.raises(WrongCaseOrPin):
        cases.recover(bank, opened.recovery_phrase, "neuepinfrei")
    with pytest.raises(WrongCaseOrPin):
        cases.case_status(bank, old_ref)


def test_a_reference_that_no_case_has_shows_nothing(bank: Bank) -> None:
    with pytest.raises(WrongCaseOrPin):
        cases.case_status(bank, uuid.uuid4())


def test_every_change_of_state_leaves_a_row(bank: Bank) -> None:
    opened = open_case(bank, pdq(1))
    cases.withdraw(bank, cases.enter(bank, opened.case_number, PIN), None)
    rows = Audit.objects.order_by("id").values_list("who", "what", "before", "after")
    assert list(rows) == [
        ("person", "case", "", "open"),
        ("person", "listing", "", "listed"),
        ("person", "entry", "", "listed"),
        ("person", "listing", "listed", "withdrawn"),
        ("person", "entry", "listed", "withdrawn"),
    ]
