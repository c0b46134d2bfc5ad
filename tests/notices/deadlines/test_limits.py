"""A time limit in words."""

from datetime import UTC, date, datetime

import pytest

from staydown.base.wording import moment, texts
from staydown.notices.deadlines.law_terms import terms_of
from staydown.notices.deadlines.limits import limit_reasons, to_the_minute
from staydown.notices.directory.reading import load_directory
from staydown.notices.vocabulary import StartsAt, Unit
from tests.notices.deadlines.making import reading, terms

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("regime", "begins", "says"),
    [
        ("us-tida", "48 hours from a valid request, to take it down (47 U.S.C. 223a", ""),
        ("in-rule-3-2-b", "2 hours or 24 hours from receipt, to take it down (IT", "in more"),
        ("eu-gdpr-17", "1 month from receipt, to answer (Regulation (EU) 2016/679", ""),
        ("gb-osa-20a", "No fixed deadline is in force (Online Safety", "not known to be in force"),
        ("au-esafety", "24 hours from the authority's order, to take it down", ""),
        ("eu-dsa-16", "No fixed deadline is in force (Regulation (EU) 2022/2065", ""),
    ],
)  # fmt: skip
def test_the_limit_of_a_law_in_a_sentence(regime: str, begins: str, says: str) -> None:
    directory = load_directory()
    said = texts(limit_reasons(terms_of(directory.regimes[regime], directory, []), TODAY))
    assert said.startswith(begins)
    assert says in said
    assert "checked 22 November 2026" in said


def test_a_reading_that_is_no_longer_or_not_yet_law_is_left_out() -> None:
    old = reading(24, in_force_until=date(2026, 2, 19))
    new = reading(2, in_force_from=date(2026, 2, 20), starts=StartsAt.SENT)
    law = terms(old, new, calendars=())
    assert texts(limit_reasons(law, date(2026, 2, 19))).startswith("24 hours from receipt")
    assert texts(limit_reasons(law, date(2026, 2, 20))).startswith("2 hours from sending")


def test_a_law_that_should_have_been_checked_again_says_so() -> None:
    law = terms(reading(1, Unit.WORKING_DAYS), calendars=())
    assert "checked again" not in texts(limit_reasons(law, date(2027, 2, 20)))
    said = texts(limit_reasons(law, date(2027, 2, 21)))
    assert said.startswith("1 working day from receipt")
    assert said.endswith("This was due to be checked again by 20 February 2027.")


def test_two_limits_that_begin_differently_each_say_how() -> None:
    law = terms(reading(2), reading(3, starts=StartsAt.VALID), calendars=())
    assert texts(limit_reasons(law, TODAY)).startswith(
        "2 hours from receipt or 3 hours from a valid request"
    )


def test_moments_are_cut_to_the_minute_or_raised_to_the_next() -> None:
    at = datetime(2026, 12, 31, 23, 59, 1, tzinfo=UTC)
    assert moment(to_the_minute(at)) == "31 December 2026, 23:59 UTC"
    assert moment(to_the_minute(at, up=True)) == "1 January 2027, 00:00 UTC"
    whole = at.replace(second=0)
    assert moment(to_the_minute(whole, up=True)) == "31 December 2026, 23:59 UTC"
