"""The words of docs/glossary.md that don't appear: in wording files and templates, and in code."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "staydown"
GLOSSARY = ROOT / "docs" / "glossary.md"

_PHRASES = "## Words that don't appear in wording files and templates"
_NAMES = "## Names that don't appear in code"
_COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}", re.DOTALL)
_TAG = re.compile(r"\{\{.*?\}\}", re.DOTALL)


def rows(heading: str, glossary: str | None = None) -> list[list[str]]:
    """Return the cells of the table under a heading."""
    text = GLOSSARY.read_text("utf-8") if glossary is None else glossary
    table = text.split(heading, 1)[1].split("\n## ", 1)[0]
    lines = [line for line in table.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def spoken(path: Path) -> str:
    """Return what a file says to people: the sentences of a wording file, a template's text."""
    text = path.read_text("utf-8")
    if path.suffix == ".toml":
        return "\n".join(_sentences(tomllib.loads(text)))
    return _TAG.sub("", _COMMENT.sub("", text))


def _sentences(table: dict[str, object]) -> Iterator[str]:
    for entry in table.values():
        if isinstance(entry, dict):
            yield from _sentences(entry)
        else:
            yield str(entry)


def phrases(paths: list[Path], table: list[list[str]]) -> Iterator[str]:
    """Yield each phrase that stands where it should not."""
    for path in paths:
        said = " ".join(spoken(path).split())
        for banned, write, allowed in table:
            near = "/".join(path.parts[-2:])
            if f"`{near}`" not in allowed and re.search(rf"\b{re.escape(banned)}\b", said, re.I):
                yield f"{near}: “{banned}”: write “{write}”"


def names(source: str) -> Iterator[str]:
    """Yield the names that a piece of code gives to things."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case (
                ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
            ):
                yield name
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield name
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield name


def faults() -> list[str]:
    """Return everything that breaks the glossary."""
    paths = sorted(SOURCE.glob("*/wording/en/*.toml"))
    paths += sorted(SOURCE.glob("web/**/templates/**/*.html"))
    found = list(phrases(paths, rows(_PHRASES)))
    banned = {row[0]: row[1] for row in rows(_NAMES)}
    for path in sorted(SOURCE.rglob("*.py")):
        given = {path.stem, *names(path.read_text("utf-8"))}
        found += [
            f"{path.relative_to(SOURCE)}: {name}: write {banned[name]}"
            for name in sorted(given & banned.keys())
        ]
    return found


if __name__ == "__main__":
    wrong = faults()
    print("\n".join(wrong), file=sys.stderr)
    sys.exit(bool(wrong))
