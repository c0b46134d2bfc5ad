"""Whoever catches everything says whose fault it was, or lets it go on."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src/staydown"

#: What wrong code raises: to catch one of these may be to tell a mistake of ours as something else.
BROAD = {
    "Exception", "BaseException", "TypeError", "AttributeError", "NameError", "ImportError",
    "AssertionError", "NotImplementedError",
}  # fmt: skip

SUPPRESS = {"suppress", "contextlib.suppress"}

#: Functions that tell a mistake of ours apart.
JUDGES = {"raised_here", "blamed", "our_fault"}

#: Handlers that do neither, by what stands around them, and why they may.
KNOWN = {
    "kernels/compiled.py kernel": "an older Numba has no such cache: it compiles at each start",
    "matching/sweep_ray.py connected": "the extra is not installed, and the message says how",
    "media/blame.py _ours": "the judge itself",
    "media/child.py main": "a module that isn't there: the task that needs it fails, and says so",
    "media/process.py worked": "the system has no such clock: another takes its place",
    "net/names.py _ask": "handed on as it is to whoever asked",
    "review/banks/reading.py step": "logged with the error, once a look",
    "review/side_by_side.py run": "the same",
    "web/serving/workers.py _outcome": "the same",
    "notices/compose/pdf.py load_weasyprint": "the extra is not installed: the message says how",
}


def catching(tree: ast.Module) -> Iterator[tuple[str, list[ast.expr], ast.AST]]:
    """Give what is caught in each function, by handlers and by suppress, and what is then done."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.ExceptHandler):
                yield function.name, [] if node.type is None else [node.type], node
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Name | ast.Attribute) and ast.unparse(called) in SUPPRESS:
                assert isinstance(node, ast.Call)
                yield function.name, node.args, ast.Pass()


def caught(kinds: list[ast.expr]) -> set[str]:
    """The names of what is caught; everything where none is named."""
    if not kinds:
        return {"BaseException"}
    each = [one for kind in kinds for one in (kind.elts if isinstance(kind, ast.Tuple) else [kind])]
    return {kind.id for kind in each if isinstance(kind, ast.Name)}


def tells(handler: ast.AST) -> bool:
    """Whether it raises the same again, logs the error itself, or asks a judge."""
    for node in ast.walk(handler):
        if isinstance(node, ast.Raise) and node.exc is None:
            return True
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            if name in JUDGES or name == "exception":
                return True
            if any(keyword.arg == "exc_info" for keyword in node.keywords):
                return True
    return False


def silent(source: str, name: str) -> list[str]:
    """The functions of a file that catch mistakes of ours and don't tell."""
    return [
        f"{name} {function}"
        for function, kinds, handler in catching(ast.parse(source))
        if caught(kinds) & BROAD and not tells(handler)
    ]


def test_nothing_that_wrong_code_raises_is_caught_without_a_word() -> None:
    found = {
        one
        for path in SRC.rglob("*.py")
        for one in silent(path.read_text("utf-8"), path.relative_to(SRC).as_posix())
    }
    assert found == set(KNOWN), (
        "catch what you foresee; or ask staydown.base.blame whose mistake it was, log it with "
        "log.exception, or raise it again"
    )


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("raise", True),
        ("log.exception('failed')", True),
        ("log.error('failed', exc_info=error)", True),
        ("raise blamed(error, Truncated())", True),
        ("return None", False),
        ("raise Truncated from error", False),
        ("log.warning('damaged')", False),
    ],
)
@pytest.mark.parametrize("kinds", ["Exception", "(ValueError, TypeError)", "ImportError"])
def test_the_rule_sees_what_is_told_and_what_is_not(kinds: str, body: str, told: bool) -> None:
    source = f"def f():\n    try:\n        g()\n    except {kinds} as error:\n        {body}\n"
    assert (silent(source, "f.py") == []) == told


def test_the_rule_sees_what_is_suppressed() -> None:
    source = "def f():\n    with suppress({}):\n        g()\n"
    assert silent(source.format("Exception"), "f.py") == ["f.py f"]
    assert silent(source.format("OSError"), "f.py") == []
