"""Reasons, as the person who decides reads them."""

from dataclasses import replace

import pytest

from staydown.base.face import FIRST, Colour, Face, Ground
from staydown.base.vocabulary import Cut, Kind, Turn
from staydown.fingerprint.value import View
from staydown.matching.reasons import distance_words, is_of_a_face, reason, view_words
from staydown.matching.rules import Evidence, judge
from tests.matching.evidence import DISPUTED, near


@pytest.mark.parametrize(
    ("evidence", "wanted"),
    [
        ([near(12)], "matches as it is; 12 of 256 bits differ"),
        (
            [near(12, cut=Cut.CUT_OUT, turn=Turn.MIRRORED)],
            "matches after cutting it out of a larger picture, then mirroring it; "
            "12 of 256 bits differ",
        ),
        (
            [near(250, Kind.COPY1, cut=Cut.SQUARED)],
            "matches after straightening a photograph of it; copy code: 250 of 1,024 bits differ",
        ),
        (
            [near(40)],
            "matches as it is; 40 of 256 bits differ; "
            "more than 31: not enough to hold it back alone",
        ),
        (
            [near(40), near(310, Kind.COPY1, cut=Cut.TRIMMED)],
            "matches as it is; 40 of 256 bits differ; the copy code says the same, "
            "after trimming its border (310 of 1,024 bits differ)",
        ),
        (
            [near(3, state=DISPUTED, entry_quality=20, quality=None)],
            "matches as it is; 3 of 256 bits differ; the entry is disputed; "
            "the listed picture is very plain; "
            "the upload is very plain, or its quality was not given",
        ),
        ([near(0, Kind.MD5)], "matches as it is; the same file, byte for byte"),
    ],
)
def test_a_reason(evidence: list[Evidence], wanted: str) -> None:
    """What was undone, how alike, what speaks against it."""
    (finding,) = [one for one in judge(evidence) if one.evidence is evidence[0]]
    assert reason(finding) == wanted


@pytest.mark.parametrize("view", [View(), View(cut=Cut.CUT_OUT), View(turn=Turn.MIRRORED)])
@pytest.mark.parametrize("frame", [1, 4])
@pytest.mark.parametrize("ground", Ground)
@pytest.mark.parametrize("colour", Colour)
def test_a_reason_tells_whether_it_is_about_another_picture_of_the_file(
    frame: int, ground: Ground, colour: Colour, view: View
) -> None:
    """The person who decides has to look at that one."""
    face = Face(frame, ground, colour)
    evidence = replace(near(12), view=view, face=face)
    (finding,) = judge([evidence])
    assert is_of_a_face(reason(finding)) == (face != FIRST)


def test_every_view_has_words_of_its_own() -> None:
    """Forty views, forty phrases, none too long for a row."""
    phrases = {view_words(View(cut, turn)) for cut in Cut for turn in Turn}
    assert len(phrases) == len(Cut) * len(Turn)
    assert max(map(len, phrases)) < 120


def test_another_file_is_another_file() -> None:
    """An exact fingerprint knows no nearness."""
    assert distance_words(Kind.SHA256, 5) == "another file"
