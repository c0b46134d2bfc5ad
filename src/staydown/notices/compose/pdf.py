"""A letter as a PDF that can be read aloud (PDF/UA-1), also from right to left.

WeasyPrint is an extra (``pip install "staydown[pdf]"``; in a clone, ``scripts/setup run pdf``) and
loads only here, when it is used.
"""

import ctypes.util
import html
import importlib
import logging
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from staydown.base.errors import StaydownError
from staydown.base.languages import Language
from staydown.notices.compose.details import Notice

#: For the window and the file's metadata: says nothing about what is inside.
_TITLES = {
    Language.EN: "Letter",
    Language.ES: "Carta",
    Language.FR: "Lettre",
    Language.PT: "Carta",
    Language.AR: "رسالة",
    Language.HI: "पत्र",
}

#: What reads from left to right in any text: words in Latin letters, digits, and signs between.
_SIGNS = r"!-~§°\u00a1-\u00aa\u00ac-\u00ba\u00bc-\u024f\u2010-\u2015\u2018-\u201f\u2026"
_LEFT_TO_RIGHT = re.compile(rf"[{_SIGNS}]+(?: +[{_SIGNS}]+)*")
#: Signs at the ends of such a run that belong to the sentence around it.
_ENDS = " .,;:!?-<>\"'\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f"
#: A line of so many characters, however wide, goes over no line's end.
_FITS = 40
#: Reads as a Latin letter, and isn't seen.
_FROM_LEFT = "\u200e"
#: What of a word stays on one line, up to a sign where there is one.
_PIECES = re.compile(r"^.{1,30}$|.{1,30}(?<=[/?&=])|.{1,30}")
#: Where a line could end within a word.
_AT_SIGN = re.compile(r"(?<=[^\w.,:;=&#@()'\"])(?=.)|(?<=.)(?=[\u2010-\u2015])")
_CLOSING = {")": "(", "]": "[", "}": "{"}
#: A short line of its own that ends in a colon is a heading; a longer one is a sentence.
MAX_HEADING = 60

#: Some twenty seconds of work from right to left. 500 items of usual addresses are 40,000, and two.
MAX_CHARACTERS = 200_000

_BULLET = re.compile(r"[-•*]\s+(.*)", re.DOTALL)
_NUMBER = re.compile(r"\d{1,3}[.)]\s+(.*)", re.DOTALL)

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
"""


class NoPdf(StaydownError):
    """WeasyPrint or a font is not installed, or cannot work here, or not with this letter."""


@dataclass(frozen=True, slots=True)
class _Block:
    """A piece of the letter: an HTML element (h1, h2, p, ul, ol) and its text or items."""

    tag: str
    texts: tuple[str, ...]


def as_pdf(notice: Notice) -> bytes:
    """Return the letter as a PDF/UA-1 file: tagged, with its language, fonts embedded.

    Nothing is fetched, there are no links to follow by accident, and the metadata names nobody.
    Raises NoPdf, which says how to install what is missing, and for a letter that is too long.
    A letter is never made with empty boxes where no font has its characters.
    """
    if len(notice.body) > MAX_CHARACTERS:
        raise NoPdf("the letter is too long for a PDF: use the text, or write several letters")
    blocks = (_Block("h1", (notice.subject,)), *_blocks(notice.body))
    page = _page(blocks, notice.language)
    document = load_weasyprint().HTML(string=page, url_fetcher=_refuse, base_url=None)
    pdf: bytes = document.write_pdf(pdf_variant="pdf/ua-1", finisher=_speaking(blocks))
    return pdf


def _speaking(blocks: Sequence[_Block]) -> Callable[[Any, Any], None]:
    """Return what adds the text itself to each element of the finished file (ActualText).

    What is read aloud or copied comes from glyphs otherwise, and of Arabic and Hindi glyphs that
    gives wrong words (WeasyPrint issue 2841).
    """
    texts = [text for block in blocks for text in block.texts]

    def add(document: Any, pdf: Any) -> None:
        _refuse_boxes(document)
        elements = [found for found in pdf.objects if _is_spoken(found)]
        if len(elements) != len(texts):  # one went over a page's end: the glyphs must do
            return
        for element, text in zip(elements, texts, strict=True):
            element["ActualText"] = importlib.import_module("pydyf").String(text)

    return add


def _refuse_boxes(document: Any) -> None:
    """Raise NoPdf where a character was drawn as an empty box, which only looking would show."""
    missing = {sign for font in document.fonts.values() for sign in font.missing}
    if not missing:
        return
    names = sorted({unicodedata.name(chr(sign), "other").split()[0].title() for sign in missing})
    raise NoPdf(
        f"no font on this machine shows some of the letter's characters ({', '.join(names[:4])}): "
        "install one that does (Debian, for Hindi: fonts-lohit-deva), or leave them out. The text "
        "and the e-mail work without it"
    )


def _is_spoken(found: object) -> bool:
    is_element = isinstance(found, dict) and found.get("Type") == "/StructElem"
    return is_element and found["S"] in ("/H1", "/H2", "/P", "/LBody")  # type: ignore[index]


def load_weasyprint() -> Any:
    """Return the package, and silence it. Raises NoPdf, which says what to install."""
    try:
        with _found_by_name_alone():
            module = importlib.import_module("weasyprint")
    except ImportError as error:
        raise NoPdf(
            'PDF needs a package more: pip install "staydown[pdf]", or in a clone '
            "scripts/setup run pdf. The text and the e-mail work without it"
        ) from error
    except OSError as error:
        raise NoPdf(
            "PDF needs the system's Pango library: install it (Debian: libpango-1.0-0 "
            "libpangoft2-1.0-0). The text and the e-mail work without it"
        ) from error
    # Its warnings quote the text they are about.
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    return module


@contextmanager
def _found_by_name_alone() -> Iterator[None]:
    """Let libraries be found by the linker alone, which knows them under one of the names tried.

    For each of the other names Python would run a C compiler, if there is one, with files of its
    own in the folder for temporary files. Elsewhere than on Linux nothing is run.
    """
    search = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = _found_nowhere
    try:
        yield
    finally:
        ctypes.util.find_library = search


def _found_nowhere(name: str) -> str | None:  # noqa: ARG001 - ctypes calls it so
    return None


def _refuse(*_: object, **__: object) -> Any:
    raise NoPdf("a letter fetches nothing")


def _page(blocks: Sequence[_Block], language: Language) -> str:
    direction = "rtl" if language.right_to_left else "ltr"
    parts = [
        "<!doctype html>",
        f'<html lang="{language.value}" dir="{direction}"><head><meta charset="utf-8">',
        f"<title>{_TITLES[language]}</title><style>{_STYLE}</style></head><body>",
        *(_element(block, language) for block in blocks),
        "</body></html>",
    ]
    return "".join(parts)


def _element(block: _Block, language: Language) -> str:
    texts = [_marked(text, language) for text in block.texts]
    if block.tag in ("ul", "ol"):
        texts = [f"<li>{text}</li>" for text in texts]
    return f"<{block.tag}>{''.join(texts)}</{block.tag}>"


def _blocks(body: str) -> list[_Block]:
    """Part a letter at its empty lines; what is a list from its first line on becomes one."""
    text = body.replace("\r\n", "\n").strip("\n")
    return [_block(paragraph) for paragraph in re.split(r"\n(?:[ \t]*\n)+", text)]


def _block(paragraph: str) -> _Block:
    for tag, mark in (("ul", _BULLET), ("ol", _NUMBER)):
        items = _items(paragraph, mark)
        if items:
            return _Block(tag, tuple(items))
    is_heading = paragraph.endswith(":") and len(paragraph) <= MAX_HEADING
    return _Block("h2" if is_heading and "\n" not in paragraph else "p", (paragraph,))


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
    """Escape ``text``; from right to left, keep addresses, dates and Latin words in order.

    By invisible characters (Unicode's isolates), since WeasyPrint knows no ``<bdi>``.
    """
    if language.right_to_left:
        text = "\n".join(_LEFT_TO_RIGHT.sub(_isolated, line) for line in text.split("\n"))
    return html.escape(text)


def _isolated(found: re.Match[str]) -> str:
    """Set a run apart, without the signs at its ends that belong to the sentence around it.

    What stands alone on its line, or behind a label at its end, is set apart whole ("A. B.").
    """
    run, fits = found[0], len(found.string) <= _FITS
    if found.end() == len(found.string):
        if found.start() == 0:
            return _in_order(run, fits=fits)
        if run.startswith(": ") and run[2] not in _ENDS:
            return f": {_in_order(run[2:], fits=fits)}"
    marked, done = "", 0
    for at in _alone(run):
        marked += _without_ends(run[done:at], fits=fits) + run[at]
        done = at + 1
    return marked + _without_ends(run[done:], fits=fits)


def _alone(run: str) -> list[int]:
    """Return where brackets stand whose partner is outside of the run, or that have none."""
    opened: list[int] = []
    alone: list[int] = []
    for at, sign in enumerate(run):
        if sign in _CLOSING.values():
            opened.append(at)
        elif sign in _CLOSING:
            if opened and run[opened[-1]] == _CLOSING[sign]:
                opened.pop()
            else:
                alone.append(at)
    return sorted(alone + opened)


def _without_ends(run: str, *, fits: bool) -> str:
    core = run.strip(_ENDS)
    if not core:
        return run
    start = run.index(core)
    return f"{run[:start]}{_in_order(core, fits=fits)}{run[start + len(core) :]}"


def _in_order(run: str, *, fits: bool) -> str:
    """Isolate a run; one that may go over a line's end says there again how it reads.

    WeasyPrint lays out each line anew and knows nothing of an isolate that opened on the line
    before, so that an address would go on with its last part first.
    """
    if not fits:
        words = (
            f"{_FROM_LEFT}\u200b{_FROM_LEFT}".join(
                _AT_SIGN.sub("\u2060", piece) for piece in _PIECES.findall(word)
            )
            for word in run.split(" ")
        )
        run = f"{_FROM_LEFT} {_FROM_LEFT}".join(words) + _FROM_LEFT
    return f"\u2066{run}\u2069"
