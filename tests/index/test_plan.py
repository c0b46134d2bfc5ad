"""How searches are laid out."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.index import plan


@pytest.mark.parametrize(
    ("count", "bits", "chunks"),
    [
        (0, 256, 32),
        (100_000, 256, 15),
        (1_000_000, 256, 13),
        (10_000_000, 256, 11),
        (100_000_000, 256, 10),
        (1_000_000, 128, 6),
        (1_000_000_000_000, 256, 10),
    ],
)
def test_the_more_rows_there_are_the_fewer_chunks(count: int, bits: int, chunks: int) -> None:
    """About one row for each number that a chunk can hold."""
    assert plan.chunk_count(count, bits) == chunks
    assert sum(plan.widths(bits, chunks)) == bits


@given(st.sampled_from([64, 128, 192, 256]), st.data())
def test_chunks_cover_all_bits_and_differ_by_one_at_most(bits: int, data: st.DataObject) -> None:
    """Whatever the number of chunks, no bit is left out."""
    chunks = data.draw(st.integers(-(-bits // plan.WIDEST), bits))
    of = plan.widths(bits, chunks)
    assert len(of) == chunks
    assert sum(of) == bits
    assert max(of) - min(of) <= 1
    assert max(of) <= plan.WIDEST


@pytest.mark.parametrize(("bits", "chunks"), [(256, 0), (256, 9), (64, 65), (128, -1)])
def test_chunks_that_are_too_wide_or_too_many_are_refused(bits: int, chunks: int) -> None:
    """A table of a wider chunk would take more memory than the rows."""
    with pytest.raises(ValueError, match="can't be split"):
        plan.widths(bits, chunks)


@given(st.sampled_from([64, 128, 256]), st.integers(0, 2_000_000), st.data())
def test_the_radii_obey_the_pigeonhole_principle(
    bits: int, count: int, data: st.DataObject
) -> None:
    """The sum of all rᵢ + 1 is r + 1, each at most the width of its chunk, none probed twice."""
    radius = data.draw(st.integers(0, bits))
    of = plan.widths(bits, data.draw(st.integers(-(-bits // plan.WIDEST), bits)))
    made = plan.plan(of, count, radius)
    assert sum(step.radius + 1 for step in made.steps) == radius + 1
    assert all(0 <= step.radius <= of[step.chunk] for step in made.steps)
    assert len({step.chunk for step in made.steps}) == len(made.steps)
    looked = [
        sum(comb(of[step.chunk], near) for near in range(step.radius + 1)) for step in made.steps
    ]
    assert made.buckets == sum(looked)


def test_an_exact_look_up_looks_into_one_bucket() -> None:
    """Equal rows are equal in any one chunk."""
    made = plan.plan(plan.widths(256, 13), 1_000_000, 0)
    assert [step.radius for step in made.steps] == [0]
    assert made.buckets == 1


def test_radius_31_over_13_chunks_is_as_cheap_as_can_be() -> None:
    """Six chunks within 2 and seven within 1, the wider ones the less far."""
    of = plan.widths(256, 13)
    made = plan.plan(of, 1_000_000, 31)
    assert sorted(step.radius for step in made.steps) == [1] * 7 + [2] * 6
    assert made.cost < 1_000_000 / 10


@pytest.mark.parametrize("radius", [0, 31, 46, 100])
def test_the_allowance_is_used_up_when_a_scan_would_be_done(radius: int) -> None:
    """What has been spent on the buckets and their rows by then is never more than the scan."""
    made = plan.plan(plan.widths(256, 13), 1_000_000, radius)
    assert 0 <= plan.allowance(1_000_000, made) < 1_000_000
