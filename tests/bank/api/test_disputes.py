"""The operator extends a dispute by hand: with a reason, a trail and an end."""

from datetime import timedelta

import pytest

from staydown.bank.api import cases, disputes, feed, partner_reports, partners, upkeep
from staydown.bank.errors import DisputeError
from staydown.bank.models import Audit, Entry, Extension
from staydown.bank.runtime import Bank
from staydown.base.vocabulary import EntryState, Feedback
from staydown.exchange.records import ListingStatus
from tests.bank.making import PIN, add_partner, hand, open_case, pdq

pytestmark = [pytest.mark.django_db, pytest.mark.database]

YES, NO = Feedback.BLOCKED, Feedback.NOT_BLOCKED
DAY = timedelta(days=1)


@pytest.fixture
def critics(bank: Bank) -> list[partners.PartnerRef]:
    """Two organisations that dispute the first of two pictures."""
    found = [add_partner(bank, name) for name in ("First", "Second")]
    open_case(bank, pdq(1), pdq(2))
    for critic in found:
        partner_reports.give_feedback(bank, critic, _id(bank, 1), NO)
    return found


def _entry(bank: Bank, number: int) -> Entry:
    return Entry.objects.get(lookup=bank.sealer.lookup(pdq(number)))


def _id(bank: Bank, number: int) -> str:
    return _entry(bank, number).entry_id.hex


def _state(bank: Bank, number: int) -> str:
    return _entry(bank, number).state


def _extend(bank: Bank, number: int, source: int = 1, days: int = 30) -> disputes.Extended:
    until = bank.clock.now() + days * DAY
    ids = _id(bank, number), _id(bank, source)
    return disputes.extend(bank, *ids, until, "the same stock picture, cropped")


def _shown(bank: Bank, case_number: str) -> ListingStatus:
    (listing,) = cases.case_status(bank, cases.enter(bank, case_number, PIN)).listings
    return listing


def test_a_dispute_is_extended_to_another_entry_and_ends_by_itself(
    bank: Bank, critics: list[partners.PartnerRef]
) -> None:
    before = feed.feed_page(bank, critics[0], after=0, limit=9).next_after
    assert _extend(bank, 2).distance == pdq(1).distance(pdq(2))
    (told,) = feed.feed_page(bank, critics[0], after=before, limit=9).entries
    assert (told.fingerprint, told.state) == (pdq(2), EntryState.DISPUTED)
    hand(bank).advance(29 * DAY)
    assert (upkeep.tick(bank).extensions, _state(bank, 2)) == (0, "disputed")
    hand(bank).advance(DAY)
    assert (upkeep.tick(bank).extensions, _state(bank, 2)) == (1, "listed")
    assert (upkeep.tick(bank).extensions, _state(bank, 1)) == (0, "disputed")
    trail = Audit.objects.filter(what="extension").values_list("who", "subject", "why")
    assert list(trail) == [
        ("operator", str(_entry(bank, 2).entry_id), "the same stock picture, cropped")
    ]


def test_a_dispute_can_be_made_to_last_though_partners_take_it_back(
    bank: Bank, critics: list[partners.PartnerRef]
) -> None:
    _extend(bank, 1)
    partner_reports.give_feedback(bank, critics[0], _id(bank, 1), Feedback.PENDING_REVIEW)
    assert _state(bank, 1) == "disputed"
    hand(bank).advance(31 * DAY)
    upkeep.tick(bank)
    assert _state(bank, 1) == "listed"


@pytest.mark.parametrize("blocked", [1, 2])
def test_one_blocked_of_either_entry_ends_what_was_extended(
    bank: Bank, critics: list[partners.PartnerRef], blocked: int
) -> None:
    _extend(bank, 2)
    third = add_partner(bank, "Third")
    partner_reports.give_feedback(bank, third, _id(bank, blocked), YES)
    assert (_state(bank, 2), _state(bank, blocked)) == ("listed", "listed")
    partner_reports.give_feedback(bank, third, _id(bank, blocked), NO)
    assert _state(bank, 2) == "listed"
    assert Extension.objects.filter(ended_at=None).count() == 0
    with pytest.raises(DisputeError):
        disputes.end(bank, _id(bank, 2), "too late")


def test_what_organisations_do_not_dispute_or_called_blocked_is_not_extended(
    bank: Bank, critics: list[partners.PartnerRef]
) -> None:
    partner_reports.give_feedback(bank, critics[0], _id(bank, 2), YES)
    before = Entry.objects.order_by("pk").values_list("seq", "state")
    for number, source, days in ((2, 1, 30), (1, 2, 30), (1, 1, 0), (1, 1, 91)):
        with pytest.raises(DisputeError, match="nothing was changed"):
            _extend(bank, number, source, days)
    for bad in ("", "x", "0" * 32):
        with pytest.raises(DisputeError, match="no entry"):
            disputes.extend(bank, bad, _id(bank, 1), bank.clock.now() + DAY, "why")
    assert list(Entry.objects.order_by("pk").values_list("seq", "state")) == list(before)


def test_only_who_listed_the_picture_before_is_shown_what_was_extended(
    bank: Bank, critics: list[partners.PartnerRef]
) -> None:
    """A fresh listing looks as if nobody had listed it before: the day, and never the reason."""
    early = open_case(bank, pdq(2)).case_number
    _extend(bank, 2)
    late = open_case(bank, pdq(2)).case_number
    until = (bank.clock.now() + 30 * DAY).date().isoformat()
    shown = _shown(bank, early)
    assert (shown.state, shown.extended_until) == (EntryState.DISPUTED, until)
    shown = _shown(bank, late)
    assert (shown.state, shown.extended_until) == (EntryState.LISTED, None)
    cases.withdraw(bank, cases.enter(bank, early, PIN), None)
    assert _shown(bank, early).extended_until is None


def test_what_was_extended_is_gone_when_nobody_lists_the_picture_any_more(
    bank: Bank, critics: list[partners.PartnerRef]
) -> None:
    opened = open_case(bank, pdq(3))
    _extend(bank, 3)
    cases.withdraw(bank, cases.enter(bank, opened.case_number, PIN), None)
    open_case(bank, pdq(3))
    assert _state(bank, 3) == "listed"


def test_the_operator_sees_what_is_disputed_and_ends_what_was_extended(
    bank: Bank, critics: list[partners.PartnerRef]
) -> None:
    _extend(bank, 2, days=10)
    _extend(bank, 2, days=20)
    lines = [(line.entry_id, line.against, line.reason) for line in disputes.dispute_lines()]
    assert lines == [
        (_id(bank, 2), 0, "the same stock picture, cropped"), (_id(bank, 1), 2, ""),
    ]  # fmt: skip
    assert disputes.end(bank, _id(bank, 2), "another picture after all") is False
    assert [line.entry_id for line in disputes.dispute_lines()] == [_id(bank, 1)]
    _extend(bank, 1)
    assert disputes.end(bank, _id(bank, 1), "enough") is True


def test_a_clock_that_was_set_back_makes_an_extension_no_longer(
    bank: Bank, critics: list[partners.PartnerRef]
) -> None:
    _extend(bank, 2, days=90)
    hand(bank).advance(-DAY)
    assert (upkeep.tick(bank).extensions, _state(bank, 2)) == (1, "listed")
