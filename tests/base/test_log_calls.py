"""Every log line of the program is constant words, and facts under names that were agreed on."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import staydown

SRC = Path(staydown.__file__).parent
GUIDE = Path(__file__).parents[2] / "docs" / "logs.md"

#: What a line may say besides its words. A new name is a decision: could its value point to a
#: person, a picture or an address? Text goes only in as ``Configured`` or as a member of an enum.
FACTS = frozenset(
    {
        *("bank", "bank_number", "failures", "attempts", "next_try_seconds"),
        *("entries", "set_aside", "uploads", "part"),
        *("alarm", "kind", "subject", "organisation", "group"),
        *("with_file", "signal", "exit_code", "thread", "error", "place", "trouble"),
        *("seccomp", "landlock", "no_new_privs"),
        *("late", "crowded", "no_room", "memory", "open", "held", "busy"),
    }
)

_METHODS = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log", "fatal"})


def trees() -> Iterator[tuple[str, ast.Module]]:
    """Yield every module with where it stands."""
    for file in sorted(SRC.rglob("*.py")):
        yield str(file.relative_to(SRC)), ast.parse(file.read_text(encoding="utf-8"))


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Yield every call that writes a line, with where it stands."""
    for where, tree in trees():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in _METHODS
                and ast.unparse(node.func.value) == "log"
            ):
                yield f"{where}:{node.lineno}", node


CALLS = dict(calls())


def events() -> list[str]:
    """Return the words of every line."""
    return [ast.literal_eval(call.args[0]) for call in CALLS.values()]


def test_the_lines_are_found() -> None:
    """Those of each way to write one: an ordinary line, one with facts, one of an exception."""
    files = {place.split(":")[0] for place in CALLS}
    named = {"review/banks/follow.py", "media/process.py", "base/quietlog.py", "index/store.py"}
    assert named <= files
    assert len(CALLS) > 15


@pytest.mark.parametrize("place", CALLS)
def test_a_line_is_constant_words_and_agreed_facts(place: str) -> None:
    call = CALLS[place]
    assert ast.unparse(call.func.value) == "log"  # type: ignore[attr-defined]
    (words,) = call.args
    assert isinstance(words, ast.Constant), place
    assert isinstance(words.value, str), place
    assert not set(words.value) & set("%{}"), f"{place}: values go into facts"
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    assert set(given) <= {"extra", "exc_info"}, place
    if "extra" in given:
        assert isinstance(given["extra"], ast.Dict)
        ((key, facts),) = zip(given["extra"].keys, given["extra"].values, strict=True)
        assert isinstance(key, ast.Constant)
        assert key.value == "fact"
        assert isinstance(facts, ast.Dict)
        names = {ast.literal_eval(name) for name in facts.keys if name is not None}
        assert len(names) == len(facts.keys), f"{place}: each fact is named"
        assert names <= FACTS, place
        assert not any(isinstance(value, ast.JoinedStr) for value in facts.values), place


def dodges(tree: ast.Module) -> Iterator[str]:
    """Yield what a module does with logging besides calling a method of its one logger.

    Whatever else it did, a line could be written that no test here looks at.
    """
    quiet = [node for node in tree.body if ast.unparse(node) == _QUIET_BY_ITSELF]
    exempt = {id(node) for statement in quiet for node in ast.walk(statement)}
    nodes = [node for node in ast.walk(tree) if id(node) not in exempt]
    called = {
        id(node.func.value)
        for node in nodes
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _METHODS
    }
    logs = any(isinstance(node, ast.Import) and "logging" in ast.unparse(node) for node in nodes)
    for node in nodes:
        handed_on = logs and isinstance(node, ast.Name) and node.id == "log"
        stored = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        if _speaks(node) or (handed_on and not stored and id(node) not in called):
            yield f"{getattr(node, 'lineno', 0)}: {ast.unparse(node)}"


def _speaks(node: ast.AST) -> bool:
    """Whether something that writes lines is reached by another name, or another of its parts."""
    match node:
        case ast.ImportFrom():
            return (node.module or "").split(".")[0] in _SPEAKS
        case ast.Import():
            named = [name for name in node.names if name.name.split(".")[0] in _SPEAKS]
            return any(name.asname or "." in name.name for name in named)
        case ast.Attribute():
            return ast.unparse(node) in _ANOTHER_WAY
        case ast.Call():
            func = ast.unparse(node.func)
            if not func.startswith("logging.") and not func.endswith("getLogger"):
                return False
            return ast.unparse(node) not in _ALLOWED and node.func.attr != "setLevel"  # type: ignore[attr-defined]
    return False


#: Modules of the standard library that write lines, by their own names alone.
_SPEAKS = frozenset({"logging", "warnings", "traceback", "syslog", "faulthandler"})

_ANOTHER_WAY = frozenset(
    {"warnings.warn", "warnings.showwarning", "sys.stderr.write", "sys.__stderr__"}
    | {f"traceback.{name}" for name in ("print_exc", "print_exception", "print_stack", "print_tb")}
    | {"logging.lastResort", "logging.root", "logging.Logger", "logging.LoggerAdapter"}
)

#: What keeps a library from printing where nobody set up a log.
_QUIET_BY_ITSELF = "log.addHandler(logging.NullHandler())"

_ALLOWED = frozenset(
    {
        "logging.getLogger(__name__)",
        # Libraries that are only told to be still.
        "logging.getLogger('pypdf')",
        "logging.getLogger('weasyprint')",
    }
)

#: What base.quietlog does to be the one formatter and the last resort.
_THE_FORMATTER = "base/quietlog.py"


def test_nothing_writes_a_line_in_another_way() -> None:
    """One logger a module, named after it and never handed on; no other way to write a line."""
    found = {
        f"{where}:{dodge}"
        for where, tree in trees()
        if where != _THE_FORMATTER
        for dodge in dodges(tree)
    }
    assert found == set()


@pytest.mark.parametrize(
    "code",
    [
        "import logging\nsay = log.info\nsay(text)",
        "import logging\ngetattr(log, level)(text)",
        "logging.warning(text)",
        "logging.getLogger('staydown').error(text)",
        "from logging import getLogger",
        "import logging as quiet",
        "import logging.handlers",
        "import traceback\ntraceback.print_exc()",
        "warnings.warn(text)",
        "sys.stderr.write(text)",
        "logging.Logger('x').error(text)",
        "self._log = logging.getLogger(name)",
        "import logging\ntell(log)",
    ],
)
def test_a_line_that_dodges_the_test_is_found(code: str) -> None:
    assert list(dodges(ast.parse(code)))


def test_every_line_is_in_the_guide_with_what_to_do() -> None:
    table = GUIDE.read_text(encoding="utf-8")
    missing = [words for words in events() if f"| {words} |" not in table]
    assert missing == []


def test_every_name_of_a_fact_is_in_the_guide() -> None:
    table = GUIDE.read_text(encoding="utf-8")
    assert [name for name in sorted(FACTS) if f"`{name}`" not in table] == []
