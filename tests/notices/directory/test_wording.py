"""Words that blame are found in our own texts, not in official names or addresses."""

import pytest

from staydown.notices.directory.wording import unsuitable


@pytest.mark.parametrize(
    "values",
    [
        {"covers": "Revenge porn and the like."},
        {"covers": "A revenge-porn law."},
        {"exceptions": ("fine", "CHILD PORNOGRAPHY")},
        {"readings": [{"label": "a sex scandal"}]},
        {"text": "Filmed by a hidden cam"},
    ],
)
def test_a_word_that_blames_is_found(values: dict[str, object]) -> None:
    ((_, word, instead),) = unsuitable(values)
    assert word
    assert instead


@pytest.mark.parametrize(
    "values",
    [
        {"name": "Revenge Porn Helpline"},
        {"citation": "Revenge Porn Victimization Prevention Act"},
        {"help_url": "https://example.org/revenge-porn"},
        {"notes": "See https://example.org/revenge-porn for more."},
        {"notes": "Run by the Revenge Porn Helpline."},
        {"notes": "Write to revenge-porn@example.org first."},
        {"helplines": ("revenge-porn-helpline",)},
        {"text": "A hidden camera in a room.", "year": 2020, "ground": True},
    ],
)
def test_official_names_and_addresses_may_hold_it(values: dict[str, object]) -> None:
    assert unsuitable(values) == ()


def test_the_key_is_named_where_it_lies_within_another() -> None:
    assert unsuitable({"readings": [{"why": "child porn"}]})[0][0] == "readings.why"
