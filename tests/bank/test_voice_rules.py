"""How much an organisation's words move, and what the operator may extend: tables."""

from datetime import UTC, datetime, timedelta

import pytest

from staydown.bank import voice_rules
from staydown.bank.voice_rules import CannotExtend, Weight
from staydown.base.vocabulary import EntryState, Feedback

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
YES, NO, SEEN = Feedback.BLOCKED, Feedback.NOT_BLOCKED, Feedback.PENDING_REVIEW
LISTED, DISPUTED, WITHDRAWN = EntryState.LISTED, EntryState.DISPUTED, EntryState.WITHDRAWN


@pytest.mark.parametrize(
    ("value", "stopped", "counted", "weight"),
    [
        (NO, False, 0, Weight.COUNTS),
        (NO, False, 19, Weight.COUNTS),
        (NO, False, 20, Weight.STOPS),
        (NO, False, 10_000, Weight.STOPS),
        (NO, True, 0, Weight.KEPT),
        (NO, True, 10_000, Weight.KEPT),
        (YES, True, 10_000, Weight.COUNTS),
        (YES, False, 20, Weight.COUNTS),
        (SEEN, True, 20, Weight.COUNTS),
    ],
)
def test_what_becomes_of_a_word(
    value: Feedback, stopped: bool, counted: int, weight: Weight
) -> None:
    found = voice_rules.weight(value, stopped=stopped, counted=counted, allowance=20)
    assert found is weight


@pytest.mark.parametrize(
    ("counted_from", "since"),
    [
        (None, NOW - DAY),
        (NOW - 3 * DAY, NOW - DAY),
        (NOW - DAY / 2, NOW - DAY / 2),
        (NOW, NOW),
        (NOW + DAY, NOW - DAY),
    ],
)
def test_from_when_words_are_counted(counted_from: datetime | None, since: datetime) -> None:
    assert voice_rules.counted_since(NOW, counted_from) == since


@pytest.mark.parametrize(
    ("ended", "since", "after"),
    [
        (0, None, (1, NOW)),
        (7, NOW - DAY / 2, (8, NOW - DAY / 2)),
        (7, NOW - DAY, (1, NOW)),
        (7, NOW + DAY, (1, NOW)),
    ],
)
def test_how_many_disputes_an_organisation_ended(
    ended: int, since: datetime | None, after: tuple[int, datetime]
) -> None:
    assert voice_rules.ended_now(ended, since, NOW) == after


@pytest.mark.parametrize(
    ("source", "entry", "blocked", "until", "fault"),
    [
        (DISPUTED, LISTED, False, DAY, None),
        (DISPUTED, DISPUTED, False, DAY, None),
        (DISPUTED, LISTED, False, 90 * DAY, None),
        (DISPUTED, LISTED, False, 91 * DAY, CannotExtend.TOO_LONG),
        (DISPUTED, LISTED, False, timedelta(0), CannotExtend.PAST),
        (DISPUTED, LISTED, False, -DAY, CannotExtend.PAST),
        (DISPUTED, LISTED, True, DAY, CannotExtend.BLOCKED),
        (DISPUTED, WITHDRAWN, False, DAY, CannotExtend.NOT_LISTED),
        (LISTED, LISTED, False, DAY, CannotExtend.NOT_DISPUTED),
        (WITHDRAWN, LISTED, False, DAY, CannotExtend.NOT_DISPUTED),
    ],
)
def test_why_a_dispute_cannot_be_extended(
    source: EntryState,
    entry: EntryState,
    blocked: bool,
    until: timedelta,
    fault: CannotExtend | None,
) -> None:
    found = voice_rules.cannot_extend(
        source=source, entry=entry, blocked=blocked, until=NOW + until, now=NOW
    )
    assert found is fault


@pytest.mark.parametrize(
    ("until", "blocked", "listed", "lasts"),
    [
        (DAY, False, True, True),
        (90 * DAY, False, True, True),
        (91 * DAY, False, True, False),
        (timedelta(0), False, True, False),
        (-DAY, False, True, False),
        (DAY, True, True, False),
        (DAY, False, False, False),
    ],
)
def test_whether_an_extended_dispute_lasts(
    until: timedelta, blocked: bool, listed: bool, lasts: bool
) -> None:
    found = voice_rules.extension_lasts(until=NOW + until, now=NOW, blocked=blocked, listed=listed)
    assert found is lasts
