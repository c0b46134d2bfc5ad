"""The index in memory follows the rows."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from staydown.base.vocabulary import EntryState, Kind
from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.sealing import SealBroken, Sealer
from staydown.review import api
from tests.matching.evidence import query
from tests.review.support import Desk, copy_code, pdq

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_it_takes_in_what_changed_and_only_that(
    desk: Desk,
    bank: BankSimulator,
    django_assert_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    first, second = bank.put(pdq(0)), bank.put(pdq(100))
    number = desk.add(bank)
    desk.follow(number)
    assert len(desk.live.refresh()) == 2
    with django_assert_num_queries(1):
        desk.live.refresh()
    bank.change(first, EntryState.WITHDRAWN)
    bank.put(pdq(200))
    desk.follow(number)
    matcher = desk.live.refresh()
    assert len(matcher) == 2
    assert matcher.evidence([query(pdq(0))]) == ()
    assert [found.entry_id for found in matcher.evidence([query(pdq(100))])] == [second]


def test_a_new_process_loads_the_same(desk: Desk, bank: BankSimulator) -> None:
    for flipped in range(0, 250, 40):
        bank.put(pdq(flipped))
    desk.follow(desk.add(bank))
    fresh = api.LiveMatcher(desk.sealer).refresh()
    assert fresh.evidence([query(pdq(80))]) == desk.live.refresh().evidence([query(pdq(80))])
    assert len(fresh) == 7


def test_another_sealing_key_is_an_error_and_not_an_empty_index(
    desk: Desk, bank: BankSimulator
) -> None:
    bank.put(pdq(0))
    desk.follow(desk.add(bank))
    other = api.LiveMatcher(Sealer(b"x" * 32))
    for _ in range(2):
        with pytest.raises(SealBroken):
            other.refresh()


def test_copy_codes_are_kept_sealed_and_found(desk: Desk, bank: BankSimulator) -> None:
    """Four times as long as a PDQ, and a kind of their own."""
    bank.put(copy_code(5))
    number = desk.add(bank)
    desk.follow(number)
    assert desk.live_entries(number) == {copy_code(5).hex: EntryState.LISTED}
    (found,) = desk.live.refresh().evidence([query(copy_code(0))])
    assert (found.kind, found.distance) == (Kind.COPY1, 5)
