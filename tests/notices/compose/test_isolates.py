"""What is filled in is read in its own order, whatever it is written in, and stays itself."""

import re
import unicodedata

import pytest
from bidi import get_display
from hypothesis import given
from hypothesis import strategies as st

from staydown.base.languages import Language
from staydown.notices.compose.isolates import (
    is_address,
    parts_of,
    runs_from_right,
    set_apart,
    without_marks,
)
from staydown.notices.details import Location
from staydown.notices.field_limits import MARKS, fault_of_text, is_web_address
from staydown.notices.vocabulary import Letter
from tests.notices.compose.samples import written

#: Words of an address or a name in many scripts, and signs between them.
WORDS = (
    "photo", "фото", "φωτο", "صور", "תמונה", "फ़ोटो", "ภาพ", "写真", "사진", "😀", "e\u0301te\u0301",
    "2", "١٢", "d-e_f", "%D8%A7", "(x)", "a.jpg", "نُشر", "ریزه\u200cکاری",
)  # fmt: skip
ADDRESSES = (
    "https://vk.example/фото/2",
    "https://example.org/صور/2/",
    "https://example.org/a?س=ع&b=1#ב",
    "https://موقع.مثال/صفحة-1/",
    "https://xn--mgbh0fb.example/3/",
    "https://δοκιμή.example/φωτο/3",
    "https://example.org/😀/8.",
    "https://example.org:8080/e\u0301te\u0301/(9)",
    "صورة@example.org",
    "a.b@example.org",
)

#: Which way the lines of a letter run, for the oracle.
BASE = {language: "R" if language.right_to_left else "L" for language in Language}

paths = st.lists(
    st.sampled_from([word for word in WORDS if "\u200c" not in word]), min_size=1, max_size=5
)
urls = st.builds(
    lambda host, path, end: f"https://{host}.example/{'/'.join(path)}{end}",
    st.sampled_from(("vk", "موقع", "δοκιμή", "תמונה", "xn--mgbh0fb")),
    paths,
    st.sampled_from(("", "/", "?a=ع&b=2", "#7", ".", ")", "-")),
)
names = st.one_of(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join),
    st.builds(lambda path: "، ".join(path) + " (12).", paths),
    st.text(min_size=1, max_size=30),
).filter(lambda text: not fault_of_text(text, 200) and bool(text.strip()))


def seen(text: str, base: str) -> str:
    """Return what is seen of a line, from left to right, by Unicode's algorithm."""
    shown: str = get_display(text, base_dir=base)
    return "".join(sign for sign in shown if unicodedata.category(sign) != "Cf").strip()


def alone(field: str) -> str:
    """Return what is seen of a field that stands alone."""
    strong = (unicodedata.bidirectional(sign) for sign in field)
    first = next((way for way in strong if way in ("L", "R", "AL")), "L")
    return seen(field, "L" if is_address(field) or first == "L" else "R")


def holds(field: str, language: Language, side: int) -> None:
    before, after = BESIDE[language.right_to_left][side]
    line = f"{before}{set_apart(field, language)}{after}"
    assert re.sub(r"\s+", " ", alone(field)) in re.sub(r"\s+", " ", seen(line, BASE[language]))


#: What a letter has around a field, in its own language.
BESIDE = {
    True: [
        ("1. ", ""),
        ("إلى: ", "."),
        ("في ", " (Message-ID 5)."),
        ("وقد قال ", " ذلك"),
        ("", ""),
    ],
    False: [("1. ", ""), ("To: ", " (2026)"), ("सेवा में: ", "।"), ("", "")],
}
sides = st.integers(min_value=0, max_value=3)


@pytest.mark.parametrize("side", range(4))
@pytest.mark.parametrize("language", [Language.AR, Language.EN])
@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_stands_whole_and_from_left_to_right(
    address: str, language: Language, side: int
) -> None:
    assert is_address(address)
    holds(address, language, side)


@given(url=urls, language=st.sampled_from(list(Language)), side=sides)
def test_any_address_stands_whole_in_its_own_order(url: str, language: Language, side: int) -> None:
    holds(url, language, side)


@given(name=names, language=st.sampled_from(list(Language)), side=sides)
def test_any_field_stands_whole_in_its_own_order(name: str, language: Language, side: int) -> None:
    holds(name.strip(), language, side)


@given(text=st.one_of(urls, names), language=st.sampled_from(list(Language)))
def test_without_its_marks_a_field_is_what_was_typed(text: str, language: Language) -> None:
    apart = set_apart(text.strip(), language)
    assert without_marks(apart) == text.strip()
    assert [part.text for part in parts_of(apart, language)] == [text.strip()]


@given(url=urls, language=st.sampled_from(list(Language)))
def test_a_copied_address_has_no_mark_in_it_or_at_its_end(url: str, language: Language) -> None:
    """Programs that make links take what is not a space, and so may a reader's double click."""
    body = written(Letter.US_TIDA, language, locations=(Location("1", url=url),)).body
    found = re.findall(r"https://\S+", body)
    assert url in found
    assert not any(mark in address for address in found for mark in MARKS)


def test_the_last_address_of_a_sentence_has_no_mark_at_its_end() -> None:
    apart = set_apart("عبر a.b@example.org", Language.AR)
    assert "a.b@example.org" in apart.split()


def test_a_letter_from_left_to_right_holds_marks_only_where_something_runs_the_other_way() -> None:
    assert not set(written(Letter.US_TIDA, Language.HI).body) & set(MARKS)
    named = written(Letter.US_TIDA, Language.EN, contact="شركة (12)").body
    assert "\u2068شركة (12)\u2069" in named


@pytest.mark.parametrize("letter", list(Letter))
def test_every_line_of_an_arabic_letter_closes_what_it_opens(letter: Letter) -> None:
    for line in written(letter, Language.AR, prior_report="one\ntwo\nثلاثة").body.split("\n"):
        depth = 0
        for sign in line:
            depth += (sign in "\u2066\u2068") - (sign == "\u2069")
            assert 0 <= depth <= 1
        assert depth == 0, line


def test_what_has_letters_from_the_right_is_told_by_all_of_it() -> None:
    assert [runs_from_right(text) for text in ("a/é", "a/ص", "١٢", "")] == [
        False,
        True,
        True,
        False,
    ]


@given(urls)
def test_the_addresses_tried_are_ones_that_a_letter_takes(url: str) -> None:
    assert is_web_address(url)
