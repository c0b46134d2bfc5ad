"""Nothing of what was looked up is lost: how many records there are of each, in each country."""

from collections import Counter

import pytest

from staydown.notices.directory.reading import load_directory

#: Regimes, laws, authorities (with police) and risks, as they were looked up by 2026-11-22.
COUNTED = {
    "US": (2, 4, 2, 5),
    "US-CA": (0, 3, 1, 1),
    "GB": (1, 6, 2, 4),
    "EU": (2, 4, 2, 1),
    "IE": (0, 1, 2, 1),
    "DE": (0, 3, 2, 2),
    "FR": (0, 2, 2, 1),
    "ES": (0, 1, 2, 1),
    "IT": (0, 3, 2, 2),
    "IN": (1, 4, 2, 4),
    "AU": (1, 2, 2, 1),
    "CA": (0, 2, 2, 1),
    "CA-BC": (0, 1, 2, 1),
    "NZ": (0, 1, 2, 1),
    "JP": (0, 2, 2, 1),
    "KR": (0, 2, 2, 1),
    "PH": (0, 3, 2, 1),
    "IL": (0, 1, 2, 1),
    "ZA": (0, 2, 2, 1),
    "KE": (0, 1, 2, 2),
    "UG": (0, 2, 2, 2),
    "NG": (0, 1, 2, 3),
    "CL": (0, 2, 2, 1),
    "MX": (0, 1, 2, 1),
    "BR": (1, 2, 2, 1),
    "AR": (0, 2, 2, 1),
    "CO": (0, 2, 2, 1),
    "PA": (0, 1, 0, 1),
    "PK": (0, 1, 2, 2),
    "BD": (0, 2, 2, 2),
    "ID": (0, 2, 2, 3),
    "SG": (0, 2, 2, 1),
    "MY": (0, 2, 2, 2),
    "ZZ": (0, 0, 0, 3),
}

#: How many of them somebody saw at their source. More may be; fewer is a loss to be explained.
CONFIRMED = {"regimes": 8, "laws": 67, "authorities": 28, "risks": 54}


@pytest.mark.parametrize("code", COUNTED)
def test_a_country_has_at_least_the_records_that_were_looked_up(code: str) -> None:
    known = load_directory()
    tables = (known.regimes, known.laws, known.authorities, known.risks)
    found = tuple(sum(one.jurisdiction == code for one in table.values()) for table in tables)
    assert all(now >= then for now, then in zip(found, COUNTED[code], strict=True)), found
    assert code in known.jurisdictions
    assert code in known.calendars


def test_the_totals_are_those_that_were_looked_up() -> None:
    totals = [sum(column) for column in zip(*COUNTED.values(), strict=True)]
    assert len(COUNTED) == 34
    assert totals == [8, 70, 63, 57]
    known = load_directory()
    assert len(known.jurisdictions) == len(known.calendars) >= 34


@pytest.mark.parametrize("folder", CONFIRMED)
def test_what_was_confirmed_still_is(folder: str) -> None:
    states = Counter(one.confirmed for one in getattr(load_directory(), folder).values())
    assert states[True] >= CONFIRMED[folder]


def test_what_is_gone_is_buried_so_that_its_name_is_not_used_again() -> None:
    assert {"is-anyone-up", "myex", "yougotposted", "nangospace", "angelfire-and-tripod"} <= set(
        load_directory().retired
    )
