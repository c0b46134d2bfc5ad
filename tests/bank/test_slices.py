"""Long lists are cut so that people come in between, and what was taken in stays."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection
from hypothesis import given
from hypothesis import strategies as st
from psycopg import errors

from staydown.bank import intake, slices
from staydown.bank import turns as turning
from staydown.bank.api import partner_reports
from staydown.bank.errors import BrokenOff, Busy
from staydown.bank.models import Entry, PartnerFeedback
from staydown.bank.runtime import Bank
from staydown.bank.slices import LEAST, MOST, SECONDS, Slices
from staydown.bank.turns import Turns
from staydown.base.vocabulary import Feedback
from staydown.exchange.records import V1Feedback, V1FeedbackReport, V1SignalType, V1Submission
from tests.bank.making import add_partner, pdq

LISTED = list(range(60))


@given(st.integers(0, 3000), st.lists(st.floats(0, 30), min_size=200, max_size=200))
def test_slices_are_the_list_in_order_and_each_is_cut_after_how_long_the_last_one_took(
    count: int, times: list[float]
) -> None:
    cut, seen, sizes = Slices(list(range(count))), list[int](), list[int]()
    for part, seconds in zip(cut, times, strict=False):
        seen += part
        sizes.append(len(part))
        cut.took(seconds)
        assert cut.done == len(seen)
    assert seen == list(range(count))[: len(seen)]
    assert len(seen) == count or len(sizes) == len(times)
    for size, seconds, after in zip(sizes, times, sizes[1:-1], strict=False):
        assert LEAST <= after <= MOST
        assert after <= 2 * size
        if after > LEAST:
            assert after <= size * SECONDS / max(seconds, 0.001)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slices of ten."""
    for name in ("FIRST", "LEAST", "MOST"):
        monkeypatch.setattr(slices, name, 10)


def _submissions() -> list[tuple[int, V1Submission]]:
    said = (V1Feedback(Feedback.BLOCKED),)
    return [(n, V1Submission(V1SignalType.IMAGE_PDQ, pdq(n).hex, said)) for n in LISTED]


@contextmanager
def breaking_off(monkeypatch: pytest.MonkeyPatch, after: int, error: Exception) -> Iterator[None]:
    """Let the slice after so many fail as it is written."""
    save, calls = intake.Intake.save, list[intake.Intake]()

    def failing(this: intake.Intake) -> None:
        save(this)
        calls.append(this)
        if len(calls) > after:
            raise error

    with monkeypatch.context() as patch:
        patch.setattr(intake.Intake, "save", failing)
        yield


def _locked() -> OperationalError:
    error = OperationalError("late")
    error.__cause__ = errors.lookup("55P03")("late")
    return error


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("make", [Busy, _locked])
def test_what_came_before_a_list_broke_off_stays_and_sending_it_again_is_harmless(
    bank: Bank, small: None, monkeypatch: pytest.MonkeyPatch, make: type[Exception]
) -> None:
    partner = add_partner(bank)
    with breaking_off(monkeypatch, 3, make()), pytest.raises(BrokenOff) as broken:
        partner_reports.submit_hashes(bank, partner, _submissions())
    assert broken.value.taken == Entry.objects.count() == 30
    assert "30 records" in str(broken.value)
    before = list(Entry.objects.order_by("seq").values_list("entry_id", "seq"))
    partner_reports.submit_hashes(bank, partner, _submissions())
    assert list(Entry.objects.order_by("seq").values_list("entry_id", "seq"))[:30] == before
    assert Entry.objects.count() == PartnerFeedback.objects.count() == len(LISTED)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_a_list_that_breaks_off_at_once_was_not_taken_in_at_all(
    bank: Bank, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    partner = add_partner(bank)
    partner_reports.submit_hashes(bank, partner, _submissions())
    said = [(n, V1FeedbackReport(pdq(n).hex, V1Feedback(Feedback.PENDING_REVIEW))) for n in LISTED]
    with breaking_off(monkeypatch, 0, Busy()), pytest.raises(Busy) as broken:
        partner_reports.submit_feedback(bank, partner, said)
    assert not isinstance(broken.value, BrokenOff)
    with breaking_off(monkeypatch, 1, Busy()), pytest.raises(BrokenOff):
        partner_reports.submit_feedback(bank, partner, said)
    assert PartnerFeedback.objects.filter(value="PendingReview").count() == 10


def test_programs_that_have_turn_after_turn_leave_a_gap_in_which_people_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turning, "_wait_for_lock", lambda _seconds: None)
    monkeypatch.setattr(turning, "BUSY_FOR", 0.0)
    monkeypatch.setattr(turning, "GAP", 0.5)
    monkeypatch.setattr(connection, "vendor", "sqlite", raising=False)
    turns, over = Turns(60), threading.Event()
    order: list[str] = []
    with turns.program():
        pass
    began = time.monotonic()

    def next_piece() -> None:
        with turns.program(60):
            order.append("program")
        over.set()

    thread = threading.Thread(target=next_piece)
    thread.start()
    with turns.person():
        order.append("person")
    assert over.wait(60)
    thread.join()
    assert order == ["person", "program"]
    assert time.monotonic() - began >= 0.5
