"""A picture is listed by its PDQ and, where one was made, its copy code: together, as one."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from staydown.bank.api import cases, feed, partner_reports
from staydown.bank.api.partners import PartnerRef
from staydown.bank.errors import KeyOfAnother
from staydown.bank.models import Entry, Extension, Listing
from staydown.bank.runtime import Bank
from staydown.base.vocabulary import EntryState, Feedback, Kind
from staydown.exchange.records import (
    CaseOpened,
    FeedEntry,
    ListingStatus,
    Picture,
    V1SignalType,
    V1Submission,
)
from tests.bank.making import PIN, add_partner, copy1, open_case, pdq, request

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def _both(number: int) -> Picture:
    return Picture(pdq(number), copy1(number))


def _feed(bank: Bank, partner: PartnerRef) -> tuple[FeedEntry, ...]:
    return feed.feed_page(bank, partner, after=0, limit=99).entries


def _by_kind(bank: Bank, partner: PartnerRef) -> dict[Kind, FeedEntry]:
    return {entry.fingerprint.kind: entry for entry in _feed(bank, partner)}


def _status(bank: Bank, opened: CaseOpened) -> tuple[ListingStatus, ...]:
    return cases.case_status(bank, cases.enter(bank, opened.case_number, PIN)).listings


def _withdraw(bank: Bank, opened: CaseOpened) -> None:
    cases.withdraw(bank, cases.enter(bank, opened.case_number, PIN), None)


def test_the_native_feed_gives_both_with_one_picture_id(bank: Bank) -> None:
    """A picture with a copy code has an id of its own; a PDQ alone has none."""
    partner = add_partner(bank)
    open_case(bank, _both(1), _both(2), pdq(3))
    entries = _feed(bank, partner)
    assert [entry.fingerprint for entry in entries] == [
        pdq(1), copy1(1), pdq(2), copy1(2), pdq(3),
    ]  # fmt: skip
    ids = [entry.picture for entry in entries]
    assert ids[0] == ids[1] != ids[2] == ids[3]
    assert ids[0]
    assert ids[2]
    assert ids[4] is None


def test_the_v1_feed_carries_the_pdq_alone(bank: Bank) -> None:
    """A partner that speaks v1 gets a value it understands, and one case number for it."""
    open_case(bank, _both(1))
    page = feed.v1_page(bank, add_partner(bank), start=10, size=9, token=None)
    (record,) = page.records
    assert (record.signal_type, record.value) == (V1SignalType.IMAGE_PDQ, pdq(1).hex)
    assert len(record.cases) == 1


def test_a_person_sees_one_picture_and_withdraws_both_at_once(bank: Bank) -> None:
    """What the status page shows counts pictures, not fingerprints."""
    partner = add_partner(bank)
    opened = open_case(bank, _both(1), pdq(2))
    assert [status.number for status in _status(bank, opened)] == [1, 2]
    ref = cases.enter(bank, opened.case_number, PIN)
    after = cases.withdraw(bank, ref, [1])
    assert [status.state for status in after.listings] == [
        EntryState.WITHDRAWN, EntryState.LISTED,
    ]  # fmt: skip
    states = {entry.fingerprint: entry.state for entry in _feed(bank, partner)}
    assert states == {pdq(2): EntryState.LISTED}  # it had fetched nothing before
    again = cases.withdraw(bank, ref, [1])
    assert [status.state for status in again.listings] == [
        status.state for status in after.listings
    ]


def test_what_partners_did_with_either_is_told_of_the_picture(bank: Bank) -> None:
    """Fetched when one was, told of the withdrawal when told of all that was fetched."""
    native, old = add_partner(bank, "Native"), add_partner(bank, "Old")
    opened = open_case(bank, _both(1))
    copy = _by_kind(bank, native)[Kind.COPY1]
    feed.v1_page(bank, old, start=10, size=9, token=None)
    partner_reports.give_feedback(bank, native, copy.entry_id, Feedback.BLOCKED)
    (status,) = _status(bank, opened)
    assert status.fetched_by == ("Native", "Old")
    assert status.feedback == (("Native", Feedback.BLOCKED),)
    _withdraw(bank, opened)
    feed.feed_page(bank, native, after=0, limit=1)  # tells of one of the two
    assert _status(bank, opened)[0].checked_since_withdrawal == ()
    _feed(bank, native)
    assert _status(bank, opened)[0].checked_since_withdrawal == ("Native",)
    feed.v1_page(bank, old, start=10, size=9, token=None)
    assert _status(bank, opened)[0].checked_since_withdrawal == ("Native", "Old")


def test_a_picture_is_disputed_when_one_of_its_entries_is(bank: Bank) -> None:
    """Partners that matched only the copy code speak of that; the person sees it."""
    critics = [add_partner(bank, name) for name in ("One", "Two")]
    opened = open_case(bank, _both(1))
    copy = _by_kind(bank, critics[0])[Kind.COPY1]
    for critic in critics:
        partner_reports.give_feedback(bank, critic, copy.entry_id, Feedback.NOT_BLOCKED)
    found = _by_kind(bank, critics[0])
    assert found[Kind.COPY1].state is EntryState.DISPUTED
    assert found[Kind.PDQ].state is EntryState.LISTED
    assert _status(bank, opened)[0].state is EntryState.DISPUTED


def test_another_copy_code_of_a_picture_joins_it(bank: Bank) -> None:
    """Two cases with one picture, each with a copy code of its own."""
    partner = add_partner(bank)
    first = open_case(bank, _both(1))
    open_case(bank, Picture(pdq(1), copy1(9)))
    entries = _feed(bank, partner)
    assert {entry.fingerprint for entry in entries} == {pdq(1), copy1(1), copy1(9)}
    assert len({entry.picture for entry in entries}) == 1
    _withdraw(bank, first)
    states = {entry.fingerprint: entry.state for entry in _feed(bank, partner)}
    assert states[copy1(1)] is EntryState.WITHDRAWN
    assert states[pdq(1)] is states[copy1(9)] is EntryState.LISTED


def _alone_in_a_case(bank: Bank) -> None:
    open_case(bank, pdq(1))


def _alone_by_a_partner(bank: Bank) -> None:
    lister = add_partner(bank, "Lister")
    submission = V1Submission(V1SignalType.IMAGE_PDQ, pdq(1).hex)
    partner_reports.submit_hashes(bank, lister, [(0, submission)])


@pytest.mark.parametrize("listed_alone", [_alone_in_a_case, _alone_by_a_partner])
@pytest.mark.parametrize("stranger_first", [False, True])
def test_no_stranger_speaks_for_a_picture_that_is_listed_alone(
    bank: Bank, listed_alone: Callable[[Bank], None], *, stranger_first: bool
) -> None:
    """A foreign copy code beside its PDQ would let a desk think that copies were looked for."""
    partner = add_partner(bank)
    if not stranger_first:
        listed_alone(bank)
    stranger = open_case(bank, Picture(pdq(1), copy1(9)))
    if stranger_first:
        listed_alone(bank)
    ids = {entry.fingerprint: entry.picture for entry in _feed(bank, partner)}
    assert ids[pdq(1)] is None
    _withdraw(bank, stranger)
    assert _by_kind(bank, partner)[Kind.PDQ].state is EntryState.LISTED


def test_a_picture_that_nobody_lists_any_more_starts_afresh(bank: Bank) -> None:
    """What it was once joined to says nothing of it."""
    partner = add_partner(bank)
    _withdraw(bank, open_case(bank, pdq(1)))
    first = open_case(bank, _both(1))
    one = {entry.picture for entry in _feed(bank, partner)}
    assert len(one) == 1
    assert None not in one
    _withdraw(bank, first)
    open_case(bank, _both(1))
    two = {entry.picture for entry in _feed(bank, partner)}
    assert len(two) == 1
    assert not two & one


def test_two_pictures_with_ids_of_their_own_are_never_merged(bank: Bank) -> None:
    """Whoever hands in one person's PDQ with another's copy code ties nothing together."""
    partner = add_partner(bank)
    open_case(bank, _both(1), _both(2))
    before = {entry.fingerprint: entry.picture for entry in _feed(bank, partner)}
    open_case(bank, Picture(pdq(1), copy1(2)))
    assert {entry.fingerprint: entry.picture for entry in _feed(bank, partner)} == before


def test_the_same_form_again_lists_nothing_and_without_its_copy_code_it_is_another_form(
    bank: Bank,
) -> None:
    """The copy code is part of what was said."""
    first = cases.open_case(bank, request(_both(1)), once=b"o" * 16)
    assert cases.open_case(bank, request(_both(1)), once=b"o" * 16) == first
    with pytest.raises(KeyOfAnother):
        cases.open_case(bank, request(pdq(1)), once=b"o" * 16)
    assert Listing.objects.count() == 2


def test_a_copy_code_is_sealed(bank: Bank) -> None:
    """Neither the sealed form nor the lookup shows its bits."""
    open_case(bank, _both(1))
    entry = Entry.objects.get(kind=Kind.COPY1.value)
    assert copy1(1).bits not in bytes(entry.sealed) + bytes(entry.lookup)
    assert bank.sealer.open(Kind.COPY1, bytes(entry.sealed)) == copy1(1)


def test_a_hash_that_a_partner_lists_alone_stands_alone_beside_an_extended_dispute(
    bank: Bank,
) -> None:
    """What stands apart is read again before it is written; the picture's id must not come back."""
    partner = add_partner(bank)
    open_case(bank, _both(4), pdq(5))
    entry, five = (Entry.objects.get(lookup=bank.sealer.lookup(pdq(n))) for n in (4, 5))
    Extension.objects.create(
        entry=entry,
        source=five,
        until=bank.clock.now() + timedelta(days=30),
        made_at=bank.clock.now(),
        made_seq=entry.seq,
    )
    assert entry.picture is not None
    submission = V1Submission(V1SignalType.IMAGE_PDQ, pdq(4).hex)
    partner_reports.submit_hashes(bank, partner, [(0, submission)])
    entry.refresh_from_db()
    assert entry.picture is None
