"""Fills the gaps of a letter. Plain text and gaps, nothing else: what is typed is never read."""

import re
from collections.abc import Mapping

_GAP = re.compile(r"\{([a-z_]+)\}")
_HEADING = ":"


def gaps_in(text: str) -> tuple[str, ...]:
    """Return the names of the gaps in a text, in order, each once."""
    return tuple(dict.fromkeys(_GAP.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Fill every gap in one pass, so that braces in a value stay what they are.

    Raises KeyError for a gap without a value.
    """
    return _GAP.sub(lambda found: values[found[1]], text)


def fill_letter(body: str, values: Mapping[str, str]) -> str:
    """Fill a letter. Lines and paragraphs of empty gaps vanish, and headings of nothing with them.

    gaps.py states the rules.
    """
    kept: list[str] = []
    after_heading = False
    for paragraph in body.split("\n\n"):
        filled = _fill_paragraph(paragraph, values)
        if filled:
            kept.append(filled)
        elif after_heading:
            kept.pop()
        after_heading = _is_heading(paragraph)
    return "\n\n".join(kept)


def _fill_paragraph(paragraph: str, values: Mapping[str, str]) -> str:
    lines = []
    for line in paragraph.split("\n"):
        filled = fill(line, values).strip()
        if filled or not _GAP.search(line):
            lines.append(filled)
    return "\n".join(lines)


def _is_heading(paragraph: str) -> bool:
    """Say whether a paragraph of the letter is one. What was typed never is, however it ends."""
    one_line = "\n" not in paragraph and not _GAP.search(paragraph)
    return one_line and paragraph.endswith(_HEADING)
