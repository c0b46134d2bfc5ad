"""Names that people go by: any script, nothing hidden, and none that looks like another's.

A partner's name is what a person reads when they ask who has their fingerprint. One that can be
mistaken for another's, by a Cyrillic letter among Latin ones or a sign that nobody sees, is refused
when it is given. Letters are compared by Unicode's list of look-alikes (UTS 39).
"""

import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from staydown.base.reasons import Reason, reasons
from staydown.base.visible import signs

_say = reasons("base.names")

#: Scripts whose letters are borrowed for each other's: no honest word mixes them.
_ALIKE = frozenset(
    {"LATIN", "CYRILLIC", "GREEK", "COPTIC", "ARMENIAN", "CHEROKEE", "LISU", "DESERET"}
)
#: Letters of these carry accents that are easily overlooked, so two names must differ by more.
_ACCENTED = frozenset({"LATIN", "CYRILLIC", "GREEK"})
#: Two accents on a letter are in use (Vietnamese, Yoruba, polytonic Greek); more hide the letter.
_MOST_MARKS = 3
#: What reads alike in small print though no single sign does.
_PAIRS = (("rn", "m"), ("vv", "w"))
_DIGITS = str.maketrans("i10", "llo")


def tidy_name(name: str) -> str:
    """Return a name in one form: composed, each space plain and single, none around it."""
    composed = unicodedata.normalize("NFC", name)
    plain = (" " if unicodedata.category(sign) == "Zs" else sign for sign in composed)
    return " ".join(word for word in "".join(plain).split(" ") if word)


def fault_of_name(name: str, longest: int) -> Reason | None:
    """Return what is wrong with a tidy name, as advice; None when nothing is."""
    if not 1 <= len(name) <= longest:
        return _say("length", n=longest)
    if any(hidden for _, hidden in signs(name)):
        return _say("hidden")
    if not any(unicodedata.category(sign)[0] in "LN" for sign in name):
        return _say("no_letter")
    if _marks_in_a_row(name) > _MOST_MARKS:
        return _say("marks")
    if any(len(_scripts(word) & _ALIKE) > 1 for word in _words(name)):
        return _say("mixed_scripts")
    return None


def looks_like(name: str, others: Iterable[str]) -> bool:
    """Whether a name could be taken for one of the others. The same name is one of them."""
    mine = _appearances(name)
    return any(mine & _appearances(other) for other in others)


def _appearances(name: str) -> frozenset[str]:
    """Return what a name looks like as it is written, and in small letters.

    Only letters and digits count: spaces, hyphens and dots are overlooked.
    """
    plain = unicodedata.normalize("NFKC", name)
    return frozenset({_appearance(plain), _appearance(plain.casefold())})


def _appearance(text: str) -> str:
    seen = []
    accented = False
    for sign in unicodedata.normalize("NFD", text):
        kind = unicodedata.category(sign)[0]
        if kind == "M" and accented:
            continue
        if kind in "LN":
            accented = _script(sign) in _ACCENTED
        if kind in "LNM":
            seen.append(_groups().get(sign, sign))
    small = "".join(seen).casefold().translate(_DIGITS)
    for pair, single in _PAIRS:
        small = small.replace(pair, single)
    return small


@cache
def _groups() -> dict[str, str]:
    """Return, for each letter that has look-alikes, the one that stands for its group."""
    lines = (files("staydown.base") / "lookalikes.txt").read_text("utf-8").splitlines()
    groups = [line for line in lines if line and not line.startswith("# ")]
    return {sign: group[0] for group in groups for sign in group}


def _marks_in_a_row(name: str) -> int:
    most = row = 0
    for sign in name:
        row = row + 1 if unicodedata.category(sign)[0] == "M" else 0
        most = max(most, row)
    return most


def _words(name: str) -> list[str]:
    """Return the runs of letters and of what belongs to them."""
    return "".join(sign if unicodedata.category(sign)[0] in "LM" else " " for sign in name).split()


def _scripts(word: str) -> set[str]:
    return {_script(sign) for sign in word if unicodedata.category(sign)[0] == "L"}


def _script(sign: str) -> str:
    """Return the script of a letter: the first word of its Unicode name is that."""
    return unicodedata.name(unicodedata.normalize("NFKC", sign)[0], "").partition(" ")[0]
