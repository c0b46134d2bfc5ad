"""The walk over named files and folders: always the same order, nothing followed astray."""

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from staydown.cli.file_tree import Found, walk


def walked(*names: Path | bytes, folders: bool = True) -> list[Found]:
    """Walk to the end."""
    return list(walk([os.fsencode(name) for name in names], folders=folders))


def below(top: Path, found: list[Found]) -> list[str]:
    """The names, from the top folder on."""
    return [os.fsdecode(one.name).removeprefix(f"{top}/") for one in found]


def test_a_tree_is_walked_in_the_order_of_names(tmp_path: Path) -> None:
    """Depth first, and a folder where its name stands."""
    for name in ("b/2.jpg", "b/1.jpg", "a.jpg", "c.jpg", "b/deep/x.jpg", "B.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "empty").mkdir()
    found = walked(tmp_path)
    order = ["B.jpg", "a.jpg", "b/1.jpg", "b/2.jpg", "b/deep/x.jpg", "c.jpg"]
    assert below(tmp_path, found) == order
    assert all(one.inside and one.regular and one.fault is None for one in found)


def test_what_is_named_comes_as_it_is(tmp_path: Path) -> None:
    """In the order given, also what isn't there; a folder stays one unless folders are opened."""
    (tmp_path / "inside.jpg").touch()
    names = [tmp_path / "z", tmp_path, Path("-")]
    plain = walked(*names, folders=False)
    assert [one.name for one in plain] == [os.fsencode(name) for name in names]
    assert not any(one.inside for one in plain)
    assert [one.inside for one in walked(*names)] == [False, True, False]


def test_links_and_special_files_are_not_entered(tmp_path: Path) -> None:
    """A link back to the top would never end; a pipe would wait forever."""
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "link.jpg").symlink_to("picture.jpg")
    (tmp_path / "picture.jpg").touch()
    os.mkfifo(tmp_path / "pipe")
    found = walked(tmp_path)
    assert [below(tmp_path, [one])[0] for one in found if one.regular] == ["picture.jpg"]
    assert len(found) == 4


def test_a_link_that_is_named_is_followed(tmp_path: Path) -> None:
    """Whoever names it means it."""
    (tmp_path / "real").mkdir()
    (tmp_path / "real/x.jpg").touch()
    (tmp_path / "link").symlink_to("real", target_is_directory=True)
    assert below(tmp_path, walked(tmp_path / "link")) == ["link/x.jpg"]


def test_a_folder_that_goes_away_is_a_fault_and_the_walk_goes_on(tmp_path: Path) -> None:
    """Another program may tidy up meanwhile."""
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.jpg").touch()
    names: Iterator[Found] = walk([os.fsencode(tmp_path)], folders=True)
    first = next(names)
    (tmp_path / "b/x.jpg").unlink()
    (tmp_path / "b").rmdir()
    rest = list(names)
    assert first.fault is None
    assert [one.fault is not None for one in rest] == [True, False]


def test_a_folder_is_read_only_when_its_turn_comes(tmp_path: Path) -> None:
    """The walk holds the names of folders on the way down, never all of them."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "1.jpg").touch()
    names = walk([os.fsencode(tmp_path)], folders=True)
    assert below(tmp_path, list(islice(names, 1))) == ["a/1.jpg"]
    (tmp_path / "b/2.jpg").touch()
    assert below(tmp_path, list(names)) == ["b/1.jpg", "b/2.jpg"]


@given(st.binary(max_size=40).map(lambda text: text.replace(b"\0", b"")))
def test_any_name_at_all_is_passed_on(name: bytes) -> None:
    """What is wrong with it is said by whoever opens it."""
    top = b"/nowhere-at-all/" + name
    assert walked(top) == [Found(top)]


def test_names_of_odd_bytes_are_walked(tmp_path: Path) -> None:
    """A name need not be text."""
    odd = os.fsencode(tmp_path) + b"/caf\xe9\n.jpg"
    Path(os.fsdecode(odd)).touch()
    assert [one.name for one in walked(tmp_path)] == [odd]
