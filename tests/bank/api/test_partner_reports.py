"""What partners say: feedback and hashes of their own."""

import pytest

from staydown.bank.api import cases, feed, partner_reports
from staydown.bank.errors import UnknownEntry
from staydown.bank.models import Entry, Listing, PartnerFeedback
from staydown.bank.runtime import Bank
from staydown.base.vocabulary import Feedback, Kind
from staydown.exchange.records import V1Feedback, V1FeedbackReport, V1SignalType, V1Submission
from staydown.fingerprint.value import Fingerprint
from tests.bank.making import PIN, add_partner, open_case, pdq

pytestmark = [pytest.mark.django_db, pytest.mark.database]

MD5 = Fingerprint(Kind.MD5, bytes(range(16)))


def _report(value: str, word: Feedback = Feedback.BLOCKED) -> V1FeedbackReport:
    return V1FeedbackReport(value, V1Feedback(word, tags=("b", "a")))


def test_feedback_without_a_type_finds_the_hash_of_any_kind(bank: Bank) -> None:
    partner = add_partner(bank)
    open_case(bank, pdq(1))
    partner_reports.submit_hashes(
        bank, partner, [(0, V1Submission(V1SignalType.VIDEO_MD5, MD5.hex))]
    )
    aside = partner_reports.submit_feedback(
        bank, partner, [(0, _report(pdq(1).hex)), (1, _report("ab" * 32)), (2, _report(MD5.hex))]
    )
    assert [item.position for item in aside] == [1]
    assert PartnerFeedback.objects.count() == 2
    assert PartnerFeedback.objects.first().tags == ["a", "b"]  # type: ignore[union-attr]  # fails if None


def test_saying_the_same_again_does_not_move_the_entry(bank: Bank) -> None:
    partner = add_partner(bank)
    open_case(bank, pdq(1))
    partner_reports.submit_feedback(bank, partner, [(0, _report(pdq(1).hex))])
    before = Entry.objects.get().seq
    partner_reports.submit_feedback(bank, partner, [(0, _report(pdq(1).hex))])
    assert Entry.objects.get().seq == before
    partner_reports.submit_feedback(bank, partner, [(0, _report(pdq(1).hex, Feedback.NOT_BLOCKED))])
    assert Entry.objects.get().seq == before + 1
    assert PartnerFeedback.objects.get().value == "NotBlocked"


def test_a_partner_learns_nothing_of_an_entry_withdrawn_before_it_came(bank: Bank) -> None:
    early = add_partner(bank, "Early")
    opened = open_case(bank, pdq(1))
    entry_id = feed.feed_page(bank, early, after=0, limit=9).entries[0].entry_id
    cases.withdraw(bank, cases.enter(bank, opened.case_number, PIN), None)
    late = add_partner(bank, "Late")
    feed.feed_page(bank, late, after=0, limit=9)
    assert partner_reports.submit_feedback(bank, late, [(0, _report(pdq(1).hex))])
    for unknown in (entry_id, "0" * 32, "no id", ""):
        with pytest.raises(UnknownEntry):
            partner_reports.give_feedback(bank, late, unknown, Feedback.BLOCKED)
    partner_reports.give_feedback(bank, early, entry_id, Feedback.BLOCKED)


def test_words_on_a_withdrawn_entry_do_not_move_it(bank: Bank) -> None:
    partner = add_partner(bank)
    opened = open_case(bank, pdq(1))
    feed.feed_page(bank, partner, after=0, limit=9)
    cases.withdraw(bank, cases.enter(bank, opened.case_number, PIN), None)
    before = Entry.objects.get().seq
    partner_reports.submit_feedback(bank, partner, [(0, _report(pdq(1).hex))])
    assert Entry.objects.get().seq == before


def test_taking_back_touches_only_the_partners_own_listing(bank: Bank) -> None:
    partner, other = add_partner(bank), add_partner(bank, "Other")
    open_case(bank, pdq(1))
    partner_reports.submit_hashes(
        bank, partner, [(0, V1Submission(V1SignalType.IMAGE_PDQ, pdq(1).hex))]
    )
    partner_reports.submit_feedback(bank, other, [(0, _report(pdq(1).hex, Feedback.WITHDRAWN))])
    assert Listing.objects.filter(withdrawn_seq=None).count() == 2
    partner_reports.submit_feedback(bank, partner, [(0, _report(pdq(1).hex, Feedback.DELETED))])
    left = Listing.objects.get(withdrawn_seq=None)
    assert (left.owner is not None, Entry.objects.get().state) == (True, "listed")


def test_a_person_listing_later_fills_in_the_quality(bank: Bank) -> None:
    partner = add_partner(bank)
    partner_reports.submit_hashes(
        bank, partner, [(0, V1Submission(V1SignalType.IMAGE_PDQ, pdq(1).hex))]
    )
    assert feed.feed_page(bank, partner, after=0, limit=9).entries[0].fingerprint.quality is None
    open_case(bank, pdq(1, 77))
    assert feed.feed_page(bank, partner, after=0, limit=9).entries[0].fingerprint.quality == 77


def test_a_long_list_is_taken_in_whole(bank: Bank) -> None:
    many = [(n, V1Submission(V1SignalType.IMAGE_PDQ, pdq(n).hex)) for n in range(230)]
    partner_reports.submit_hashes(bank, add_partner(bank), many)
    assert Entry.objects.count() == 230


def test_handing_in_a_hash_with_the_word_withdrawn_lists_nothing(bank: Bank) -> None:
    partner = add_partner(bank)
    feed.feed_page(bank, partner, after=0, limit=9)
    taken_back = V1Submission(V1SignalType.IMAGE_PDQ, pdq(1).hex, (V1Feedback(Feedback.WITHDRAWN),))
    partner_reports.submit_hashes(bank, partner, [(0, taken_back)])
    assert Entry.objects.count() == 0
    partner_reports.submit_hashes(
        bank, partner, [(0, V1Submission(V1SignalType.IMAGE_PDQ, pdq(1).hex))]
    )
    partner_reports.submit_hashes(bank, partner, [(0, taken_back)])
    assert Entry.objects.get().state == "withdrawn"
