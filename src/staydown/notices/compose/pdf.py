"""A letter as a PDF that can be read aloud (PDF/UA-1), also from right to left.

WeasyPrint is an extra (``pip install "staydown[pdf]"``; in a clone, ``scripts/setup run pdf``) and
loads only here, when it is used.
"""

import ctypes.util
import importlib
import logging
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from staydown.base.errors import StaydownError
from staydown.base.languages import Language
from staydown.notices.compose.letters.reading import phrases, written_in
from staydown.notices.compose.pdf_page import Block, blocks_of, page, spoken
from staydown.notices.compose.pdf_reading import load_reader, words_lost
from staydown.notices.compose.pdf_words import LaidOutOtherwise, give_words
from staydown.notices.details import Notice

#: Some twenty seconds of work from right to left. 500 items of usual addresses are 40,000 (three).
MAX_CHARACTERS = 200_000


_UNREADABLE = (
    "{}, so a screen reader or a service's program would get it wrong. Nothing is lost: send the "
    "text or the e-mail, which say the same"
)


class NoPdf(StaydownError):
    """WeasyPrint or a font is not installed, or cannot work here, or not with this letter."""


class WordsLost(NoPdf):
    """The file would show words that nobody can search for, copy or have read aloud."""


def as_pdf(notice: Notice) -> bytes:
    """Return the letter as a PDF/UA-1 file: tagged, with its language, fonts embedded.

    Nothing is fetched, there are no links to follow by accident, and the metadata names nobody.
    Raises NoPdf, which says how to install what is missing, and for a letter that is too long.
    A letter is never made with empty boxes where no font has its characters, and its words are
    read back from the file: where any is lost to who takes it in by a program, raises WordsLost.
    """
    if len(notice.body) > MAX_CHARACTERS:
        raise NoPdf("the letter is too long for a PDF: use the text, or write several letters")
    return _made(blocks_of(notice), notice.language)


def languages_without_pdf() -> dict[Language, str]:
    """Return the languages of letters that this machine can't make a PDF in, and why.

    Each is tried with the sentences that letters are made of.
    """
    found: dict[Language, str] = {}
    for language in written_in():
        sentences = tuple(phrases(language).sentences.values())
        try:
            _made((Block("h1", sentences[:1]), Block("ul", sentences)), language)
        except NoPdf as error:
            found[language] = str(error)
    return found


def _made(blocks: Sequence[Block], language: Language) -> bytes:
    html = page(blocks, language)
    document = load_weasyprint().HTML(string=html, url_fetcher=_refuse, base_url=None)
    pdf: bytes = document.write_pdf(pdf_variant="pdf/ua-1", finisher=_speaking(blocks))
    _refuse_lost(pdf, "\n".join(spoken(blocks)))
    return pdf


def _refuse_lost(pdf: bytes, letter: str) -> None:
    """Read a letter's words back from its file. Raises WordsLost where any can't be found."""
    try:
        lost = words_lost(pdf, letter)
    except load_reader().errors.PyPdfError as error:
        raise WordsLost(_UNREADABLE.format("this PDF can't be read back")) from error
    if lost:
        raise WordsLost(_UNREADABLE.format(f"{lost} of its words can't be read back from the PDF"))


def _speaking(blocks: Sequence[Block]) -> Callable[[Any, Any], None]:
    """Return what adds the text itself to each element of the finished file (ActualText).

    It is what is read aloud. What is searched and copied comes from the glyphs: see pdf_words.
    """
    texts = spoken(blocks)

    def add(document: Any, pdf: Any) -> None:
        _refuse_boxes(document)
        with suppress(LaidOutOtherwise):  # then the glyphs must do: they are read back below
            give_words(document, pdf)
        elements = list(_spoken_elements(pdf))
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
    names = sorted({_kind_of(chr(sign)) for sign in missing})
    raise NoPdf(
        f"no font on this machine shows some of the letter's characters ({', '.join(names[:4])}): "
        "install one that does (Debian: fonts-lohit-deva for Hindi, fonts-noto-core for most "
        "others), or leave them out. The text "
        "and the e-mail work without it"
    )


def _kind_of(sign: str) -> str:
    """Say what a character is: the script it belongs to, or that it is a picture or a sign."""
    if unicodedata.category(sign).startswith("S"):
        return "emoji or signs"
    return unicodedata.name(sign, "other").split()[0].title()


def _spoken_elements(pdf: Any) -> Iterator[Any]:
    """Yield the elements of the letter in order; a box within one is no element of its own."""
    for found in pdf.objects:
        if _is_spoken(found):
            if _is_spoken(pdf.objects[int(found["P"].split()[0])]):
                found["S"] = "/NonStruct"
            else:
                yield found


def _is_spoken(found: object) -> bool:
    is_element = isinstance(found, dict) and found.get("Type") == "/StructElem"
    return is_element and found["S"] in ("/H1", "/H2", "/P", "/LBody")  # type: ignore[index]


def load_weasyprint() -> Any:
    """Return the package, and silence it. Raises NoPdf, which says what to install."""
    try:
        with _found_by_name_alone():
            module = importlib.import_module("weasyprint")
        load_reader()
    except ImportError as error:
        raise NoPdf(
            'PDF needs packages more: pip install "staydown[pdf]", or in a clone '
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
