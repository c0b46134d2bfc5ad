"""What a case is shown: only what is true, and the same whether or not others list the picture."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from staydown.bank.api import cases, feed, partner_reports, upkeep
from staydown.bank.api.partners import PartnerRef
from staydown.bank.errors import UnknownEntry
from staydown.bank.models import Audit, Entry, PartnerFeedback
from staydown.bank.runtime import Bank
from staydown.bank.windows import window_end
from staydown.base.clock import HandClock
from staydown.base.vocabulary import EntryState, Feedback
from staydown.exchange.codec import render_case_status
from staydown.exchange.dispute import Word, is_disputed
from staydown.exchange.records import ListingStatus, Picture, V1Feedback, V1SignalType, V1Submission
from staydown.fingerprint.value import Fingerprint
from tests.bank.making import PIN, START, add_partner, copy1, hand, make_bank, open_case, pdq

pytestmark = [pytest.mark.django_db, pytest.mark.database]

MINE = (pdq(1), copy1(1))
YES, NO = Feedback.BLOCKED, Feedback.NOT_BLOCKED


# --------------------------------------------------------------------------- whole histories


@dataclass
class Partner:
    """A partner that keeps its cursor; ``got`` is what one of its polls brought."""

    bank: Bank
    ref: PartnerRef
    native: bool
    after: int = 0
    start: int = 10

    def poll(self) -> set[str]:
        """Fetch to the end; return the values that came."""
        got: set[str] = set()
        more = True
        while more:
            values, more = self.page(3)
            got |= values
        return got

    def page(self, size: int) -> tuple[set[str], bool]:
        if self.native:
            native = feed.feed_page(self.bank, self.ref, after=self.after, limit=size)
            self.after = native.next_after
            return {entry.fingerprint.hex for entry in native.entries}, native.has_more
        got: set[str] = set()
        token, more = None, True
        while more:  # without its token a v1 client starts its second again
            old = feed.v1_page(self.bank, self.ref, start=self.start, size=size, token=token)
            got |= {record.value for record in old.records}
            token, more = old.next_page_token, old.has_more
        self.start = old.next_set_timestamp
        return got, False


@dataclass
class World:
    """A bank with one case to look at, and others that can be left out of the history."""

    others: bool
    both: bool
    #: 600, or 0: nothing waits. The clock starts in the middle of a window.
    release_seconds: int = 0
    bank: Bank = field(init=False)
    partners: list[Partner] = field(default_factory=list)
    mine: Any = None
    withdrawn: bool = False
    #: When my listing and its withdrawal go out, and whether they have.
    out_by: datetime | None = None
    out: bool = False
    gone: bool = False
    other_cases: list[str] = field(default_factory=list)
    #: By fingerprint: who was given it before and after the withdrawal, and what was said.
    given: dict[str, set[str]] = field(default_factory=dict)
    given_since: dict[str, set[str]] = field(default_factory=dict)
    said: dict[str, dict[str, Feedback]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        clock = HandClock(START + timedelta(minutes=5))
        self.bank = make_bank(clock, release_seconds=self.release_seconds)
        for native in (True, False, True):
            self.join(native)

    def join(self, native: bool) -> None:
        ref = add_partner(self.bank, f"Partner {len(self.partners)}")
        self.partners.append(Partner(self.bank, ref, native))

    def list_mine(self) -> None:
        if self.mine is None:
            picture = Picture(*MINE) if self.both else Picture(MINE[0])
            number = open_case(self.bank, picture).case_number
            self.mine = cases.enter(self.bank, number, PIN)
            for item in picture.fingerprints:
                self.given[item.hex], self.given_since[item.hex] = set(), set()
                self.said[item.hex] = {}
            self._goes_out()

    def withdraw_mine(self) -> None:
        if self.mine is not None:
            cases.withdraw(self.bank, self.mine, None)
            self.withdrawn = True
            self.out_by = None
            if self.out:
                self._goes_out()

    def _goes_out(self) -> None:
        if self.release_seconds:
            self.out_by = window_end(self.bank.clock.now(), self.release_seconds)
        else:
            self._went_out()

    def _went_out(self) -> None:
        self.out_by = None
        if self.withdrawn:
            self.gone = True
        else:
            self.out = True

    def window(self) -> None:
        """A window ends, and another begins."""
        hand(self.bank).advance(timedelta(minutes=10))
        upkeep.tick(self.bank)
        if self.out_by is not None:
            self._went_out()

    def list_other(self, pdq_number: int, copy_number: int | None) -> None:
        if self.others:
            copy = None if copy_number is None else copy1(copy_number)
            opened = open_case(self.bank, Picture(pdq(pdq_number), copy))
            self.other_cases.append(opened.case_number)

    def withdraw_other(self, which: int) -> None:
        if self.other_cases:
            number = self.other_cases[which % len(self.other_cases)]
            cases.withdraw(self.bank, cases.enter(self.bank, number, PIN), None)

    def submit(self, who: int, word: tuple[Feedback, ...]) -> None:
        """A partner lists the picture in its own name, with a word or to take that back.

        Without others its word alone is left.
        """
        if self.others:
            said = tuple(V1Feedback(item) for item in word)
            submission = V1Submission(V1SignalType.IMAGE_PDQ, MINE[0].hex, said)
            partner_reports.submit_hashes(self.bank, self._partner(who).ref, [(0, submission)])
        if NO in word:
            self.say(who, 0, NO)

    def say(self, who: int, about: int, word: Feedback) -> None:
        ref, value = self._partner(who).ref, MINE[about]
        row = Entry.objects.filter(lookup=self.bank.sealer.lookup(value)).first()
        if row is not None:
            with suppress(UnknownEntry):
                partner_reports.give_feedback(self.bank, ref, row.entry_id.hex, word)
            if value.hex in self.said and self.out and not self.withdrawn:
                self.said[value.hex][ref.name] = word

    def poll(self, who: int) -> None:
        partner = self._partner(who)
        self._note(partner, partner.poll())

    def peek(self, who: int, size: int) -> None:
        partner = self._partner(who)
        self._note(partner, partner.page(size)[0])

    def wait(self, seconds: int) -> None:
        hand(self.bank).advance(timedelta(seconds=seconds))

    def _partner(self, who: int) -> Partner:
        return self.partners[who % len(self.partners)]

    def _note(self, partner: Partner, got: set[str]) -> None:
        if not self.out:
            return
        given = self.given_since if self.gone else self.given
        for value in got & given.keys():
            given[value].add(partner.ref.name)

    # ----------------------------------------------------------------- what must be shown

    def page(self) -> dict[str, Any] | None:
        return (
            None
            if self.mine is None
            else render_case_status(cases.case_status(self.bank, self.mine))
        )

    def truth(self) -> ListingStatus:
        fetched = set().union(*self.given.values())
        behind = {n for value, who in self.given.items() for n in who - self.given_since[value]}
        said = {} if self.withdrawn else self.said
        state = EntryState.LISTED
        if any(is_disputed(Word(*pair) for pair in spoken.items()) for spoken in said.values()):
            state = EntryState.DISPUTED
        return ListingStatus(
            number=1,
            state=EntryState.WITHDRAWN if self.withdrawn else state,
            fetched_by=tuple(sorted(fetched)),
            checked_since_withdrawal=tuple(sorted(fetched - behind)) if self.gone else (),
            feedback=tuple(sorted({pair for spoken in said.values() for pair in spoken.items()})),
            goes_out_by=self.out_by,
        )


Step = tuple[Any, ...]
WHO = st.integers(0, 3)
OTHERS = st.one_of(
    st.tuples(st.just("list_other"), st.sampled_from([1, 1, 1, 2]), st.sampled_from([None, 1, 9])),
    st.tuples(st.just("withdraw_other"), WHO),
    st.tuples(st.just("submit"), WHO, st.sampled_from([(), (NO,), (Feedback.WITHDRAWN,)])),
)
COMMON = st.one_of(
    st.tuples(st.just("poll"), WHO),
    st.tuples(st.just("say"), WHO, st.integers(0, 1), st.sampled_from([YES, NO, NO])),
    st.tuples(st.just("wait"), st.integers(-2, 3)),
    st.tuples(st.just("join"), st.booleans()),
    st.tuples(st.just("window")),
)
WINDOWS = st.sampled_from([0, 600])
PEEK = st.tuples(st.just("peek"), WHO, st.integers(1, 2))


@st.composite
def histories(draw: st.DrawFn, *steps: st.SearchStrategy[Step]) -> list[Step]:
    """Before my listing, while it is in the list, and after I withdrew it."""
    parts = [draw(st.lists(st.one_of(*steps), min_size=3, max_size=9)) for _ in range(3)]
    return [*parts[0], ("list_mine",), *parts[1], ("withdraw_mine",), *parts[2]]


@contextmanager
def _undone() -> Iterator[None]:
    """Run an example in a transaction that is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _pages(
    history: list[Step], *, others: bool, both: bool, release_seconds: int
) -> list[dict[str, Any] | None]:
    """Return what the case shows after each step."""
    pages: list[dict[str, Any] | None] = []
    with _undone():
        world = World(others, both, release_seconds)
        for name, *arguments in history:
            getattr(world, name)(*arguments)
            pages.append(world.page())
    return pages


@settings(max_examples=25, deadline=None)
@given(histories(OTHERS, COMMON, PEEK), st.booleans(), WINDOWS)
def test_all_that_a_case_shows_happened_to_its_own_listing(
    history: list[Step], both: bool, release_seconds: int
) -> None:
    with _undone():
        world = World(True, both, release_seconds)
        for name, *arguments in history:
            getattr(world, name)(*arguments)
            if world.mine is not None:
                assert cases.case_status(world.bank, world.mine).listings == (world.truth(),)


@settings(max_examples=25, deadline=None)
@given(histories(OTHERS, COMMON), st.booleans(), WINDOWS)
def test_a_case_shows_the_same_with_and_without_others_that_list_its_picture(
    history: list[Step], both: bool, release_seconds: int
) -> None:
    with_others, without = (
        _pages(history, others=others, both=both, release_seconds=release_seconds)
        for others in (True, False)
    )
    assert with_others == without
    assert with_others[-1] is not None


# --------------------------------------------------------------------------- single cases


def _entry_id(bank: Bank, fingerprint: Fingerprint = MINE[0]) -> str:
    return Entry.objects.get(lookup=bank.sealer.lookup(fingerprint)).entry_id.hex


def _dispute(bank: Bank, *critics: PartnerRef) -> None:
    for critic in critics:
        partner_reports.give_feedback(bank, critic, _entry_id(bank), NO)


@pytest.fixture
def critics(bank: Bank) -> tuple[PartnerRef, PartnerRef]:
    """Two partners, which are enough for a dispute."""
    return add_partner(bank, "One"), add_partner(bank, "Two")


def _shown(bank: Bank, ref: Any) -> ListingStatus:
    (listing,) = cases.case_status(bank, ref).listings
    return listing


def _mine(bank: Bank) -> Any:
    return cases.enter(bank, open_case(bank, pdq(1)).case_number, PIN)


def test_a_partner_told_that_it_is_listed_is_shown_as_one_told_that_it_is_withdrawn(
    bank: Bank,
) -> None:
    partner = add_partner(bank)
    pages: list[ListingStatus] = []
    for number, others in ((1, False), (2, True)):
        if others:
            open_case(bank, pdq(number))
        ref = cases.enter(bank, open_case(bank, pdq(number)).case_number, PIN)
        feed.feed_page(bank, partner, after=0, limit=9)
        cases.withdraw(bank, ref, None)
        told = feed.feed_page(bank, partner, after=0, limit=9).entries[-1]
        assert told.state is (EntryState.LISTED if others else EntryState.WITHDRAWN)
        pages.append(_shown(bank, ref))
    assert pages[0] == pages[1]
    assert pages[0].checked_since_withdrawal == ("Acme",)


@pytest.mark.parametrize("gone", [False, True], ids=["still listed", "withdrawn"])
def test_a_fresh_listing_of_a_disputed_picture_looks_like_any_other(
    bank: Bank, critics: tuple[PartnerRef, PartnerRef], gone: bool
) -> None:
    first = _mine(bank)
    _dispute(bank, *critics)
    assert _shown(bank, first).state is EntryState.DISPUTED
    if gone:
        cases.withdraw(bank, first, None)
    known = _mine(bank)
    new = cases.enter(bank, open_case(bank, pdq(7)).case_number, PIN)
    assert _shown(bank, known) == _shown(bank, new)
    _dispute(bank, *critics)
    assert _shown(bank, known).state is EntryState.DISPUTED, "said since, though it was said before"


def test_words_about_what_nobody_lists_are_dropped_with_a_row_and_taken_no_more(
    bank: Bank, critics: tuple[PartnerRef, PartnerRef]
) -> None:
    first, second = _mine(bank), _mine(bank)
    for critic in critics:
        feed.feed_page(bank, critic, after=0, limit=9)
    _dispute(bank, *critics)
    cases.withdraw(bank, first, None)
    assert (PartnerFeedback.objects.count(), Entry.objects.get().state) == (2, "disputed")
    cases.withdraw(bank, second, None)
    assert PartnerFeedback.objects.count() == 0
    row = Audit.objects.get(what="words")
    assert (row.subject, row.before, row.after) == (str(Entry.objects.get().entry_id), "said", "")
    _dispute(bank, *critics)
    assert PartnerFeedback.objects.count() == 0
    _mine(bank)
    assert Entry.objects.get().state == "listed"
    record = feed.v1_page(bank, critics[0], start=10, size=9, token=None).records[0]
    assert record.feedback == ()


def test_a_withdrawn_listing_shows_no_words_whoever_else_lists_it(bank: Bank) -> None:
    partner = add_partner(bank)
    for others in (False, True):
        if others:
            open_case(bank, pdq(1))
        ref = _mine(bank)
        partner_reports.give_feedback(bank, partner, _entry_id(bank), YES)
        assert _shown(bank, ref).feedback == (("Acme", YES),)
        cases.withdraw(bank, ref, None)
        assert _shown(bank, ref).feedback == ()


@pytest.mark.parametrize("back", [timedelta(0), timedelta(hours=2)])
def test_a_clock_set_back_shows_no_earlier_words_and_hides_no_later_ones(
    bank: Bank, back: timedelta
) -> None:
    partner = add_partner(bank)
    open_case(bank, pdq(1))
    partner_reports.give_feedback(bank, partner, _entry_id(bank), YES)
    hand(bank).advance(-back)
    ref = _mine(bank)
    assert _shown(bank, ref).feedback == ()
    hand(bank).advance(-back)
    partner_reports.give_feedback(bank, partner, _entry_id(bank), YES)
    assert _shown(bank, ref).feedback == (("Acme", YES),)


def test_words_left_by_an_earlier_version_neither_show_nor_dispute(
    bank: Bank, critics: tuple[PartnerRef, PartnerRef]
) -> None:
    cases.withdraw(bank, _mine(bank), None)
    entry = Entry.objects.get()
    for critic in critics:
        PartnerFeedback.objects.create(
            entry=entry, partner_id=critic.id, value=NO.value, at=bank.clock.now()
        )
    assert _shown(bank, _mine(bank)).feedback == ()
    assert Entry.objects.get().state == "listed"
