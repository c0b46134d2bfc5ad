"""A letter as the page that a PDF is made of: headings, paragraphs and lists, each field apart."""

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from staydown.base.languages import Language
from staydown.notices.compose.isolates import (
    Part,
    is_address,
    parts_of,
    runs_from_right,
    without_marks,
)
from staydown.notices.details import Notice

#: For the window and the file's metadata: says nothing about what is inside.
_TITLES = {
    Language.EN: "Letter",
    Language.ES: "Carta",
    Language.FR: "Lettre",
    Language.PT: "Carta",
    Language.AR: "رسالة",
    Language.HI: "पत्र",
}
#: A short line of its own that ends in a colon is a heading; a longer one is a sentence.
MAX_HEADING = 60
#: What is filled in behind a label, and is longer, gets lines of its own.
_FITS = 50

_BULLET = re.compile(r"[-•*]\s+(.*)", re.DOTALL)
_NUMBER = re.compile(r"\d{1,3}[.)]\s+(.*)", re.DOTALL)
#: Names of Acts and the like in a letter's own words: the brackets belong to what they hold.
_BRACKETED = re.compile(r"\([A-Z][ -'*-~]*(?:\([ -'*-~]*\)[ -'*-~]*)*\)")
#: Signs between the parts of an address, which stand from left to right whatever the parts are.
_BETWEEN = re.compile(r"([/?&=#.:@,;+~!$*()\[\]])")
#: Reads as a Latin letter, and isn't seen.
_FROM_LEFT = "\u200e"
#: Signs at the ends of an address that belong to the sentence around it.
_OPENING, _CLOSING = "(<[{\"'“‘«", ".,;:!?)>]}\"'”’»،؛؟"

# Each field is a box of its own: WeasyPrint knows no <bdi>, and lays out each line anew without
# what was isolated on the line before. In an item it is within a line, so that the item has one
# body in the tags; elsewhere it may be longer than a page.
_STYLE = """
@page { size: A4; margin: 22mm 20mm }
html { font-family: "DejaVu Sans", "Noto Sans", "Noto Naskh Arabic", "Lohit Devanagari",
       "Noto Sans Devanagari", sans-serif; font-size: 10.5pt; line-height: 1.5 }
h1 { font-size: 13pt; margin: 0 0 6mm }
h2 { font-size: 10.5pt; margin: 0 0 2mm; break-after: avoid }
p, li { white-space: pre-wrap; overflow-wrap: anywhere; break-inside: avoid }
p { margin: 0 0 3.5mm }
li { margin: 0 0 1.5mm }
ul, ol { margin: 0 0 3.5mm; padding-inline-start: 7mm }
.line { display: block }
li .line { display: inline-block; width: 100% }
.field { display: inline-block }
[dir=rtl] .line, [dir=rtl] .field { text-align: right }
[dir=ltr] .line, [dir=ltr] .field { text-align: left }
"""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the letter: an HTML element (h1, h2, p, ul, ol) and its text or items."""

    tag: str
    texts: tuple[str, ...]


def blocks_of(notice: Notice) -> tuple[Block, ...]:
    """Part a letter at its empty lines; what is a list from its first line on becomes one."""
    text = notice.body.replace("\r\n", "\n").strip("\n")
    paragraphs = re.split(r"\n(?:[ \t]*\n)+", text)
    return (Block("h1", (notice.subject,)), *(_block(paragraph) for paragraph in paragraphs))


def spoken(blocks: Sequence[Block]) -> list[str]:
    """Return what is read aloud of each heading, paragraph and item."""
    return [without_marks(text) for block in blocks for text in block.texts]


def page(blocks: Sequence[Block], language: Language) -> str:
    """Return the page in HTML. It names nothing that could be fetched."""
    direction = "rtl" if language.right_to_left else "ltr"
    parts = [
        "<!doctype html>",
        f'<html lang="{language.value}" dir="{direction}"><head><meta charset="utf-8">',
        f"<title>{_TITLES[language]}</title><style>{_STYLE}</style></head>",
        f'<body dir="{direction}">',
        *(_element(block, language) for block in blocks),
        "</body></html>",
    ]
    return "".join(parts)


def _element(block: Block, language: Language) -> str:
    texts = [_marked(text, language) for text in block.texts]
    if block.tag in ("ul", "ol"):
        texts = [f"<li>{text}</li>" for text in texts]
    return f"<{block.tag}>{''.join(texts)}</{block.tag}>"


def _block(paragraph: str) -> Block:
    for tag, mark in (("ul", _BULLET), ("ol", _NUMBER)):
        items = _items(paragraph, mark)
        if items:
            return Block(tag, tuple(items))
    is_heading = paragraph.endswith(":") and len(paragraph) <= MAX_HEADING
    return Block("h2" if is_heading and "\n" not in paragraph else "p", (paragraph,))


def _items(paragraph: str, mark: re.Pattern[str]) -> list[str]:
    """Return the items of a paragraph that is a list from its first line on; else nothing."""
    items: list[str] = []
    for line in paragraph.split("\n"):
        found = mark.fullmatch(line)
        if found:
            items.append(found[1])
        elif items and line.startswith(" "):
            items[-1] += "\n" + line.strip()
        else:
            return []
    return items


def _marked(text: str, language: Language) -> str:
    """Return the lines of a text in HTML. Around a box as wide as the page no break is needed."""
    made, after_box = "", True
    for line in text.split("\n"):
        before, box = _line(line, language)
        made += before if after_box or (not before and box) else f"\n{before}"
        made += box
        after_box = bool(box)
    return made


def _line(line: str, language: Language) -> tuple[str, str]:
    """Return one line in HTML; its end apart where that is a box as wide as the page."""
    *others, last = parts_of(line, language) or [Part("", False, False, False)]
    long = len(last.text) > _FITS or not others
    if last.field and long and not _runs_along(last, language):
        return "".join(_inline(part, language) for part in others), _box("line", last)
    return "".join(_inline(part, language) for part in (*others, last)), ""


def _inline(part: Part, language: Language) -> str:
    if part.field and not _runs_along(part, language):
        return _box("field", part)
    if part.field or not language.right_to_left:
        return html.escape(part.text)
    return _BRACKETED.sub(r'<span class="field" dir="ltr">\g<0></span>', html.escape(part.text))


def _runs_along(part: Part, language: Language) -> bool:
    """Say whether a field runs as the letter does in all its letters, so that it needs no box."""
    others = ("L",) if language.right_to_left else ("R", "AL", "AN")
    return (
        not part.address
        and part.right_to_left == language.right_to_left
        and not any(unicodedata.bidirectional(sign) in others for sign in part.text)
    )


def _box(kind: str, part: Part) -> str:
    direction = "rtl" if part.right_to_left else "ltr"
    text = _address(part.text) if part.address else "".join(_words(part))
    return f'<span class="{kind}" dir="{direction}">{text}</span>'


def _words(part: Part) -> Iterator[str]:
    """Yield a field in HTML; an address within it is set apart where directions meet."""
    if not runs_from_right(part.text):
        yield html.escape(part.text)
        return
    for word in re.split(r"(\s+)", part.text):
        bare = word.strip(_OPENING + _CLOSING)
        if bare and ("@" in bare or "://" in bare) and is_address(bare):
            before, after = word.split(bare, 1)
            yield html.escape(before)
            yield f'<span class="field" dir="ltr">{_address(bare)}</span>{html.escape(after)}'
        else:
            yield html.escape(word)


def _address(text: str) -> str:
    """Return an address in HTML, its parts in order from left to right, each in its own order."""
    if runs_from_right(text):
        text = _BETWEEN.sub(rf"{_FROM_LEFT}\1{_FROM_LEFT}", text)
    return html.escape(text)
