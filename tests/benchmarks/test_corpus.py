"""The corpus: what its manifest promises."""

import hashlib
from pathlib import Path

import pytest

from benchmarks.corpus import CorpusError, Role, of_role, read_manifest


def test_the_manifest_has_enough_pictures_each_with_a_licence() -> None:
    """At least 300 listed photographs and 100 that never are; every package says its licence."""
    packages = read_manifest()
    assert len(of_role(packages, Role.LISTED)) >= 300
    assert len(of_role(packages, Role.UNLISTED)) >= 100
    assert all(package.licence for package in packages)


def test_a_scene_lies_on_both_sides() -> None:
    """Of every scene one picture is listed and at least one is not, so that it can be mistaken."""
    packages = read_manifest()
    listed = {one.scene for one in of_role(packages, Role.LISTED)} - {""}
    unlisted = {one.scene for one in of_role(packages, Role.UNLISTED)} - {""}
    assert listed == unlisted
    assert len(listed) >= 5


@pytest.mark.parametrize(
    "files",
    [
        '{ file = "a.jpg", role = "listed", sha256 = "12" }',
        '{ file = "a.jpg", role = "famous", sha256 = "%s" }',
        '{ role = "listed", sha256 = "%s" }',
        '{ file = "a.jpg", role = "listed", sha256 = "%s" }, '
        '{ file = "b.jpg", role = "listed", sha256 = "%s" }',
    ],
)
def test_an_odd_manifest_is_refused(tmp_path: Path, files: str) -> None:
    """A wrong hash, an unknown role, a missing path and the same file twice are errors."""
    manifest = tmp_path / "corpus.toml"
    files = files.replace("%s", hashlib.sha256(b"x").hexdigest())
    manifest.write_text(
        f'[[package]]\nname="a"\nversion="1"\nregistry="debian"\nlicence="x"\nfiles=[{files}]\n'
    )
    with pytest.raises(CorpusError):
        read_manifest(manifest)
