"""Every log line of the program is constant words, and facts under names that were agreed on."""

import ast
import re
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


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Yield every call that writes a line, with where it stands."""
    for file in sorted(SRC.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in _METHODS
                and isinstance(node.func.value, ast.Name | ast.Call)
                and re.search(
                    r"log(ger|ging)?$|getLogger", ast.unparse(node.func.value).split("(")[0]
                )
            ):
                yield f"{file.relative_to(SRC)}:{node.lineno}", node


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


def test_nothing_writes_a_line_in_another_way() -> None:
    """One logger a module, named after it; no print to a log, no module-level logging function."""
    for file in sorted(SRC.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        where = str(file.relative_to(SRC))
        assert not re.search(r"\blogging\.(debug|info|warning|error|exception|critical)\(", text), (
            where
        )
        made = set(re.findall(r"(\w+) = logging\.getLogger\(([^)]*)\)", text))
        assert made <= {("log", "__name__")}, where
        assert not re.search(r"\b(warnings\.warn|traceback\.print|sys\.stderr\.write)\b", text), (
            where
        )


def test_every_line_is_in_the_guide_with_what_to_do() -> None:
    table = GUIDE.read_text(encoding="utf-8")
    missing = [words for words in events() if f"| {words} |" not in table]
    assert missing == []


def test_every_name_of_a_fact_is_in_the_guide() -> None:
    table = GUIDE.read_text(encoding="utf-8")
    assert [name for name in sorted(FACTS) if f"`{name}`" not in table] == []
