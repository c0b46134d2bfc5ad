"""What there is to know of each kind of fingerprint: one row a kind, which everything else reads.

To add a kind: its word in ``base.vocabulary.Kind`` and its row here, after those that are there.
``makemigrations`` then writes what databases are told of it. From there on it is taken at the gate,
listed, fed to partners and matched. What makes it of pixels stands in ``registry.HASHERS``.

Values alone: whoever may open no picture may read this.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from staydown.base.vocabulary import Kind

#: Below this PDQ quality a picture is too plain to tell from others and isn't listed.
PDQ_LISTING_QUALITY = 50

#: Two PDQ fingerprints this close, in Hamming distance, are a match: the industry's practice.
PDQ_MATCH_DISTANCE = 31

#: A film's fingerprint is many: PDQs of its frames, in the form that partners call so.
VPDQ = "vpdq"

#: No limit may be wider than this share of the bits: different pictures differ in half of them.
_WIDEST = 1 / 3

#: A kind's word is a column of a table, a word of the wire and part of a file's name.
_LONGEST_WORD = 8


class Alike(StrEnum):
    """How a match is told to people: a key, for which the pages have words."""

    SAME_FILE = "same_file"
    NEARLY_SAME = "nearly_same"
    VERY = "very"
    ALIKE = "alike"
    IN_WHAT_IT_SHOWS = "in_what_it_shows"


@dataclass(frozen=True, slots=True)
class KindSpec:
    """What there is to know of a kind. Distances are bits, both ends included.

    ``hold``, ``flag``: the limits that are shipped (``matching.limits``). ``reach``: how far an
    index is ever asked around; 0 for a kind that says nothing but "the same bytes". ``set_bits``:
    the fewest and the most bits that are set in a picture's. ``patterns``: a width in bits, and how
    many different words of that width there are at least. ``memory``: bytes that a live index takes
    for one, measured with 200,000 rows, and eight for when it leaves.
    """

    bits: int
    #: In a sentence, after "the".
    label: str
    memory: int
    #: StopNCII's ``signalType``, and the name of threatexchange and HMA.
    v1: str | None = None
    hma: str | None = None
    hold: int = 0
    flag: int = 0
    reach: int = 0
    #: The least quality to be listed by, of a kind that measures how much there is in a picture.
    listing_quality: int | None = None
    #: It is made by a network that not everybody has.
    needs_network: bool = False
    #: The other kind that may confirm a match between ``hold`` and ``flag``.
    witness: Kind | None = None
    #: Up to here it is the same picture, whatever other kinds say.
    same_picture: int | None = None
    #: How much farther an upload may be from a remembered picture than from the listed one, and
    #: still be taken for the remembered one: what saving a picture once more, or at another size,
    #: commonly comes to. A picture that was made out of the remembered one, a faked one say, and
    #: that somebody listed, is nearer to what is listed. None: memory says nothing of this kind.
    slack: int | None = None
    set_bits: tuple[int, int] | None = None
    patterns: tuple[int, int] | None = None
    #: How people are told, up to so many bits and beyond.
    grades: tuple[tuple[int, Alike], ...] = ()
    beyond: Alike = Alike.ALIKE

    @property
    def exact(self) -> bool:
        """Whether it is a digest of a file's bytes, and no picture that is alike comes near."""
        return self.reach == 0

    @property
    def digits(self) -> int:
        """How many hexadecimal digits it is written with."""
        return self.bits // 4

    @property
    def widest(self) -> int:
        """The widest limit that a desk may set."""
        return 0 if self.exact else int(self.bits * _WIDEST)

    def alike(self, distance: int) -> Alike:
        """Return how people are told of a match at ``distance``."""
        if self.exact:
            return Alike.SAME_FILE
        return next((words for most, words in self.grades if distance <= most), self.beyond)


def checked(rows: Mapping[Kind, KindSpec]) -> Mapping[Kind, KindSpec]:
    """Return ``rows``, in their order. Raises ValueError for a kind without one, or a wrong one."""
    for kind in Kind:
        if kind not in rows:
            raise ValueError(f"fingerprint/kinds.py has no row for the kind {kind.value!r}: add it")
        if fault := _fault(kind, rows[kind]):
            raise ValueError(f"fingerprint/kinds.py: the row of {kind.value!r}: {fault}")
    return MappingProxyType(dict(rows))


def _fault(kind: Kind, row: KindSpec) -> str:
    """Say what is wrong with a row; "" where nothing is."""
    if not (kind.value.isascii() and kind.value.isalnum() and len(kind.value) <= _LONGEST_WORD):
        return f"the word of a kind is at most {_LONGEST_WORD} letters and digits"
    if row.bits <= 0 or row.bits % 64:
        return "an index takes whole words of 64 bits"
    if not 0 <= row.hold <= row.flag <= row.widest <= row.reach:
        return "0 ≤ hold ≤ flag ≤ a third of the bits ≤ reach"
    if not row.exact:
        return "" if row.set_bits else "how many bits are set in a picture's (set_bits)?"
    if kind.value not in hashlib.algorithms_available:
        return "hashlib makes no such digest of a file: a kind by content has a reach"
    made = hashlib.new(kind.value, usedforsecurity=False).digest_size * 8
    return "" if made == row.bits else f"hashlib makes it of {made} bits"


KINDS = checked(
    {
        Kind.PDQ: KindSpec(
            bits=256,
            label="PDQ",
            memory=150,
            v1="ImagePDQ",
            hma="pdq",
            hold=PDQ_MATCH_DISTANCE,
            flag=46,
            reach=85,
            listing_quality=PDQ_LISTING_QUALITY,
            witness=Kind.COPY1,
            # A copy that was resized or encoded again differs in fewer; decoys that a search makes
            # lie at 22 and more.
            same_picture=10,
            slack=8,
            set_bits=(80, 176),
            patterns=(16, 3),
            grades=((4, Alike.NEARLY_SAME), (16, Alike.VERY)),
        ),
        Kind.COPY1: KindSpec(
            bits=1024,
            label="copy code",
            memory=150,
            hold=302,
            flag=320,
            # A little further than any limit: ``cascade.ALMOST``.
            reach=384,
            needs_network=True,
            witness=Kind.PDQ,
            slack=64,
            set_bits=(384, 640),
            patterns=(64, 8),
            beyond=Alike.IN_WHAT_IT_SHOWS,
        ),
        Kind.MD5: KindSpec(bits=128, label="MD5", memory=110, v1="VideoMD5", hma="video_md5"),
        Kind.SHA256: KindSpec(bits=256, label="SHA-256", memory=150),
    }
)

#: The kind that everybody speaks: what makes no difference between kinds means this one.
MAIN = Kind.PDQ

#: The kinds that look at content, ``MAIN`` first: a picture is listed by these.
BY_CONTENT = tuple(kind for kind, row in KINDS.items() if not row.exact)

#: The kinds that are made by a network.
BY_NETWORK = tuple(kind for kind, row in KINDS.items() if row.needs_network)

#: The kinds that say nothing but "the same bytes".
EXACT = tuple(kind for kind, row in KINDS.items() if row.exact)
