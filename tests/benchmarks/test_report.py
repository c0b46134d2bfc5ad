"""What is counted, and how it is written."""

from xml.etree import ElementTree as ET

import pytest

from benchmarks.chart import Bar, bars
from benchmarks.recall.methods import Listing, Near, Verdict
from benchmarks.recall.report import Case, Report, Share, at_most
from staydown.base.vocabulary import Cut, Kind
from staydown.fingerprint.value import Fingerprint

_PDQ = Fingerprint(Kind.PDQ, bytes(32), 100)
_LISTED = [Listing("a" * 64, "", _PDQ, None), Listing("b" * 64, "", _PDQ, None)]


def _case(truth: str, held: tuple[str, ...], edit: str = "mirrored") -> Case:
    near = [Near(Kind.PDQ, Cut.WHOLE, 90, 3 if truth else None, 88, _LISTED[1].name)]
    verdict = Verdict(held, (), 5.0)
    methods = {"PDQ ≤ 31, as HMA": Verdict((), (), 2.0), "PDQ with views": verdict}
    return Case(edit, "a" * 64, "", truth, methods, near)


def test_recall_and_wrong_pairs_are_counted() -> None:
    """A held truth counts as found; anything else that is held, of anybody's, as wrong."""
    own, other = _LISTED[0].name, _LISTED[1].name
    report = Report([_case(own, (own,)), _case(own, ()), _case("", (other,))], _LISTED)
    assert report.held("PDQ with views", lambda _: True) == Share(1, 2)
    assert [(case.truth, name) for case, name in report.wrong("PDQ with views")] == [("", other)]
    assert report.pairs == 4
    assert report.plain()["methods"]["PDQ with views"]["wrongly_held"] == 1
    assert "mirror and turn" in report.markdown()


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_the_interval_is_wilsons(count: int, total: int, low: float, high: float) -> None:
    """Values of published tables (Newcombe 1998 for the last)."""
    assert Share(count, total).interval == pytest.approx((low, high), abs=2e-4)


def test_none_seen_is_not_none() -> None:
    """No event in many trials still allows for three."""
    assert at_most(0) == pytest.approx(2.996, abs=1e-3)
    assert at_most(3) == pytest.approx(7.754, abs=1e-3)


def test_the_chart_is_svg_that_says_what_it_shows() -> None:
    """Well-formed, with a title and a description, whatever the names are."""
    text = bars("Found <all>", "What & why", ["one", "two"], [("a", [Bar(0.5, 0.4, 0.6)] * 2)])
    root = ET.fromstring(text)  # noqa: S314 - our own text
    found = {child.tag.rpartition("}")[2]: child.text for child in root}
    assert found["title"] == "Found <all>"
    assert found["desc"] == "What & why"
