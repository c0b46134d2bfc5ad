"""What every keeper of a case does; each new one runs through the same tests."""

import threading
from collections.abc import Callable

import pytest
from hypothesis import given

from staydown.cases.case import Case
from staydown.cases.events import Event, Full, LocationsListed, WarningRead, fold
from staydown.cases.keeper import InMemory, Keeper
from tests.cases.making import histories

KEEPERS: list[Callable[[], Keeper]] = [InMemory]

every_keeper = pytest.mark.parametrize("make", KEEPERS)


@every_keeper
@given(history=histories())
def test_it_holds_what_the_events_add_up_to(
    make: Callable[[], Keeper], history: list[Event]
) -> None:
    keeper = make()
    for event in history:
        assert keeper.add(event) == keeper.read()
    assert keeper.read() == fold(history)


@every_keeper
def test_events_from_many_threads_are_all_kept(make: Callable[[], Keeper]) -> None:
    keeper = make()
    lines = [f"line {number}" for number in range(50)]
    threads = [
        threading.Thread(target=keeper.add, args=(LocationsListed((line,)),)) for line in lines
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = keeper.read().locations
    assert {one.info for one in kept} == set(lines)
    assert len({one.id for one in kept}) == len(lines)


@every_keeper
def test_an_event_that_is_refused_changes_nothing(make: Callable[[], Keeper]) -> None:
    keeper = make()
    before = keeper.add(LocationsListed(tuple(str(number) for number in range(500))))
    with pytest.raises(Full, match="room for"):
        keeper.add(LocationsListed(("one more",)))
    assert keeper.read() == before


@every_keeper
def test_forgetting_leaves_an_empty_case(make: Callable[[], Keeper]) -> None:
    keeper = make()
    keeper.add(WarningRead())
    keeper.forget()
    assert keeper.read() == Case()
    assert "warned" not in repr(keeper)
