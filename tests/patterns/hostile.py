"""Texts that keep a regular expression busy, made out of its own parts."""

import importlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

# What ``re`` itself reads an expression with: there is no public way to see the parts of one.
_parser: Any = importlib.import_module("re._parser")
_op: Any = importlib.import_module("re._constants")

_Parts = Iterable[tuple[Any, Any]]
_Leaf = Callable[[str], bool]

#: What may stand for a class of characters.
_SIGNS = (
    *map(chr, range(256)),
    "é",
    "अ",
    "ع",
    "\u200b",
    "\u2010",
    "\u2028",
    "\u202e",
    "\ufeff",
    "☃",
)

#: A part that is repeated less often takes no time that counts.
_OFTEN = 10

_REPEATS = (_op.MAX_REPEAT, _op.MIN_REPEAT, _op.POSSESSIVE_REPEAT)
_CATEGORIES: dict[Any, Callable[[str], bool]] = {
    _op.CATEGORY_DIGIT: str.isdecimal,
    _op.CATEGORY_SPACE: str.isspace,
    _op.CATEGORY_WORD: lambda sign: sign.isalnum() or sign == "_",
}


@dataclass(frozen=True)
class Text:
    """How a text is made for any length: what comes before and after what is repeated."""

    before: str
    #: Each is repeated by itself, one run after the other.
    runs: tuple[str, ...]
    after: str

    def of(self, length: int) -> str:
        """Return the text with runs of ``length`` characters altogether."""
        each = length // len(self.runs)
        return self.before + "".join(run * (each // len(run)) for run in self.runs) + self.after


def texts(pattern: "re.Pattern[str] | re.Pattern[bytes]") -> Iterator[Text]:
    """Yield texts for a pattern: runs of each of its classes, of pairs, one after another, behind
    what leads to each repetition, and with an end that fits or doesn't."""
    tree = _parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)
    any_case = bool(pattern.flags & re.IGNORECASE)
    signs = _signs(list(_leaves(_repeated(tree), any_case)))
    examples = _signs(list(_leaves(tree, any_case)))
    beginnings = dict.fromkeys(("", *_before_repeats(tree, "", examples)))
    atoms = tuple(dict.fromkeys((*signs, *(word for word in beginnings if word))))
    words = [word for word in _words(tree) if word not in atoms]
    runs: list[tuple[str, ...]] = [(one,) for one in (*atoms, *words)]
    runs += [(one + other,) for one in atoms for other in atoms if one != other]
    runs += [(word + sign,) for word in words for sign in signs]
    runs += [(one, other) for one in signs for other in signs if one != other]
    for before in beginnings:
        for run in runs:
            for after in ("", "\0", "\n"):
                yield Text(before, run, after)


def _repeated(tree: _Parts) -> list[tuple[Any, Any]]:
    """Return the parts of an expression that may be repeated often."""
    found: list[tuple[Any, Any]] = []
    for op, value in tree:
        if op in _REPEATS and int(value[1]) >= _OFTEN:
            found += value[2]
        elif op not in (_op.LITERAL, _op.NOT_LITERAL, _op.ANY, _op.IN):
            for inner in _inside(op, value):
                found += _repeated(inner)
    return found


def _leaves(tree: _Parts, any_case: bool) -> Iterator[_Leaf]:
    """Yield, for each part that takes one character, what tells whether it takes a given one."""
    for op, value in tree:
        if op in (_op.LITERAL, _op.NOT_LITERAL, _op.ANY, _op.IN):
            yield partial(_takes_in_case if any_case else _takes, op, value)
        else:
            for inner in _inside(op, value):
                yield from _leaves(inner, any_case)


def _takes_in_case(op: Any, value: Any, sign: str) -> bool:
    cases = {sign, sign.lower(), sign.upper()}
    return any(_takes(op, value, one) for one in cases if len(one) == 1)


def _inside(op: Any, value: Any) -> Iterator[_Parts]:
    if op in _REPEATS:
        yield value[2]
    elif op is _op.SUBPATTERN:
        yield value[3]
    elif op is _op.BRANCH:
        yield from value[1]
    elif op in (_op.ASSERT, _op.ASSERT_NOT):
        yield value[1]
    elif op is _op.ATOMIC_GROUP:
        yield value
    elif op is not _op.AT:
        raise ValueError(f"{op} is not known here: say what is inside it")


def _takes(op: Any, value: Any, sign: str) -> bool:
    if op is _op.LITERAL:
        return ord(sign) == int(value)
    if op is _op.NOT_LITERAL:
        return ord(sign) != int(value)
    if op is _op.ANY:
        return sign != "\n"
    inverted = bool(value) and value[0][0] is _op.NEGATE
    return inverted != any(_in_class(kind, given, sign) for kind, given in value)


def _in_class(kind: Any, given: Any, sign: str) -> bool:
    if kind is _op.LITERAL:
        return ord(sign) == int(given)
    if kind is _op.RANGE:
        return int(given[0]) <= ord(sign) <= int(given[1])
    if kind is _op.CATEGORY:
        positive = _CATEGORIES.get(given)
        if positive is not None:
            return positive(sign)
        (opposite,) = (key for key in _CATEGORIES if str(key)[9:] == str(given)[13:])
        return not _CATEGORIES[opposite](sign)
    return False


def _signs(leaves: list[_Leaf]) -> list[str]:
    """Return one character for each group of characters that all parts treat alike."""
    groups: dict[tuple[bool, ...], str] = {}
    for sign in _SIGNS:
        groups.setdefault(tuple(leaf(sign) for leaf in leaves), sign)
    return list(groups.values())


def _before_repeats(tree: _Parts, so_far: str, signs: list[str]) -> Iterator[str]:
    """Yield, for each repetition, a text that leads to it."""
    for op, value in tree:
        if op in _REPEATS:
            yield so_far
        if op not in (_op.LITERAL, _op.NOT_LITERAL, _op.ANY, _op.IN):
            for inner in _inside(op, value):
                yield from _before_repeats(inner, so_far, signs)
        so_far += _example([(op, value)], signs)


def _example(tree: _Parts, signs: list[str]) -> str:
    """Return a short text that the parts take, one after the other."""
    text = ""
    for op, value in tree:
        if op is _op.LITERAL:
            text += chr(value)
        elif op in (_op.NOT_LITERAL, _op.ANY, _op.IN):
            text += next((sign for sign in signs if _takes(op, value, sign)), "")
        elif op in _REPEATS:
            text += _example(value[2], signs) * int(value[0])
        elif op not in (_op.ASSERT, _op.ASSERT_NOT, _op.AT):
            text += _example(next(iter(_inside(op, value))), signs)
    return text


def _words(tree: _Parts) -> list[str]:
    """Return the runs of plain characters that an expression holds."""
    found, word = [], ""
    for op, value in tree:
        if op is _op.LITERAL:
            word += chr(value)
            continue
        found.append(word)
        word = ""
        if op not in (_op.NOT_LITERAL, _op.ANY, _op.IN):
            for inner in _inside(op, value):
                found += _words(inner)
    return [one for one in dict.fromkeys([*found, word]) if len(one) > 1]
