"""Pages of the feed are read along indexes, and say what the rules say."""

import random
from collections.abc import Iterator
from itertools import pairwise

import pytest
from django.db import connection
from django.db.models import F

from benchmarks import feed_bank
from staydown.bank import pages, rules
from staydown.bank.api import cases, feed, partner_reports
from staydown.bank.api.partners import PartnerRef
from staydown.bank.models import Entry, Head, Listing, Partner
from staydown.bank.runtime import Bank
from staydown.base.vocabulary import EntryState, Feedback, Kind
from staydown.exchange.codec import V1_SIGNAL_TYPES
from staydown.exchange.records import V1Feedback, V1FeedbackReport, V1SignalType, V1Submission
from staydown.fingerprint.value import BITS, Fingerprint
from tests.bank.making import PIN, add_partner, make_bank, open_case, pdq
from tests.bank.plans import faults, statements

pytestmark = [pytest.mark.django_db, pytest.mark.database]

#: Entries that the plans are looked at with, and rows of a page: few, so that a scan stands out.
COUNT, PAGE = 20_000, 100

#: Rows that a part of a plan may read for such a page: two ranges, and what hangs on each entry.
MOST = 4 * PAGE

#: Where pages are read, in shares of the feed.
PLACES = [0.0, 0.3, 0.5, 0.9, 0.999, 1.0]


@pytest.fixture
def large(bank: Bank) -> Bank:
    """A bank with some years of entries."""
    feed_bank.fill(bank, COUNT)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "postgresql" else "SELECT 1")
    return bank


@pytest.fixture(params=[0.0, 0.5, 1.0])
def reader(large: Bank, request: pytest.FixtureRequest) -> PartnerRef:
    """A partner that first fetched at the beginning, halfway, or just now."""
    partner = add_partner(large, "Reader")
    seq = int(request.param * COUNT)
    Partner.objects.filter(pk=partner.id).update(first_fetch_seq=seq)
    return partner


def test_every_statement_of_every_page_reads_a_piece_of_an_index_and_sorts_nothing(
    large: Bank, reader: PartnerRef
) -> None:
    for share in PLACES:
        at = int(share * COUNT)
        with statements() as asked:
            native = feed.feed_page(large, reader, after=at, limit=PAGE)
            by_token = feed.v1_page(large, reader, start=10, size=PAGE, token=f"after-{at}")
            start = feed_bank.BEGAN + at // feed_bank.EACH_SECOND
            by_time = feed.v1_page(large, reader, start=start, size=PAGE, token=None)
        assert len(asked) >= 12
        assert faults(asked, MOST) == []
        assert bool(native.entries) == bool(by_token.records) == (share < 1)
        assert by_time.records


def test_a_long_run_of_what_a_partner_is_not_shown_is_passed_over(large: Bank) -> None:
    Entry.objects.filter(seq__gt=200, seq__lte=10_000).update(
        state=EntryState.WITHDRAWN.value, withdrawn_seq=F("seq")
    )
    # What they hold doesn't open then, which reading them doesn't need.
    Entry.objects.filter(seq__gt=10_000, seq__lte=19_000).update(kind=Kind.SHA256.value)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "postgresql" else "SELECT 1")
    with statements() as asked:
        native = pages.read(first_fetch_seq=COUNT, after=200, limit=PAGE)
        v1 = pages.read(first_fetch_seq=COUNT, after=200, limit=PAGE, v1=True)
        late = pages.read(first_fetch_seq=0, after=10_000, limit=PAGE, v1=True)
    assert faults(asked, MOST) == []
    assert native.rows[0].seq > 10_000
    assert v1.rows[0].seq == late.rows[0].seq > 19_000
    assert len(native.rows) == len(v1.rows) == len(late.rows) == PAGE


def test_statements_of_people_and_of_partners_that_hand_in_read_no_table_whole(
    large: Bank,
) -> None:
    partner = add_partner(large)
    opened = open_case(large, pdq(1), pdq(2))
    ref = cases.enter(large, opened.case_number, PIN)
    handed = [
        (n, V1Submission(V1SignalType.IMAGE_PDQ, pdq(n).hex, (V1Feedback(Feedback.BLOCKED),)))
        for n in range(2, 22)
    ]
    said = [(n, V1FeedbackReport(one.value, V1Feedback(Feedback.NOT_BLOCKED))) for n, one in handed]
    with statements() as asked:
        partner_reports.submit_hashes(large, partner, handed)
        partner_reports.submit_hashes(large, partner, handed)
        partner_reports.submit_feedback(large, partner, said)
        cases.case_status(large, ref)
        open_case(large, pdq(30))
        cases.withdraw(large, ref, [1])
    assert len(asked) > 40
    assert faults(asked, MOST) == []


def test_a_listing_made_again_and_again_makes_no_page_longer_and_longer(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MOST_CASES", 3)
    partner = add_partner(bank)
    open_case(bank, pdq(1), pdq(2))
    for _ in range(50):
        open_case(bank, pdq(1))
    page = feed.v1_page(bank, partner, start=10, size=10, token=None)
    told = {record.value: len(record.cases) for record in page.records}
    assert told == {pdq(1).hex: 3, pdq(2).hex: 1}


# --------------------------------------------------------------------------- what is in them


@pytest.mark.parametrize("seed", range(6))
def test_pages_together_are_what_a_partner_may_see_in_order(seed: int) -> None:
    bank, luck = make_bank(), random.Random(seed)  # noqa: S311 - a test's
    made = [_entry(bank, seq, luck) for seq in luck.sample(range(1, 90), 40)]
    Entry.objects.bulk_create(made)
    Head.objects.update_or_create(pk=1, defaults={"seq": 90})
    for first in (0, 1, 30, 60, 89, 90):
        for v1 in (False, True):
            seen = sorted(
                entry.seq
                for entry in made
                if (not v1 or Kind(entry.kind) in V1_SIGNAL_TYPES)
                and (
                    entry.withdrawn_seq is None
                    or rules.sees_withdrawal(
                        first_fetch_seq=first, withdrawn_seq=entry.withdrawn_seq
                    )
                )
            )
            for limit in (1, 7, 100):
                read = list(_walk(first, limit, v1=v1))
                assert [row.seq for part in read for row in part.rows] == seen
                assert [part.more for part in read] == [True] * (len(read) - 1) + [False]
                assert all(len(part.rows) == limit for part, _ in pairwise(read))
                assert {row.head for part in read for row in part.rows} <= {90}


def _walk(first: int, limit: int, *, v1: bool) -> Iterator[pages.Slice]:
    after, more = 0, True
    while more:
        part = pages.read(first_fetch_seq=first, after=after, limit=limit, v1=v1)
        after, more = (part.rows[-1].seq if part.rows else after), part.more
        yield part


def _entry(bank: Bank, seq: int, luck: random.Random) -> Entry:
    kind = luck.choice(list(Kind))
    gone = luck.random() < 0.4
    one = Fingerprint(kind, luck.randbytes(BITS[kind] // 8))
    return Entry(
        kind=kind.value,
        lookup=bank.sealer.lookup(one),
        sealed=bank.sealer.seal(one),
        state=(EntryState.WITHDRAWN if gone else EntryState.LISTED).value,
        seq=seq,
        stamp=1000 + seq // 4,
        withdrawn_seq=seq if gone else None,
    )


def test_the_number_of_a_withdrawn_entry_is_that_of_its_withdrawal(bank: Bank) -> None:
    partner = add_partner(bank)
    feed.feed_page(bank, partner, after=0, limit=9)
    opened = open_case(bank, pdq(1))
    ref = cases.enter(bank, opened.case_number, PIN)
    handed = [(0, V1Submission(V1SignalType.IMAGE_PDQ, pdq(1).hex))]
    partner_reports.submit_hashes(bank, partner, handed)
    cases.withdraw(bank, ref, None)
    taken_back = V1FeedbackReport(pdq(1).hex, V1Feedback(Feedback.WITHDRAWN))
    partner_reports.submit_feedback(bank, partner, [(0, taken_back)])
    partner_reports.submit_feedback(
        bank, partner, [(0, V1FeedbackReport(pdq(1).hex, V1Feedback(Feedback.BLOCKED)))]
    )
    entry = Entry.objects.get()
    assert (entry.state, entry.withdrawn_seq) == (EntryState.WITHDRAWN.value, entry.seq)
    assert Listing.objects.filter(withdrawn_seq=None).count() == 0
