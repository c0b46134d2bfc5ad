"""Names: look-alikes are refused, honest names of any script are not."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.base.names import fault_of_name, looks_like, tidy_name

KNOWN = "Harbour Platform 10"

#: Each looks like ``KNOWN``, or holds what nobody sees.
MISTAKABLE = {
    "the same": KNOWN,
    "Cyrillic о": "Harb\u043eur Platform 10",
    "Greek ο": "Harbour Platf\u03bfrm 10",
    "Cyrillic capital Н": "\u041darbour Platform 10",
    "Armenian օ": "Harb\u0585ur Platform 10",
    "Cherokee capital Ꮲ": "Harbour \u13e2latform 10",
    "full width": "Ｈａｒｂｏｕｒ　Ｐｌａｔｆｏｒｍ　１０",
    "mathematical letters": "𝐇𝐚𝐫𝐛𝐨𝐮𝐫 𝐏𝐥𝐚𝐭𝐟𝐨𝐫𝐦 𝟏𝟎",
    "a ligature": "Harbour Platform ⑩",
    "l for 1": "Harbour Platform l0",
    "capital i for l": "Harbour PIatform 10",
    "i for l": "Harbour Piatform 10",
    "1 for l": "Harbour P1atform 10",
    "capital o for 0": "Harbour Platform 1O",
    "0 for o": "Harb0ur Platf0rm 10",
    "rn for m": "Harbour Platforrn 10",
    "another case": "HARBOUR platform 10",
    "an accent": "Harb\u00f3ur Platform 10",
    "a mark below": "Harbour P\u0323latform 10",
    "no space": "HarbourPlatform10",
    "a hyphen": "Harbour-Platform_10",
    "a dot at the end": "Harbour Platform 10.",
    "spaces around": "  Harbour Platform 10 \t",
    "two spaces": "Harbour  Platform 10",
    "a hard space": "Harbour\u00a0Platform 10",
    "a wide space": "Harbour\u2003Platform 10",
    "zero width": "Harbour Plat\u200bform 10",
    "a joiner": "Harbour Plat\u200dform 10",
    "a soft hyphen": "Harbour Plat\u00adform 10",
    "a byte order mark": "\ufeffHarbour Platform 10",
    "a direction": "\u202eHarbour Platform 10",
    "an isolate": "Harbour\u2066 Platform 10\u2069",
    "a filler": "Harbour Platform 10\u3164",
    "a tag": "Harbour Platform 10\U000e0041",
    "a line": "Harbour Platform 10\u2028",
    "a control character": "Harbour\x1b[2J Platform 10",
    "many marks": "Harbour Platform 10" + "\u0334\u0335\u0336\u0337",
}  # fmt: skip


@pytest.mark.parametrize("how", MISTAKABLE)
def test_what_could_be_taken_for_another_is_refused(how: str) -> None:
    name = tidy_name(MISTAKABLE[how])
    assert fault_of_name(name, 100) or looks_like(name, ["Other", KNOWN])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("\u0440\u0430\u0443\u0440", "payp"),  # a whole word in Cyrillic
        ("\u041d\u0412\u041e", "HBO"),
        ("Врач", "врач"),
        ("\u039f\u039c\u0397\u03a1\u039f\u03a3", "OMHPO\u03a3"),
        ("Iris", "lris"),
        ("Vvin", "Win"),
        ("ملک", "ملك"),  # Persian and Arabic kaf
        ("Straße", "Strasse"),
        ("Cafe\u0301", "Caf\u00e9"),
    ],
)
def test_names_that_look_alike_are_told(one: str, other: str) -> None:
    assert looks_like(one, [other])
    assert looks_like(other, [one])


#: Names as services, helplines and people have them. None looks like another.
HONEST = [
    "Harbour Platform", "Harbour Platform 2", "Harbor Platforms", "Zoë’s Café", "Crème & Co.",
    "Łódź Online", "Đặng Văn Hùng", "Ẹgbẹ́ Ọmọ", "İstanbul Yardım", "Smith-O’Neill (EU)",
    "Ελληνική Γραμμή", "Αθήνα 24", "Горячая линия", "Портал ABC", "Їжак", "Өмүр", "Հայաստան",
    "שלום", "נט2", "منصة الأمان", "سلام", "نیم‌فاصله", "सुरक्षा मंच", "श्रीमान्‌जी",
    "হেল্পলাইন", "தமிழ்", "తెలుగు", "ไทยออนไลน์", "안전 플랫폼", "微博", "小红书 RED", "ニコニコ動画",
    "LINEヤフー", "አማርኛ", "ქართული", "བོད་སྐད", "ខ្មែរ", "3M", "4chan-archive", "A",
]  # fmt: skip


@pytest.mark.parametrize("name", HONEST)
def test_honest_names_of_any_script_stay_possible(name: str) -> None:
    tidy = tidy_name(name)
    assert fault_of_name(tidy, 100) is None
    assert not looks_like(tidy, [other for other in HONEST if other != name])


@pytest.mark.parametrize("name", ["", " ", "...", "👍", "x" * 101, "\u0301"])
def test_a_name_has_letters_and_an_end(name: str) -> None:
    assert fault_of_name(tidy_name(name), 100)


@given(st.text(max_size=40))
def test_a_tidy_name_stays_as_it_is_and_is_taken_for_itself(text: str) -> None:
    name = tidy_name(text)
    assert tidy_name(name) == name
    fault_of_name(name, 100)
    if name:
        assert looks_like(name, [name, "other"])


@given(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20))
def test_whatever_only_normalisation_tells_apart_looks_alike(name: str) -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert looks_like(unicodedata.normalize(form, name), [name])
