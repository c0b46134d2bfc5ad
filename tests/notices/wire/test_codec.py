"""A machine can take the notice in, and it holds no more than the letter."""

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staydown.base.incident import ContentCapture, DistributionConsent
from staydown.base.languages import Language
from staydown.notices.compose.letters.reading import written_in
from staydown.notices.details import Location, Notice
from staydown.notices.vocabulary import Letter
from staydown.notices.wire.codec import (
    MAX_BYTES,
    BadNotice,
    as_json,
    read,
    record_of,
)
from staydown.notices.wire.schema import SCHEMA
from staydown.notices.wire.schema_check import KNOWN, fault
from tests.notices.compose.samples import written


def as_record(notice: Notice) -> dict[str, Any]:
    """What a machine is told of a notice, as a reader in any language gets it."""
    found: dict[str, Any] = json.loads(as_json(notice))
    return found


def judge() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(dict(SCHEMA))


def test_the_schema_is_a_schema_and_closed_everywhere() -> None:
    jsonschema.Draft202012Validator.check_schema(dict(SCHEMA))

    def walk(part: dict[str, Any]) -> None:
        assert part.keys() <= KNOWN
        if part.get("type") == "object":
            assert part["additionalProperties"] is False
            assert set(part["required"]) == set(part["properties"])
            for inner in part["properties"].values():
                walk(inner)
        if "items" in part:
            walk(part["items"])

    walk(dict(SCHEMA))


def test_no_field_takes_papers_or_a_story() -> None:
    text = json.dumps(SCHEMA["properties"])
    for word in ("birth", "passport", "identity", "relationship", "under18"):
        assert word not in text


@pytest.mark.parametrize("language", written_in())
@pytest.mark.parametrize("letter", Letter)
def test_every_notice_fits_the_schema_and_comes_back_the_same(
    letter: Letter, language: Language
) -> None:
    notice = written(letter, language)
    judge().validate(as_record(notice))
    assert read(as_json(notice)) == record_of(notice)


@pytest.mark.parametrize("letter", Letter)
def test_the_record_holds_nothing_that_the_letter_does_not_say(letter: Letter) -> None:
    notice = written(letter)
    record = as_record(notice)
    body = notice.body
    for text in (*record["sender"].values(), *record["said"].values()):
        assert all(line in body for line in text.split("\n"))
    for location in record["locations"]:
        for name, text in location.items():
            assert name == "id" or text in body
    if letter is not Letter.US_DMCA:
        assert "under_penalty_of_perjury" not in record["statements"]


def sample(letter: Letter = Letter.NEUTRAL) -> dict[str, Any]:
    return as_record(written(letter))


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "urn:staydown:notice:2"}, {"letter": "x"}, {"language": "xx"},
        {"written": "2026-11-22"}, {"subject": ""}, {"text": 1}, {"extra": 1},
        {"recipient": {"kind": "platform"}}, {"locations": [{}]}, {"locations": "x"},
        {"statements": ["no_consent", "no_consent"]}, {"statements": ["x"]}, {"synthetic": 1},
        {"synthetic": "true"}, {"sender": None}, {"first_sent": ""}, {"acting_as": "owner"},
    ],
)  # fmt: skip
def test_a_record_that_does_not_fit_is_refused_as_the_schema_says(change: dict[str, Any]) -> None:
    record = {**sample(), **change}
    assert not judge().is_valid(record)
    with pytest.raises(BadNotice, match="urn:staydown:notice:1"):
        read(json.dumps(record).encode())


@pytest.mark.parametrize("name", list(SCHEMA["required"]))
def test_a_record_that_lacks_a_part_is_refused(name: str) -> None:
    record = sample()
    del record[name]
    with pytest.raises(BadNotice, match=f"lacks {name}"):
        read(json.dumps(record).encode())


@pytest.mark.parametrize(
    "untrusted",
    [b"", b"null", b"[]", b"{", b"\xff", b'{"a":1,"a":2}', b"NaN", b"[" * 100_000,
     b'{"a":' * 100_000, b"9" * 10_000, b'"\\ud800"', b"x" * (MAX_BYTES + 1)],
)  # fmt: skip
def test_hostile_bytes_are_refused_and_not_repeated(untrusted: bytes) -> None:
    with pytest.raises(BadNotice):
        read(untrusted)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://example.org/\n2. x", "x"])
def test_a_link_that_is_none_is_refused(url: str) -> None:
    record = sample()
    record["locations"][0]["url"] = url
    with pytest.raises(BadNotice, match="location"):
        read(json.dumps(record).encode())


def test_the_largest_notice_can_be_read_back() -> None:
    locations = tuple(
        Location(str(one), url="https://example.org/" + "é" * 1980, info="é" * 1000,
                 description="é" * 300)
        for one in range(500)
    )  # fmt: skip
    raw = as_json(written(Letter.NEUTRAL, Language.EN, locations=locations))
    assert len(raw) < MAX_BYTES
    assert len(read(raw).details.locations) == 500


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@settings(max_examples=200)
@given(name=st.sampled_from(list(SCHEMA["properties"])), value=anything)
def test_our_own_check_agrees_with_the_schema(name: str, value: object) -> None:
    record = {**RECORD, name: value}
    assert (fault(record, SCHEMA) == "") == judge().is_valid(record)


RECORD = sample()


@pytest.mark.parametrize("letter", Letter)
def test_the_record_tells_no_name_and_no_choice_of_which_the_letter_is_silent(
    letter: Letter,
) -> None:
    record = as_record(
        written(
            letter,
            capture=ContentCapture.CAPTURE_CONSENSUAL,
            consent=DistributionConsent.UNKNOWN,
            consent_information="I learned of it on 20 November 2026.",
            synthetic=False,
            depicted="C. D.",
        )
    )
    assert record["depicted"] == ""
    assert (record["capture"], record["consent"], record["synthetic"]) == (None, None, None)


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        (None, "subject", "A\r\nBcc: a@example.org"),
        (None, "subject", "A\u202eB"),
        (None, "text", "A\x1b[2J"),
        (None, "depicted", "A\nB"),
        (None, "written", "2026-99-99T99:99:99Z"),
        (None, "first_sent", "2026-02-30T00:00:00Z"),
        ("recipient", "name", "A\x00"),
        ("law", "citation", "A\nB"),
        ("law", "regime", "A\nB"),
        ("sender", "name", "\u200b"),
        ("sender", "email", "a@example.org\r\nBcc: b@example.org"),
        ("sender", "email", "javascript:alert(1)"),
        ("said", "circumstances", "A\u202eB"),
    ],
)
def test_a_record_that_could_forge_a_header_a_line_or_a_moment_is_refused(
    part: str | None, key: str, value: str
) -> None:
    record = sample()
    (record if part is None else record[part])[key] = value
    with pytest.raises(BadNotice, match=key) as refused:
        read(json.dumps(record).encode())
    assert value not in str(refused.value)


@pytest.mark.parametrize("language", written_in())
@pytest.mark.parametrize("letter", Letter)
def test_a_machine_is_told_of_a_doubt_about_the_law_where_the_letter_tells_of_it(
    letter: Letter, language: Language
) -> None:
    """The British duty is passed and not known to be in force; the other regimes are."""
    record = as_record(written(letter, language))
    assert record["law"]["certain"] is (letter is not Letter.GB_OSA_20A)
