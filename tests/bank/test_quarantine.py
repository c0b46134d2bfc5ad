"""A flood of hand-ins: what was paid for goes on, the rest waits, and nothing of it gets lost."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from staydown.accounts.throttle_rules import Lane
from staydown.bank import floods, waiting
from staydown.bank.api import cases, feed, partner_reports, quarantine, upkeep
from staydown.bank.api.partners import PartnerRef
from staydown.bank.api.quarantine import GroupLine, GroupState
from staydown.bank.errors import QuarantineError
from staydown.bank.models import Audit, HeldGroup, Waiting
from staydown.bank.runtime import Bank
from staydown.base.vocabulary import EntryState, Feedback
from staydown.exchange import puzzle
from staydown.exchange.records import (
    CaseOpened,
    ListingStatus,
    Picture,
    V1Feedback,
    V1FeedbackReport,
)
from tests.bank.making import (
    PIN,
    START,
    add_partner,
    copy1,
    hand,
    make_bank,
    number_of,
    pdq,
    request,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.database,
    pytest.mark.usefixtures("small_puzzles"),
]

HOUR, WINDOW, SECOND = timedelta(hours=1), timedelta(minutes=10), timedelta(seconds=1)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three pictures may come in unpaid, so that a test needs few rows."""
    monkeypatch.setattr(floods, "UNPAID", Lane(3, timedelta(hours=6), "few"))


@pytest.fixture
def bank() -> Bank:
    """A bank where everything waits, and floods for an hour. A window is just beginning."""
    return make_bank(release_seconds=600, quarantine=HOUR)


@pytest.fixture
def reader(bank: Bank) -> PartnerRef:
    """A partner that reads the feed."""
    return add_partner(bank, "Reader")


def hand_in(bank: Bank, *numbers: int, paid: bool = False, copies: bool = False) -> CaseOpened:
    """Open a case with these fingerprints."""
    pictures = [Picture(pdq(one), copy1(one) if copies else None) for one in numbers]
    if not paid:
        return cases.open_case(bank, request(*pictures))
    asked = cases.price(bank, len(pictures))
    work = puzzle.solve(asked.ticket, asked.parts)
    return cases.open_case(bank, request(*pictures), ticket=asked.ticket, work=work)


def flood(bank: Bank) -> None:
    """Use up what may come in unpaid."""
    hand_in(bank, 901, 902, 903)


def status(bank: Bank, opened: CaseOpened) -> tuple[ListingStatus, ...]:
    return cases.case_status(bank, cases.enter(bank, opened.case_number, PIN)).listings


def listed(bank: Bank, reader: PartnerRef) -> set[int]:
    """Return the numbers of the PDQ fingerprints that the partner is given as listed."""
    page = feed.feed_page(bank, reader, after=0, limit=500)
    return {
        number_of(entry.fingerprint)
        for entry in page.entries
        if entry.state is not EntryState.WITHDRAWN
    } - {901, 902, 903}


def after(bank: Bank, time: timedelta) -> None:
    """Let time pass, and the tick run."""
    hand(bank).advance(time)
    upkeep.tick(bank)


def only(bank: Bank) -> GroupLine:
    (line,) = quarantine.groups(bank)
    return line


# --------------------------------------------------------------------------- by rule


def test_in_a_flood_what_was_paid_for_goes_out_with_its_window_and_the_rest_within_the_hour(
    bank: Bank, reader: PartnerRef
) -> None:
    flood(bank)
    unpaid, paid = hand_in(bank, 1, 2), hand_in(bank, 3, paid=True)
    assert (unpaid.held_until, paid.held_until) == (START + HOUR, None)
    assert [one.is_held for one in (*status(bank, unpaid), *status(bank, paid))] == [
        True, True, False,
    ]  # fmt: skip
    after(bank, WINDOW)
    assert listed(bank, reader) == {3}
    after(bank, HOUR - WINDOW - SECOND)
    assert listed(bank, reader) == {3}
    after(bank, SECOND)
    assert listed(bank, reader) == {1, 2, 3}
    assert [one.is_held for one in status(bank, unpaid)] == [False, False]
    assert quarantine.groups(bank) == ()
    assert [line.pictures for line in quarantine.groups(bank, past=True)] == [2]


@pytest.mark.parametrize("late", [timedelta(0), SECOND, WINDOW - SECOND, WINDOW / 2])
@pytest.mark.parametrize("longest", [timedelta(minutes=5), timedelta(minutes=17), HOUR])
def test_nothing_is_held_for_longer_than_the_setting_or_one_window(
    late: timedelta, longest: timedelta
) -> None:
    bank = make_bank(release_seconds=600, quarantine=longest)
    hand(bank).advance(late)
    flood(bank)
    opened = hand_in(bank, 1)
    (picture,) = status(bank, opened)
    assert picture.goes_out_by is not None
    assert picture.goes_out_by - bank.clock.now() <= max(longest, WINDOW)
    hand(bank).advance(max(longest, WINDOW))
    upkeep.tick(bank)
    assert status(bank, opened)[0].goes_out_by is None


def test_at_a_quiet_time_nobody_is_held_back(bank: Bank) -> None:
    assert not any(one.is_held for one in status(bank, hand_in(bank, 1, 2, 3)))
    assert not HeldGroup.objects.exists()


def test_a_bank_that_holds_nothing_back_doesnt(reader: PartnerRef) -> None:
    bank = make_bank(release_seconds=600)
    for number in range(9):
        assert not status(bank, hand_in(bank, number))[0].is_held


def test_where_nothing_waits_a_flood_does_all_the_same() -> None:
    bank = make_bank(release_seconds=0, quarantine=HOUR)
    reader = add_partner(bank, "Reader")
    flood(bank)
    hand_in(bank, 1)
    hand_in(bank, 2, paid=True)
    assert listed(bank, reader) == {2}
    after(bank, HOUR)
    assert listed(bank, reader) == {1, 2}


def test_all_pictures_of_a_hand_in_are_held_or_none(bank: Bank) -> None:
    """What comes in two parts would tell partners what belongs together."""
    hand_in(bank, 901, 902)
    opened = hand_in(bank, 1, 2)
    assert {(one.is_held, one.goes_out_by) for one in status(bank, opened)} == {
        (True, START + HOUR)
    }
    assert not status(bank, hand_in(bank, 3))[0].is_held, "one would still have had room"


def test_however_often_a_picture_is_found_or_listed_it_is_held_no_more_and_no_less(
    bank: Bank, reader: PartnerRef
) -> None:
    """A picture that many upload is going viral: that must never look like a flood."""
    hand_in(bank, 1, paid=True)
    hand_in(bank, 1, paid=True)
    hand_in(bank, 1, paid=True)
    after(bank, WINDOW)
    for name in ("ash", "birch", "cedar", "dogwood"):
        partner = add_partner(bank, f"Platform {name}")
        feed.feed_page(bank, partner, after=0, limit=500)
        report = V1FeedbackReport(pdq(1).hex, V1Feedback(Feedback.BLOCKED))
        partner_reports.submit_feedback(bank, partner, [(0, report)])
    assert not status(bank, hand_in(bank, 1))[0].is_held
    hand_in(bank, 901, 902)
    viral, unseen = hand_in(bank, 1), hand_in(bank, 2)
    assert status(bank, viral)[0].is_held is status(bank, unseen)[0].is_held is True
    assert status(bank, viral)[0].goes_out_by == status(bank, unseen)[0].goes_out_by
    assert HeldGroup.objects.count() == 1


def test_a_repeated_request_is_counted_once(bank: Bank) -> None:
    flood(bank)
    asked = request(pdq(1))
    answers = {cases.open_case(bank, asked, once=b"k" * 16).held_until for _ in range(3)}
    assert answers == {START + HOUR}
    assert (only(bank).hand_ins, only(bank).pictures, only(bank).waiting) == (1, 1, 1)


def test_a_hold_outlasts_no_clock_that_was_wrong(bank: Bank, reader: PartnerRef) -> None:
    flood(bank)
    hand(bank).advance(timedelta(days=365))
    hand_in(bank, 1, 2, 3, 4)
    hand(bank).advance(timedelta(days=-365))
    after(bank, WINDOW)
    assert listed(bank, reader) == {1, 2, 3, 4}


# --------------------------------------------------------------------------- the person


def test_what_is_held_can_be_withdrawn_at_once_and_is_then_never_told(
    bank: Bank, reader: PartnerRef
) -> None:
    flood(bank)
    opened = hand_in(bank, 1, 2)
    cases.withdraw(bank, cases.enter(bank, opened.case_number, PIN), [1])
    assert [one.state for one in status(bank, opened)] == [EntryState.WITHDRAWN, EntryState.LISTED]
    assert only(bank).waiting == 1
    after(bank, HOUR)
    assert listed(bank, reader) == {2}
    assert len(feed.feed_page(bank, reader, after=0, limit=500).entries) == 4


def test_send_at_once_is_no_way_out_of_a_flood(bank: Bank, reader: PartnerRef) -> None:
    flood(bank)
    opened = hand_in(bank, 1)
    cases.send_now(bank, cases.enter(bank, opened.case_number, PIN))
    assert listed(bank, reader) == set()
    assert status(bank, opened)[0].is_held


def test_the_owner_sees_that_their_picture_was_dropped_when_and_after_all_brought_back(
    bank: Bank, reader: PartnerRef
) -> None:
    flood(bank)
    opened = hand_in(bank, 1)
    hand(bank).advance(WINDOW)
    number = only(bank).number
    quarantine.drop(bank, [number], by="Ann", agreed_by="Ben", reason="made up")
    expected = ListingStatus(1, EntryState.LISTED, dropped_at=START + WINDOW)
    assert status(bank, opened) == (expected,)
    after(bank, 2 * HOUR)
    assert (listed(bank, reader), status(bank, opened)) == (set(), (expected,))
    quarantine.restore(bank, [number], by="Ann", reason="a helpline's")
    (picture,) = status(bank, opened)
    assert (picture.is_held, picture.dropped_at) == (False, None)
    after(bank, WINDOW)
    assert listed(bank, reader) == {1}


def test_a_dropped_picture_can_be_withdrawn_and_nothing_brings_it_back(
    bank: Bank, reader: PartnerRef
) -> None:
    flood(bank)
    opened, other = hand_in(bank, 1), hand_in(bank, 2)
    number = only(bank).number
    quarantine.drop(bank, [number], by="Ann", agreed_by="Ben", reason="made up")
    cases.withdraw(bank, cases.enter(bank, opened.case_number, PIN), None)
    quarantine.restore(bank, [number], by="Ann", reason="real")
    after(bank, WINDOW)
    assert listed(bank, reader) == {2}
    assert status(bank, opened) == (ListingStatus(1, EntryState.WITHDRAWN),)
    assert status(bank, other)[0].goes_out_by is None


def test_after_30_days_a_dropped_fingerprint_is_deleted_and_its_owner_still_told(
    bank: Bank, reader: PartnerRef
) -> None:
    flood(bank)
    opened = hand_in(bank, 1)
    number = only(bank).number
    quarantine.drop(bank, [number], by="Ann", agreed_by="Ben", reason="made up")
    after(bank, floods.RESTORE_WITHIN - SECOND)
    assert only(bank).state is GroupState.DROPPED
    after(bank, SECOND)
    assert quarantine.groups(bank) == ()
    with pytest.raises(QuarantineError):
        quarantine.restore(bank, [number], by="Ann", reason="real")
    row = Waiting.objects.get()
    assert waiting.unseal(bank, row).picture is None
    assert status(bank, opened)[0].dropped_at == START
    assert listed(bank, reader) == set()


# --------------------------------------------------------------------------- groups and operators


def test_what_looks_alike_is_one_group_and_what_doesnt_another(bank: Bank) -> None:
    flood(bank)
    hand_in(bank, 1)
    hand_in(bank, 2)
    hand_in(bank, *range(10, 16))
    hand_in(bank, 20, copies=True)
    hand(bank).advance(floods.GROUP_LASTS)
    hand_in(bank, 3)
    assert [(line.hand_ins, line.pictures) for line in quarantine.groups(bank)] == [
        (2, 2), (1, 6), (1, 1), (1, 1),
    ]  # fmt: skip


def test_dropping_a_group_leaves_what_paid_and_what_comes_later_alone(
    bank: Bank, reader: PartnerRef
) -> None:
    flood(bank)
    hand_in(bank, 1)
    hand_in(bank, 2, paid=True)
    quarantine.drop(bank, [only(bank).number], by="Ann", agreed_by="Ben", reason="made up")
    hand_in(bank, 3)
    after(bank, HOUR)
    assert listed(bank, reader) == {2, 3}


def test_released_by_hand_it_goes_out_with_the_next_window(bank: Bank, reader: PartnerRef) -> None:
    flood(bank)
    opened = hand_in(bank, 1)
    quarantine.release(bank, [only(bank).number], by="Ann", reason="a helpline's")
    assert status(bank, opened)[0].goes_out_by == START + WINDOW
    after(bank, WINDOW)
    assert listed(bank, reader) == {1}


DROP = {"by": "Ann", "agreed_by": "Ben", "reason": "made up"}


@pytest.mark.parametrize(
    "given",
    [
        {**DROP, "agreed_by": "Ann"},
        {**DROP, "agreed_by": " ANN "},
        {**DROP, "agreed_by": "Аnn"},  # a Cyrillic A
        {**DROP, "agreed_by": ""},
        {**DROP, "by": "\u202eAnn"},
        {**DROP, "reason": "  "},
        {**DROP, "reason": "x" * 201},
        {**DROP, "reason": "two\nlines"},
    ],
)
def test_dropping_takes_two_people_and_a_reason(bank: Bank, given: dict[str, str]) -> None:
    flood(bank)
    hand_in(bank, 1)
    with pytest.raises(QuarantineError):
        quarantine.drop(bank, [only(bank).number], **given)
    assert only(bank).state is GroupState.HELD
    assert not Audit.objects.filter(what="quarantine").exists()


def _drop(bank: Bank, *numbers: int) -> None:
    quarantine.drop(bank, numbers, **DROP)


def _release(bank: Bank, *numbers: int) -> None:
    quarantine.release(bank, numbers, by="Ann", reason="real")


def _restore(bank: Bank, *numbers: int) -> None:
    quarantine.restore(bank, numbers, by="Ann", reason="real")


@pytest.mark.parametrize(
    ("before", "command", "can"),
    [
        ((), _drop, True),
        ((), _release, True),
        ((), _restore, False),
        ((_drop,), _drop, False),
        ((_drop,), _release, False),
        ((_drop,), _restore, True),
        ((_drop, _restore), _drop, False),
        ((_release,), _drop, False),
        ((_release,), _restore, False),
    ],
)
def test_what_can_be_done_with_a_group(
    bank: Bank,
    before: tuple[Callable[..., None], ...],
    command: Callable[..., None],
    can: bool,
) -> None:
    flood(bank)
    hand_in(bank, 1)
    number = only(bank).number
    for earlier in before:
        earlier(bank, number)
    rows = Audit.objects.count()
    if can:
        command(bank, number)
        return
    with pytest.raises(QuarantineError, match="nothing was changed"):
        command(bank, number)
    assert Audit.objects.count() == rows


def test_of_several_groups_all_are_changed_or_none(bank: Bank) -> None:
    flood(bank)
    hand_in(bank, 1)
    with pytest.raises(QuarantineError, match="no group 77"):
        _drop(bank, only(bank).number, 77)
    assert only(bank).state is GroupState.HELD


def test_groups_that_went_on_are_forgotten_after_a_while_and_dropped_ones_are_not(
    bank: Bank, reader: PartnerRef
) -> None:
    """Whoever floods must not fill the table for good."""
    flood(bank)
    hand_in(bank, 1)
    _drop(bank, only(bank).number)
    hand_in(bank, 2)
    after(bank, HOUR)
    assert len(quarantine.groups(bank, past=True)) == 1
    after(bank, 2 * floods.RESTORE_WITHIN)
    assert [line.dropped_by for line in quarantine.groups(bank, past=True)] == ["Ann"]
    assert listed(bank, reader) == {2}


def test_a_dropped_row_that_does_not_open_keeps_no_other_from_being_forgotten(bank: Bank) -> None:
    flood(bank)
    hand_in(bank, 1, 2)
    _drop(bank, only(bank).number)
    row = Waiting.objects.filter(group__isnull=False).earliest("pk")
    row.sealed = b"damaged"
    row.save()
    after(bank, floods.RESTORE_WITHIN)
    assert not Waiting.objects.filter(due_at__isnull=False, group__isnull=False).exists()
