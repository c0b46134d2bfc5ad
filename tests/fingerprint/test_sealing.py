"""A stolen database without the key tells how many fingerprints there are and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.base.errors import SettingsError
from staydown.base.vocabulary import Kind
from staydown.fingerprint.sealing import SealBroken, Sealer
from staydown.fingerprint.value import Fingerprint
from tests.fingerprint.test_value import fingerprints

SEALER = Sealer(b"k" * 32)
OTHER = Sealer(b"o" * 32)


@given(fingerprints())
def test_what_was_sealed_opens_as_it_was(fingerprint: Fingerprint) -> None:
    """Bits and quality, known or not, come back."""
    assert SEALER.open(fingerprint.kind, SEALER.seal(fingerprint)) == fingerprint


@given(fingerprints())
def test_a_sealed_value_shows_nothing_of_the_bits(fingerprint: Fingerprint) -> None:
    """Neither as bytes nor as digits, and twice sealed never looks the same."""
    sealed = SEALER.seal(fingerprint)
    for shown in (sealed, SEALER.lookup(fingerprint)):
        assert fingerprint.bits[:8] not in shown
        assert fingerprint.hex[:16].encode() not in shown
    assert sealed != SEALER.seal(fingerprint)


@given(fingerprints(), st.data())
def test_any_changed_byte_is_found(fingerprint: Fingerprint, data: st.DataObject) -> None:
    """Version, nonce, value and seal are all bound together."""
    sealed = bytearray(SEALER.seal(fingerprint))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SealBroken):
        SEALER.open(fingerprint.kind, bytes(sealed))


@given(fingerprints(Kind.PDQ))
def test_a_value_does_not_open_as_another_kind_or_with_another_key(
    fingerprint: Fingerprint,
) -> None:
    """The kind is part of the seal, and each bank has its own key."""
    sealed = SEALER.seal(fingerprint)
    with pytest.raises(SealBroken):
        SEALER.open(Kind.SHA256, sealed)
    with pytest.raises(SealBroken):
        OTHER.open(Kind.PDQ, sealed)


@given(st.binary(max_size=80))
def test_foreign_bytes_do_not_open(sealed: bytes) -> None:
    """Whatever stands in the column."""
    with pytest.raises(SealBroken):
        SEALER.open(Kind.PDQ, sealed)


@given(fingerprints(), fingerprints())
def test_equal_fingerprints_are_found_again_and_others_are_not(
    one: Fingerprint, two: Fingerprint
) -> None:
    """By kind and bits alone: the quality makes no difference."""
    same = Fingerprint(one.kind, one.bits, 7)
    assert SEALER.lookup(one) == SEALER.lookup(same)
    equal = (one.kind, one.bits) == (two.kind, two.bits)
    assert (SEALER.lookup(one) == SEALER.lookup(two)) == equal
    assert SEALER.lookup(one) != OTHER.lookup(one)


def test_the_keyed_hashes_of_two_purposes_differ() -> None:
    """What is found by one hash is not found by another."""
    assert SEALER.keyed_hash("case", b"x") != SEALER.keyed_hash("pdq", b"x")


@pytest.mark.parametrize("length", [0, 16, 31])
def test_a_short_key_is_refused(length: int) -> None:
    """256 bits, or nothing is sealed."""
    with pytest.raises(SettingsError):
        Sealer(bytes(length))


@given(st.binary(max_size=300), st.data())
def test_sealed_bytes_open_for_their_purpose_alone(plain: bytes, data: st.DataObject) -> None:
    """Neither another purpose, nor another key, nor a changed byte, nor as a fingerprint."""
    sealed = SEALER.seal_bytes("kept words", plain)
    assert SEALER.open_bytes("kept words", sealed) == plain
    assert len(plain) < 8 or plain not in sealed
    changed = bytearray(sealed)
    changed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    for sealer, purpose, value in (
        (SEALER, "kept queries", sealed),
        (OTHER, "kept words", sealed),
        (SEALER, "kept words", bytes(changed)),
        (SEALER, "kept words", sealed[:-1]),
        (SEALER, "kept words", b""),
    ):
        with pytest.raises(SealBroken):
            sealer.open_bytes(purpose, value)
    with pytest.raises(SealBroken):
        SEALER.open(Kind.PDQ, SEALER.seal_bytes("pdq", b"\x50" + bytes(32)))
