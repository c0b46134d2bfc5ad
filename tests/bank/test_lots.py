"""A lot written together is the same as each change by itself: rows, numbers, trail and brakes."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from staydown.bank import audit
from staydown.bank.api import cases, disputes, partner_reports, partners
from staydown.bank.api.partners import PartnerRef
from staydown.bank.entries import FeedWriter, feed_writer
from staydown.bank.models import Audit, Entry, Head, Listing, Organisation, PartnerFeedback
from staydown.bank.runtime import Bank
from staydown.base.vocabulary import Feedback
from staydown.exchange.codec import TAKING_BACK
from staydown.exchange.records import V1Feedback, V1SignalType, V1Submission
from tests.bank.making import PIN, add_partner, hand, make_bank, open_case, pdq

pytestmark = [pytest.mark.django_db, pytest.mark.database]

#: A record: which fingerprint, and what its sender says of it.
Record = tuple[int, tuple[Feedback, ...]]

WORDS = (
    (),
    (Feedback.BLOCKED,),
    (Feedback.NOT_BLOCKED,),
    (Feedback.PENDING_REVIEW, Feedback.NOT_BLOCKED),
    (Feedback.WITHDRAWN,),
)
RECORDS = st.lists(st.tuples(st.integers(1, 5), st.sampled_from(WORDS)), min_size=1, max_size=9)
#: Who hands in, one list after the other. The first two partners are of one organisation.
HISTORIES = st.lists(st.tuples(st.integers(0, 3), RECORDS), min_size=1, max_size=5)


class Undo(Exception):
    """Takes a block's changes back."""


def submit(bank: Bank, partner: PartnerRef, records: Sequence[Record]) -> None:
    """Hand a list in, as the partner API does."""
    partner_reports.submit_hashes(bank, partner, list(enumerate(map(_submission, records))))


def one_by_one(bank: Bank, partner: PartnerRef, records: Sequence[Record]) -> None:
    """The same with ``FeedWriter``, which asks and writes for each change by itself."""
    with feed_writer(bank, who=audit.partner_name(partner.name)) as writer:
        for number, said in records:
            _one(writer, partner, number, said)


def _one(writer: FeedWriter, partner: PartnerRef, number: int, said: tuple[Feedback, ...]) -> None:
    entry = writer.entry_for(pdq(number, None))
    own = None
    if entry.pk is not None:
        own = Listing.objects.filter(entry=entry, partner_id=partner.id).first()
    active = own is not None and own.withdrawn_seq is None
    if any(word in TAKING_BACK for word in said):
        if own is not None and active:
            own.entry = entry
            writer.withdraw(own, why="taken back by the partner")
        return
    if not active:
        writer.join([entry])
        why = "listed by a partner" if own is None else "listed again by a partner"
        writer.add(entry, own or Listing(partner_id=partner.id), why=why)
    for word in said:
        writer.say(entry, partner.id, word, ("t",))


def _submission(record: Record) -> V1Submission:
    number, said = record
    feedback = tuple(V1Feedback(word, tags=("t",)) for word in said)
    return V1Submission(V1SignalType.IMAGE_PDQ, pdq(number).hex, feedback)


def everything(bank: Bank) -> dict[str, Any]:
    """All that is in the tables, apart from what is drawn by lot and when a word was repeated."""
    ids = {str(e.entry_id): e.lookup for e in Entry.objects.all()}
    ids |= {str(one.listing_id): one.entry.lookup for one in Listing.objects.all()}
    return {
        "head": Head.objects.values_list("seq", "stamp").get(),
        "entries": {
            bytes(e.lookup): (e.state, e.seq, e.stamp, e.withdrawn_seq, e.v1_seq, e.picture)
            for e in Entry.objects.all()
        },
        "listings": sorted(
            (
                bytes(one.entry.lookup),
                one.partner.name if one.partner else "",
                one.listed_seq,
                one.withdrawn_seq or 0,
            )
            for one in Listing.objects.all()
        ),
        "words": sorted(
            (bytes(w.entry.lookup), w.partner.name, w.value, w.tags, w.counts_from is not None)
            for w in PartnerFeedback.objects.all()
        ),
        "organisations": list(
            Organisation.objects.order_by("pk").values_list("name", "stopped_at", "ended")
        ),
        "trail": sorted(
            (a.who, a.what, bytes(ids.get(a.subject, b"")), a.before, a.after, a.why, a.seq or 0)
            for a in Audit.objects.exclude(what="extension")
        ),
    }


def _outcome(
    bank: Bank,
    way: Callable[[Bank, PartnerRef, Sequence[Record]], None],
    history: Sequence[tuple[int, Sequence[Record]]],
) -> dict[str, Any]:
    """Let a history happen in one way, and take it back."""
    start = bank.clock.now()
    found: dict[str, Any] = {}
    try:
        with transaction.atomic():
            who = _partners(bank)
            opened = open_case(bank, pdq(4), pdq(5))
            _dispute_what_is_extended(bank, who)
            for place, (number, records) in enumerate(history):
                hand(bank).advance(timedelta(seconds=1))
                way(bank, who[number], records)
                if place == 1:
                    cases.withdraw(bank, cases.enter(bank, opened.case_number, PIN), [1])
            found = everything(bank)
            raise Undo
    except Undo:
        pass
    hand(bank).advance(start - bank.clock.now())
    return found


def _partners(bank: Bank) -> list[PartnerRef]:
    made = []
    for name, organisation in (("A1", "A"), ("A2", "A"), ("B", "B"), ("C", "C")):
        keys = partners.add_partner(bank, name, organisation)
        made.append(partners.authenticate(keys.subscription_key, keys.function_key))
    Organisation.objects.update(allowance=1)
    return made


def _dispute_what_is_extended(bank: Bank, who: Sequence[PartnerRef]) -> None:
    """The fifth fingerprint is disputed, and the operator lets that count for the fourth."""
    five, four = (Entry.objects.get(lookup=bank.sealer.lookup(pdq(n))) for n in (5, 4))
    for partner in (who[0], who[2]):
        partner_reports.give_feedback(bank, partner, five.entry_id.hex, Feedback.NOT_BLOCKED)
    until = bank.clock.now() + timedelta(days=30)
    disputes.extend(bank, four.entry_id.hex, five.entry_id.hex, until, "one picture")


@given(HISTORIES)
@settings(max_examples=25, phases=[Phase.explicit, Phase.generate])
@example([(0, [(1, (Feedback.NOT_BLOCKED,)), (2, (Feedback.NOT_BLOCKED,))])])
@example([(3, [(1, ()), (1, (Feedback.WITHDRAWN,)), (1, (Feedback.BLOCKED,))])])
@example([(0, [(5, (Feedback.BLOCKED,)), (4, ()), (1, (Feedback.NOT_BLOCKED,))])])
@example(
    [(n, [(5, (Feedback.BLOCKED,)), (3, (Feedback.NOT_BLOCKED,))]) for n in (1, 2)],
)
@example([(0, [(1, (Feedback.NOT_BLOCKED,)), (4, ()), (1, (Feedback.BLOCKED,))])])
def test_a_lot_is_the_same_as_each_change_by_itself(
    history: list[tuple[int, list[Record]]],
) -> None:
    bank = make_bank()
    together, apart = _outcome(bank, submit, history), _outcome(bank, one_by_one, history)
    for table, rows in together.items():
        assert rows == apart[table], table


def test_a_longer_list_takes_no_more_statements(bank: Bank) -> None:
    partner, counts = add_partner(bank), []
    submit(bank, partner, [(1, (Feedback.BLOCKED,))])
    for first, many in ((2, 20), (1000, 200)):
        records = [(first + n, (Feedback.BLOCKED,)) for n in range(many)]
        with CaptureQueriesContext(connection) as asked:
            submit(bank, partner, records)
        counts.append(len(asked))
    assert counts[0] == counts[1] < 40
