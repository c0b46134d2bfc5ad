"""Names on lines: they cannot break a line, steer a terminal or get lost."""

import ast
import io
import json
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from staydown.cli.output import Door, escaped, json_line, named, steer
from tests.base.test_visible import NEVER

NAMES = st.one_of(
    st.binary(max_size=30), st.text(max_size=20).map(lambda t: t.encode("utf-8", "ignore"))
)


def unescaped(text: bytes) -> bytes:
    """Read an escaped name back, as ``sha256sum`` does."""
    plain = {b"\\n": b"\n", b"\\r": b"\r", b"\\t": b"\t", b"\\\\": b"\\"}
    return re.sub(
        rb"\\(?:x([0-9a-f]{2})|.)",
        lambda found: bytes([int(found[1], 16)]) if found[1] else plain[found[0]],
        text,
    )


@given(NAMES)
def test_an_escaped_name_holds_no_control_characters_and_says_the_same(name: bytes) -> None:
    """And one that needs no escaping is left alone."""
    safe = escaped(name)
    assert not re.search(rb"[\x00-\x1f\x7f]|\xc2[\x80-\x9f]", safe)
    assert not re.search("[\udc80-\udc9f]", safe.decode("utf-8", "surrogateescape"))
    assert not NEVER.search(safe.decode("utf-8", "ignore"))
    assert safe == name or unescaped(safe) == name


@given(NAMES)
def test_a_name_in_json_is_exact(name: bytes) -> None:
    """Either as text or in hex beside it, and always ASCII on the line."""
    line = json_line(named("file", name)).decode()
    assert not NEVER.search(line)
    assert line.isascii()
    record = json.loads(line)
    exact = bytes.fromhex(record["file_hex"]) if "file_hex" in record else record["file"].encode()
    assert exact == name


def test_what_a_door_lets_through_is_lines_and_tabs_alone() -> None:
    raw = io.BytesIO()
    door = Door(raw, encoding="utf-8", errors="backslashreplace", newline="\n")
    hostile = "".join(map(chr, [*range(0x3000), *range(0xD700, 0x10100), *range(0xE0000, 0xE0100)]))
    assert door.write(hostile) == len(hostile)
    door.writelines(["\x1b[2J", "\u202e\n"])
    door.flush()
    written = raw.getvalue().decode()
    assert set(NEVER.findall(written)) == {"\n", "\t"}
    steer(door, "\r\x1b[K")
    assert raw.getvalue().endswith(b"\r\x1b[K")


def test_a_door_that_cannot_show_a_letter_shows_its_number() -> None:
    raw = io.BytesIO()
    door = Door(raw, encoding="ascii", errors="backslashreplace", newline="\n")
    print("caf\u00e9", file=door, flush=True)
    assert raw.getvalue() == rb"caf\xe9" + b"\n"


CLI = Path(__file__).parents[2] / "src/staydown/cli"
#: Who writes past the door, and how little of it they do.
PAST_THE_DOOR = {
    "exit_codes.py": {"sys.stdout"},  # lets go of it
    "output.py": {"sys.stdout", "sys.stderr", ".buffer"},
    "progress.py": {"sys.stderr", "rich.console", "rich.progress", "rich.text"},  # by `steer`
    "desk/sweep_progress.py": {"sys.stderr"},
}


def past_the_door(tree: ast.AST) -> set[str]:
    """Return what a module does that could write to a terminal other than through ``click``."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            whole = ast.unparse(node)
            if whole in (
                "sys.stdout",
                "sys.stderr",
                "sys.__stdout__",
                "sys.__stderr__",
                "os.write",
            ):
                found.add(whole)
            elif node.attr == "buffer" and whole != "sys.stdin.buffer":
                found.add(".buffer")
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in (
            "print",
            "input",
            "click.style",
        ):
            found.add(ast.unparse(node.func))
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            found |= {name for name in names if name.split(".")[0] in ("rich", "curses", "tty")}
    return found


def test_no_command_writes_past_the_door() -> None:
    files = {str(file.relative_to(CLI)): file for file in CLI.rglob("*.py")}
    done = {name: past_the_door(ast.parse(file.read_text("utf-8"))) for name, file in files.items()}
    assert {name: what for name, what in done.items() if what} == PAST_THE_DOOR
