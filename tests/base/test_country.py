"""What counts as the code of a country."""

import pytest

from staydown.base.country import is_country_code


@pytest.mark.parametrize("code", ["NL", "GB", "US-CA", "CA-BC", "ZZ", "FR-75"])
def test_codes_of_countries_and_their_parts_are_taken(code: str) -> None:
    assert is_country_code(code)


@pytest.mark.parametrize(
    "text", ["", "UK", "nl", "NLD", "N", "US-", "US-CALI", "NL\n", " NL", "Netherlands", "ＮＬ"]
)
def test_everything_else_is_not(text: str) -> None:
    assert not is_country_code(text)
