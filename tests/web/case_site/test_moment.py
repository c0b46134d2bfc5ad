"""A moment on a page says which clock it is by."""

from datetime import UTC, datetime

from staydown.web.case_site.moment import Moment


def test_a_moment_says_how_far_it_is_from_utc() -> None:
    shown = str(Moment(datetime(2026, 11, 22, 10, 20, tzinfo=UTC)))
    assert "November 2026, " in shown
    assert "(UTC" in shown
    assert shown[-4] == ":"
