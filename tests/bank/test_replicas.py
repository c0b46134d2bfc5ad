"""Whatever happens in whatever order, a partner that catches up holds just what the bank lists."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from staydown.bank.api import cases, feed, partner_reports
from staydown.bank.api.partners import PartnerRef
from staydown.bank.runtime import Bank
from staydown.base.vocabulary import EntryState, Feedback
from staydown.exchange.records import V1Feedback as Word
from staydown.exchange.records import V1FeedbackReport, V1SignalType, V1Status, V1Submission
from tests.bank.making import PIN, add_partner, hand, make_bank, open_case, pdq

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@dataclass
class Native:
    """A partner that follows the native feed."""

    bank: Bank
    partner: PartnerRef
    after: int = 0
    held: dict[str, str] = field(default_factory=dict)

    def fetch(self, size: int, _crash: bool = False) -> bool:
        page = feed.feed_page(self.bank, self.partner, after=self.after, limit=size)
        places = [entry.seq for entry in page.entries]
        assert places == sorted(places)
        assert not places or places[0] > self.after
        for entry in page.entries:
            if entry.state is EntryState.WITHDRAWN:
                self.held.pop(entry.entry_id, None)
            else:
                self.held[entry.entry_id] = entry.fingerprint.hex
        self.after = page.next_after
        return page.has_more

    def values(self) -> set[str]:
        return set(self.held.values())


@dataclass
class V1:
    """A partner that follows v1 as the reference client does; a crash forgets the token."""

    bank: Bank
    partner: PartnerRef
    start: int = 10
    checkpoint: int = 10
    token: str | None = None
    held: set[str] = field(default_factory=set)

    def fetch(self, size: int, crash: bool = False) -> bool:
        if crash or self.token is None:
            self.start, self.token = self.checkpoint, None
        page = feed.v1_page(self.bank, self.partner, start=self.start, size=size, token=self.token)
        assert page.next_set_timestamp >= self.checkpoint
        assert page.has_more == bool(page.next_page_token)
        assert page.records or not page.has_more
        for record in page.records:
            if record.status is V1Status.WITHDRAWN:
                self.held.discard(record.value)
            else:
                self.held.add(record.value)
        self.checkpoint, self.token = page.next_set_timestamp, page.next_page_token
        return page.has_more

    def values(self) -> set[str]:
        return self.held


class World:
    """The bank, its partners, and a plain account of who lists what."""

    def __init__(self, release_seconds: int) -> None:
        self.bank = make_bank(release_seconds=release_seconds)
        self.cases: list[tuple[str, dict[int, int]]] = []
        self.own: dict[tuple[str, int], bool] = {}
        self.replicas: list[Native | V1] = []
        self.join(0)
        self.join(1)

    def join(self, dialect: int) -> None:
        if len(self.replicas) < 6:
            partner = add_partner(self.bank, f"Partner {len(self.replicas)}")
            make = Native if dialect else V1
            self.replicas.append(make(self.bank, partner))

    def list(self, pictures: list[int]) -> None:
        number = open_case(self.bank, *(pdq(n) for n in pictures)).case_number
        self.cases.append((number, dict(enumerate(pictures, start=1))))

    def withdraw(self, which: int, picture: int) -> None:
        if self.cases:
            number, active = self.cases[which % len(self.cases)]
            ref = cases.enter(self.bank, number, PIN)
            if picture == 0:
                cases.withdraw(self.bank, ref, None)
                active.clear()
            elif picture in active:
                cases.withdraw(self.bank, ref, [picture])
                del active[picture]

    def submit(self, which: int, picture: int) -> None:
        partner = self.replicas[which % len(self.replicas)].partner
        submission = V1Submission(V1SignalType.IMAGE_PDQ, pdq(picture).hex)
        partner_reports.submit_hashes(self.bank, partner, [(0, submission)])
        self.own[partner.name, picture] = True

    def say(self, which: int, picture: int, word: Feedback) -> None:
        partner = self.replicas[which % len(self.replicas)].partner
        report = V1FeedbackReport(pdq(picture).hex, Word(word))
        partner_reports.submit_feedback(self.bank, partner, [(0, report)])
        if word is Feedback.WITHDRAWN:
            self.own.pop((partner.name, picture), None)

    def fetch(self, which: int, size: int, crash: bool) -> None:
        self.replicas[which % len(self.replicas)].fetch(size, crash)

    def wait(self, seconds: int) -> None:
        hand(self.bank).advance(timedelta(seconds=seconds))

    def listed(self) -> set[str]:
        by_people = {picture for _, active in self.cases for picture in active.values()}
        return {pdq(n).hex for n in by_people | {picture for _, picture in self.own}}


PICTURE = st.integers(0, 3)
WHO = st.integers(0, 3)
FETCH = st.tuples(st.just("fetch"), WHO, st.integers(1, 4), st.booleans())
WITHDRAW = st.tuples(st.just("withdraw"), WHO, st.sampled_from([0, 0, 1, 2]))
LIST = st.tuples(st.just("list"), st.lists(PICTURE, min_size=1, max_size=3))
WORDS = st.sampled_from([Feedback.BLOCKED, Feedback.NOT_BLOCKED, Feedback.WITHDRAWN])
STEP = st.one_of(
    *(FETCH, FETCH, WITHDRAW, LIST),
    st.tuples(st.just("submit"), WHO, PICTURE),
    st.tuples(st.just("say"), WHO, PICTURE, WORDS),
    st.tuples(st.just("join"), st.integers(0, 1)),
    st.tuples(st.just("wait"), st.integers(-2, 3)),
)


@contextmanager
def _undone() -> Iterator[None]:
    """Run an example in a transaction that is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@settings(max_examples=50, deadline=None)
@given(st.lists(STEP, min_size=10, max_size=40), st.sampled_from([0, 2, 600]))
def test_whoever_catches_up_holds_what_the_bank_lists(
    steps: list[tuple[object, ...]], release_seconds: int
) -> None:
    with _undone():
        world = World(release_seconds)
        for name, *arguments in steps:
            getattr(world, str(name))(*arguments)
        world.wait(1800)  # what waits goes out, also after a clock that was set back
        for replica in world.replicas:
            while replica.fetch(3):
                pass
            assert replica.values() == world.listed()
