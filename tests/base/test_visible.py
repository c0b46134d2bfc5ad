"""What can't be seen is written out; what people write in their own script is left alone."""

import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import staydown
from staydown.base.visible import visible

#: Whatever a terminal obeys, or that hides or turns what stands around it.
NEVER = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u202a-\u202e\u2066-\u2069\u200b\u2028\u2029\u2060\ufeff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


@pytest.mark.parametrize(
    ("foreign", "shown"),
    [
        ("\x1b[2J", r"\u001b[2J"),
        ("\x1b]0;title\x07", r"\u001b]0;title\u0007"),
        ("\x1b]8;;https://a.example\x1b\\b.example", r"\u001b]8;;https://a.example\u001b\b.example"),
        ("\x9b31m", r"\u009b31m"),
        ("a\rb\x08\x7f", r"a\u000db\u0008\u007f"),
        ("two\nlines\tand", r"two\u000alines\u0009and"),
        ("two\x85lines\u2028and\u2029", r"two\u0085lines\u2028and\u2029"),
        ("\x0b\x0c", r"\u000b\u000c"),
        ("exe.\u202egpj", r"exe.\u202egpj"),
        ("\u2066a\u2069", r"\u2066a\u2069"),
        ("pay\u200bpal\ufeff\u2060\u00ad", r"pay\u200bpal\ufeff\u2060\u00ad"),
        ("a\u200db\u200e", r"a\u200db\u200e"),
        ("\u3164\u115f\u2800", r"\u3164\u115f\u2800"),
        ("\U000e0041", r"\udb40\udc41"),
        ("\ud83d", r"\ud83d"),
        ("\ue000", r"\ue000"),
        ("[bold]not markup[/bold]", "[bold]not markup[/bold]"),
    ],
)  # fmt: skip
def test_what_cannot_be_seen_is_written_out(foreign: str, shown: str) -> None:
    assert visible(foreign) == shown


@pytest.mark.parametrize(
    "honest",
    [
        "Zoë’s café – naïve “quotes”",
        "Ελληνικά, Кириллица, עברית, 中文, 日本語, 한국어, ไทย",
        "نیم‌فاصله و می‌خواهم",  # Persian parts letters with U+200C
        "क्‍ष और श्रीमान्‌जी",  # Hindi joins and parts them
        "السعر 5\u200f!",  # a mark that Arabic is typed with
        "👍🏽 é a\u0301",
    ],
)
def test_what_people_write_is_left_alone(honest: str) -> None:
    assert visible(honest) == honest


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(file, id=str(file.relative_to(Path(staydown.__file__).parent)))
        for file in sorted(Path(staydown.__file__).parent.rglob("*.toml"))
        if not file.read_text("utf-8").isascii()
    ],
)
def test_every_text_of_our_own_is_shown_as_it_is(file: Path) -> None:
    text = file.read_text("utf-8")
    assert visible(text, keep="\n\t") == text


@given(st.text(st.characters() | st.sampled_from("\x1b\u202e\u200d\u200fعक"), max_size=30))
def test_nothing_that_steers_or_hides_is_left_and_nothing_is_lost(foreign: str) -> None:
    shown = visible(foreign)
    assert not NEVER.search(shown)
    quoted = '"' + shown.replace("\\", "\\\\").replace('"', '\\"').replace("\\\\u", "\\u") + '"'
    if "\\" not in foreign:
        again = json.loads(quoted).encode("utf-16-be", "surrogatepass")
        assert again == foreign.encode("utf-16-be", "surrogatepass")
    assert visible(shown) == shown


@given(
    st.recursive(
        st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
    )
)
def test_json_stays_json_and_says_the_same(value: object) -> None:
    for plain in (True, False):
        line = visible(json.dumps(value, ensure_ascii=plain))
        assert not NEVER.search(line)
        assert json.loads(line) == value


def test_the_letters_that_join_are_kept_only_between_letters_that_join() -> None:
    for sign in map(chr, range(0x110000)):
        if unicodedata.category(sign)[0] in "LM" and sign >= "\u0590":
            break
    assert visible(f"{sign}\u200d") == f"{sign}\u200d"
    assert visible("x\u200d") == r"x\u200d"
