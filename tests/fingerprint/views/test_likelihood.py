"""Scores of different searches are put in one order."""

from hypothesis import given
from hypothesis import strategies as st

from staydown.base.vocabulary import Cut
from staydown.fingerprint.views import likelihood
from staydown.fingerprint.views.likelihood import Weights, likely
from staydown.fingerprint.views.region import Region

WEIGHTS = [
    likelihood.TRIMMED,
    likelihood.EMBEDDED,
    likelihood.INNER,
    likelihood.TILTED,
    likelihood.SCREEN,
    likelihood.ON_SCREEN,
]
MEASURE = st.floats(0.0, 1.0)


def part(measure: float, side: float = 50.0) -> Region:
    """A square part of a picture of 100 × 100."""
    return Region.box(Cut.CUT_OUT, (10.0, 10.0, 10.0 + side, 10.0 + side), measure)


@given(st.sampled_from(WEIGHTS), MEASURE, MEASURE)
def test_a_higher_measure_is_never_less_likely(weights: Weights, one: float, two: float) -> None:
    """Within a search, the order stays; every score lies from 0 to 1."""
    low, high = sorted((one, two))
    first, second = (likely(part(measure), 1e4, weights).score for measure in (low, high))
    assert 0.0 <= first <= second <= 1.0


@given(st.floats(0.0, 90.0))
def test_a_region_without_area_is_only_unlikely(side: float) -> None:
    """However small a region, there is a score, and nothing else changes."""
    region = part(0.9, side)
    weighed = likely(region, 1e4, likelihood.EMBEDDED)
    assert (weighed.cut, weighed.corners) == (region.cut, region.corners)
    assert 0.0 <= weighed.score <= 1.0


def test_what_two_searches_find_is_likelier() -> None:
    """A border that ends where straight edges are is likelier than either alone."""
    alone = likely(part(0.9), 1e4, likelihood.TRIMMED)
    assert likely(part(0.9), 1e4, likelihood.TRIMMED, 1.0).score > alone.score
