"""Compiled code is run: it is taken only from where nobody else can put any."""

import os
from pathlib import Path

import pytest

from staydown.base.own_folder import is_own

pytestmark = pytest.mark.skipif(os.name != "posix", reason="about owners and modes of Unix")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of ours in one of ours in one where anybody may write and nobody rename."""
    shared, ours = tmp_path / "tmp", tmp_path / "tmp/ours"
    (ours / "cache").mkdir(parents=True)
    shared.chmod(0o1777)
    ours.chmod(0o700)
    (ours / "cache").chmod(0o755)
    return ours / "cache"


def test_a_folder_of_this_account_alone_is_own(folder: Path) -> None:
    """Also in /tmp, and one that has yet to be made."""
    assert is_own(folder)
    assert is_own(folder / "not/yet")


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o757])
def test_a_folder_where_anybody_writes_is_not(folder: Path, mode: int) -> None:
    """Not even one like /tmp itself: a file that isn't there yet can be put there first."""
    folder.chmod(mode)
    assert not is_own(folder)
    assert not is_own(folder / "not/yet")


def test_a_folder_that_anybody_could_put_another_in_place_of_is_not(folder: Path) -> None:
    folder.parent.chmod(0o777)
    assert not is_own(folder)


def test_a_link_counts_as_what_it_leads_to(folder: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(folder)
    assert is_own(link)
    folder.chmod(0o777)
    assert not is_own(link)


def test_a_group_s_folder_is_own_only_for_the_first_group(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As accounts are usually set up, each has a group of its own."""
    folder.chmod(0o775)
    assert is_own(folder)
    group = folder.stat().st_gid
    monkeypatch.setattr(os, "getegid", lambda: group + 1)
    assert is_own(folder) is (group == 0)


def test_another_account_s_folder_is_not(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root's is: root can do anything anyway."""
    owner = folder.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    assert is_own(folder) is (owner == 0)
