"""Case numbers, recovery phrases and PINs: made, read as people type them, judged."""

import re
import secrets
import unicodedata

from mnemonic import Mnemonic

from staydown.bank.errors import NotACaseNumber, NotAPhrase, PinRefused
from staydown.base.reasons import reasons
from staydown.exchange.codec import PIN_LENGTH

_say = reasons("bank.errors")

#: Crockford's base 32: no I, L, O (read as 1, 1, 0) and no U.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FORGIVEN = str.maketrans({"O": "0", "I": "1", "L": "1"})
_DIGITS = 13
NUMBER_BITS = _DIGITS * 5

PHRASE_BITS = 128

#: No more is looked at of what was typed: the time to normalise a long text grows with its square.
_MOST_TYPED = 256

#: A PIN that zxcvbn takes for one of the first so many guesses is refused.
FEWEST_GUESSES = 100_000

#: Letters and digits that are not taken for each other.
_MADE_UP_FROM = "abcdefghjkmnpqrstuvwxyz23456789"
_MADE_UP_LENGTH = 8

_words = Mnemonic("english")


# --------------------------------------------------------------------------- case numbers


def case_number(bits: bytes) -> str:
    """Return the case number that stands for the first 65 of ``bits``, in groups for reading.

    Thirteen characters and a check character, such that one wrong character, or any two that
    changed places, never give another valid number (a Reed–Solomon check over GF(32)).
    """
    value = int.from_bytes(bits[:9]) >> (72 - NUMBER_BITS)
    digits = [value >> (5 * place) & 31 for place in reversed(range(_DIGITS))]
    text = "".join(_ALPHABET[digit] for digit in [*digits, _check(digits)])
    return f"{text[:5]}-{text[5:10]}-{text[10:]}"


def read_case_number(typed: str) -> str:
    """Return the 14 characters of a number typed in any case, with any spaces or dashes.

    Raises NotACaseNumber when it cannot be one.
    """
    text = unicodedata.normalize("NFKC", typed[: _MOST_TYPED + 1]).upper()
    text = re.sub(r"[\s\-‐‑‒–—−_.]", "", text).translate(_FORGIVEN)
    if len(text) != _DIGITS + 1:
        raise NotACaseNumber(_say("case_number.length", n=_DIGITS + 1))
    if not set(text) <= set(_ALPHABET):
        raise NotACaseNumber(_say("case_number.character"))
    digits = [_ALPHABET.index(character) for character in text]
    if _check(digits[:-1]) != digits[-1]:
        raise NotACaseNumber(_say("case_number.check"))
    return text


def _check(digits: list[int]) -> int:
    total = 0
    for digit in digits:
        total = _double(total) ^ digit
    return _double(total)


def _double(value: int) -> int:
    """Multiply by x in GF(2)[x] / (x⁵ + x² + 1)."""
    value <<= 1
    return value ^ 0b100101 if value & 32 else value


# --------------------------------------------------------------------------- recovery phrases


def recovery_phrase(bits: bytes) -> str:
    """Return twelve words (BIP 39, English) that stand for the first 128 of ``bits``."""
    return str(_words.to_mnemonic(bits[: PHRASE_BITS // 8]))


def read_recovery_phrase(typed: str) -> bytes:
    """Return the 16 bytes of a phrase typed in any case and spacing. Raises NotAPhrase."""
    text = unicodedata.normalize("NFKD", typed[: _MOST_TYPED + 1]).lower()
    words = re.findall(r"[a-z]+", text)
    if len(words) != 12:
        raise NotAPhrase(_say("phrase.length"))
    if not set(words) <= set(_words.wordlist):
        raise NotAPhrase(_say("phrase.word"))
    if not _words.check(" ".join(words)):
        raise NotAPhrase(_say("phrase.check"))
    return bytes(_words.to_entropy(words))


# --------------------------------------------------------------------------- PINs


def read_pin(typed: str) -> str:
    """Return a PIN as it is compared: trimmed, and without a difference of upper and lower case.

    Phones like to start a field with a capital letter; that must not lock anyone out. What is far
    too long to be a PIN stays as it is, and is none.
    """
    if len(typed) > _MOST_TYPED:
        return typed
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def choose_pin(typed: str) -> str:
    """Return a newly chosen PIN as it is compared.

    Raises PinRefused, saying what to change; for one that is easy to guess with another made up.
    """
    pin = read_pin(typed)
    if len(pin) < PIN_LENGTH.start:
        raise PinRefused(_say("pin.too_short", n=PIN_LENGTH.start))
    if len(pin) not in PIN_LENGTH:
        raise PinRefused(_say("pin.too_long", n=PIN_LENGTH.stop - 1))
    if not pin.isalnum():
        raise PinRefused(_say("pin.characters"))
    if is_easy(pin):
        raise PinRefused(_say("pin.easy"), made_up_pin())
    return pin


def is_easy(pin: str) -> bool:
    """Whether zxcvbn (Wheeler, USENIX Security 2016) needs fewer guesses than we ask for.

    ``pin`` has at most 64 characters: the time taken grows faster than the length.
    """
    from zxcvbn import zxcvbn  # takes a while to load, and only who chooses a PIN needs it

    return bool(zxcvbn(pin, max_length=PIN_LENGTH.stop - 1)["guesses"] < FEWEST_GUESSES)


def made_up_pin() -> str:
    """Return a PIN made up just now, that ``choose_pin`` takes. It is kept nowhere."""
    while True:
        pin = "".join(secrets.choice(_MADE_UP_FROM) for _ in range(_MADE_UP_LENGTH))
        if not is_easy(pin):
            return pin
