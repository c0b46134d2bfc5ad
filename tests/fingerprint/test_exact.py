"""Exact fingerprints of a file's bytes."""

import hashlib
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.base.vocabulary import Kind
from staydown.fingerprint.exact import exact, exact_of_path
from staydown.fingerprint.kinds import EXACT


@given(st.binary(max_size=3000))
def test_they_are_the_digests_of_the_bytes(data: bytes) -> None:
    """Both kinds in one reading, as every other program computes them."""
    found = exact(io.BytesIO(data))
    assert found[Kind.MD5].hex == hashlib.md5(data, usedforsecurity=False).hexdigest()
    assert found[Kind.SHA256].hex == hashlib.sha256(data).hexdigest()
    assert set(found) == set(EXACT)


def test_a_large_file_is_read_in_pieces(tmp_path: Path) -> None:
    """A file of several pieces gives the same digest as in one."""
    data = bytes(range(256)) * 10_000
    path = tmp_path / "video.mp4"
    path.write_bytes(data)
    found = exact_of_path(path, [Kind.SHA256])
    assert {kind: one.hex for kind, one in found.items()} == {
        Kind.SHA256: hashlib.sha256(data).hexdigest()
    }


def test_other_kinds_are_refused() -> None:
    """PDQ is not made of a file's bytes."""
    with pytest.raises(ValueError, match="not an exact kind"):
        exact(io.BytesIO(b""), [Kind.PDQ])
