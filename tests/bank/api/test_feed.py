"""The feed in both dialects: order, paging, checkpoints, who is shown what."""

from datetime import timedelta

import pytest

from staydown.bank.api import cases, feed, partner_reports
from staydown.bank.api.partners import PartnerRef
from staydown.bank.errors import CursorAhead, SubmissionRefused
from staydown.bank.models import Fetch
from staydown.bank.runtime import Bank
from staydown.base.vocabulary import EntryState, Feedback
from staydown.exchange.codec import V1_SIGNAL_TYPES
from staydown.exchange.records import V1Page, V1Status, V1Submission
from tests.bank.making import PIN, START, add_partner, hand, open_case, pdq

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NOW = int(START.timestamp())


def _v1(bank: Bank, partner: PartnerRef, start: int = 10, size: int = 800) -> list[V1Page]:
    """Fetch page after page, as the reference client does."""
    pages = [feed.v1_page(bank, partner, start=start, size=size, token=None)]
    while pages[-1].has_more:
        token = pages[-1].next_page_token
        assert token
        pages.append(feed.v1_page(bank, partner, start=start, size=size, token=token))
    return pages


def _values(pages: list[V1Page]) -> list[str]:
    return [record.value for page in pages for record in page.records]


def test_the_native_feed_gives_entries_in_order_page_by_page(bank: Bank) -> None:
    partner = add_partner(bank)
    open_case(bank, *(pdq(n) for n in range(5)))
    first = feed.feed_page(bank, partner, after=0, limit=2)
    second = feed.feed_page(bank, partner, after=first.next_after, limit=3)
    assert [entry.seq for entry in first.entries + second.entries] == [1, 2, 3, 4, 5]
    assert [entry.fingerprint for entry in first.entries] == [pdq(0), pdq(1)]
    assert (first.has_more, second.has_more, second.next_after) == (True, False, 5)
    assert feed.feed_page(bank, partner, after=5, limit=3).next_after == 5


def test_an_entry_that_changes_moves_to_the_end(bank: Bank) -> None:
    partner = add_partner(bank)
    open_case(bank, pdq(1), pdq(2))
    open_case(bank, pdq(1))
    entries = feed.feed_page(bank, partner, after=0, limit=9).entries
    assert [(entry.seq, entry.fingerprint) for entry in entries] == [(2, pdq(2)), (3, pdq(1))]


def test_a_cursor_beyond_the_end_is_told(bank: Bank) -> None:
    partner = add_partner(bank)
    open_case(bank, pdq(1))
    with pytest.raises(CursorAhead):
        feed.feed_page(bank, partner, after=2, limit=9)


def test_a_withdrawal_between_two_fetches_is_seen_in_both_dialects(bank: Bank) -> None:
    native, v1 = add_partner(bank, "Native"), add_partner(bank, "V1")
    opened = open_case(bank, pdq(1), pdq(2))
    after = feed.feed_page(bank, native, after=0, limit=9).next_after
    checkpoint = _v1(bank, v1)[-1].next_set_timestamp
    cases.withdraw(bank, cases.enter(bank, opened.case_number, PIN), [1])
    entries = feed.feed_page(bank, native, after=after, limit=9).entries
    assert [(e.fingerprint, e.state) for e in entries] == [(pdq(1), EntryState.WITHDRAWN)]
    records = {r.value: r for page in _v1(bank, v1, checkpoint) for r in page.records}
    gone = records[pdq(1).hex]
    assert (gone.status, [status for _, status in gone.cases]) == (
        V1Status.WITHDRAWN,
        [V1Status.WITHDRAWN],
    )
    assert records[pdq(2).hex].status is V1Status.ACTIVE


def test_a_new_partner_is_never_shown_what_was_withdrawn_before(bank: Bank) -> None:
    opened = open_case(bank, pdq(1), pdq(2))
    cases.withdraw(bank, cases.enter(bank, opened.case_number, PIN), [1])
    native, v1 = add_partner(bank, "Native"), add_partner(bank, "V1")
    entries = feed.feed_page(bank, native, after=0, limit=9).entries
    assert [entry.fingerprint for entry in entries] == [pdq(2)]
    assert _values(_v1(bank, v1)) == [pdq(2).hex]


def test_a_partner_that_starts_over_is_told_again_of_what_it_may_hold(bank: Bank) -> None:
    partner = add_partner(bank)
    opened = open_case(bank, pdq(1))
    _v1(bank, partner)
    cases.withdraw(bank, cases.enter(bank, opened.case_number, PIN), None)
    hand(bank).advance(timedelta(days=40))
    assert [r.status for p in _v1(bank, partner) for r in p.records] == [V1Status.WITHDRAWN]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 800, 1_000_000])
def test_v1_gives_every_record_once_at_any_page_size(bank: Bank, size: int) -> None:
    partner = add_partner(bank)
    for number in range(7):
        open_case(bank, pdq(number))
        hand(bank).advance(timedelta(seconds=number % 2))
    pages = _v1(bank, partner, size=size)
    assert _values(pages) == [pdq(number).hex for number in range(7)]
    stamps = [page.next_set_timestamp for page in pages]
    assert stamps == sorted(stamps)


def test_every_v1_checkpoint_is_a_safe_place_to_go_on_from(bank: Bank) -> None:
    partner = add_partner(bank)
    for number in range(9):
        open_case(bank, pdq(number))
        hand(bank).advance(timedelta(seconds=number % 3))
    pages = _v1(bank, partner, size=2)
    everything = _values(pages)
    for done in range(1, len(pages)):
        rest = _values(_v1(bank, partner, pages[done - 1].next_set_timestamp, size=2))
        assert set(_values(pages[:done])) | set(rest) == set(everything)


@pytest.mark.parametrize("start", [0, 10, NOW - 1, NOW, NOW + 1, NOW + 10**6, 2**40])
def test_the_v1_checkpoint_never_goes_back(bank: Bank, start: int) -> None:
    partner = add_partner(bank)
    assert _v1(bank, partner, start)[-1].next_set_timestamp == start
    open_case(bank, pdq(1))
    page = _v1(bank, partner, start)[-1]
    assert page.next_set_timestamp == max(start, NOW)
    assert len(page.records) == (1 if start <= NOW else 0)


def test_v1_stamps_never_run_against_the_order_when_the_clock_is_set_back(bank: Bank) -> None:
    partner = add_partner(bank)
    open_case(bank, pdq(1))
    checkpoint = _v1(bank, partner)[-1].next_set_timestamp
    hand(bank).advance(timedelta(hours=-1))
    open_case(bank, pdq(2))
    assert pdq(2).hex in _values(_v1(bank, partner, checkpoint))


def test_a_record_that_moves_while_somebody_pages_is_not_lost(bank: Bank) -> None:
    partner = add_partner(bank)
    open_case(bank, *(pdq(n) for n in range(4)))
    first = feed.v1_page(bank, partner, start=10, size=2, token=None)
    open_case(bank, pdq(0), pdq(2))
    rest = feed.v1_page(bank, partner, start=10, size=9, token=first.next_page_token)
    assert [r.value for r in rest.records] == [pdq(3).hex, pdq(0).hex, pdq(2).hex]


@pytest.mark.parametrize("token", ["", "x", "after-", "after--1", "after-²", "1"])
def test_a_token_of_somebody_else_is_refused(bank: Bank, token: str) -> None:
    with pytest.raises(SubmissionRefused):
        feed.v1_page(bank, add_partner(bank), start=10, size=9, token=token)


def test_v1_names_every_listing_by_itself_and_never_by_the_case(bank: Bank) -> None:
    partner = add_partner(bank)
    opened = open_case(bank, pdq(1), pdq(2))
    open_case(bank, pdq(1))
    records = {r.value: r for page in _v1(bank, partner) for r in page.records}
    names = [name for record in records.values() for name, _ in record.cases]
    assert len(records[pdq(1).hex].cases) == 2
    assert len(names) == len(set(names)) == 3
    assert not any(opened.case_number.replace("-", "").lower() in name for name in names)


def test_a_disputed_entry_is_told_as_disputed_and_as_active_with_feedback(bank: Bank) -> None:
    critics = [add_partner(bank, name) for name in ("Second", "First")]
    open_case(bank, pdq(1))
    for critic in critics:
        entry_id = feed.feed_page(bank, critic, after=0, limit=9).entries[0].entry_id
        partner_reports.give_feedback(bank, critic, entry_id, Feedback.NOT_BLOCKED)
    assert feed.feed_page(bank, critics[0], after=0, limit=9).entries[0].state is (
        EntryState.DISPUTED
    )
    record = _v1(bank, critics[0])[0].records[0]
    assert record.status is V1Status.ACTIVE
    assert [(word.source, word.value.value) for word in record.feedback] == [
        ("First", "NotBlocked"),
        ("Second", "NotBlocked"),
    ]


def test_every_fetch_is_recorded_and_the_same_page_again_is_counted_once_a_minute(
    bank: Bank,
) -> None:
    partner = add_partner(bank)
    open_case(bank, pdq(1), pdq(2))
    for _ in range(3):
        for _ in range(2):
            feed.feed_page(bank, partner, after=0, limit=1)
        hand(bank).advance(timedelta(minutes=1))
    feed.feed_page(bank, partner, after=2, limit=1)
    feed.v1_page(bank, partner, start=10, size=9, token=None)
    rows = Fetch.objects.order_by("id").values_list(
        "dialect", "after", "upto", "head", "count", "times"
    )
    assert list(rows) == [("v2", 0, 1, 2, 1, 3), ("v2", 2, 2, 2, 0, 1), ("v1", 0, 2, 2, 2, 1)]


def test_a_partner_can_list_in_its_own_name_and_take_that_back(bank: Bank) -> None:
    partner = add_partner(bank)
    signal_type = V1_SIGNAL_TYPES[pdq(1).kind]
    for _ in range(2):
        partner_reports.submit_hashes(bank, partner, [(0, V1Submission(signal_type, pdq(1).hex))])
    record = _v1(bank, partner)[0].records[0]
    assert (len(record.cases), record.status) == (1, V1Status.ACTIVE)
    entry_id = feed.feed_page(bank, partner, after=0, limit=9).entries[0].entry_id
    partner_reports.give_feedback(bank, partner, entry_id, Feedback.WITHDRAWN)
    assert _v1(bank, partner)[0].records[0].status is V1Status.WITHDRAWN
