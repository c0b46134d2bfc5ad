"""Every defect of a notice is named before it is written, and none is invented."""

import json
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.base.incident import ContentCapture, DistributionConsent
from staydown.base.vocabulary import Under18
from staydown.base.wording import text
from staydown.notices.compose.checking import missing
from staydown.notices.compose.elements import fields_asked, required
from staydown.notices.details import Details, Location
from staydown.notices.directory.reading import load_directory
from staydown.notices.vocabulary import Element, Letter, RecipientKind, Standing
from tests.notices.compose.make_letters import FOLDER
from tests.notices.compose.samples import DETAILS, LOCATIONS

DEFECTS: list[dict[str, Any]] = json.loads((FOLDER / "defects.json").read_text())

_READ = {
    "capture": ContentCapture,
    "consent": DistributionConsent,
    "standing": Standing,
    "first_sent": datetime.fromisoformat,
}


def regime_of(letter: Letter) -> Any:
    return load_directory().regimes.get(letter)


def broken(row: dict[str, Any]) -> Details:
    """Return the complete example with what the row takes away or breaks."""
    details = replace(DETAILS, standing=Standing(row.get("base", "depicted")))
    for name, value in row["change"].items():
        if name == "locations":
            locations = LOCATIONS[:1] * value if isinstance(value, int) else tuple(value)
            details = replace(details, locations=locations)
        elif name.startswith("locations["):
            place, field = int(name[10]), name[13:]
            changed = list(details.locations)
            changed[place] = replace(changed[place], **{field: value})
            details = replace(details, locations=tuple(changed))
        else:
            read = _READ.get(name)
            made: Any = read(value) if read is not None and value is not None else value
            details = replace(details, **{name: made})
    return details


@pytest.mark.parametrize("number", range(len(DEFECTS)))
def test_every_defect_of_the_table_is_named_and_none_is_invented(number: int) -> None:
    row = DEFECTS[number]
    letter = Letter(row["letter"])
    said = row.get("under18", "no")
    found = missing(
        letter, regime_of(letter), broken(row), Under18(said) if said is not None else None
    )
    assert sorted([one.what, list(one.fields)] for one in found) == sorted(row["expect"])
    assert all(text(one.how).strip() for one in found)


def test_the_table_holds_at_least_two_hundred_defective_notices_and_all_letters() -> None:
    assert sum(bool(row["expect"]) for row in DEFECTS) >= 200
    assert {row["letter"] for row in DEFECTS} == set(Letter)


@pytest.mark.parametrize("letter", Letter)
def test_a_form_that_asks_only_what_is_asked_is_enough_for_the_letter(letter: Letter) -> None:
    for standing in Standing:
        asked = fields_asked(letter, regime_of(letter), standing)
        kept = {name: getattr(DETAILS, name) for name in asked if "." not in name}
        parts = [name.split(".")[1] for name in asked if "." in name]
        locations = tuple(
            Location(one.id, **{part: getattr(one, part) for part in parts}) for one in LOCATIONS
        )
        if "standing" in kept:
            kept["standing"] = standing
        details = Details(locations=locations if parts else (), **kept)
        assert missing(letter, regime_of(letter), details, Under18.NO) == ()


@pytest.mark.parametrize("letter", Letter)
def test_no_letter_asks_for_a_field_that_details_does_not_have(letter: Letter) -> None:
    known = {field.name for field in fields(Details)}
    known |= {f"locations.{field.name}" for field in fields(Location)}
    for standing in (None, *Standing):
        assert set(fields_asked(letter, regime_of(letter), standing)) <= known


def test_only_the_copyright_notice_needs_a_statement_under_penalty_of_perjury() -> None:
    needing = [one for one in Letter if Element.PERJURY_STATEMENT in required(one, regime_of(one))]
    assert needing == [Letter.US_DMCA]


def test_a_publisher_needs_no_search_query_for_erasure() -> None:
    details = replace(DETAILS, locations=(Location("1", url="https://example.org/1"),))
    regime = regime_of(Letter.EU_GDPR_17)
    to_publisher = missing(Letter.EU_GDPR_17, regime, details, Under18.NO, RecipientKind.PLATFORM)
    assert to_publisher == ()
    to_engine = missing(Letter.EU_GDPR_17, regime, details, Under18.NO, RecipientKind.SEARCH_ENGINE)
    assert [one.what for one in to_engine] == [Element.SEARCH_QUERY]


def test_the_letter_of_a_regime_is_not_checked_without_it() -> None:
    with pytest.raises(ValueError, match="needs its own regime"):
        missing(Letter.US_TIDA, None, DETAILS, Under18.NO)
    with pytest.raises(ValueError, match="needs its own regime"):
        missing(Letter.US_TIDA, regime_of(Letter.US_DMCA), DETAILS, Under18.NO)


def test_a_character_that_cannot_be_printed_is_named_once_and_not_said_to_be_missing() -> None:
    regime = regime_of(Letter.IN_RULE_3_2_B)
    unprintable = replace(DETAILS.locations[0], description="\x1f")
    details = replace(
        DETAILS, standing=Standing.REPRESENTATIVE, depicted="\x1f", locations=(unprintable,)
    )
    found = missing(Letter.IN_RULE_3_2_B, regime, details, Under18.NO)
    assert [one.fields for one in found] == [("depicted",), ("locations[0].description",)]


texts = st.text(max_size=30)


@given(
    letter=st.sampled_from(Letter),
    under18=st.sampled_from([None, *Under18]),
    details=st.builds(
        Details,
        locations=st.lists(
            st.builds(Location, texts, texts, texts, texts, texts, texts, texts), max_size=3
        ).map(tuple),
        name=texts, email=texts, contact=texts, signature=texts, depicted=texts,
        standing=st.sampled_from([None, *Standing]),
        consent_information=texts, first_sent=st.none() | st.datetimes(),
    ),
)  # fmt: skip
def test_whatever_is_typed_the_check_ends_and_never_repeats_it(
    letter: Letter, under18: Under18 | None, details: Details
) -> None:
    found = missing(letter, regime_of(letter), details, under18)
    assert len({(one.what, one.fields) for one in found}) == len(found)
    if under18 in (Under18.YES, Under18.NOT_SURE):
        assert [one.what for one in found] == ["not_under_18"]


@pytest.mark.parametrize(
    "blank", ["\u200b", "\ufeff \u2060", "\u3164", "\u2800", "\u00ad", "\u0301"]
)
@pytest.mark.parametrize("name", ["name", "contact", "signature", "consent_information"])
def test_what_cannot_be_seen_fills_in_nothing(name: str, blank: str) -> None:
    details = replace(DETAILS, **{name: blank})  # type: ignore[arg-type]
    found = missing(Letter.US_TIDA, regime_of(Letter.US_TIDA), details, Under18.NO)
    assert [one.fields for one in found] == [(name,)]
    unseen = (replace(LOCATIONS[0], url="", info=blank),)
    found = missing(Letter.TERMS, None, replace(DETAILS, locations=unseen), Under18.NO)
    assert [one.fields for one in found] == [("locations[0].info",)]


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_first_notice_of_a_year_that_cannot_be_is_named(at: str) -> None:
    details = replace(DETAILS, first_sent=datetime.fromisoformat(at))
    (found,) = missing(Letter.REMINDER, None, details, Under18.NO)
    assert found.fields == ("first_sent",)
