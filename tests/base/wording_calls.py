"""Where the code names lines of wording files, found by reading it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "staydown"


@dataclass(frozen=True, slots=True)
class Call:
    """One reason made: ``line`` is None where its name isn't written out."""

    place: str
    file: str
    line: str | None
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Speaker:
    """A module that makes reasons of ``file``, with every text that it holds."""

    place: str
    file: str
    constants: frozenset[str]
    #: How texts begin that are put together: ``ended.`` of ``f"ended.{event}"``.
    beginnings: frozenset[str]
    calls: tuple[Call, ...]


def speakers(source: Path = SOURCE) -> Iterator[Speaker]:
    """Yield each module once for every wording file that it makes reasons of."""
    for path in sorted(source.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for name, file in _makers(tree):
            yield Speaker(
                path.relative_to(source).as_posix(),
                file,
                frozenset(_constants(tree)),
                frozenset(_beginnings(tree)),
                tuple(_calls(tree, name, file, path.relative_to(source).as_posix())),
            )


def _makers(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the names that ``reasons("room.file")`` is given to, and the file."""
    for node in tree.body:
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(func=ast.Name(id="reasons"), args=[ast.Constant(value=str(file))]),
            ):
                yield name, file


def _calls(tree: ast.Module, maker: str, file: str, place: str) -> Iterator[Call]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[line], keywords=keywords) if name == maker:
                written = line.value if isinstance(line, ast.Constant) else None
                values = frozenset(keyword.arg or "**" for keyword in keywords)
                yield Call(
                    f"{place}:{node.lineno}",
                    file,
                    written if isinstance(written, str) else None,
                    values,
                )


def _constants(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _beginnings(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.JoinedStr(values=[ast.Constant(value=str(beginning)), *_]):
                yield beginning
