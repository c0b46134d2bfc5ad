"""The words in a letter's PDF, so that they can be searched, copied and taken in by programs.

A PDF draws glyphs; what programs read is what each code of a font is said to mean. WeasyPrint gives
each glyph one meaning, the first one met, and that is wrong where a glyph stands for several
characters, for a part of one, or for others elsewhere: in Hindi and Arabic, one word of five
(WeasyPrint issue 2841). Here each code gets the meaning that it has where it stands. What can't be
split among its glyphs is said as a whole:

- from left to right by ActualText, which readers of PDF take instead of the glyphs (ISO 32000-1,
  14.9.4), or by the codes, for programs that know none;
- from right to left by a second, invisible run of one code for each character. Programs read glyphs
  from the left and then turn them round, ActualText too, so that only single characters come out
  in order.

It reads what WeasyPrint laid out: lengths are thousandths of the font's size, as in the file.
"""

import importlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from staydown.base.errors import StaydownError

_STRONG = frozenset({"R", "AL"})
#: Steers the order of reading and isn't drawn; each line is laid out, so nothing is left to steer.
_STEERING = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\u2066\u2067\u2068\u2069"))
#: Reads as an Arabic letter, and isn't seen: keeps a sign at a word's end on the word's own side.
_FROM_RIGHT = "\u200f"
#: Signs that stand behind a word, and belong to its sentence.
_BEHIND = ".,;:!?)]}»”\"'،؛؟"
#: What codes mean whose word is said elsewhere: nothing, and nothing that parts or joins letters.
_NOTHING, _JOINED = "\u200b", "\u2060"
#: Codes have two bytes; those of halves of pairs in UTF-16 are taken for broken text by some.
_CODES = 0xD800
_PIECE = re.compile(rb"<([0-9a-f]*)>|(-?[0-9.]+(?:e-?[0-9]+)?)")


class LaidOutOtherwise(StaydownError):
    """WeasyPrint drew something else than it laid out: the file stays as it was."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Characters that are drawn together, and their glyphs from left to right."""

    text: str
    glyphs: tuple[int, ...]
    #: Whether a glyph is drawn over another, or elsewhere than where the one before it ends.
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """What stands between spaces in one font and one direction; clusters from left to right."""

    clusters: tuple[Cluster, ...]
    right_to_left: bool
    #: Whether it stands in a line that runs from right to left, as itself.
    at_home: bool

    @property
    def text(self) -> str:
        """Return the characters as they are read, with marks where its ends need one."""
        order = reversed(self.clusters) if self.right_to_left else self.clusters
        text = "".join(cluster.text for cluster in order)
        if not (self.right_to_left and self.at_home and any(map(_is_strong, text))):
            return text
        word = text.rstrip(_BEHIND)
        behind = text[len(word) :]
        begun = "" if _is_strong(text[0]) else _FROM_RIGHT
        marked = "" if not word or _is_strong(word[-1]) else _FROM_RIGHT
        return f"{begun}{word}{marked}{behind}{_FROM_RIGHT if behind else ''}"

    @property
    def plain(self) -> bool:
        """Whether each glyph is one character that stands where it is drawn."""
        text = self.text
        return _FROM_RIGHT not in text and all(
            len(one.glyphs) == len(one.text) == 1 and not one.moved for one in self.clusters
        )


@dataclass(slots=True)
class _Font:
    """What the file says of a font's codes, and the codes added here."""

    meant: dict[int, str]
    widths: dict[int, float]
    #: Only in TrueType fonts can a second code lead to the same glyph.
    may_grow: bool
    added: dict[tuple[int, str], int] = field(default_factory=dict)

    def code(self, glyph: int, text: str) -> int:
        """Return a code that draws the glyph and means the text."""
        if self.meant.get(glyph) == text or not self.may_grow:
            return glyph
        return self.added.setdefault((glyph, text), max(self.widths) + 1 + len(self.added))


def _is_strong(sign: str) -> bool:
    return unicodedata.bidirectional(sign) in _STRONG


def give_words(document: Any, pdf: Any) -> None:
    """Say in a finished file what each code means. For WeasyPrint's ``finisher``.

    Raises LaidOutOtherwise, with nothing changed.
    """
    fonts = _fonts(document)
    pages = [one for one in pdf.objects if hasattr(one, "stream") and b"BDC" in one.stream]
    words = list(_words_of_pages(document, pdf))
    if len(words) != len(pages):
        raise LaidOutOtherwise
    written = [_Rewriting(fonts, *both).of() for both in zip(words, pages, strict=True)]
    for page, content in zip(pages, written, strict=True):
        page.stream = content
    _add_codes(fonts, pdf)


def _fonts(document: Any) -> dict[str, _Font]:
    fonts: dict[str, _Font] = {}
    for one in document.fonts.values():
        known = fonts.get(one.hash)
        widths = {**known.widths, **one.widths} if known else dict(one.widths)
        grows = not one.bitmap and one.type != "otf" and one.glyph_count < _CODES // 2
        fonts[one.hash] = _Font(one.to_unicode, widths, grows)
    return fonts


def _words_of_pages(document: Any, pdf: Any) -> Iterator[dict[int, tuple[Word, ...]]]:
    """Yield for each page the words of each piece of marked content, by its number.

    The tags were made in the order of the boxes, page by page.
    """
    numbers = iter(
        one["K"][0]
        for one in pdf.objects
        if isinstance(one, dict) and one.get("Type") == "/StructElem" and _is_piece(one["K"])
    )
    for page in document.pages:
        boxes = list(_text_boxes(page._page_box))
        of_page = list(islice(numbers, len(boxes)))
        if len(of_page) != len(boxes):
            raise LaidOutOtherwise
        yield {number: tuple(_words(box)) for number, box in zip(of_page, boxes, strict=True)}


def _is_piece(kids: Sequence[object]) -> bool:
    return len(kids) == 1 and isinstance(kids[0], int)


def _text_boxes(box: Any) -> Iterator[Any]:
    if hasattr(box, "pango_layout"):
        yield box
    for child in getattr(box, "children", ()):
        yield from _text_boxes(getattr(child, "_box", child))


def _words(box: Any) -> Iterator[Word]:
    """Yield the words of a line of text from left to right, spaces as words of their own."""
    if not box.text.strip():
        return
    from weasyprint.text.ffi import ffi, pango

    box.pango_layout.reactivate(box.style)
    try:
        pango.pango_layout_set_single_paragraph_mode(box.pango_layout.layout, True)
        line, _ = box.pango_layout.get_first_line()
        text, run = box.pango_layout.text.encode(), line.runs[0]
        at_home = box.style["direction"] == "rtl"
        while run != ffi.NULL:
            yield from _of_run(run.data, text, pango.PANGO_GLYPH_EMPTY, at_home=at_home)
            run = run.next
    finally:
        box.pango_layout.deactivate()


def _of_run(run: Any, text: bytes, empty: int, *, at_home: bool) -> Iterator[Word]:
    right_to_left = bool(run.item.analysis.level % 2)
    word: list[Cluster] = []
    for cluster in _clusters(run, text, empty):
        if not cluster.glyphs and not cluster.text:
            continue
        if cluster.text.isspace():
            if word:
                yield Word(tuple(word), right_to_left, at_home)
            yield Word((cluster,), right_to_left, at_home)
            word = []
        else:
            word.append(cluster)
    if word:
        yield Word(tuple(word), right_to_left, at_home)


def _clusters(run: Any, text: bytes, empty: int) -> Iterator[Cluster]:
    drawn, length = run.glyphs, run.item.length
    starts = [drawn.log_clusters[at] for at in range(drawn.num_glyphs)]
    order = sorted(set(starts))
    ends = dict(zip(order, [*order[1:], length], strict=True))
    at = 0
    while at < len(starts):
        start, glyphs, moved = starts[at], [], False
        while at < len(starts) and starts[at] == start:
            glyph = drawn.glyphs[at]
            at += 1
            if glyph.glyph != empty:
                glyphs.append(glyph.glyph)
                place = glyph.geometry
                moved = moved or not place.width or bool(place.x_offset or place.y_offset)
        offset = run.item.offset
        said = text[offset + start : offset + ends[start]].decode().translate(_STEERING)
        yield Cluster(said, tuple(glyphs), moved)


class _Rewriting:
    """Writes a page's content again, with a code for each meaning."""

    def __init__(
        self, fonts: dict[str, _Font], words: dict[int, tuple[Word, ...]], page: Any
    ) -> None:
        self._fonts, self._words, self._content = fonts, words, list(page.stream)
        self._done: list[object] = []
        self._line: list[str] = []
        self._font: _Font | None = None
        self._coming: list[tuple[int, str, Word, bool, bool]] = []
        self._pen = 0.0

    def of(self) -> list[object]:
        """Return the content of the page, each run of glyphs written again."""
        for at, step in enumerate(self._content):
            if step == b"BDC":
                number = self._content[at - 1]["MCID"]
                words = self._words.get(number, ())
                self._coming = [one for word in reversed(words) for one in _glyphs_of(word)]
            if isinstance(step, bytes) and step.endswith(b" Tf"):
                self._font = self._fonts[step.split()[0][1:].decode()]
            if isinstance(step, bytes) and step.endswith(b"] TJ") and self._coming:
                self._run(step)
            else:
                self._done.append(step)
        return self._done

    def _run(self, step: bytes) -> None:
        font = self._font
        if font is None or len(step) < len(b"[<0000>] TJ"):
            self._done.append(step)
            return
        for piece in _PIECE.finditer(step, 0, len(step) - len(b"] TJ")):
            if piece[2] is not None:
                self._line.append(piece[2].decode())
                self._pen -= float(piece[2])
                continue
            for start in range(0, len(piece[1]), 4):
                self._glyph(font, int(piece[1][start : start + 4], 16))
        self._write()

    def _glyph(self, font: _Font, glyph: int) -> None:
        if not self._coming:
            raise LaidOutOtherwise
        wanted, meaning, word, first, last = self._coming.pop()
        if wanted != glyph:
            raise LaidOutOtherwise
        told = not word.plain and (font.may_grow or not word.right_to_left)
        if first and told:
            self._write()
            self._pen = 0.0
            said = "" if word.right_to_left else word.text
            self._done.append(b"/Span <</ActualText <%s>>> BDC" % _hex(said, mark=True))
        self._line.append(f"<{font.code(glyph, meaning):04x}>")
        self._pen += font.widths[glyph]
        if last and told:
            self._write()
            self._done.append(b"EMC")
            if word.right_to_left:
                self._write_unseen(font, word)

    def _write(self) -> None:
        if self._line:
            self._done.append(f"[{' '.join(self._line)}] TJ".replace("> <", "").encode())
        self._line = []

    def _write_unseen(self, font: _Font, word: Word) -> None:
        """Go back, and write each character once more, invisible, as wide as the word."""
        glyph = next((one for one in _drawn(word) if font.widths[one] > 0), None)
        if glyph is None or self._pen <= 0:
            return
        text = word.text[::-1]
        scale = 100 * self._pen / len(text) / font.widths[glyph]
        codes = "".join(f"{font.code(glyph, sign):04x}" for sign in text)
        self._done.append(
            f"0 Ts 3 Tr [{self._pen:.2f}] TJ {scale:.4f} Tz [<{codes}>] TJ 100 Tz 0 Tr".encode()
        )


def _drawn(word: Word) -> list[int]:
    return [glyph for cluster in word.clusters for glyph in cluster.glyphs]


def _glyphs_of(word: Word) -> Iterator[tuple[int, str, Word, bool, bool]]:
    """Yield each glyph of a word, the last one first, and whether it is the first or last."""
    meanings = list(_meanings(word))
    for at in reversed(range(len(meanings))):
        yield (*meanings[at], word, at == 0, at == len(meanings) - 1)


def _meanings(word: Word) -> Iterator[tuple[int, str]]:
    """Yield each glyph of a word from left to right, with what its code means there."""
    for cluster in word.clusters:
        count = len(cluster.glyphs)
        for at, glyph in enumerate(cluster.glyphs):
            if word.plain:
                yield glyph, cluster.text
            elif word.right_to_left:
                yield glyph, _NOTHING
            else:
                part = cluster.text[at:] if at == count - 1 else cluster.text[at : at + 1]
                yield glyph, part or _JOINED


def _hex(text: str, *, mark: bool = False) -> bytes:
    encoded = text.encode("utf-16-be").hex()
    return f"{'feff' if mark and text else ''}{encoded}".encode()


def _add_codes(fonts: dict[str, _Font], pdf: Any) -> None:
    """Write the added codes into each font: what they mean, draw, and how wide they are."""
    pydyf = importlib.import_module("pydyf")
    listed = next(
        one for one in pdf.objects if isinstance(one, dict) and one and one.keys() <= fonts.keys()
    )
    for name, font in fonts.items():
        if not font.added:
            continue
        written = _object(pdf, listed[name])
        lines = _object(pdf, written["ToUnicode"]).stream
        at = lines.index(b"endcmap")
        lines[at:at] = list(_meaning_lines(font.added))
        described = _object(pdf, written["DescendantFonts"][0])
        glyphs = pydyf.Stream([_glyph_table(font)], compress=True)
        pdf.add_object(glyphs)
        described["CIDToGIDMap"] = glyphs.reference
        for (glyph, _), code in sorted(font.added.items(), key=lambda one: one[1]):
            described["W"] += [code, pydyf.Array([font.widths[glyph]])]


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _meaning_lines(added: dict[tuple[int, str], int]) -> Iterator[bytes]:
    """Yield lines of a ToUnicode map, at most a hundred to a block."""
    rows = [b"<%04x> <%s>" % (code, _hex(text)) for (_, text), code in added.items()]
    for at in range(0, len(rows), 100):
        block = rows[at : at + 100]
        yield b"%d beginbfchar" % len(block)
        yield from block
        yield b"endbfchar"


def _glyph_table(font: _Font) -> bytes:
    """Return which glyph each code draws, two bytes a code from 0 on."""
    drawn = {glyph: glyph for glyph in font.widths}
    drawn |= {code: glyph for (glyph, _), code in font.added.items()}
    return b"".join(drawn.get(code, 0).to_bytes(2, "big") for code in range(max(drawn) + 1))
