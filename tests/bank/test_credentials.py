"""Case numbers, recovery phrases and PINs."""

import os
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.bank import credentials
from staydown.bank.errors import NotACaseNumber, NotAPhrase, PinRefused

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
bits = st.binary(min_size=9, max_size=32)


@given(bits)
def test_a_number_reads_back_however_it_is_typed(value: bytes) -> None:
    number = credentials.case_number(value)
    plain = number.replace("-", "")
    assert len(plain) == 14
    for typed in (number, plain.lower(), " ".join(plain), number.replace("-", " – ")):
        assert credentials.read_case_number(typed) == plain


@given(bits, st.integers(0, 13), st.sampled_from(LETTERS))
def test_one_wrong_character_is_noticed(value: bytes, place: int, letter: str) -> None:
    plain = credentials.case_number(value).replace("-", "")
    wrong = plain[:place] + letter + plain[place + 1 :]
    if wrong != plain:
        with pytest.raises(NotACaseNumber):
            credentials.read_case_number(wrong)


@given(bits, st.integers(0, 13), st.integers(0, 13))
def test_two_characters_that_changed_places_are_noticed(value: bytes, one: int, two: int) -> None:
    letters = list(credentials.case_number(value).replace("-", ""))
    letters[one], letters[two] = letters[two], letters[one]
    wrong = "".join(letters)
    if wrong != credentials.case_number(value).replace("-", ""):
        with pytest.raises(NotACaseNumber):
            credentials.read_case_number(wrong)


def test_a_number_has_65_random_bits() -> None:
    flipped = {credentials.case_number((1 << bit).to_bytes(9)) for bit in range(72 - 65, 72)} | {
        credentials.case_number(bytes(9))
    }
    assert credentials.NUMBER_BITS == 65
    assert len(flipped) == 66


@pytest.mark.parametrize("typed", ["", "ABC", "U" * 14, "0" * 13 + "?", "0" * 15, "é" * 14])
def test_what_cannot_be_a_number_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(NotACaseNumber) as refused:
        credentials.read_case_number(typed)
    assert not typed or typed not in str(refused.value)


def test_a_phrase_reads_back_however_it_is_typed() -> None:
    entropy = os.urandom(16)
    phrase = credentials.recovery_phrase(entropy)
    assert len(phrase.split()) == 12
    for typed in (phrase, phrase.upper(), phrase.replace(" ", "\n  "), phrase.replace(" ", ", ")):
        assert credentials.read_recovery_phrase(typed) == entropy


@pytest.mark.parametrize(
    "typed", ["", "abandon", "abandon " * 12, "abandon " * 11 + "abuot", "zoo " * 13]
)
def test_what_cannot_be_a_phrase_is_refused(typed: str) -> None:
    with pytest.raises(NotAPhrase):
        credentials.read_recovery_phrase(typed)


@pytest.mark.parametrize(
    "pin",
    [
        *("", "12345", "a" * 65, "pin with spaces", "abc-def", "111111", "000000", "aaaaaaa"),
        *("121212", "123123", "abcabcabc", "123456", "654321", "234567", "890123", "abcdef"),
        *("fedcba", "567890", "qwerty", "PassWord", "  letmein ", "140292", "password1"),
        *("iloveyou1", "a1b2c3d4", "999998", "19841984", "p4ssw0rd"),
    ],
)
def test_weak_pins_are_refused_without_repeating_them(pin: str) -> None:
    with pytest.raises(PinRefused) as refused:
        credentials.choose_pin(pin)
    assert not pin.strip() or pin not in str(refused.value)


@pytest.mark.parametrize("pin", ["294817", "kastanie7", "Blau4Haus", "ёжикёж", "kx8mw2pq"])
def test_other_pins_are_taken(pin: str) -> None:
    assert credentials.choose_pin(pin) == credentials.read_pin(f"  {pin.upper()} ")


def test_in_place_of_an_easy_pin_one_is_offered_that_is_new_each_time_and_taken() -> None:
    offered = set()
    for _ in range(20):
        with pytest.raises(PinRefused) as refused:
            credentials.choose_pin("140292")
        offered.add(credentials.choose_pin(refused.value.offered))
    assert len(offered) == 20


def test_a_pin_of_the_wrong_form_is_told_so_and_nothing_is_offered() -> None:
    with pytest.raises(PinRefused) as refused:
        credentials.choose_pin("12345")
    assert not refused.value.offered


@pytest.mark.parametrize("sort", ["a", "ab1", "4831907526", "password", "qwerty1", "a4e3i1o0"])
def test_judging_the_longest_pin_takes_little_time(sort: str) -> None:
    pin = (sort * 64)[:64]
    began = time.thread_time()
    credentials.is_easy(pin)
    assert time.thread_time() - began < 5


@pytest.mark.parametrize(
    "read",
    [credentials.read_case_number, credentials.read_recovery_phrase, credentials.choose_pin],
    ids=["number", "phrase", "PIN"],
)
def test_a_long_text_is_refused_at_once(read: Callable[[str], object]) -> None:
    began = time.thread_time()
    with pytest.raises((NotACaseNumber, NotAPhrase, PinRefused)):
        read("\u0301\u0316" * 60_000)
    assert time.thread_time() - began < 1


def test_a_long_text_is_no_pin() -> None:
    assert credentials.read_pin("kastanie7" + " " * 300) != "kastanie7"
