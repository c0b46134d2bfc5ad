"""The words of a letter come out of its PDF as they went in, by programs of several makers."""

import io
import itertools
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pdfua
import pikepdf
import pypdf
import pypdfium2
import pytest

from staydown.base.languages import Language
from staydown.notices.compose import pdf, pdf_reading
from staydown.notices.compose.isolates import without_marks
from staydown.notices.compose.pdf import NoPdf, as_pdf
from staydown.notices.compose.pdf_reading import words_lost
from staydown.notices.compose.pdf_words import Cluster, LaidOutOtherwise, Word
from staydown.notices.details import Location, Notice
from staydown.notices.vocabulary import Letter
from tests.notices.compose.samples import written

pytestmark = pytest.mark.usefixtures("pango")

#: Every letter in Arabic or Hindi, where words were lost, and some in each of the others.
TURNS = itertools.cycle((Language.AR, Language.HI))
OTHERS = itertools.cycle(
    (Language.EN, None, Language.ES, None, Language.FR, None, Language.PT, None)
)
COVERED = [
    (letter, language)
    for letter in Letter
    for language in (next(TURNS), next(OTHERS))
    if language is not None
]
#: Addresses and words in many scripts; those of the Far East only where a font has them.
MANY = {
    "Cyrillic": "https://vk.example/фото/2/",
    "Greek": "https://δοκιμή.example/φωτο/3",
    "Arabic": "https://موقع.example/صور/جديد/2?س=ع&b=1",
    "Hebrew": "https://example.org/תמונה/7#ב",
    "Devanagari": "https://example.org/फ़ोटो/क्ति?क=ख",
    "Thai": "https://example.org/ภาพที่/5",
    "Chinese": "https://example.org/写真/6",
    "emoji": "https://example.org/😀/8",
    "combining": "https://example.org/e\u0301te\u0301/x\u0331\u0302/9",
    "Punycode": "https://xn--mgbh0fb.example/a/",
    "long": "https://example.org/" + "ملف/" * 40 + "end?x=1",
    "without a break": "https://example.org/" + "abcdef" * 40,
}


def made(notice: Notice) -> bytes:
    """Return a PDF, where the machine has the font for Hindi."""
    try:
        return as_pdf(notice)
    except NoPdf as missing:
        if "(Devanagari)" in str(missing):
            pytest.skip("no font for Hindi found: sudo apt-get install fonts-lohit-deva")
        raise


@contextmanager
def told_of_fonts() -> Iterator[None]:
    """Let a letter be refused for what no font here has, which is the right answer then."""
    try:
        yield
    except NoPdf as missing:
        if "no font on this machine shows" not in str(missing):
            raise


def by_pypdf(content: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def by_pdfium(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        return "".join(page.get_textpage().get_text_bounded() for page in document)


def folded(text: str) -> str:
    """Return a text without spaces and without what only steers the order of reading."""
    seen = unicodedata.normalize("NFKC", text)
    return "".join(
        sign
        for sign in seen
        if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Cc")
    )


@pytest.mark.parametrize(("which", "language"), COVERED)
def test_no_word_of_a_letter_is_lost_and_its_tags_are_sound(
    which: Letter, language: Language, tmp_path: Path
) -> None:
    notice = written(which, language)
    content = made(notice)
    letter = f"{notice.subject}\n{without_marks(notice.body)}"
    assert words_lost(content, letter) == 0
    if not language.right_to_left:  # it turns words with vowel marks round by pieces
        taken = "".join(pdf_reading.words_of(by_pdfium(content)))
        assert [word for word in pdf_reading.words_of(letter) if word not in taken] == []
    file = tmp_path / "letter.pdf"
    file.write_bytes(content)
    assert pdfua.validate(str(file)).findings == ()


@pytest.mark.parametrize("script", list(MANY))
@pytest.mark.parametrize("language", [Language.AR, Language.EN])
def test_a_letter_with_words_of_any_script_can_be_read_back(
    script: str, language: Language
) -> None:
    url = MANY[script]
    notice = written(
        Letter.US_TIDA, language, locations=(Location("1", url=url, info=f"({url[8:]})."),)
    )
    content = None
    with told_of_fonts():
        content = as_pdf(notice)
    if content is None:
        return
    right_to_left = any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in url)
    if not right_to_left:  # others are given in ASCII too
        assert folded(url) in folded(by_pypdf(content))
        assert folded(url) in folded(by_pdfium(content))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.AR, "الطاقة"),
        (Language.AR, "حَبيبي habibi"),
        (Language.AR, "الاشتراك"),
        (Language.AR, "كَيْفَ"),
        (Language.AR, "اهلا وسهلا"),
        (Language.HI, "बेकार बच्चे स्कूल नहीं जाते थे। पूरा दिन मैदान में घूमते थे।"),
        (Language.EN, "The office offers affluent ﬁles"),
        (
            Language.FR,
            "C\u0306 k\u0358 l\u0324 n\u0307 S\u0302 x\u0323 \u00e9 e\u0301 A\u030b R\u0346",
        ),
        (Language.EN, "👩\u200d👧 👍🏽 e\u0301"),
    ],
)
def test_words_that_other_makers_of_pdfs_lost_are_found(language: Language, words: str) -> None:
    """Written in an explanation, as the person's own words."""
    notice = written(Letter.US_TIDA, language, consent_information=words)
    content = None
    with told_of_fonts():
        content = as_pdf(notice)
    if content is None:
        return
    taken = "".join(pdf_reading.words_of(by_pypdf(content)))
    assert [word for word in pdf_reading.words_of(words) if word not in taken] == []


@pytest.mark.parametrize("language", [Language.AR, Language.EN])
@pytest.mark.parametrize(
    "url",
    [
        "https://creativecommons.org/licenses/by/4.0/deed.ar/",
        "https://example.com/menu1/submenu1/article1",
        "http://facebook.com.xn--mgbh0fb/%D9%A0/123",
    ],
)
def test_an_address_that_pages_showed_in_another_order_comes_out_whole(
    url: str, language: Language
) -> None:
    content = made(written(Letter.US_TIDA, language, locations=(Location("1", url=url),)))
    assert url in by_pypdf(content)
    assert url in by_pdfium(content)


@pytest.mark.parametrize(
    "given",
    [
        {"circumstances": " ".join(f"WWMM{number}" for number in range(490))[:4000]},
        {"circumstances": " ".join(f"किंतु{number}" for number in range(450))[:4000]},
        {"locations": (Location("1", url=f"https://example.org/{'WM' * 980}/end"),)},
        {"locations": (Location("1", url=f"https://موقع.example/{'ملف/' * 480}end"),)},
    ],
)
def test_what_is_longer_than_a_page_goes_on_on_the_next(given: dict[str, Any]) -> None:
    """What reaches over a page's edge is in the file, and isn't seen."""
    notice = written(Letter.POLICE, Language.AR, **given)
    with pypdfium2.PdfDocument(made(notice)) as document:
        on_page = "".join(
            page.get_textpage().get_text_bounded(0, 0, *page.get_size()) for page in document
        )
    taken = "".join(pdf_reading.words_of(on_page))
    typed = str(given.get("circumstances", "")) or notice.details.locations[0].url
    words = [word for word in pdf_reading.words_of(typed) if word.isascii() or "किं" in word]
    assert [word for word in words if word not in taken] == []


def test_an_address_taken_out_holds_nothing_that_cannot_be_seen() -> None:
    url = "https://vk.example/фото/2/"
    notice = written(Letter.US_TIDA, Language.AR, locations=(Location("1", url=url),))
    content = made(notice)
    assert url in by_pypdf(content)
    assert url in by_pdfium(content)


def test_a_letter_whose_words_are_lost_is_refused_and_the_text_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As WeasyPrint alone makes it, a Hindi letter loses one word of six."""

    def otherwise(*_: object) -> None:
        raise LaidOutOtherwise

    monkeypatch.setattr(pdf, "give_words", otherwise)
    with pytest.raises(NoPdf, match=r"\d+ of its words can't be read back.*send the text") as told:
        made(written(Letter.US_TIDA, Language.HI))
    assert "no font" not in str(told.value)
    assert words_lost(as_pdf(written(Letter.US_TIDA, Language.EN)), "zebra") == 1


def test_a_file_that_cannot_be_read_back_at_all_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> int:
        raise pypdf.errors.PdfReadError("broken")

    monkeypatch.setattr(pdf, "words_lost", broken)
    with pytest.raises(NoPdf, match="this PDF can't be read back"):
        as_pdf(written(Letter.US_TIDA, Language.EN))


def test_without_the_reader_the_error_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def none() -> None:
        raise ImportError

    monkeypatch.setattr(pdf, "load_reader", none)
    with pytest.raises(NoPdf, match=r"pip install .staydown\[pdf\]"):
        as_pdf(written(Letter.US_TIDA, Language.EN))


def test_what_is_compared_are_letters_marks_and_figures() -> None:
    assert pdf_reading.words_of("a-b\u200d(c): ﻻ 12.5") == ["a", "b", "c", "لا", "12", "5"]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("إلى:", "إلى:\u200f"),
        ("شخصاً", "شخصاً\u200f"),
        ("سراً.", "سراً\u200f.\u200f"),
        ("(الساعة", "\u200f(الساعة"),
        ("موافقة", "موافقة"),
        (".", "."),
    ],
)
def test_signs_at_a_words_ends_are_held_on_its_own_side(text: str, marked: str) -> None:
    clusters = tuple(Cluster(sign, (1,)) for sign in reversed(text))
    assert Word(clusters, right_to_left=True, at_home=True).text == marked
    assert Word(clusters, right_to_left=True, at_home=False).text == text


def test_every_code_that_is_drawn_says_what_it_means() -> None:
    """PDF/UA-1, 7.21.7; empty meanings make readers guess."""
    with pikepdf.open(io.BytesIO(made(written(Letter.US_TIDA, Language.AR)))) as document:
        for page in document.pages:
            for font in page.Resources.Font.values():
                lines = font.ToUnicode.read_bytes().splitlines()
                said = {line.split()[0] for line in lines if line.startswith(b"<")}
                assert not any(b"<>" in line for line in lines)
                assert said


def test_a_letter_drawn_over_another_is_told_apart() -> None:
    """Readers take a glyph that begins where the last one did for a second print of it."""
    apart = (Cluster("ا", (1,)), Cluster("ل", (2,)))
    over = (Cluster("ا", (1,), moved=True), Cluster("ل", (2,)))
    assert Word(apart, right_to_left=True, at_home=True).plain
    assert not Word(over, right_to_left=True, at_home=True).plain
