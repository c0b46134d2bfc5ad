"""A newcomer finds the tests of a folder in the folder of the same name."""

from pathlib import Path

TESTS = Path(__file__).parent
SRC = TESTS.parent / "src/staydown"

#: Tests of what is no folder of the package: whole walks, documents, benchmarks, this repository.
OF_THEIR_OWN = {"flows", "docs", "benchmarks", "patterns", "web/static", "."}


def folders(top: Path, pattern: str) -> set[str]:
    """Return where files lie whose name is of a pattern, from ``top`` on."""
    return {file.parent.relative_to(top).as_posix() for file in top.rglob(pattern)}


def test_each_folder_of_tests_is_a_folder_of_the_package() -> None:
    assert folders(TESTS, "test_*.py") - folders(SRC, "*.py") - OF_THEIR_OWN == set()


def test_each_folder_of_the_package_has_its_tests() -> None:
    code = {name for name in folders(SRC, "*.py") if not name.endswith("migrations")}
    with_tests = folders(TESTS, "test_*.py")
    # Where a folder's tests lie a floor further down, they are found there too.
    found = with_tests | {name.rpartition("/")[0] for name in with_tests}
    assert code - found - {"."} == set()
