"""A fingerprint is its kind, its bits and its quality, and nothing else passes for one."""

import dataclasses
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.base.vocabulary import Kind
from staydown.fingerprint.value import BITS, BadFingerprint, Fingerprint

qualities = st.none() | st.integers(0, 100)


@st.composite
def fingerprints(draw: st.DrawFn, kind: Kind | None = None) -> Fingerprint:
    """Any fingerprint, of one kind where it is given."""
    chosen = kind or draw(st.sampled_from(Kind))
    size = BITS[chosen] // 8
    return Fingerprint(chosen, draw(st.binary(min_size=size, max_size=size)), draw(qualities))


pdqs = fingerprints(Kind.PDQ)


@given(fingerprints())
def test_text_reads_back_as_it_was_written(fingerprint: Fingerprint) -> None:
    """Hexadecimal digits there and back."""
    assert Fingerprint.parse(fingerprint.kind, fingerprint.hex, fingerprint.quality) == fingerprint


@given(pdqs, pdqs, pdqs)
def test_distance_is_a_metric(one: Fingerprint, two: Fingerprint, three: Fingerprint) -> None:
    """Zero to itself, the same both ways, never longer than a way round."""
    assert one.distance(one) == 0
    assert one.distance(two) == two.distance(one)
    assert one.distance(three) <= one.distance(two) + two.distance(three)
    assert (one.distance(two) == 0) == (one.bits == two.bits)


@given(pdqs, st.sets(st.integers(0, 255)))
def test_distance_counts_the_bits_that_differ(one: Fingerprint, flipped: set[int]) -> None:
    """Each flipped bit is one."""
    changed = int.from_bytes(one.bits)
    for bit in flipped:
        changed ^= 1 << bit
    assert one.distance(Fingerprint(Kind.PDQ, changed.to_bytes(32))) == len(flipped)


@pytest.mark.parametrize(
    "text",
    ["", "0" * 63, "0" * 65, "A" * 64, "g" * 64, " " + "0" * 63, "0x" + "0" * 62, "٠" * 64],
)
def test_text_that_is_not_64_lower_case_digits_is_refused(text: str) -> None:
    """Upper case too: a peer would fetch it and never match it."""
    with pytest.raises(BadFingerprint):
        Fingerprint.parse(Kind.PDQ, text)


@given(st.text(max_size=80))
def test_a_refusal_never_repeats_what_was_sent(text: str) -> None:
    """A message may be logged; what was sent may be a fingerprint."""
    with pytest.raises(BadFingerprint) as caught:
        Fingerprint.parse(Kind.PDQ, text + "x")
    assert str(caught.value) == "a pdq fingerprint is 64 lower-case hex digits"


@pytest.mark.parametrize("quality", [-1, 101, 1000])
def test_a_quality_outside_0_to_100_is_refused(quality: int) -> None:
    """Quality is a whole number of hundredths."""
    with pytest.raises(BadFingerprint):
        Fingerprint(Kind.PDQ, bytes(32), quality)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("more", [-1, 1])
def test_a_wrong_number_of_bits_is_refused(kind: Kind, more: int) -> None:
    """Each kind has its length."""
    with pytest.raises(BadFingerprint):
        Fingerprint(kind, bytes(BITS[kind] // 8 + more))


def test_two_kinds_are_not_compared() -> None:
    """A distance across kinds would mean nothing."""
    with pytest.raises(BadFingerprint):
        Fingerprint(Kind.PDQ, bytes(32)).distance(Fingerprint(Kind.SHA256, bytes(32)))


@given(fingerprints())
def test_a_fingerprint_shown_in_a_log_or_a_traceback_hides_its_bits(
    fingerprint: Fingerprint,
) -> None:
    """Neither repr nor a failing comparison repeats the bits."""
    shown = repr(fingerprint) + str(fingerprint)
    assert fingerprint.hex not in shown
    assert repr(fingerprint.bits) not in shown
    other = Kind.MD5 if fingerprint.kind is not Kind.MD5 else Kind.PDQ
    with pytest.raises(BadFingerprint) as caught:
        fingerprint.distance(Fingerprint(other, bytes(BITS[other] // 8)))
    assert fingerprint.hex not in "".join(traceback.format_exception(caught.value))


def test_a_fingerprint_cannot_be_changed() -> None:
    """Frozen, and so fit for sets and keys."""
    fingerprint = Fingerprint(Kind.PDQ, bytes(range(32)), 80)
    with pytest.raises(dataclasses.FrozenInstanceError):
        fingerprint.quality = 3  # type: ignore[misc]  # the fault under test
    assert len({fingerprint, Fingerprint(Kind.PDQ, bytes(range(32)), 80)}) == 1
