"""A file gives back what was written to it, and no header makes a reader go astray."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staydown.index import container
from staydown.index.errors import SnapshotRefused

TYPES = st.sampled_from(["uint8", "uint16", "uint32", "uint64", "int32", "int64", "float32"])
SHAPES = st.lists(st.integers(0, 40), min_size=1, max_size=3).map(tuple)
GOOD = {"name": "a", "type": "uint8", "shape": [8], "at": 4096}


def write(path: Path, facts: dict[str, Any], arrays: dict[str, Any]) -> str:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        return container.write(handle, facts, arrays)
    finally:
        os.close(handle)


def read(path: Path, digest: str | None = None) -> container.Contents:
    handle = os.open(path, os.O_RDONLY)
    try:
        return container.read(handle, path.name, digest)
    finally:
        os.close(handle)


def forge(path: Path, header: bytes, *, length: int | None = None, body: int = 4096) -> None:
    """Write a file whose digests are right and whose header is ``header``."""
    numbers = (1).to_bytes(4, "little") + (length or len(header)).to_bytes(4, "little")
    prelude = b"STAYDOWN" + numbers + (4096 + body).to_bytes(8, "little")
    prelude += hashlib.sha256(header).digest()
    path.write_bytes(prelude.ljust(4096, b"\0") + bytes(body) + header)


def header(*lines: Any, **more: Any) -> bytes:
    blocks = [hashlib.sha256(bytes(4096)).hexdigest()]
    return json.dumps({"arrays": lines, "blocks": blocks, "facts": {}} | more).encode()


@settings(deadline=None)
@given(tables=st.lists(st.tuples(TYPES, SHAPES), max_size=5), seed=st.integers(0, 9))
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, tables: list[Any], seed: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    rng = np.random.default_rng(seed)
    arrays = {
        f"a{number}": rng.integers(0, 200, shape).astype(kind)
        for number, (kind, shape) in enumerate(tables)
    }
    digest = write(path, {"what": "a test", "number": 2**62}, arrays)
    found = read(path, digest)
    assert (found.facts, found.digest) == ({"what": "a test", "number": 2**62}, digest)
    assert found.arrays.keys() == arrays.keys()
    for name, array in arrays.items():
        assert found.arrays[name].dtype == array.dtype
        assert np.array_equal(found.arrays[name], array)
        assert not found.arrays[name].flags.writeable
        assert found.arrays[name].ctypes.data % 64 == 0


@pytest.mark.parametrize("over", [-1, 0, 1])
def test_blocks_end_where_they_should(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, over: int
) -> None:
    monkeypatch.setattr(container, "_BLOCK", 4096)
    array = np.random.default_rng(1).integers(0, 256, 3 * 4096 + over).astype(np.uint8)
    write(tmp_path / "file", {}, {"a": array})
    assert np.array_equal(read(tmp_path / "file").arrays["a"], array)
    changed = bytearray((tmp_path / "file").read_bytes())
    changed[4096 + len(array) - 1] ^= 1
    (tmp_path / "file").write_bytes(changed)
    with pytest.raises(SnapshotRefused, match="is damaged"):
        read(tmp_path / "file")


def test_a_file_in_order_is_forged_rightly(tmp_path: Path) -> None:
    forge(tmp_path / "file", header(GOOD))
    assert read(tmp_path / "file").arrays["a"].tolist() == [0] * 8


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b"\xff\xfe",
        b"[]",
        b"null",
        b"1" * 5000,
        header(GOOD, more=1),
        header(GOOD, blocks=[]),
        header(GOOD, blocks=["0" * 64]),
        header(GOOD, blocks=[None]),
        header(GOOD, blocks=7),
        header(GOOD, facts=[]),
        header(3),
        header({}),
        header(GOOD | {"type": "object"}),
        header(GOOD | {"type": "float128"}),
        header(GOOD | {"type": ["uint8"]}),
        header(GOOD | {"name": None}),
        header(GOOD | {"shape": 8}),
        header(GOOD | {"shape": [-1]}),
        header(GOOD | {"shape": [True]}),
        header(GOOD | {"shape": [8.0]}),
        header(GOOD | {"shape": [4097]}),
        header(GOOD | {"shape": [2**62]}),
        header(GOOD | {"shape": [2**40, 2**40]}),
        header(GOOD | {"shape": [2**40, 0, 2**40]}),
        header(GOOD | {"shape": [1] * 4}),
        header(GOOD | {"at": 0}),
        header(GOOD | {"at": -64}),
        header(GOOD | {"at": 4097}),
        header(GOOD | {"at": 4096 + 4096}),
        header(GOOD | {"at": 2**63}),
        header(GOOD | {"at": "4096"}),
        header(GOOD, GOOD | {"at": 4160}),
        header(GOOD, GOOD | {"name": "b"}),
        header(GOOD | {"at": 4160}, GOOD | {"name": "b"}),
    ],
    ids=repr,
)
def test_a_hostile_header_is_refused(tmp_path: Path, text: bytes) -> None:
    forge(tmp_path / "file", text)
    with pytest.raises(SnapshotRefused, match="remove it"):
        read(tmp_path / "file")


@pytest.mark.parametrize("length", [2**32 - 1, 1 << 25, 5])
def test_a_header_of_impossible_length_is_refused(tmp_path: Path, length: int) -> None:
    forge(tmp_path / "file", header(GOOD), length=length)
    with pytest.raises(SnapshotRefused, match="breaks off or is damaged"):
        read(tmp_path / "file")


@pytest.mark.parametrize("data", [b"", b"STAYDOWN", b"STAYDOWN\1", bytes(5000), b"\x7fELF" * 2000])
def test_what_is_no_index_file_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "file").write_bytes(data)
    with pytest.raises(SnapshotRefused):
        read(tmp_path / "file")
