"""What a person gives to be searched for, held to what a search box can take."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields

from staydown.base.errors import StaydownError
from staydown.base.reasons import Reason, reasons

MAX_OF_A_KIND = 8
MAX_LENGTH = 100

#: Quotation marks would end an exact phrase early; a search box has no other use for them.
_QUOTES = dict.fromkeys(map(ord, '"“”„«»‟＂'))

_say = reasons("guidance.self_search")


class BadTerm(StaydownError):
    """Something typed that cannot be searched for. Says which list, never what was typed.

    ``kind``: the name of the list; "" where it is about all of them.
    """

    def __init__(self, said: Reason, kind: str = "") -> None:
        super().__init__(said)
        self.kind = kind

    def __str__(self) -> str:
        """Return it in English, with the name of the list in front."""
        return f"{self.kind}: {super().__str__()}" if self.kind else super().__str__()


@dataclass(frozen=True, slots=True, repr=False)
class SelfSearch:
    """What others may know somebody by. Everything may be left out, and nothing is printed by repr.

    ``towns`` are joined with names and streets, and are not searched for alone.
    """

    names: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for one in fields(self):
            object.__setattr__(self, one.name, _cleaned(one.name, getattr(self, one.name)))


#: The names of the lists, as a file gives them.
KINDS = tuple(one.name for one in fields(SelfSearch))


def terms_of(table: Mapping[str, object]) -> SelfSearch:
    """Make the terms of a table (of a file) whose keys are the fields of SelfSearch.

    Raises BadTerm, which says what to mend and repeats nothing of what was typed.
    """
    if not set(table) <= set(KINDS):
        raise BadTerm(_say("term.no_list", known=KINDS))
    return SelfSearch(**{kind: _texts(kind, given) for kind, given in table.items()})


def _texts(kind: str, given: object) -> tuple[str, ...]:
    if not isinstance(given, list | tuple) or not all(isinstance(one, str) for one in given):
        raise BadTerm(_say("term.no_texts"), kind)
    return tuple(given)


def _cleaned(kind: str, given: tuple[str, ...]) -> tuple[str, ...]:
    """Return each once, in its order, without quotation marks and needless space."""
    if len(given) > MAX_OF_A_KIND:
        raise BadTerm(_say("term.too_many", n=MAX_OF_A_KIND), kind)
    kept: dict[str, None] = {}
    for typed in given:
        if len(typed) > MAX_LENGTH:
            raise BadTerm(_say("term.too_long", n=MAX_LENGTH), kind)
        text = " ".join(unicodedata.normalize("NFC", typed).translate(_QUOTES).split())
        if any(_steers(character) for character in text):
            raise BadTerm(_say("term.hidden"), kind)
        if text:
            kept[text] = None
    return tuple(kept)


def _steers(character: str) -> bool:
    """Control, surrogate and unassigned characters, and those that turn the direction of text.

    The joiners that Persian, Hindi and others are written with are none of these.
    """
    if character in "\u200c\u200d":
        return False
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp")
