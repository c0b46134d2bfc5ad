"""Every reported input names where it was seen, what is right, and a test that exists."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs/reported"
README = FOLDER / "README.md"
FILES = sorted(path for path in FOLDER.glob("*.md") if path != README)
COLUMNS = ["kind", "seen in", "input", "right answer", "held by"]

_SEEN_IN = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+#[1-9][0-9]*|https://[^\s<>|]+|our own")
_HELD_BY = re.compile(r"(tests/[\w/]+/test_\w+\.py)::(test_\w+)(\[[^\]]+\])?")


class Row(NamedTuple):
    """A row of a table: the file, its number in it, and its cells."""

    file: str
    number: int
    cells: list[str]


def cells_of(line: str) -> list[str]:
    r"""Return the cells of a line of a table; ``\|`` ends none."""
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", inner)]


def table_of(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("|")]


def rows() -> list[Row]:
    return [
        Row(path.name, number, cells_of(line))
        for path in FILES
        for number, line in enumerate(table_of(path.read_text("utf-8"))[2:], start=1)
    ]


def parts_of(cell: str) -> list[str]:
    return [part.strip().strip("`") for part in re.split(r", (?![^\[\]]*\])", cell)]


@cache
def named_in(path: str) -> dict[str, bool]:
    """Return the tests of a file, each with whether it is run for several cases."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {
        one.name: any("parametrize" in ast.unparse(deco) for deco in one.decorator_list)
        for one in ast.walk(tree)
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.name.startswith("test_")
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_is_one_heading_one_sentence_and_one_table(path: Path) -> None:
    text = path.read_text("utf-8")
    heading, sentence, table = text.strip().split("\n\n")
    assert re.fullmatch(r"# [^\n]+", heading)
    assert re.fullmatch(r"[^\n|#][^\n]*\.", sentence)
    head, line, *body = table.splitlines()
    assert table_of(text) == [head, line, *body], "everything after the sentence is the table"
    assert cells_of(head) == COLUMNS
    assert re.fullmatch(r"\|(-+\|){5}", line)
    assert body
    assert len(set(body)) == len(body), "each row once"


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.file}:{row.number}")
def test_a_row_has_every_cell_a_report_and_a_test_that_is_there(row: Row) -> None:
    assert len(row.cells) == len(COLUMNS)
    assert all(row.cells)
    for seen_in in parts_of(row.cells[1]):
        assert _SEEN_IN.fullmatch(seen_in), seen_in
    for held_by in parts_of(row.cells[4]):
        found = _HELD_BY.fullmatch(held_by)
        assert found, held_by
        path, name, case = found.groups()
        assert (ROOT / path).is_file(), path
        assert name in named_in(path), held_by
        assert case is None or named_in(path)[name], f"{name} has no cases"


def test_the_readme_links_to_every_file_and_to_no_other() -> None:
    listed = set(
        re.findall(
            r"^\| \[`[a-z-]+\.md`\]\(([a-z-]+\.md)\) \|", README.read_text("utf-8"), re.MULTILINE
        )
    )
    assert {path.name for path in FILES} == listed


def test_the_way_to_the_tables_is_in_the_projects_readme() -> None:
    assert "](docs/reported/README.md)" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("cell", "fits"),
    [
        ("python-pillow/Pillow#1234", True),
        ("https://example.org/thread/1", True),
        ("our own", True),
        ("Pillow#1234", False),
        ("python-pillow/Pillow#", False),
        ("http://example.org/", False),
        ("somewhere", False),
    ],
)
def test_a_report_is_named_in_one_of_three_forms(cell: str, *, fits: bool) -> None:
    assert bool(_SEEN_IN.fullmatch(cell)) is fits
