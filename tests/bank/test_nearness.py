"""What is near is found, and nothing else: as if every row had been gone through."""

from hypothesis import given, settings
from hypothesis import strategies as st

from staydown.bank.nearness import Banded, Near, Nearness
from staydown.base.vocabulary import Kind
from staydown.fingerprint.kinds import BY_CONTENT, KINDS
from staydown.fingerprint.value import Fingerprint
from tests.fingerprint.made import made_bits


def _flipped(kind: Kind, number: int, places: set[int]) -> Fingerprint:
    bits = int.from_bytes(made_bits(number, KINDS[kind].bits))
    return Fingerprint(
        kind, (bits ^ sum(1 << one for one in places)).to_bytes(KINDS[kind].bits // 8)
    )


@st.composite
def fingerprints(draw: st.DrawFn) -> Fingerprint:
    """Near one of three, at a distance around the limit, flipped anywhere or all in one place."""
    kind = draw(st.sampled_from(Kind))
    far = max(0, KINDS[kind].hold + draw(st.integers(-3, 3)))
    start = draw(st.integers(0, KINDS[kind].bits - 1))
    together = {(start + place) % KINDS[kind].bits for place in range(far)}
    luck = draw(st.randoms(use_true_random=False))
    places = draw(st.sampled_from([together, set(luck.sample(range(KINDS[kind].bits), far))]))
    return _flipped(kind, draw(st.integers(0, 2)), places)


@settings(max_examples=60)
@given(st.lists(fingerprints(), max_size=8), fingerprints())
def test_the_nearest_is_that_of_going_through_every_row(
    listed: list[Fingerprint], asked: Fingerprint
) -> None:
    nearness = Nearness()
    for row, one in enumerate(listed):
        if one.kind in BY_CONTENT or one not in listed[:row]:
            nearness.add(row, one)
    found = [
        (one.distance(asked), row)
        for row, one in enumerate(listed)
        if one.kind is asked.kind and one.distance(asked) <= one.spec.hold
    ]
    expected = Near(*reversed(min(found))) if found else None
    assert nearness.nearest(asked) == expected


def test_31_bits_anywhere_are_near_and_32_are_not() -> None:
    """Two in each of fifteen bands and one in the last: the least that each band can share."""
    nearness = Nearness()
    nearness.add(7, _flipped(Kind.PDQ, 1, set()))
    spread = {16 * band + place for band in range(16) for place in (3, 11)}
    assert nearness.nearest(_flipped(Kind.PDQ, 1, spread)) is None
    for left in spread:
        assert nearness.nearest(_flipped(Kind.PDQ, 1, spread - {left})) == Near(7, 31)


def test_few_rows_of_many_are_looked_at() -> None:
    """Of 10,000 listed fingerprints, an unlike one is compared with a hundredth at most."""
    rows = Banded(KINDS[Kind.PDQ])
    for row in range(10_000):
        rows.add(row, int.from_bytes(made_bits(row)))
    asked = [int.from_bytes(made_bits(number)) for number in range(30_000, 30_020)]
    looked_at = [len(rows.candidates(bits)) for bits in asked]
    assert sum(looked_at) / len(looked_at) < 100
