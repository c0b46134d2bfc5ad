"""A letter as PDF can be read aloud, in every language, and gives nothing away."""

import io
import re
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from unicodedata import category

import pikepdf
import pytest

from staydown.base.languages import Language
from staydown.notices.compose.isolates import set_apart, without_marks
from staydown.notices.compose.letters.reading import letter_text
from staydown.notices.compose.pdf import MAX_CHARACTERS, NoPdf, _refuse_boxes, as_pdf
from staydown.notices.details import Notice
from staydown.notices.vocabulary import Letter
from tests.notices.delivery.letters import letter

ARABIC = f"""إلى: {set_apart("Example", Language.AR)}
التاريخ: 22 نوفمبر 2026

أرسل هذه الرسالة بموجب {set_apart("47 U.S.C. 223a(a)(3)", Language.AR)}.

العناوين:

1. {set_apart("https://example.org/page/1?a=b", Language.AR)}
   تاريخ النشر: {set_apart("2026-11-22 10:30", Language.AR)}
2. {set_apart("https://vk.example/фото/2/", Language.AR)}

أطلب منكم:

- إزالة المحتوى خلال 48 ساعة (انظر {set_apart("https://example.org/x", Language.AR)}).
- الرد على {set_apart("a.b@example.org", Language.AR)}.

إلى: {set_apart("Example (and more)", Language.AR)}
التوقيع: {set_apart("/s/ A. B.", Language.AR)}"""
HINDI = """सेवा में: Example

कृपया यह सामग्री हटाएँ:

1. https://example.org/page/1
   विवरण: फ़ोटो

धन्यवाद"""
ENGLISH = """To: Example

I ask you to remove:

1. https://example.org/page/1
   What it shows: <b>a photograph</b>

- first
- second

<img src="http://127.0.0.1:9/x.png"><link rel=stylesheet href="file:///etc/passwd">"""


pytestmark = pytest.mark.usefixtures("pango")


def opened(notice: Notice) -> pikepdf.Pdf:
    try:
        made = as_pdf(notice)
    except NoPdf as missing:
        if "Devanagari" in str(missing):
            pytest.skip("no font for Hindi found: sudo apt-get install fonts-lohit-deva")
        raise
    return pikepdf.open(io.BytesIO(made))


def elements(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Walk the structure tree in reading order."""
    if isinstance(node, pikepdf.Array):
        for inner in node:
            yield from elements(inner)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node.K)


def structure(document: pikepdf.Pdf) -> list[tuple[str, str]]:
    found = elements(document.Root.StructTreeRoot.K)
    return [(str(one.S), str(one.get("/ActualText", ""))) for one in found if one.S != "/Span"]


def drawn(document: pikepdf.Pdf) -> list[str]:
    """Return what is drawn, from left to right, for each piece of text, by its ToUnicode map."""
    pieces: list[str] = []
    for page in document.pages:
        glyphs: dict[int, str] = {}
        for step in pikepdf.parse_content_stream(page):
            if str(step.operator) == "BDC" and "/MCID" in step.operands[1]:
                pieces.append("")
            if str(step.operator) == "Tf":
                glyphs = _unicode(page.Resources.Font[str(step.operands[0])])
            if str(step.operator) == "TJ":
                parts = list(cast(Iterable[object], step.operands[0]))
                codes = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
                pairs = [codes[at : at + 2] for at in range(0, len(codes), 2)]
                pieces[-1] += "".join(glyphs[int.from_bytes(pair, "big")] for pair in pairs)
    return ["".join(sign for sign in one if category(sign) != "Cf") for one in pieces]


def bare(line: str) -> str:
    """Return a line without telling brackets apart: a mirrored one has its partner's glyph."""
    return line.translate(str.maketrans("()", "||"))


def _unicode(font: pikepdf.Object) -> dict[int, str]:
    lines = font.ToUnicode.read_bytes().decode("ascii")
    pairs = re.findall(r"^<([0-9a-f]{4})> <([0-9a-f]*)>$", lines, re.M)
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}


@pytest.mark.parametrize(
    ("language", "body"),
    [(Language.EN, ENGLISH), (Language.AR, ARABIC), (Language.HI, HINDI), (Language.FR, "Bonjour")],
)
def test_it_is_marked_as_pdf_ua_with_language_title_and_tags(language: Language, body: str) -> None:
    document = opened(letter(language, body=body))
    root = document.Root
    assert str(root.Lang) == language.value
    assert bool(root.MarkInfo.Marked)
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    with document.open_metadata() as metadata:
        assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
        assert metadata["dc:title"]
    fonts = [font for page in document.pages for font in page.Resources.Font.values()]
    descriptors = [font.DescendantFonts[0].FontDescriptor for font in fonts]
    assert all(
        "/FontFile2" in one or "/FontFile3" in one or "/FontFile" in one for one in descriptors
    )


def test_headings_paragraphs_and_lists_stand_in_the_order_of_the_letter() -> None:
    assert structure(opened(letter(body=ENGLISH))) == [
        ("/Document", ""),
        ("/H1", "A request"),
        ("/P", "To: Example"),
        ("/H2", "I ask you to remove:"),
        ("/L", ""), ("/LI", ""), ("/Lbl", ""),
        ("/LBody", "https://example.org/page/1\nWhat it shows: <b>a photograph</b>"),
        ("/L", ""), ("/LI", ""), ("/Lbl", ""), ("/LBody", "first"),
        ("/LI", ""), ("/Lbl", ""), ("/LBody", "second"),
        ("/P", '<img src="http://127.0.0.1:9/x.png"><link rel=stylesheet href="file:///etc/passwd">'),
    ]  # fmt: skip


@pytest.mark.parametrize(("language", "body"), [(Language.AR, ARABIC), (Language.HI, HINDI)])
def test_what_is_read_aloud_is_the_letter_word_for_word(language: Language, body: str) -> None:
    """The glyphs of these scripts lead back to wrong words: the text itself stands in the tags."""
    spoken = [text for _, text in structure(opened(letter(language, body=body))) if text]
    words = " ".join(spoken[1:]).split()
    assert words == [word for word in without_marks(body).split() if word not in ("1.", "2.", "-")]


def test_from_right_to_left_addresses_and_dates_keep_their_order() -> None:
    lines = drawn(opened(letter(Language.AR, body=ARABIC)))
    for piece in ("https://example.org/page/1?a=b", "2026-11-22 10:30", "47 U.S.C. 223a(a)(3)",
                  "https://example.org/x", "a.b@example.org", "https://vk.example/фото/2/",
                  "Example (and more)", "/s/ A. B."):  # fmt: skip
        assert piece in lines, piece


def test_from_right_to_left_an_address_or_law_goes_on_in_order_on_its_next_line() -> None:
    address = (
        "https://example.org/media/2026/11/22/0123456789/albums/17/0000/11/22/33/44/55/66/77/88/99/"
        f"00/?id=4711&n=12/34#a-1/{'0123456789' * 9}/"
    )
    law = "Codigo Penal art. 218-C (Lei 13.718/2018); art. 216-B (Lei 13.772/2018)"
    info = "channel “example”, message 17, 21 November 2026, 20:15 UTC, “second post”, 33/44, 12:15"
    body = (
        "عرض صورة حميمة لشخص دون موافقة ذلك الشخص غير مشروع بموجب "
        f"\u2068{law}\u2069.\n\n1. \u2066{address} \u2069\n   مكان العثور عليه: \u2068{info}\u2069"
    )
    lines = drawn(opened(letter(Language.AR, body=body)))
    assert address in "".join(lines)
    assert any("13.718/2018|; art. 216-B |Lei 13.772/2018|" in bare(line) for line in lines)
    assert "“second post”, 33/44, 12:15" in "".join(lines)


def test_brackets_and_quotation_marks_around_arabic_words_stay_around_them() -> None:
    body = "نُشرت في 12/11/2026 (الساعة 20:15).\n\nلائحة (EU) 2016/679 سارية"
    lines = drawn(opened(letter(Language.AR, body=body)))
    assert ".)20:15 ةعاسلا( 12/11/2026 يف ترشُن" in lines  # as it is drawn: from its end
    assert "(EU)" in lines


@pytest.mark.parametrize("language", list(Language))
def test_it_names_nobody_and_leads_nowhere(language: Language) -> None:
    document = opened(letter(language, body="A. B.\n\nhttps://example.org/page/1"))
    assert set(document.docinfo.keys()) == {"/Producer", "/Title"}
    assert len(str(document.docinfo.Title)) < 10
    assert not any("/Annots" in page for page in document.pages)
    assert "/Names" not in document.Root
    assert b"example.org" not in document.Root.Metadata.read_bytes()


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a letter opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    as_pdf(letter(body=ENGLISH))


def test_without_the_package_the_error_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(NoPdf, match=r"pip install .staydown\[pdf\].*scripts/setup run pdf"):
        as_pdf(letter())


def test_loading_the_module_does_not_load_weasyprint() -> None:
    code = "import sys, staydown.notices.compose.pdf; sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize("which", list(Letter))
def test_every_letter_becomes_a_pdf_with_all_its_text(which: Letter) -> None:
    text = letter_text(which, Language.EN)
    document = opened(letter(subject=text.subject, body=text.body))
    spoken = " ".join(text for _, text in structure(document) if text)
    assert set(text.body.split()) - {"-", "1."} <= set(spoken.split())


def test_a_letter_of_many_pages_is_whole() -> None:
    items = "\n".join(f"{number}. https://example.org/{number}" for number in range(1, 201))
    document = opened(letter(body=f"To: Example\n\n{items}"))
    assert len(document.pages) > 3
    spoken = [text for name, text in structure(document) if name == "/LBody"]
    assert spoken == [f"https://example.org/{number}" for number in range(1, 201)]


def test_a_letter_too_long_to_be_set_in_time_is_refused_at_once() -> None:
    with pytest.raises(NoPdf, match="too long"):
        as_pdf(letter(body="x" * (MAX_CHARACTERS + 1)))


def test_a_language_that_no_font_here_has_is_told_at_setup(tmp_path: Path) -> None:
    """With nothing but DejaVu, only Hindi is missing, and why is said."""
    asked = ["fc-match", "-f", "%{file}", "DejaVu Sans"]
    font = Path(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)
    settings = tmp_path / "fonts.conf"
    settings.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{font.parent}</dir><cachedir>{tmp_path}/cache</cachedir></fontconfig>"
    )
    code = (
        "from staydown.notices.compose.pdf import languages_without_pdf as told\n"
        "for language, why in told().items(): print(language, why)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={"FONTCONFIG_FILE": str(settings), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.fullmatch(r"hi no font .*\(Devanagari\): install .*fonts-lohit-deva.*\n", ran.stdout)


@pytest.mark.parametrize(("sign", "name"), [("\U00016fe4", "Khitan"), ("\ue000", "Other")])
def test_a_letter_is_never_made_with_empty_boxes(sign: str, name: str) -> None:
    """Whoever makes it may not look at it before it is sent."""
    with pytest.raises(NoPdf, match=rf"shows some of the letter's characters \({name}\)") as error:
        as_pdf(letter(body=f"To: Example\n\n{sign}"))
    assert sign not in str(error.value)


def test_what_no_font_shows_is_named_as_a_person_would() -> None:
    """The first word of an emoji's own name would be of no use, and may be out of place."""
    emoji, hieroglyph = "\U0001f467", "\U00013000"
    missing = SimpleNamespace(missing={ord(emoji), ord(hieroglyph)})
    with pytest.raises(NoPdf, match=r"Egyptian, emoji or signs"):
        _refuse_boxes(SimpleNamespace(fonts={"one": missing}))
