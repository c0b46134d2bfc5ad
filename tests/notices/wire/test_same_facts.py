"""What is written for machines reads back as the same, and is no more than the letter says."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staydown.base.incident import ContentCapture, DistributionConsent
from staydown.base.languages import Language
from staydown.notices.compose.isolates import without_marks
from staydown.notices.compose.writing import Incomplete
from staydown.notices.compose.writing import write as write_letter
from staydown.notices.details import Details, Location, Notice
from staydown.notices.directory.reading import load_directory
from staydown.notices.fields import FIELDS
from staydown.notices.vocabulary import Letter, RecipientKind, Standing
from staydown.notices.wire.codec import (
    MAX_BYTES,
    MAX_PARTS,
    BadNotice,
    Refusal,
    as_json,
    read,
    record_of,
    write,
)
from staydown.notices.wire.schema import SCHEMA
from tests.notices.compose.samples import DETAILS, NOW, addressee_for, facts_for, route_for, written

PUBLISHED = Path(__file__).parents[3] / "docs/schemas/notice-1.json"

#: Each personal text has a mark of its own, so that it is found wherever it goes.
_EMAIL, _URL = "mark-email@example.org", "https://example.org/mark-url/"


def marked(name: str) -> str:
    return {"email": _EMAIL, "locations.url": _URL}.get(name, f"mark {name} é")


@st.composite
def details(draw: st.DrawFn) -> Details:
    """Details of which any part may be left out; texts have marks, untidy ends and empty lines."""

    def text(name: str) -> str:
        made = marked(name)
        lines = FIELDS[name].kind == "lines"
        ends = [made, f" {made} ", *([f"{made}\r\n\n  and more \n"] if lines else []), ""]
        return draw(st.sampled_from(ends if "@" not in made else [made, ""]))

    typed = [one for one in FIELDS.values() if one.typed]
    locations = tuple(
        Location(
            **{one.bare: text(one.name) for one in typed if one.each} | {"id": f"mark-id-{at}"}
        )
        for at in range(draw(st.integers(0, 3)))
    )
    ticks = [one.name for one in FIELDS.values() if one.kind == "tick"]
    said: dict[str, Any] = {one.name: text(one.name) for one in typed if not one.each}
    said |= {name: draw(st.sampled_from([True, True, False])) for name in ticks}
    said |= {
        "standing": draw(st.sampled_from([None, *Standing])),
        "capture": draw(st.sampled_from([None, *ContentCapture])),
        "consent": draw(st.sampled_from([None, *DistributionConsent])),
        "synthetic": draw(st.sampled_from([None, True, False])),
        "first_sent": draw(
            st.none() | st.timedeltas(timedelta(1), timedelta(2000)).map(lambda ago: NOW - ago)
        ),
    }  # fmt: skip
    return Details(locations=locations, **said)


@st.composite
def notices(draw: st.DrawFn) -> Notice:
    """A letter of any kind: of what is drawn, or of the complete example where that won't do."""
    letter = draw(st.sampled_from(Letter))
    kind = draw(st.sampled_from([addressee_for(letter).kind, RecipientKind.SEARCH_ENGINE]))
    language, made = draw(st.sampled_from(Language)), draw(details())
    whole = replace(DETAILS, **{
        one.name: getattr(made, one.name) or getattr(DETAILS, one.name)
        for one in FIELDS.values() if not one.each
    })  # fmt: skip
    for given_details in (made, replace(whole, locations=made.locations), whole):
        try:
            return write_letter(
                route_for(letter), given_details, facts=facts_for(letter),
                to=replace(addressee_for(letter), kind=kind), language=language,
                directory=load_directory(), now=NOW + timedelta(microseconds=5),
            )  # fmt: skip
        except Incomplete:
            continue
    raise AssertionError("the complete example does not do")


@settings(max_examples=60, deadline=None)
@given(notices())
def test_what_is_written_reads_back_as_the_same_facts_and_the_same_bytes(notice: Notice) -> None:
    raw = as_json(notice)
    assert read(raw) == record_of(notice)
    assert write(read(raw)) == raw


@settings(max_examples=60, deadline=None)
@given(notices())
def test_no_record_holds_more_than_the_letter_shows(notice: Notice) -> None:
    told = json.loads(as_json(notice))
    letter = without_marks(told.pop("text"))
    record = json.dumps(told, ensure_ascii=False)
    for one in FIELDS.values():
        mark = marked(one.name) if one.typed and one.bare != "id" else "mark-id"
        assert mark not in record or mark in letter, one.name


@settings(max_examples=20, deadline=None)
@given(notices(), st.randoms(use_true_random=False))
def test_a_record_in_another_layout_is_read_and_written_in_ours(
    notice: Notice, random: Any
) -> None:
    told = json.loads(as_json(notice))
    keys = list(told)
    random.shuffle(keys)
    random.shuffle(told["statements"])
    foreign = json.dumps({key: told[key] for key in keys}).encode()
    assert write(read(foreign)) == as_json(notice)


def test_the_published_schema_is_the_one_that_is_gone_by() -> None:
    assert json.loads(PUBLISHED.read_text("utf-8")) == SCHEMA


def test_the_largest_notice_has_parts_to_spare() -> None:
    record = record_of(written(Letter.NEUTRAL))
    locations = tuple(Location(str(one), info='","[{' * 100) for one in range(500))
    raw = write(replace(record, details=replace(record.details, locations=locations)))
    assert len(read(raw).details.locations) == 500


@pytest.mark.parametrize(
    ("untrusted", "code"),
    [
        (b"x" * (MAX_BYTES + 1), Refusal.TOO_LARGE),
        (b"[" + b"[]," * MAX_PARTS, Refusal.TOO_LARGE),
        (b"[" + b'"",' * 5 * MAX_PARTS, Refusal.TOO_LARGE),
        (b'"' + b'\\"' * MAX_PARTS + b"\\", Refusal.NOT_JSON),
        (b'{"a":1,"a":2}', Refusal.NOT_JSON),
        (b'{"schema":"urn:staydown:notice:2"}', Refusal.OTHER_VERSION),
        (b"{}", Refusal.OFF_SCHEMA),
    ],
)  # fmt: skip
def test_a_refusal_says_why_in_one_word(untrusted: bytes, code: Refusal) -> None:
    with pytest.raises(BadNotice) as refused:
        read(untrusted)
    assert refused.value.code is code


def test_an_unsafe_part_is_named_by_its_place() -> None:
    told = json.loads(as_json(written(Letter.NEUTRAL)))
    told["locations"][1]["url"] = "javascript:alert(1)"
    with pytest.raises(BadNotice) as refused:
        read(json.dumps(told).encode())
    assert (refused.value.code, refused.value.where) == (Refusal.UNSAFE, "locations[1].url")
