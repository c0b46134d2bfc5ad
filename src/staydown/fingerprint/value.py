"""The value type: what a fingerprint is, and how far two of them are apart."""

from dataclasses import dataclass, field

from staydown.base.errors import StaydownError
from staydown.base.vocabulary import Cut, Kind, Turn
from staydown.fingerprint.kinds import KINDS, PDQ_LISTING_QUALITY, PDQ_MATCH_DISTANCE, KindSpec

__all__ = [
    "BITS",
    "PDQ_LISTING_QUALITY",
    "PDQ_MATCH_DISTANCE",
    "BadFingerprint",
    "Fingerprint",
    "View",
]

#: Bits of each kind.
BITS = {kind: row.bits for kind, row in KINDS.items()}


class BadFingerprint(StaydownError):
    """Text or bytes that are no fingerprint of the kind they claim to be."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A fingerprint: its kind, its bits (big-endian bytes) and its quality.

    ``quality`` is 0–100 for PDQ and None where the sender did not say or the kind has none. The
    bits stay out of ``repr``, so that a traceback or a log line cannot show them.
    """

    kind: Kind
    bits: bytes = field(repr=False)
    quality: int | None = None

    def __post_init__(self) -> None:
        if len(self.bits) * 8 != self.spec.bits:
            raise BadFingerprint(f"a {self.kind.value} fingerprint has {self.spec.bits} bits")
        if self.quality is not None and not 0 <= self.quality <= 100:
            raise BadFingerprint("the quality of a fingerprint is a whole number from 0 to 100")

    @classmethod
    def parse(cls, kind: Kind, text: str, quality: int | None = None) -> "Fingerprint":
        """Read lower-case hexadecimal ``text``.

        Upper case is refused because peers fetch such a value and then never match it. Raises
        BadFingerprint, whose message never repeats the text.
        """
        digits = KINDS[kind].digits
        if len(text) != digits or not set(text) <= set("0123456789abcdef"):
            raise BadFingerprint(f"a {kind.value} fingerprint is {digits} lower-case hex digits")
        return cls(kind, bytes.fromhex(text), quality)

    @property
    def spec(self) -> KindSpec:
        """What there is to know of its kind."""
        return KINDS[self.kind]

    @property
    def hex(self) -> str:
        """The bits as lower-case hexadecimal digits."""
        return self.bits.hex()

    def distance(self, other: "Fingerprint") -> int:
        """Return the number of differing bits. Raises BadFingerprint across kinds."""
        if self.kind is not other.kind:
            raise BadFingerprint("only fingerprints of one kind can be compared")
        return (int.from_bytes(self.bits) ^ int.from_bytes(other.bits)).bit_count()


@dataclass(frozen=True, slots=True)
class View:
    """What was undone to a query before it was fingerprinted: a cut, then a turn of that."""

    cut: Cut = Cut.WHOLE
    turn: Turn = Turn.NONE

    @classmethod
    def parse(cls, label: str) -> "View":
        """Read a ``label``. Raises BadFingerprint."""
        cut, _, turn = label.partition("+")
        try:
            return cls(Cut(cut), Turn(turn or Turn.NONE))
        except ValueError as error:
            raise BadFingerprint("there is no such view") from error

    @property
    def label(self) -> str:
        """The cut, and the turn where there is one: ``cut_out+mirrored``."""
        return self.cut if self.turn is Turn.NONE else f"{self.cut}+{self.turn}"
