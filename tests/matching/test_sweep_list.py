"""The list of a sweep: any name fits on its line, and the parts are always the same."""

import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.matching.sweep_list import (
    PART_FILES,
    ListUnusable,
    Part,
    Source,
    SweepList,
    named_in,
    read_list,
    write_list,
)

NAMES = st.lists(st.binary(min_size=1, max_size=60).filter(lambda name: b"\0" not in name))


def made(folder: Path, names: list[bytes], source: Source | None = None) -> SweepList:
    """Write a list."""
    return write_list(folder / "list", source or Source(b"/photos"), iter(names))


@given(names=NAMES)
def test_any_names_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, names: list[bytes]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    written = made(folder, names, Source(b"/caf\xe9\n", False, ("a.example",), True, "https://p/"))
    assert list(written.names()) == names
    assert read_list(written.path) == written


@given(count=st.integers(0, 5 * PART_FILES), done=st.sets(st.integers(0, 4)))
def test_parts_cover_the_list_once(
    tmp_path_factory: pytest.TempPathFactory, count: int, done: set[int]
) -> None:
    names = [b"%d" % number for number in range(count)]
    written = made(tmp_path_factory.getbasetemp(), names)
    marks = bytearray(number in done for number in range(written.parts))
    parts: dict[int, Part] = {part.number: part for part in written.left(bytearray(written.parts))}
    assert [name for part in parts.values() for name in part.names] == names
    assert all(part.first == part.number * PART_FILES for part in parts.values())
    left = list(written.left(marks))
    assert left == [part for number, part in parts.items() if number not in done]


def test_the_list_is_for_its_owner_alone_and_there_whole_or_not_at_all(tmp_path: Path) -> None:
    written = made(tmp_path, [b"a"])
    assert stat.S_IMODE(written.path.stat().st_mode) == 0o600

    def broken() -> None:
        def names() -> object:
            yield b"b"
            raise OSError

        write_list(written.path, Source(b"/photos"), names())  # type: ignore[arg-type]

    with pytest.raises(OSError):  # noqa: PT011 - ours has no message
        broken()
    assert list(read_list(written.path).names()) == [b"a"]


def test_a_changed_list_is_known_by_its_digest(tmp_path: Path) -> None:
    written = made(tmp_path, [b"a", b"b"])
    lines = written.path.read_bytes().splitlines(keepends=True)
    written.path.write_bytes(b"".join([lines[0], lines[2], lines[1]]))
    assert read_list(written.path).digest != written.digest


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\n",
        b"[]\n",
        b"nonsense\n",
        b'{"version": 1}\n',
        json.dumps({"version": 2, "root": "/", "hosts": []}).encode() + b"\n",
        json.dumps({"version": 1, "root": "/", "hosts": 3}).encode() + b"\n",
        json.dumps({"version": 1, "root": "/", "hosts": [], "more": 1}).encode() + b"\n",
    ],
)
def test_a_list_that_is_none_says_so(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "list").write_bytes(text)
    with pytest.raises(ListUnusable):
        read_list(tmp_path / "list")


def test_a_list_that_breaks_off_says_so(tmp_path: Path) -> None:
    written = made(tmp_path, [b"a", b"b"])
    os.truncate(written.path, written.path.stat().st_size - 1)
    with pytest.raises(ListUnusable, match="breaks off"):
        read_list(written.path)


def test_named_files_are_read_line_by_line(tmp_path: Path) -> None:
    """Of Unix and of Windows; names of odd bytes too."""
    (tmp_path / "list.txt").write_bytes(b"a.jpg\n\n  b c.jpg \r\ncaf\xe9.jpg\nhttps://x.example/1")
    names = [b"a.jpg", b"b c.jpg", b"caf\xe9.jpg", b"https://x.example/1"]
    assert list(named_in(tmp_path / "list.txt")) == names


def test_blanks_around_a_name_belong_to_it_where_a_file_is_called_so(tmp_path: Path) -> None:
    (tmp_path / " b.jpg ").touch()
    (tmp_path / "list.txt").write_bytes(b" b.jpg \n b.jpg\n \t \n\xef\xbb\xbfc.jpg\n")
    (tmp_path / "linked.txt").symlink_to("list.txt")
    for name in ("list.txt", "linked.txt"):
        assert list(named_in(tmp_path / name)) == [b" b.jpg ", b"b.jpg", b"c.jpg"]


def test_a_list_may_come_through_a_pipe(tmp_path: Path) -> None:
    """As a shell hands over what a command prints."""
    for sent in ("a.jpg\nb.jpg\n".encode("utf-16"), b"a.jpg\nb.jpg", b"\xef\xbb\xbfa.jpg\nb.jpg\n"):
        ours, theirs = os.pipe()
        os.write(theirs, sent)
        os.close(theirs)
        try:
            assert list(named_in(Path(f"/dev/fd/{ours}"))) == [b"a.jpg", b"b.jpg"]
        finally:
            os.close(ours)


@pytest.mark.parametrize("text", [b"x" * 70_000, b"a\0b\n"])
def test_what_is_no_list_of_names_says_so(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "list.txt").write_bytes(text)
    with pytest.raises(ListUnusable, match="line 1"):
        list(named_in(tmp_path / "list.txt"))
