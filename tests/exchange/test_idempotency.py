"""Which keys are taken, and how a request is sent again."""

import re
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.exchange.errors import BankRefused, BankUnreachable, WireError
from staydown.exchange.idempotency import PAUSES, new_key, read_key, until_answered


def test_a_made_key_is_taken_as_it_is_and_no_two_are_alike() -> None:
    made = {new_key() for _ in range(500)}
    assert len(made) == 500
    assert all(read_key(key) == key for key in made)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("0123456789abcdef" * 2, "0123456789abcdef" * 2),
        ('"0123456789abcdef0123456789abcdef"', "0123456789abcdef" * 2),
        ("  kXQ0yq1nB9s_-w2Zr7TtUv ", "kXQ0yq1nB9s_-w2Zr7TtUv"),
        ("123e4567-e89b-42d3-a456-426614174000", "123e4567-e89b-42d3-a456-426614174000"),
    ],
)
def test_a_key_comes_with_or_without_quotation_marks(text: str, key: str) -> None:
    assert read_key(text) == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        '""',
        "1",
        "retry-1",
        "0123456789abcdef" * 2 + "\n0",
        "0123456789abcdef0123456789abcde",  # 124 bits
        "0000-0001-0002-0003-0004-0005-06",
        "kXQ0yq1nB9s_-w2Zr7TtU",  # 21 signs
        "a" * 32,
        "abcde" * 8,
        "k" * 129,
        "kXQ0yq1nB9s_-w2Zr7TtUv, kXQ0yq1nB9s_-w2Zr7TtUv",  # two headers
        "kXQ0yq1nB9s_-w2Zr7TtUv\N{GREEK SMALL LETTER ALPHA}",
        '"kXQ0yq1nB9s_-w2Zr7TtUv',
    ],
)
def test_what_cannot_have_128_random_bits_is_no_key_and_is_not_repeated(text: str) -> None:
    with pytest.raises(WireError) as told:
        read_key(text)
    assert not text or text not in str(told.value).split()


@given(st.text(max_size=140))
def test_any_text_is_a_key_of_plain_signs_or_refused(text: str) -> None:
    try:
        key = read_key(text)
    except WireError:
        return
    assert re.fullmatch(r"[A-Za-z0-9_-]{22,128}", key)
    assert read_key(f'"{key}"') == key


@given(st.uuids(version=4))
def test_a_random_uuid_is_taken(made: uuid.UUID) -> None:
    assert read_key(str(made)) == str(made)


class Bank:
    """Answers with these, one after another, and notes when it was waited for."""

    def __init__(self, *answers: Exception | str) -> None:
        self._answers = list(answers)
        self.waits: list[float] = []
        self.told: list[float] = []

    def ask(self) -> str:
        """Send until something is answered."""
        return until_answered(self._send, told=self.told.append, wait=self.waits.append)

    def _send(self) -> str:
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def left(self) -> int:
        """Answers that nobody asked for."""
        return len(self._answers)


_LOST = BankUnreachable("lost")


@pytest.mark.parametrize(
    ("answers", "waits"),
    [
        (["here"], []),
        ([_LOST, "here"], [1]),
        ([WireError("not JSON"), _LOST, "here"], [1, 3]),
        ([_LOST, BankUnreachable("busy", 20), BankUnreachable("busy", 1), "here"], [1, 20, 9]),
        ([BankUnreachable("busy", 60), "here"], [60]),
        ([_LOST] * 4 + ["here"], list(PAUSES)),
    ],
)
def test_a_lost_answer_is_asked_for_again_after_pauses(
    answers: list[Exception | str], waits: list[float]
) -> None:
    bank = Bank(*answers)
    assert bank.ask() == "here"
    assert bank.waits == bank.told == waits


@pytest.mark.parametrize(
    ("answers", "waits", "left"),
    [
        ([_LOST] * 5 + ["never asked for"], list(PAUSES), 1),
        ([WireError("not JSON")] * 5, list(PAUSES), 0),
        ([BankRefused("no", 422), "never asked for"], [], 1),
        ([_LOST, BankRefused("no", 409), "never asked for"], [1], 1),
        ([BankUnreachable("busy", 900), "never asked for"], [], 1),
        ([BankUnreachable("no such address", sent=False), "never asked for"], [], 1),
    ],
)
def test_it_ends_after_the_last_pause_and_at_what_no_repetition_changes(
    answers: list[Exception | str], waits: list[float], left: int
) -> None:
    bank = Bank(*answers)
    with pytest.raises((BankUnreachable, BankRefused, WireError)):
        bank.ask()
    assert (bank.waits, bank.left) == (waits, left)
