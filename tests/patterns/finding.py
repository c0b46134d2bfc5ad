"""Where the package's expressions are: in calls of ``re``, in fields, in JSON, in scripts."""

import ast
import importlib
import json
import re
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import staydown

PACKAGE = Path(staydown.__file__).parent

#: For each function of ``re``: where its flags stand among the arguments.
_FLAGS = {
    "compile": 1, "match": 2, "search": 2, "fullmatch": 2, "findall": 2, "finditer": 2,
    "split": 3, "sub": 4, "subn": 4,
}  # fmt: skip

#: What an expression that is put together when it is needed may be put together from.
_EXAMPLES = {"self": types.SimpleNamespace(name="pdq")}

#: Not written out where it is used, but handed in: from the schemas, which are read by themselves.
_HANDED_IN = {"schema['pattern']"}

_SCRIPT_COMMENT = re.compile(r"/\*.*?\*/|(?<![:'\"`\\])//[^\n]*", re.DOTALL)
_SCRIPT_PATTERN = re.compile(
    r"(?:[(,=:\[!&|?{};]|\breturn)\s*/(?![*/])((?:\\.|\[(?:\\.|[^\]\n])*\]|[^/\\\n\[])+)/([a-z]*)"
)


@dataclass(frozen=True)
class Found:
    """A regular expression and the place it was found at."""

    where: str
    pattern: "re.Pattern[str] | re.Pattern[bytes]"


def in_code() -> Iterator[Found]:
    """Yield what is given to ``re``, to ``re_path`` and as a field's ``pattern``."""
    for file in sorted(PACKAGE.rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(call, ast.Call | ast.Assign):
                for given, flags in _given(call):
                    if ast.unparse(given) not in _HANDED_IN:
                        names = _names(file)
                        pattern = re.compile(_value(given, names), _value(flags, names))
                        yield Found(f"{file.relative_to(PACKAGE)}:{given.lineno}", pattern)


def _given(call: ast.Call | ast.Assign) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield the expressions that hold a pattern and its flags; ``regex`` is part of an address."""
    none = ast.Constant(0)
    if isinstance(call, ast.Assign):
        if ast.unparse(call.targets[0]) == "regex":
            yield call.value, none
        return
    of = call.func
    if isinstance(of, ast.Attribute) and ast.unparse(of.value) == "re" and of.attr in _FLAGS:
        place = _FLAGS[of.attr]
        named = [word.value for word in call.keywords if word.arg == "flags"]
        yield call.args[0], (named or call.args[place : place + 1] or [none])[0]
    elif isinstance(of, ast.Name) and of.id in ("re_path", "RegexValidator"):
        yield call.args[0], none
    else:
        for word in call.keywords:
            if word.arg in ("pattern", "regex"):
                yield word.value, none


def _names(file: Path) -> dict[str, Any]:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    module = importlib.import_module(".".join(parts).removesuffix(".__init__"))
    return {**vars(module), **_EXAMPLES}


def _value(given: ast.expr, names: dict[str, Any]) -> Any:
    """Work an expression out with the names of its module. Raises NameError where it can't be:
    such a pattern needs an example above."""
    code = compile(ast.fix_missing_locations(ast.Expression(given)), "<pattern>", "eval")
    return eval(code, names)  # noqa: S307  # our own source


def held() -> Iterator[Found]:
    """Yield the compiled patterns that modules and their classes hold once they are imported."""
    for file in sorted(PACKAGE.rglob("*.py")):
        if "re.compile" in file.read_text("utf-8"):
            names = _names(file)
            classes = [one for one in names.values() if isinstance(one, type)]
            for place in (names, *(vars(one) for one in classes)):
                for name, value in place.items():
                    for one in value.values() if isinstance(value, dict) else (value,):
                        if isinstance(one, re.Pattern):
                            yield Found(f"{file.relative_to(PACKAGE)}: {name}", one)


def in_schemas() -> Iterator[Found]:
    """Yield each ``pattern`` of the package's JSON files."""

    def walk(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            if isinstance(value.get("pattern"), str):
                yield value["pattern"]
            for inner in value.values():
                yield from walk(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from walk(inner)

    for file in sorted(PACKAGE.rglob("*.json")):
        for pattern in walk(json.loads(file.read_text("utf-8"))):
            yield Found(str(file.relative_to(PACKAGE)), re.compile(pattern))


def in_scripts() -> Iterator[Found]:
    """Yield the expressions of the pages' scripts, which backtrack as Python's do."""
    for file in sorted(PACKAGE.rglob("*.js")):
        text = _SCRIPT_COMMENT.sub("", file.read_text("utf-8"))
        for found in _SCRIPT_PATTERN.finditer(text):
            flags = re.IGNORECASE if "i" in found[2] else re.NOFLAG
            yield Found(f"{file.relative_to(PACKAGE)}: /{found[1]}/", re.compile(found[1], flags))


def every_pattern() -> list[Found]:
    """Return all of them, each once."""
    found: dict[tuple[object, int], Found] = {}
    for one in (*in_code(), *held(), *in_schemas(), *in_scripts()):
        found.setdefault((one.pattern.pattern, one.pattern.flags), one)
    return list(found.values())
