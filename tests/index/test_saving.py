"""Saving: in which order things reach the disk, what may fail on the way, and what goes on."""

import errno
import fcntl
import gc
import os
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from staydown.index import compaction, container, search_methods, segments, snapshot, store
from staydown.index.errors import FolderRefused, SnapshotNotWritten, SnapshotRefused
from staydown.index.segments import Part
from staydown.index.store import LiveIndex
from tests.index.contents import contents

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CALLS = ("open", "write", "fsync", "replace", "unlink", "listdir")


@pytest.fixture(autouse=True)
def short_tails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "TAIL_ROWS", 32)
    monkeypatch.setattr(store, "TAIL_ROWS", 32)
    monkeypatch.setattr(store, "_BULK", 16)
    monkeypatch.setattr(search_methods, "LEAST_ROWS_IN_BUCKETS", 256)


def open_index(folder: Path, *, writable: bool = True) -> LiveIndex:
    return LiveIndex.open(folder, "pdq", 64, writable=writable, background=False)


def bits(number: int) -> bytes:
    return Random(number).randbytes(8)  # noqa: S311 - a test's own, repeatable


def rows(*keys: int) -> list[tuple[int, bytes]]:
    return [(key, bits(key)) for key in keys]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[LiveIndex]:
    """A saved index with one part, of which row 5 has left, and a short tail."""
    opened = open_index(tmp_path / "index")
    opened.change(put=rows(*range(100)))
    opened.change(put=rows(200), drop=[5])
    opened.save(1, now=NOON)
    yield opened
    opened.close()


def spied(monkeypatch: pytest.MonkeyPatch, before: Callable[[str, Any], None]) -> None:
    """Call ``before`` with name and first argument of all that is asked of the disk."""

    def spying(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            before(name, given[0])
            return real(*given, **named)

        return call

    for name in CALLS:
        monkeypatch.setattr(os, name, spying(name, getattr(os, name)))


def test_nothing_is_named_or_removed_before_what_it_needs_is_on_disk(
    index: LiveIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill leaves what was written but not synced; a power failure doesn't: so look at calls."""
    folder = os.path.realpath(tmp_path / "index")
    unsynced: set[str] = set()
    told: list[str] = []

    def note(call: str, first: Any) -> None:
        on = os.path.realpath(f"/proc/self/fd/{first}") if isinstance(first, int) else folder
        if call == "write":
            unsynced.update((on, folder))
        elif call == "fsync":
            unsynced.discard(on)
        elif call in {"replace", "unlink"}:
            assert not unsynced, f"{call} before all is on disk"
            told.append(call)
        if call == "replace":
            unsynced.add(folder)

    index.change(put=rows(*range(300, 500)), drop=range(50))
    spied(monkeypatch, note)
    index.save(2, now=NOON)
    monkeypatch.undo()
    assert not unsynced, "saved before all is on disk"
    assert (told[0], told.count("replace"), told.count("unlink") >= 1) == ("replace", 1, True)


def test_whatever_fails_on_the_way_a_snapshot_stands_and_saving_can_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [0]

    def fail(call: str, first: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            failed.append(call)
            raise OSError(errno.ENOSPC, "No space left on device")

    failed: list[str] = []
    spied(monkeypatch, fail)
    for number in range(1, 60):
        folder, plain = tmp_path / str(number), dict(rows(*range(100)))
        index, times = open_index(folder), len(failed)
        index.change(put=plain.items())
        index.save(1, now=NOON)
        old = dict(plain)
        index.change(put=rows(*range(300, 360)), drop=range(20))
        plain = dict(rows(*range(20, 100), *range(300, 360)))
        left[0] = number
        try:
            index.save(2, now=NOON)
        except SnapshotNotWritten:
            assert len(failed) == times + 1
        left[0] = 0
        reader = open_index(folder, writable=False)
        assert contents(reader) == (plain if reader.cursor == 2 else old)
        index.save(2, now=NOON)
        index.close()
        names = sorted(path.suffix for path in folder.iterdir())
        reader = open_index(folder, writable=False)
        assert contents(reader) == plain
        assert names == [".lock", ".manifest", *[".segment"] * len(reader._view.parts)]
        if len(failed) == times:
            break
    assert set(failed) == set(CALLS)


def test_parts_that_were_saved_and_then_merged_take_no_memory(index: LiveIndex) -> None:
    def held() -> int:
        gc.collect()
        return sum(isinstance(one, Part) for one in gc.get_objects())

    elsewhere = held() - len(index._view.parts)
    for key in range(1000, 3000, 20):
        index.change(put=rows(*range(key, key + 20)))
        if key % 400 == 0:
            index.save(key, now=NOON)
    assert held() - elsewhere == len(index._view.parts)


def test_a_withdrawn_row_leaves_the_files_though_its_part_is_being_merged(
    index: LiveIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    merge = compaction.merge

    def slow(*given: Any) -> Part:
        begun.set()
        assert go_on.wait(60)
        return merge(*given)

    monkeypatch.setattr(compaction, "merge", slow)
    changing = threading.Thread(target=index.change, args=(rows(*range(300, 400)),))
    changing.start()
    assert begun.wait(60)
    later = NOON + timedelta(hours=25)
    saving = threading.Thread(target=index.save, args=(2,), kwargs={"now": later})
    saving.start()
    saving.join(0.2)
    go_on.set()
    for thread in (saving, changing):
        thread.join()
    reader = open_index(tmp_path / "index", writable=False)
    assert reader.cursor == 2
    assert not any(5 in part.keys for part in reader._view.parts)


@pytest.mark.parametrize(("cursor", "origin"), [(-1, ""), (2**63, ""), (2, "x" * 201)])
def test_what_could_not_be_opened_again_is_not_saved(
    index: LiveIndex, tmp_path: Path, cursor: int, origin: str
) -> None:
    index.change(drop=[7])
    with pytest.raises(ValueError, match=r"impossible number|at most 200"):
        index.save(cursor, origin=origin, now=NOON)
    assert open_index(tmp_path / "index", writable=False).cursor == 1


def test_a_disk_that_knows_no_locks_is_not_another_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: Any) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with pytest.raises(FolderRefused, match="No locks available"):
        open_index(tmp_path / "index")


def test_a_manifest_cannot_have_one_part_read_thousands_of_times(
    index: LiveIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.close()
    with (tmp_path / "index/pdq.manifest").open("rb") as file:
        old = container.read(file.fileno(), "pdq.manifest")
    (line,) = old.facts["parts"]
    (tmp_path / "index/pdq.manifest").unlink()
    facts = old.facts | {"parts": [line] * 4096}
    dead = {f"dead{number}": old.arrays["dead0"][:0] for number in range(4096)}
    descriptor = os.open(tmp_path / "index/pdq.manifest", os.O_WRONLY | os.O_CREAT, 0o600)
    container.write(descriptor, facts, old.arrays | dead)
    os.close(descriptor)
    monkeypatch.setattr(snapshot, "_load_part", None)  # not a single one is read
    with pytest.raises(SnapshotRefused, match="names a part twice"):
        open_index(tmp_path / "index")
