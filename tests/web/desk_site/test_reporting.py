"""Where a platform is told to report: out of the directories alone, for any country."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.guidance.support.reading import load_support
from staydown.notices.directory.reading import load_directory
from staydown.web.desk_site.reporting import reporting

CODES = st.from_regex(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", fullmatch=True)
KNOWN = st.sampled_from([*load_directory().jurisdictions, ""])


@pytest.mark.parametrize(
    ("country", "name", "own", "police"),
    [
        ("US-CA", "California (United States)", "https://report.cybertip.org", "tips.fbi.gov"),
        ("CA", "Canada", "https://www.cybertip.ca", ""),
        ("GB", "United Kingdom", None, "police.uk"),
        ("NL", "NL", None, "europol.europa.eu"),  # no record of its own: that of the Union
        ("XX", "XX", None, None),
        ("", "", None, None),
    ],
)
def test_the_hotline_and_the_police_of_the_country(
    country: str, name: str, own: str | None, police: str | None
) -> None:
    found = reporting(country)
    assert found.country == name
    assert [one.url for one in found.own] == ([] if own is None else [own])
    assert [one.url for one in found.worldwide] == ["https://inhope.org"]
    assert [police in one.url for one in found.police if police is not None] == (
        [] if police is None else [True]
    )
    assert bool(found.police) is (police is not None)


@given(CODES | KNOWN)
def test_wherever_the_platform_is_there_is_somebody_and_no_address_of_our_own_making(
    country: str,
) -> None:
    found = reporting(country)
    shown = (*found.own, *found.worldwide, *found.police)
    hotlines = {(one.url, one.phone) for one in load_support().values()}
    police = {(one.url, one.phone) for one in load_directory().authorities.values()}
    assert found.worldwide
    assert {(one.url, one.phone) for one in shown} <= hotlines | police
    assert all(one.name and one.due >= one.checked for one in shown)


def test_an_address_that_nobody_saw_is_not_called_confirmed() -> None:
    """The record of a country's police may be confirmed, and its address not."""
    assert not any(one.confirmed for one in reporting("GB").police)
    assert all(one.confirmed for one in reporting("US").police)
