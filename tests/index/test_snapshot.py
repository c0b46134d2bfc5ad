"""An index that was saved is opened as it was, or refused: never as something else."""

import hashlib
import os
import resource
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from staydown.index import container, segments, snapshot, store
from staydown.index.errors import (
    FolderRefused,
    SnapshotLocked,
    SnapshotNotWritten,
    SnapshotRefused,
)
from staydown.index.store import LiveIndex
from tests.index.contents import contents

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

Plain = dict[int, bytes]


@pytest.fixture(autouse=True)
def short_tails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "TAIL_ROWS", 32)
    monkeypatch.setattr(store, "TAIL_ROWS", 32)
    monkeypatch.setattr(store, "_BULK", 16)


def row(number: int) -> bytes:
    return hashlib.sha256(str(number).encode()).digest()


def fill(folder: Path) -> Plain:
    """Save two parts, of one of which a row has left, and a tail."""
    with open_index(folder) as index:
        plain = {number: row(number) for number in range(300)}
        index.change(put=plain.items())
        plain |= {number: row(number) for number in range(300, 330)}
        index.change(put=[(number, row(number)) for number in range(300, 330)])
        index.change(put=[(999, row(999))], drop=[7])
        plain[999] = row(999)
        del plain[7]
        index.save(12, origin="here", now=NOON)
        assert len(index._view.parts) == 2
    return plain


@contextmanager
def open_index(
    folder: Path, *, name: str = "pdq", bits: int = 256, writable: bool = True
) -> Iterator[LiveIndex]:
    index = LiveIndex.open(folder, name, bits, writable=writable, background=False)
    try:
        yield index
    finally:
        index.close()


def files(folder: Path) -> list[str]:
    return sorted(path.suffix for path in folder.iterdir())


def test_what_was_saved_is_there_again_with_cursor_and_origin(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    plain = fill(folder)
    for writable in (False, True):
        with open_index(folder, writable=writable) as index:
            assert (index.cursor, index.origin, len(index)) == (12, "here", len(plain))
            assert contents(index) == plain
            assert [one.key for one in index.query(row(5), 0)] == [5]
            assert index.query(row(7), 0) == []
            assert index.memory().mapped > 0


def test_a_folder_without_a_snapshot_is_an_empty_index(tmp_path: Path) -> None:
    with open_index(tmp_path / "index", writable=False) as index:
        assert (len(index), index.cursor) == (0, 0)
    assert not (tmp_path / "index").exists()
    with open_index(tmp_path / "index") as index:
        assert (len(index), index.cursor) == (0, 0)


def test_folder_and_files_are_this_accounts_alone(tmp_path: Path) -> None:
    fill(tmp_path / "index")
    assert stat.S_IMODE((tmp_path / "index").stat().st_mode) == 0o700
    for path in (tmp_path / "index").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_saving_again_writes_only_what_is_new(tmp_path: Path) -> None:
    fill(tmp_path)
    before = {path.name: path.stat().st_ino for path in tmp_path.glob("*.segment")}
    with open_index(tmp_path) as index:
        index.change(put=[(5000, row(5000))])
        index.save(13, now=NOON)
        manifest = (tmp_path / "pdq.manifest").stat().st_ino
        index.save(13, now=NOON)
        assert (tmp_path / "pdq.manifest").stat().st_ino == manifest
    assert {path.name: path.stat().st_ino for path in tmp_path.glob("*.segment")} == before


def test_files_that_no_manifest_names_are_removed(tmp_path: Path) -> None:
    fill(tmp_path)
    litter = [f"pdq-{'a' * 32}.segment", f"pdq-{'b' * 32}.new"]
    foreign = [f"pdq_old-{'a' * 32}.segment", "notes.txt"]
    for name in litter + foreign:
        (tmp_path / name).write_bytes(b"x")
    with open_index(tmp_path) as index:
        index.change(drop=[1])
        index.save(13, now=NOON)
    names = {path.name for path in tmp_path.iterdir()}
    assert not names & set(litter)
    assert names >= set(foreign)


def test_a_reader_keeps_what_it_opened_while_the_writer_goes_on(tmp_path: Path) -> None:
    plain = fill(tmp_path)
    with open_index(tmp_path, writable=False) as reader, open_index(tmp_path) as writer:
        writer.change(drop=plain)
        writer.save(13, now=NOON)
        assert len(list(tmp_path.glob("*.segment"))) == 0
        assert contents(reader) == plain
        reader.change(put=[(1, row(4))], drop=[2])
        plain |= {1: row(4)}
        del plain[2]
        assert contents(reader) == plain
        with pytest.raises(ValueError, match="not opened for writing"):
            reader.save(14)


def test_only_one_can_write(tmp_path: Path) -> None:
    with (
        open_index(tmp_path),
        pytest.raises(SnapshotLocked, match="another process"),
        open_index(tmp_path),
    ):
        pass
    with open_index(tmp_path):
        pass


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o701])
def test_a_folder_that_others_can_enter_is_refused(tmp_path: Path, mode: int) -> None:
    fill(tmp_path)
    tmp_path.chmod(mode)
    for writable in (True, False):
        with (
            pytest.raises(FolderRefused, match="chmod 700"),
            open_index(tmp_path, writable=writable),
        ):
            pass


def test_a_link_a_file_or_a_lost_place_is_no_folder(tmp_path: Path) -> None:
    fill(tmp_path / "index")
    (tmp_path / "link").symlink_to(tmp_path / "index")
    (tmp_path / "file").touch()
    for name in ("link", "file", "away/index"):
        with pytest.raises(FolderRefused, match=f"{tmp_path}"), open_index(tmp_path / name):
            pass


def test_a_file_that_is_a_link_or_open_to_others_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    fill(folder)
    for path in [folder / "pdq.manifest", *folder.glob("*.segment")]:
        path.chmod(0o644)
        with pytest.raises(SnapshotRefused, match="no private file"), open_index(folder):
            pass
        path.chmod(0o600)
        path.rename(tmp_path / "elsewhere")
        path.symlink_to(tmp_path / "elsewhere")
        with pytest.raises(SnapshotRefused, match="is a link"), open_index(folder):
            pass
        (tmp_path / "elsewhere").replace(path)


def test_a_missing_part_is_refused(tmp_path: Path) -> None:
    fill(tmp_path)
    next(tmp_path.glob("*.segment")).unlink()
    with pytest.raises(SnapshotRefused, match="is missing"), open_index(tmp_path):
        pass


def test_an_older_part_in_the_place_of_the_named_one_is_refused(tmp_path: Path) -> None:
    fill(tmp_path)
    one, other = tmp_path.glob("*.segment")
    shutil.copy(one, other)
    with (
        pytest.raises(SnapshotRefused, match="not the file that the manifest means"),
        open_index(tmp_path),
    ):
        pass


def test_a_snapshot_of_another_kind_or_width_is_refused(tmp_path: Path) -> None:
    fill(tmp_path)
    with pytest.raises(SnapshotRefused, match="bits is another"), open_index(tmp_path, bits=128):
        pass
    for path in list(tmp_path.iterdir()):
        path.rename(tmp_path / path.name.replace("pdq", "sha256"))
    with (
        pytest.raises(SnapshotRefused, match="index is another"),
        open_index(tmp_path, name="sha256"),
    ):
        pass


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_no_bit_can_flip_and_no_byte_be_missing_or_added(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.getbasetemp() / "damaged"
    if not folder.exists():
        fill(folder)
    path = data.draw(st.sampled_from(sorted(folder.glob("pdq[.-]*[!k]"))))
    good = path.read_bytes()
    bad = bytearray(good)
    match data.draw(st.sampled_from(["flip", "cut", "add"])):
        case "flip":
            at = data.draw(st.integers(0, len(good) * 8 - 1))
            bad[at // 8] ^= 1 << at % 8
        case "cut":
            del bad[data.draw(st.integers(0, len(good) - 1)) :]
        case _:
            bad += data.draw(st.binary(min_size=1, max_size=5000))
    path.write_bytes(bad)
    try:
        with pytest.raises(SnapshotRefused), open_index(folder):
            pass
    finally:
        path.write_bytes(good)


def test_a_later_format_is_refused_by_name(tmp_path: Path) -> None:
    fill(tmp_path)
    path = tmp_path / "pdq.manifest"
    changed = bytearray(path.read_bytes())
    changed[8] = 2
    path.write_bytes(changed)
    with pytest.raises(SnapshotRefused, match="format 2, and this version"), open_index(tmp_path):
        pass


def test_discarding_leaves_an_empty_index_and_other_files(tmp_path: Path) -> None:
    fill(tmp_path)
    (tmp_path / "md5.manifest").write_bytes(b"another index")
    with open_index(tmp_path), pytest.raises(SnapshotLocked):
        snapshot.discard(tmp_path, "pdq")
    snapshot.discard(tmp_path, "pdq")
    snapshot.discard(tmp_path / "nowhere", "pdq")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["md5.manifest", "pdq.lock"]
    with open_index(tmp_path) as index:
        assert (len(index), index.cursor) == (0, 0)


@pytest.mark.parametrize("limit", [0, 3000, 6000, 20_000])
def test_on_a_full_disk_the_old_snapshot_stays(tmp_path: Path, limit: int) -> None:
    plain = fill(tmp_path)
    before = sorted(path.name for path in tmp_path.iterdir())
    with open_index(tmp_path) as index:
        index.change(put=[(key, row(key)) for key in range(1000, 3000)])
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        try:
            with pytest.raises(SnapshotNotWritten, match="from before still stands"):
                index.save(13, now=NOON)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert sorted(path.name for path in tmp_path.iterdir()) == before
        with open_index(tmp_path, writable=False) as reader:
            assert contents(reader) == plain
        index.save(13, now=NOON)
    with open_index(tmp_path, writable=False) as reader:
        assert (reader.cursor, len(reader)) == (13, len(plain) + 2000)


def on_disk(folder: Path, bits: bytes) -> bool:
    return any(bits[:16] in path.read_bytes() for path in folder.iterdir())


def test_a_withdrawn_row_is_gone_from_the_files_after_a_day(tmp_path: Path) -> None:
    fill(tmp_path)
    with open_index(tmp_path) as index:
        index.change(drop=[100])
        index.save(13, now=NOON)
    hour = timedelta(hours=1)
    for after, there in ((23 * hour, True), (24 * hour, False)):
        with open_index(tmp_path) as index:
            index.save(13, now=NOON + after)
            assert index.query(row(100), 0) == []
        with open_index(tmp_path, writable=False) as index:
            assert (100 in contents(index), len(index)) == (False, 329)
            assert any(100 in part.keys for part in index._view.parts) is there


def test_a_clock_that_was_set_back_keeps_nothing_for_longer(tmp_path: Path) -> None:
    fill(tmp_path)
    with open_index(tmp_path) as index:
        index.save(13, now=NOON - timedelta(days=900))
        assert not any(7 in part.keys for part in index._view.parts)


def test_many_withdrawn_rows_are_gone_from_the_files_at_once(tmp_path: Path) -> None:
    fill(tmp_path)
    with open_index(tmp_path) as index:
        index.change(drop=range(10, 40))
        index.save(13, now=NOON)
        assert not any(20 in part.keys for part in index._view.parts)
    assert len(list(tmp_path.glob("*.segment"))) <= 2


def test_a_withdrawn_row_of_the_tail_is_not_written_at_all(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        index.change(put=[(1, row(77)), (2, row(78))])
        index.save(1, now=NOON)
        assert on_disk(tmp_path, row(77))
        index.change(drop=[1])
        index.save(2, now=NOON)
    assert not on_disk(tmp_path, row(77))
    assert on_disk(tmp_path, row(78))


def test_who_closes_lets_go_of_every_file(tmp_path: Path) -> None:
    fill(tmp_path)
    for _ in range(3):
        with pytest.raises(SnapshotRefused), open_index(tmp_path, bits=128):
            pass
    held = [os.path.realpath(one) for one in Path("/proc/self/fd").iterdir()]
    assert [name for name in held if name.startswith(os.path.realpath(tmp_path))] == []


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"what": "part"}, "its what is another"),
        ({"parts": {}}, "too many parts"),
        ({"parts": [3]}, "not of this index"),
        ({"parts": [[]]}, "not of this index"),
        ({"parts": [{}]}, "not of this index"),
        ({"parts": [{"file": "../pdq.manifest"}]}, "foreign file"),
        ({"parts": [{"file": "pdq.manifest"}]}, "foreign file"),
        ({"parts": [{}] * 5000}, "too many parts"),
        ({"cursor": -1}, "impossible number"),
        ({"cursor": True}, "impossible number"),
        ({"cursor": "12"}, "impossible number"),
        ({"cursor": None}, "impossible number"),
        ({"origin": 5}, "foreign origin"),
        ({"origin": "x" * 201}, "foreign origin"),
    ],
)
def test_a_manifest_with_right_digests_and_wrong_facts_is_refused(
    tmp_path: Path, changed: dict[str, Any], message: str
) -> None:
    fill(tmp_path)
    rewrite(tmp_path, changed, {})
    with pytest.raises(SnapshotRefused, match=message), open_index(tmp_path):
        pass


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("keys", np.array([5, 4], dtype=np.uint64), "in disorder"),
        ("keys", np.array([5, 2**63], dtype=np.uint64), "in disorder"),
        ("keys", np.array([5, 6], dtype=np.int64), "another type"),
        ("keys", np.array([[5, 6]], dtype=np.uint64), "another type"),
        ("keys", np.array([5, 6, 7], dtype=np.uint64), "another shape"),
        ("rows", np.zeros((2, 3), dtype=np.uint64), "another shape"),
        ("rows", np.zeros((2, 4), dtype=np.int64), "another shape"),
        ("dead0", np.array([0, 10**9]), "in disorder"),
        ("dead0", np.array([-1, 3]), "in disorder"),
        ("dead0", np.array([3, 3]), "in disorder"),
        ("dead0", np.array([3.0], dtype=np.float32), "another type"),
        ("dead0", np.array([[3]]), "another type"),
    ],
)
def test_a_manifest_with_right_digests_and_wrong_arrays_is_refused(
    tmp_path: Path, name: str, array: NDArray[Any], message: str
) -> None:
    fill(tmp_path)
    rewrite(
        tmp_path,
        {},
        {"keys": np.array([5000, 6000], np.uint64), "rows": np.zeros((2, 4), np.uint64)},
    )
    with open_index(tmp_path):
        pass
    rewrite(tmp_path, {}, {name: array})
    with pytest.raises(SnapshotRefused, match=message), open_index(tmp_path):
        pass


def test_a_manifest_that_names_a_part_twice_is_refused(tmp_path: Path) -> None:
    fill(tmp_path)
    rewrite(tmp_path, {}, {}, twice=True)
    with pytest.raises(SnapshotRefused, match="names a part twice"), open_index(tmp_path):
        pass


def rewrite(
    folder: Path, facts: dict[str, Any], arrays: dict[str, NDArray[Any]], *, twice: bool = False
) -> None:
    """Write the manifest again, with other facts or arrays and right digests."""
    path = folder / "pdq.manifest"
    with path.open("rb") as file:
        old = container.read(file.fileno(), path.name)
    if twice:
        one, *_ = old.facts["parts"]
        facts = {"parts": [one, one]}
        arrays = {"dead0": old.arrays["dead0"], "dead1": old.arrays["dead0"]}
    path.unlink()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    container.write(handle, old.facts | facts, old.arrays | arrays)
    os.close(handle)
