"""What a person gives is bounded, and never repeated in a message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.guidance.self_search.terms import (
    KINDS,
    MAX_LENGTH,
    MAX_OF_A_KIND,
    BadTerm,
    SelfSearch,
    terms_of,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (("  A.   B. ",), ("A. B.",)),
        (("A. B.", "A. B."), ("A. B.",)),
        (('A. "B." C.',), ("A. B. C.",)),
        (("“A. B.”",), ("A. B.",)),
        (("", "   ", '"'), ()),
        (("A.\tB.\n",), ("A. B.",)),
        (("Jose\u0301",), ("Jos\u00e9",)),
        (("نام\u200cها",), ("نام\u200cها",)),  # the joiner that Persian is written with
        (("क्\u200dष",), ("क्\u200dष",)),
    ],
)
def test_what_is_typed_is_made_fit_for_a_search_box(
    typed: tuple[str, ...], kept: tuple[str, ...]
) -> None:
    assert SelfSearch(names=typed).names == kept


@pytest.mark.parametrize(
    "typed",
    ["A\x00B", "A\x1b[2JB", "A\u202eB", "A\u2066B", "A\u2028", "A\ud800B", "A\ue000B", "A\x7fB"],
)
def test_characters_that_steer_are_refused_unless_they_are_space(typed: str) -> None:
    if typed == "A\u2028":  # a kind of space, so it goes
        assert SelfSearch(names=(typed,)).names == ("A",)
        return
    with pytest.raises(BadTerm, match="names: one holds a character") as caught:
        SelfSearch(names=(typed,))
    assert typed not in str(caught.value)


def test_too_many_and_too_long_are_refused() -> None:
    with pytest.raises(BadTerm, match=f"phones: give at most {MAX_OF_A_KIND}"):
        SelfSearch(phones=tuple(map(str, range(MAX_OF_A_KIND + 1))))
    with pytest.raises(BadTerm, match=f"names: one is longer than {MAX_LENGTH}"):
        SelfSearch(names=("A" * (MAX_LENGTH + 1),))
    assert len(SelfSearch(names=("A" * MAX_LENGTH,)).names[0]) == MAX_LENGTH


def test_nothing_shows_in_a_repr() -> None:
    assert "secret" not in repr(SelfSearch(names=("secret",)))


@pytest.mark.parametrize(
    "table",
    [
        {"secret": ["A."]},
        {"names": "secret"},
        {"names": [1]},
        {"names": [["secret"]]},
        {"names": {"secret": "A."}},
        {"names": None},
    ],
)
def test_a_table_of_another_shape_is_refused_without_repeating_it(
    table: dict[str, object],
) -> None:
    with pytest.raises(BadTerm) as caught:
        terms_of(table)
    assert "secret" not in str(caught.value)


@given(st.dictionaries(st.sampled_from(KINDS), st.lists(st.text(max_size=120), max_size=10)))
def test_whatever_is_typed_is_kept_clean_or_refused(table: dict[str, list[str]]) -> None:
    try:
        search = terms_of(dict(table))
    except BadTerm:
        return
    for kind in KINDS:
        for text in getattr(search, kind):
            assert text
            assert text == " ".join(text.split())
            assert text.isprintable() or "\u200c" in text or "\u200d" in text
            assert '"' not in text
