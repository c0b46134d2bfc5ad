"""A list of fingerprints of harmless pictures as text: what ``staydown hash`` prints, or plain hex.

A line is ``<kind> <hex digits> <quality or -> <name>``, of which all but the digits may be left
out; what has no kind is told by its length (64 digits: PDQ). Empty lines and those that begin with
``#`` are passed over.
"""

from dataclasses import dataclass

from staydown.base.vocabulary import Kind
from staydown.fingerprint.degenerate import refuse_degenerate
from staydown.fingerprint.kinds import KINDS, VPDQ
from staydown.fingerprint.value import BadFingerprint, Fingerprint

#: Kinds told by the number of digits: of several the first, so that lines of SHA-256 say so.
_BY_LENGTH = {row.digits: kind for kind, row in reversed(list(KINDS.items()))}

_NO_KIND = "no kind of fingerprint has so many digits"
_VIDEO = "frames of videos are not taken: use the fingerprint of a picture"


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that can't be read: its number from 1, and why. What it held is not repeated."""

    number: int
    reason: str


def read(text: str) -> tuple[tuple[Fingerprint, ...], tuple[BadLine, ...]]:
    """Return the fingerprints of a list, each once, and the lines that can't be read."""
    found: dict[tuple[Kind, bytes], Fingerprint] = {}
    bad: list[BadLine] = []
    for number, line in enumerate(text.splitlines(), start=1):
        # The line of a name that had to be escaped begins with a backslash.
        words = line.strip().removeprefix("\\").split()
        if not words or words[0].startswith("#"):
            continue
        try:
            one = _fingerprint(words)
        except BadFingerprint as error:
            bad.append(BadLine(number, str(error)))
        else:
            found.setdefault((one.kind, one.bits), one)
    return tuple(found.values()), tuple(bad)


def _fingerprint(words: list[str]) -> Fingerprint:
    """Read a line's words. Quality is left out: whatever is near a harmless picture is near it."""
    first = words[0].lower()
    if first == VPDQ:
        raise BadFingerprint(_VIDEO)
    if first in set(Kind):
        if len(words) < 2:
            raise BadFingerprint("the line has a kind and no fingerprint")
        kind, digits = Kind(first), words[1]
    else:
        found = _BY_LENGTH.get(len(first))
        if found is None:
            raise BadFingerprint(_NO_KIND)
        kind, digits = found, words[0]
    one = Fingerprint.parse(kind, digits.lower())
    refuse_degenerate(one)
    return one
