"""What the templates of all pages keep to, so that people can read, compare and translate them.

``python -m tests.web.templates`` names each line that doesn't; ``scripts/check`` runs it.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

WEB = Path(__file__).parents[2] / "src" / "staydown" / "web"

#: Characters of a line, at most.
WIDTH = 120

#: Elements of which no two begin in one line.
BLOCKS = (
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "div", "section", "form", "fieldset"),
    *("ul", "ol", "li", "dl", "dt", "dd", "table", "tr"),
)

_BLOCK = re.compile(rf"<(?:{'|'.join(BLOCKS)})(?![\w-])")
_MESSAGE = re.compile(r"{%\s*blocktrans(?:late)?\b(?P<options>.*?)%}")
_INDENT = re.compile(r"(?:  )*(?=\S|$)")


def all_templates() -> list[Path]:
    """Return the files of every template."""
    found = sorted(WEB.glob("**/templates/**/*.html"))
    assert found, "no templates: they have moved"
    return found


def faults(text: str) -> Iterator[tuple[int, str]]:
    """Yield what a template doesn't keep to, each with the number of its line."""
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > WIDTH:
            yield number, f"{len(line)} characters: break the line before column {WIDTH}"
        if len(_BLOCK.findall(line)) > 1:
            yield number, "more than one block begins here: give each a line of its own"
        if not _INDENT.match(line) or line != line.rstrip():
            yield number, "indent by steps of two spaces, and end without any"
        for message in _MESSAGE.finditer(line):
            if "trimmed" not in message["options"].split():
                yield (
                    number,
                    "blocktranslate without trimmed: line breaks would get into the message",
                )


def main() -> int:
    """Print each fault with its place; return the exit code."""
    found = [
        f"{path.relative_to(WEB.parents[2])}:{number}: {fault}"
        for path in all_templates()
        for number, fault in faults(path.read_text("utf-8"))
    ]
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
