"""The wire, both ways: what is written reads back, and what is odd is set aside or refused."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.base.vocabulary import ActingFor, EntryState, Feedback, Kind, Under18
from staydown.exchange import codec
from staydown.exchange.errors import WireError
from staydown.exchange.records import (
    CaseOpened,
    CaseRequest,
    CaseStatus,
    FeedEntry,
    FeedPage,
    ListingStatus,
    Picture,
    V1Feedback,
    V1FeedbackReport,
    V1Page,
    V1Record,
    V1SignalType,
    V1Status,
    V1Submission,
)
from staydown.fingerprint.value import BITS, BadFingerprint, Fingerprint
from tests.fingerprint.made import made_bits

VALUE = made_bits(1).hex()

text = st.text(max_size=40)
counters = st.integers(0, 2**63 - 1)
fingerprints = st.sampled_from(Kind).flatmap(
    lambda kind: st.builds(
        Fingerprint,
        st.just(kind),
        st.binary(min_size=BITS[kind] // 8, max_size=BITS[kind] // 8),
        st.none() | st.integers(0, 100),
    )
)
made = st.integers(0, 2**64)
pdqs = st.builds(Fingerprint, st.just(Kind.PDQ), made.map(made_bits), st.integers(50, 100))
copies = st.builds(
    Fingerprint, st.just(Kind.COPY1), made.map(lambda number: made_bits(number, 1024))
)
pictures = st.builds(Picture, pdqs, st.none() | copies)
entries = st.builds(
    FeedEntry,
    st.integers(1, 2**63 - 1),
    st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True),
    fingerprints,
    st.sampled_from(EntryState),
    st.none() | st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True),
)
tags = st.sets(text, max_size=4).map(lambda found: tuple(sorted(found)))
words = st.builds(V1Feedback, st.sampled_from(Feedback), text, tags)
own_words = st.builds(
    V1Feedback,
    st.sampled_from(Feedback),
    st.just(""),
    tags.filter(lambda found: not any("\0" in tag for tag in found)),
)
hashes = st.one_of(
    st.tuples(st.just(V1SignalType.IMAGE_PDQ), made.map(made_bits).map(bytes.hex)),
    st.tuples(st.just(V1SignalType.VIDEO_MD5), st.binary(min_size=16, max_size=16).map(bytes.hex)),
)
records = st.builds(
    lambda hashed, modified, status, cases, feedback: V1Record(
        modified, hashed[0], hashed[1], status, tuple(cases.items()), tuple(feedback)
    ),
    hashes | st.tuples(st.just(V1SignalType.URL), text),
    counters,
    st.sampled_from(V1Status),
    st.dictionaries(text, st.sampled_from(V1Status), max_size=3),
    st.lists(words, max_size=3),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)


def _through_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


# --------------------------------------------------------------------------- reading back


@given(st.lists(entries, max_size=5), counters, st.booleans())
def test_a_feed_page_reads_back(items: list[FeedEntry], after: int, more: bool) -> None:
    page = FeedPage(tuple(items), after, more)
    assert codec.parse_feed_page(_through_json(codec.render_feed_page(page))) == (page, ())


@given(st.lists(records, max_size=5), counters, st.none() | st.text(min_size=1, max_size=20))
def test_a_v1_page_reads_back(items: list[V1Record], stamp: int, token: str | None) -> None:
    page = V1Page(tuple(items), token, stamp, token is not None)
    assert codec.parse_v1_page(_through_json(codec.render_v1_page(page))) == (page, ())


@given(st.lists(st.tuples(hashes, st.lists(own_words, max_size=2)), max_size=4))
def test_v1_submissions_read_back(
    items: list[tuple[tuple[V1SignalType, str], list[V1Feedback]]],
) -> None:
    sent = tuple(V1Submission(*hashed, tuple(feedback)) for hashed, feedback in items)
    taken, aside = codec.parse_v1_submissions(
        _through_json(codec.render_v1_submissions(sent, now=5))
    )
    assert (taken, aside) == (tuple(enumerate(sent)), ())


@given(st.lists(st.tuples(hashes, own_words), max_size=4))
def test_v1_feedback_reads_back(items: list[tuple[tuple[V1SignalType, str], V1Feedback]]) -> None:
    sent = tuple(V1FeedbackReport(value, word) for (_, value), word in items)
    taken, aside = codec.parse_v1_feedback(_through_json(codec.render_v1_feedback(sent)))
    assert (taken, aside) == (tuple(enumerate(sent)), ())


@given(
    st.lists(pictures, min_size=1, max_size=4, unique_by=lambda item: item.pdq.bits),
    st.sampled_from(ActingFor),
    text,
)
def test_a_case_request_reads_back(items: list[Picture], acting_for: ActingFor, pin: str) -> None:
    request = CaseRequest(Under18.NO, acting_for, tuple(items), pin)
    assert codec.parse_case_request(_through_json(codec.render_case_request(request))) == request


def test_the_same_picture_twice_is_one_picture() -> None:
    twice = [{"kind": "pdq", "value": VALUE, "quality": quality} for quality in (90, 80)]
    (found,) = codec.parse_pictures(twice)
    assert (found.pdq.hex, found.pdq.quality) == (VALUE, 90)


def test_a_picture_is_a_pdq_and_maybe_a_copy_code() -> None:
    """Other kinds in either place, and copy codes of the wrong length, are refused."""
    pdq, copy = Fingerprint.parse(Kind.PDQ, VALUE, 90), Fingerprint(Kind.COPY1, made_bits(0, 1024))
    assert Picture(pdq, copy).fingerprints == (pdq, copy)
    for wrong in ((copy, None), (pdq, pdq), (copy, pdq)):
        with pytest.raises(BadFingerprint):
            Picture(*wrong)
    (given,) = codec.render_pictures((Picture(pdq, copy),))
    for bad in ("ab" * 127, "AB" * 128, 7):
        with pytest.raises(WireError, match=r"fingerprints\.0"):
            codec.parse_pictures([given | {"copy1": bad}])


def test_the_other_messages_read_back() -> None:
    opened = CaseOpened("ABCDE-FGHJK-MNPQ", "one two")
    assert codec.parse_case_opened(codec.render_case_opened(opened)) == opened
    listing = ListingStatus(1, EntryState.WITHDRAWN, ("A", "B"), ("A",), (("A", Feedback.BLOCKED),))
    status = CaseStatus(ActingFor.OTHER, "2026-11-22", (listing,))
    assert codec.parse_case_status(_through_json(codec.render_case_status(status))) == status
    assert codec.parse_status_request(codec.render_status_request("n", "p")) == ("n", "p")
    for numbers in (None, (1, 2)):
        value = codec.render_withdraw_request("n", "p", numbers)
        assert codec.parse_withdraw_request(value) == ("n", "p", numbers)
    assert codec.parse_recover_request(codec.render_recover_request("w", "p")) == ("w", "p")
    value = codec.render_feed_feedback("e1", Feedback.NOT_BLOCKED)
    assert codec.parse_feed_feedback(value) == ("e1", Feedback.NOT_BLOCKED)


# --------------------------------------------------------------------------- anything at all


@pytest.mark.parametrize(
    "parse",
    [
        codec.parse_feed_page,
        codec.parse_v1_page,
        codec.parse_v1_submissions,
        codec.parse_v1_feedback,
        codec.parse_feed_feedback,
        codec.parse_case_request,
        codec.parse_case_opened,
        codec.parse_case_status,
        codec.parse_pictures,
        codec.parse_status_request,
        codec.parse_withdraw_request,
        codec.parse_recover_request,
    ],
)
@given(value=json_values)
def test_any_value_is_read_or_refused_and_never_crashes(parse: Any, value: Any) -> None:
    with contextlib.suppress(WireError):
        parse(value)


@given(st.lists(json_values, max_size=5), entries)
def test_bad_entries_are_set_aside_and_good_ones_kept(bad: list[Any], good: FeedEntry) -> None:
    value = codec.render_feed_page(FeedPage((good,), 1, False))
    value["entries"] = [*bad, *value["entries"], *bad]
    page, aside = codec.parse_feed_page(value)
    assert page.entries == (good,)
    assert [item.position for item in aside] == [
        place for place in range(2 * len(bad) + 1) if place != len(bad)
    ]


# --------------------------------------------------------------------------- tables

GOOD_RECORD = {
    "lastModtimestamp": 5,
    "signalType": "ImagePDQ",
    "hashValue": "ab" * 32,
    "hashStatus": "Active",
    "caseNumbers": {},
    "CSPFeedbacks": [],
}


def _page(*found: Any, **change: Any) -> dict[str, Any]:
    envelope = {"count": 1, "nextPageToken": None, "nextSetTimestamp": 5, "hasMoreRecords": False}
    return {**envelope, "hashRecords": list(found), **change}


@pytest.mark.parametrize(
    "change",
    [
        {"caseNumbers": []},
        {"caseNumbers": None},
        {"CSPFeedbacks": None},
        {"CSPFeedbacks": [{"feedbackValue": "Undefined"}]},
        {"CSPFeedbacks": [{"feedbackValue": "Blocked", "source": None, "tags": None}]},
        {"hashRegions": ["UK"], "tags": ["x"]},
        {"caseNumbers": {"x": "Gone"}},
        {"caseNumbers": {"x": None, "y": {"z": 1}}},
        {"caseNumbers": ["x"]},
        {"caseNumbers": 7},
        {"CSPFeedbacks": ["x", None, {"feedbackValue": 5}]},
        {"CSPFeedbacks": "x"},
        {"signalType": "VideoMD5", "hashValue": "AB" * 16},
        {"signalType": "VideoTMK", "hashValue": "anything"},
    ],
)
def test_oddities_that_real_servers_have_shown_are_read(change: dict[str, Any]) -> None:
    page, aside = codec.parse_v1_page(_page({**GOOD_RECORD, **change}))
    assert (len(page.records), aside) == (1, ())


@pytest.mark.parametrize(
    "change",
    [
        {"signalType": "ImagePhotoDNA"},
        {"hashStatus": "Gone"},
        {"hashValue": None},
        {"hashValue": "ab" * 16},
        {"hashValue": "AB" * 32},
        {"lastModtimestamp": 1.5},
        {"lastModtimestamp": "5"},
    ],
)
def test_a_record_that_cannot_be_trusted_is_set_aside_alone(change: dict[str, Any]) -> None:
    page, aside = codec.parse_v1_page(_page({**GOOD_RECORD, **change}, GOOD_RECORD, None))
    assert len(page.records) == 1
    assert [item.position for item in aside] == [0, 2]
    assert not any("ab" * 8 in item.reason for item in aside)


@pytest.mark.parametrize(
    "change",
    [
        {"hashRecords": None},
        {"hasMoreRecords": 1},
        {"hasMoreRecords": True},
        {"hasMoreRecords": True, "nextPageToken": ""},
        {"nextSetTimestamp": 5.0},
        {"nextSetTimestamp": None},
        {"nextSetTimestamp": 2**63},
        {"hashRecords": [None] * 5001},
    ],
)
def test_a_bad_v1_envelope_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(WireError):
        codec.parse_v1_page(_page(GOOD_RECORD, **change))


def test_the_peers_enum_prefix_is_taken_off() -> None:
    for prefix in ("", "StopNCIISignalType."):
        record = {"signalType": f"{prefix}ImagePDQ", "hashValue": VALUE}
        taken, _ = codec.parse_v1_submissions({"hashRecords": [record]})
        assert taken[0][1].signal_type is V1SignalType.IMAGE_PDQ


def test_a_value_without_a_type_may_be_of_several_kinds() -> None:
    assert {f.kind for f in codec.v1_fingerprints("ab" * 32)} == {Kind.PDQ, Kind.SHA256}
    assert {f.kind for f in codec.v1_fingerprints("ab" * 16)} == {Kind.MD5}
    assert codec.v1_fingerprints("xy" * 16) == codec.v1_fingerprints("") == ()


def test_errors_name_the_place_and_repeat_nothing() -> None:
    request: dict[str, Any] = {
        "under18": "no",
        "acting_for": "self",
        "fingerprints": [{"kind": "pdq", "value": "SECRET", "quality": 90}],
        "pin": "p",
    }
    cases = [
        (request, "fingerprints.0.value"),
        ({**request, "SECRET": 1}, "a field that does not belong here"),
        ({**request, "pin": ["SECRET"]}, "pin"),
        ({key: value for key, value in request.items() if key != "pin"}, "pin is missing"),
        ("SECRET", "an object"),
    ]
    for value, says in cases:
        with pytest.raises(WireError) as refused:
            codec.parse_case_request(value)
        assert says in str(refused.value)
        assert "SECRET" not in str(refused.value)


def test_who_may_be_under_18_is_read_without_fingerprints() -> None:
    request = CaseRequest(
        Under18.NOT_SURE, ActingFor.SELF, (Picture(Fingerprint(Kind.PDQ, bytes(32), 90)),), "p"
    )
    assert codec.parse_case_request(codec.render_case_request(request)).pictures == ()
