"""A record counts as fresh for 90 days, or as long as it says."""

from datetime import date, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from staydown.notices.directory.reading import load_directory, read_directory
from staydown.notices.directory.staleness import StaleRecord, stale
from tests.notices.directory.records import change, small_directory


def test_nothing_is_stale_on_the_90th_day_and_everything_on_the_91st(tmp_path: Path) -> None:
    directory = read_directory(small_directory(tmp_path))
    assert stale(directory, date(2027, 2, 20)) == ()
    assert len(stale(directory, date(2027, 2, 21))) == 9


def test_a_record_may_say_for_itself_when_it_is_due(tmp_path: Path) -> None:
    folder = small_directory(tmp_path)
    change(folder, "places/example.toml", "", "recheck_after = 2026-12-01")
    directory = read_directory(folder)
    assert stale(directory, date(2026, 12, 2)) == (
        StaleRecord("places", "example", date(2026, 11, 22), date(2026, 12, 1)),
    )


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_what_is_stale_stays_so_and_the_longest_due_stands_first(today: date) -> None:
    found = stale(load_directory(), today)
    assert [one.due for one in found] == sorted(one.due for one in found)
    assert all(one.due < today for one in found)
    assert set(found) <= set(stale(load_directory(), today + timedelta(days=1)))


def test_a_law_that_begins_on_a_known_day_is_due_before_that_day() -> None:
    applies = date(2026, 12, 2)
    assert ("laws", "eu-ai-omnibus") in {
        (one.folder, one.id) for one in stale(load_directory(), applies)
    }
