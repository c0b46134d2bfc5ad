"""Alignments and sightings in words and for JSON."""

import json

import pytest

from staydown.base.vocabulary import Cut, Kind, Turn
from staydown.cli.in_videos import (
    clock,
    segment_record,
    segment_words,
    sighting_record,
    sighting_words,
)
from staydown.fingerprint.value import View
from staydown.matching.video import Segment, Sighting

MIRRORED = View(Cut.WHOLE, Turn.MIRRORED)

SEGMENT = Segment(
    kind=Kind.PDQ,
    view=MIRRORED,
    query_start=0.0,
    query_end=5.0,
    reference_start=62.5,
    reference_end=67.5,
    speed=1.0,
    frames=9,
    share=0.9,
    reference_share=0.0277,
    distance=4,
    median=10,
)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0:00.0"),
        (5.04, "0:05.0"),
        (59.96, "1:00.0"),
        (62.5, "1:02.5"),
        (3599.97, "1:00:00.0"),
        (3662.5, "1:01:02.5"),
    ],
)
def test_a_time_is_written_as_players_show_it(seconds: float, text: str) -> None:
    """And tenths are carried over, so that no minute has sixty seconds."""
    assert clock(seconds) == text


def test_a_segment_says_where_how_much_and_how_near() -> None:
    """Of several the longest, and how many more there are."""
    words = segment_words([SEGMENT, SEGMENT])
    assert words.startswith("0:00.0–0:05.0 matches 1:02.5–1:07.5 after mirroring it; 9 frames")
    assert "90% of those compared" in words
    assert "4 of 256 bits differ" in words
    assert words.endswith("; and in 1 more place")
    assert "more" not in segment_words([SEGMENT])


def test_a_segment_for_json_has_both_times() -> None:
    """The kind is what others call it."""
    record = json.loads(json.dumps(segment_record(SEGMENT)))
    assert (record["start"], record["end"]) == (0, 5)
    assert (record["ref_start"], record["ref_end"]) == (62.5, 67.5)
    assert (record["kind"], record["view"], record["ref_share"]) == (
        "vpdq",
        "whole+mirrored",
        0.028,
    )


@pytest.mark.parametrize(
    ("in_query", "words", "key"),
    [(True, "shows the picture at 0:12.5, as it is", "start"), (False, "is seen", "ref_start")],
)
def test_a_sighting_says_in_which_of_the_two_it_is(in_query: bool, words: str, key: str) -> None:
    """The moment belongs to the video, whichever file that is."""
    seen = Sighting(Kind.PDQ, View(), 12, 12.5)
    assert sighting_words([seen], in_query=in_query).startswith(words)
    assert sighting_record(seen, in_query=in_query)[key] == 12.5


def test_several_findings_of_one_moment_are_one_place() -> None:
    """PDQ and copy code, or two views, often see the same frame."""
    seen = Sighting(Kind.PDQ, View(), 12, 12.5)
    again = Sighting(Kind.COPY1, MIRRORED, 100, 12.5)
    assert "more" not in sighting_words([seen, again], in_query=True)
    later = Sighting(Kind.PDQ, View(), 20, 60)
    assert sighting_words([seen, again, later], in_query=True).endswith("; and in 1 more place")
