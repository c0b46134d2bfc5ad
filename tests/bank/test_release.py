"""What people hand in and withdraw waits for its window, and goes out with everybody else's."""

import random
from datetime import timedelta

import pytest

from staydown.bank import release, waiting
from staydown.bank.api import cases, feed, partner_reports, upkeep
from staydown.bank.api.partners import PartnerRef
from staydown.bank.errors import SubmissionRefused
from staydown.bank.models import Audit, Case, Entry, Listing, Waiting
from staydown.bank.runtime import Bank
from staydown.bank.windows import LONGEST
from staydown.base.vocabulary import EntryState, Feedback
from staydown.exchange.records import (
    CaseOpened,
    ListingStatus,
    Picture,
    V1SignalType,
    V1Submission,
)
from tests.bank.making import PIN, START, add_partner, copy1, hand, make_bank, open_case, pdq

pytestmark = [pytest.mark.django_db, pytest.mark.database]

WINDOW = timedelta(minutes=10)
OUT_BY = START + WINDOW


@pytest.fixture
def bank() -> Bank:
    """A bank where everything waits; the clock stands at the beginning of a window."""
    return make_bank(release_seconds=600)


def _feed(bank: Bank, partner: PartnerRef) -> list[tuple[str, str]]:
    page = feed.feed_page(bank, partner, after=0, limit=99)
    return [(entry.fingerprint.hex, entry.state.value) for entry in page.entries]


def _shown(bank: Bank, opened: CaseOpened) -> tuple[ListingStatus, ...]:
    return cases.case_status(bank, cases.enter(bank, opened.case_number, PIN)).listings


def _withdraw(bank: Bank, opened: CaseOpened, *numbers: int) -> tuple[ListingStatus, ...]:
    ref = cases.enter(bank, opened.case_number, PIN)
    return cases.withdraw(bank, ref, numbers or None).listings


def _nothing_went_out() -> bool:
    return not (Entry.objects.exists() or Listing.objects.exists())


# --------------------------------------------------------------------------- waiting


def test_nothing_is_given_to_partners_before_the_window_ends_and_everything_then(
    bank: Bank,
) -> None:
    partner = add_partner(bank)
    both = Picture(pdq(1), copy1(1))
    first = open_case(bank, both)
    hand(bank).advance(WINDOW - timedelta(seconds=1))
    second = open_case(bank, pdq(2))
    assert _feed(bank, partner) == []
    assert upkeep.tick(bank).released == 0
    assert _nothing_went_out()
    hand(bank).advance(timedelta(seconds=1))
    assert upkeep.tick(bank).released == 2
    assert {value for value, _ in _feed(bank, partner)} == {pdq(1).hex, copy1(1).hex, pdq(2).hex}
    assert not Waiting.objects.exists()
    for opened in (first, second):
        assert _shown(bank, opened) == (ListingStatus(1, EntryState.LISTED, ("Acme",)),)


@pytest.mark.parametrize("who", ["v2", "v1", "a person"])
def test_when_no_tick_comes_whoever_asks_first_finds_it_given_out(bank: Bank, who: str) -> None:
    partner, opened = add_partner(bank), open_case(bank, pdq(1))
    hand(bank).advance(WINDOW)
    if who == "v2":
        assert len(_feed(bank, partner)) == 1
    elif who == "v1":
        assert len(feed.v1_page(bank, partner, start=10, size=9, token=None).records) == 1
    else:
        assert _shown(bank, opened)[0].goes_out_by is None
    assert (Entry.objects.count(), Waiting.objects.count()) == (1, 0)


def test_a_request_stops_after_a_while_and_the_next_goes_on(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "STEP", 2)
    monkeypatch.setattr(release, "PIECE_SECONDS", 0)
    monkeypatch.setattr(release, "PROGRAM_SECONDS", 0)
    open_case(bank, *(pdq(number) for number in range(7)))
    hand(bank).advance(WINDOW)
    partner = add_partner(bank)
    assert [len(_feed(bank, partner)) for _ in range(5)] == [2, 4, 6, 7, 7]


def test_the_tick_gives_out_in_short_pieces_and_lets_people_in_between(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits for SQLite's lock looks at least every 0.1 s: a longer gap is not missed."""
    gaps: list[float] = []
    monkeypatch.setattr(release, "STEP", 2)
    monkeypatch.setattr(release, "PIECE_SECONDS", 0)
    monkeypatch.setattr("staydown.bank.release.time.sleep", gaps.append)
    open_case(bank, *(pdq(number) for number in range(7)))
    hand(bank).advance(WINDOW)
    assert upkeep.tick(bank).released == 7
    assert (len(gaps), min(gaps[:-1]) > 0.1, gaps[-1]) == (4, True, 0)


def test_somebody_in_front_of_a_page_begins_one_piece_and_no_more(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "STEP", 2)
    monkeypatch.setattr(release, "PIECE_SECONDS", 0)
    opened = open_case(bank, *(pdq(number) for number in range(7)))
    hand(bank).advance(WINDOW)
    assert [one.goes_out_by is None for one in _shown(bank, opened)].count(True) == 2


def test_the_page_says_until_when_a_picture_waits(bank: Bank) -> None:
    opened = open_case(bank, pdq(1), pdq(2))
    waits = EntryState.LISTED
    assert _shown(bank, opened) == tuple(
        ListingStatus(number, waits, goes_out_by=OUT_BY) for number in (1, 2)
    )


def test_a_partners_own_hashes_go_out_at_once(bank: Bank) -> None:
    partner = add_partner(bank)
    partner_reports.submit_hashes(
        bank, partner, [(0, V1Submission(V1SignalType.IMAGE_PDQ, pdq(1).hex))]
    )
    assert _feed(bank, partner) == [(pdq(1).hex, "listed")]


# --------------------------------------------------------------------------- withdrawing


def test_what_no_partner_was_told_of_is_withdrawn_at_once_and_leaves_no_number(
    bank: Bank,
) -> None:
    partner = add_partner(bank)
    opened = open_case(bank, pdq(1), pdq(2))
    gone = ListingStatus(2, EntryState.WITHDRAWN)
    for _ in range(2):
        assert _withdraw(bank, opened, 2)[1] == gone
    hand(bank).advance(WINDOW)
    assert _feed(bank, partner) == [(pdq(1).hex, "listed")]
    assert (Entry.objects.get().seq, Listing.objects.count()) == (1, 1)
    assert _shown(bank, opened)[1] == gone
    _withdraw(bank, opened)
    hand(bank).advance(WINDOW)
    assert [item.state.value for item in _shown(bank, opened)] == ["withdrawn"] * 2
    with pytest.raises(SubmissionRefused):
        _withdraw(bank, opened, 3)


def test_a_picture_that_was_withdrawn_before_it_went_out_is_kept_nowhere(bank: Bank) -> None:
    _withdraw(bank, open_case(bank, pdq(1)))
    row = Waiting.objects.get()
    assert (waiting.unseal(bank, row).picture, row.due_at) == (None, None)


def test_a_withdrawal_is_shown_at_once_and_goes_out_with_its_window(bank: Bank) -> None:
    partner = add_partner(bank)
    opened = open_case(bank, pdq(1))
    hand(bank).advance(WINDOW)
    entry_id = feed.feed_page(bank, partner, after=0, limit=9).entries[0].entry_id
    partner_reports.give_feedback(bank, partner, entry_id, Feedback.BLOCKED)
    hand(bank).advance(timedelta(minutes=1))
    leaving = ListingStatus(1, EntryState.WITHDRAWN, ("Acme",), goes_out_by=OUT_BY + WINDOW)
    for _ in range(2):
        assert _withdraw(bank, opened) == (leaving,)
    assert _feed(bank, partner) == [(pdq(1).hex, "listed")]
    hand(bank).advance(WINDOW)
    assert _shown(bank, opened) == (ListingStatus(1, EntryState.WITHDRAWN, ("Acme",)),)
    assert _feed(bank, partner) == [(pdq(1).hex, "withdrawn")]
    assert _shown(bank, opened)[0].checked_since_withdrawal == ("Acme",)


def test_every_change_leaves_its_row_when_it_goes_out(bank: Bank) -> None:
    opened = open_case(bank, pdq(1), pdq(2))
    _withdraw(bank, opened, 1)
    hand(bank).advance(WINDOW)
    upkeep.tick(bank)
    rows = list(Audit.objects.order_by("id").values_list("who", "what", "after", "why"))
    assert rows == [
        ("person", "case", "open", "opened"),
        ("person", "case", "open", "withdrawn before it went out"),
        ("person", "listing", "listed", "listed by a person"),
        ("person", "entry", "listed", "listed by a person"),
    ]


# --------------------------------------------------------------------------- at once


def test_what_is_sent_at_once_goes_out_whole_and_nobody_elses_with_it(bank: Bank) -> None:
    partner = add_partner(bank)
    opened, _ = open_case(bank, pdq(1), pdq(2), pdq(3)), open_case(bank, pdq(4))
    _withdraw(bank, opened, 3)
    ref = cases.enter(bank, opened.case_number, PIN)
    for _ in range(2):
        sent = cases.send_now(bank, ref).listings
        assert [item.goes_out_by for item in sent] == [None] * 3
    assert {value for value, _ in _feed(bank, partner)} == {pdq(1).hex, pdq(2).hex}
    cases.withdraw(bank, ref, None)
    assert {state for _, state in _feed(bank, partner)} == {"listed"}
    cases.send_now(bank, ref)
    assert {state for _, state in _feed(bank, partner)} == {"withdrawn"}
    assert Waiting.objects.filter(due_at__isnull=False).count() == 1, "the other person's"


def test_what_a_rule_holds_back_is_not_sent_at_once_and_can_be_withdrawn(bank: Bank) -> None:
    opened = open_case(bank, pdq(1))
    Waiting.objects.update(held=True)
    cases.send_now(bank, cases.enter(bank, opened.case_number, PIN))
    assert _nothing_went_out()
    assert _withdraw(bank, opened) == (ListingStatus(1, EntryState.WITHDRAWN),)


def test_a_hold_is_as_long_as_it_says_and_ends_with_a_window(bank: Bank) -> None:
    open_case(bank, pdq(1))
    case = Case.objects.get()
    change = waiting.Change(waiting.What.LIST, case.pk, 2, Picture(pdq(2)), marks=5)
    waiting.put(bank, change, hold=timedelta(minutes=25))
    held = waiting.of(bank, case)[2]
    assert (held.change, held.row.held) == (change, True)
    assert held.row.due_at == START + 3 * WINDOW


# --------------------------------------------------------------------------- clocks and damage


def test_a_clock_that_was_a_year_ahead_keeps_nothing_back_once_it_is_right(bank: Bank) -> None:
    hand(bank).advance(timedelta(days=365))
    open_case(bank, pdq(1))
    hand(bank).advance(timedelta(days=-365))
    assert upkeep.tick(bank).released == 1
    open_case(bank, pdq(2))
    hand(bank).advance(-LONGEST + WINDOW)
    assert upkeep.tick(bank).released == 0, "a little back: it waits a little longer"


def test_a_window_made_shorter_or_none_gives_out_what_waits_when_it_was_to(bank: Bank) -> None:
    opened = open_case(bank, pdq(1))
    shorter = make_bank(hand(bank), release_seconds=0)
    assert upkeep.tick(shorter).released == 0
    _withdraw(shorter, opened)
    open_case(shorter, pdq(2))
    assert Listing.objects.count() == 1
    hand(bank).advance(WINDOW)
    assert upkeep.tick(shorter).released == 0


def test_a_row_that_does_not_open_keeps_nobody_elses_back(bank: Bank) -> None:
    partner = add_partner(bank)
    open_case(bank, pdq(1))
    broken = Waiting.objects.get()
    Waiting.objects.update(sealed=bytes(broken.sealed)[:-1] + b"\0")
    open_case(bank, pdq(2))
    hand(bank).advance(WINDOW)
    for _ in range(2):
        assert _feed(bank, partner) == [(pdq(2).hex, "listed")]
    assert Waiting.objects.get().pk == broken.pk, "nothing is lost"


# --------------------------------------------------------------------------- the case finds its own


def test_a_case_finds_all_its_pictures_wherever_they_are(bank: Bank) -> None:
    luck = random.Random(7)  # noqa: S311 - a history that is the same each time
    world: dict[str, list[str]] = {}
    for _ in range(40):
        if not world or luck.random() < 0.4:
            pictures = [pdq(luck.randrange(20)) for _ in range(luck.randint(1, 4))]
            opened = open_case(bank, *pictures)
            world[opened.case_number] = ["listed"] * len(pictures)
        number = luck.choice(list(world))
        states, ref = world[number], cases.enter(bank, number, PIN)
        which = luck.randrange(len(states))
        cases.withdraw(bank, ref, [which + 1])
        states[which] = "withdrawn"
        hand(bank).advance(timedelta(minutes=luck.choice([1, 3, 8])))
        if luck.random() < 0.3:
            cases.send_now(bank, ref)
        for case_number, wanted in world.items():
            shown = cases.case_status(bank, cases.enter(bank, case_number, PIN)).listings
            assert [item.state.value for item in shown] == wanted
