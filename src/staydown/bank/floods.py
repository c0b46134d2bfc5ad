"""The rules about floods of hand-ins, as plain functions: what came in, a decision out.

A hand-in whose sender let their device work for it is never held back. Of all others an ordinary
number goes on as it comes; what is beyond that is held for an hour at most, in groups of hand-ins
that look alike, so that the operator can set a group aside. If nobody does, it goes on by itself.

``HandIn`` is all that a rule is given. It says nothing of what became of a fingerprint: how many
uploads matched it, what partners said, who else lists it. A picture that is going viral must never
look like a flood.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from staydown.accounts.throttle_rules import Lane, Limit
from staydown.exchange.records import Picture
from staydown.fingerprint.kinds import MAIN
from staydown.fingerprint.value import Fingerprint

#: Pictures that people's own programs hand in without any work, in all, and that aren't held back.
#: The pages and ``bank submit`` do the work, so hardly any are left.
UNPAID = Lane(100, timedelta(minutes=1), "people")

#: Hashes that one organisation hands in, by all of its partners, and that aren't held back.
PARTNERS = Lane(2_000, timedelta(seconds=2), "partners")

#: Nothing is held back for longer.
LONGEST_HOLD = timedelta(minutes=60)

#: What looks alike is one group for so long; what comes later is another one, so that nobody drops
#: hand-ins that they haven't seen.
GROUP_LASTS = timedelta(minutes=10)

#: How long the operator can bring back what was dropped.
RESTORE_WITHIN = timedelta(days=30)

#: PDQ sets each bit by whether a value is above the median, so a photograph's has 128 of 256. Bits
#: drawn by lot come this close in one of four fingerprints.
_BITS_OFF = 2


class Sender(StrEnum):
    """Who handed in."""

    PEOPLE = "people"
    PARTNER = "partner"


class Amount(StrEnum):
    """How many pictures a hand-in has."""

    ONE = "1"
    FEW = "2-5"
    MANY = "6-20"
    MOST = "more than 20"
    LIST = "a list"


class Copies(StrEnum):
    """Which of its pictures have a copy code beside their PDQ."""

    NONE = "none"
    SOME = "some"
    ALL = "all"


class Quality(StrEnum):
    """What is claimed of its PDQ fingerprints."""

    UNSAID = "not said"
    FULL = "all 100"
    SAME = "all the same"
    MIXED = "mixed"


class Bits(StrEnum):
    """Whether its PDQ fingerprints have as many bits set as those of photographs."""

    LIKE_PHOTOS = "like photographs"
    UNLIKE_PHOTOS = "unlike photographs"


@dataclass(frozen=True, slots=True)
class HandIn:
    """What a rule may know of a hand-in: counts, and what its sender claims."""

    sender: Sender
    paid: bool
    pictures: int
    copies: int
    qualities: tuple[int | None, ...]
    bits_set: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """How a hand-in looks: what is held back and looks alike is one group."""

    sender: Sender
    amount: Amount
    copies: Copies
    quality: Quality
    bits: Bits

    @property
    def key(self) -> str:
        """The shape as one text."""
        return "/".join((self.sender, self.amount, self.copies, self.quality, self.bits))


def from_person(pictures: Sequence[Picture], *, paid: bool) -> HandIn:
    """Return what is known of a person's hand-in. ``paid``: a device worked for it."""
    pdqs = [picture.pdq for picture in pictures]
    copies = sum(bool(picture.beside) for picture in pictures)
    return _hand_in(Sender.PEOPLE, paid, len(pictures), copies, pdqs)


def from_partner(fingerprints: Sequence[Fingerprint]) -> HandIn:
    """Return what is known of hashes that a partner lists. Partners have a key and pay nothing."""
    pdqs = [one for one in fingerprints if one.kind is MAIN]
    return _hand_in(Sender.PARTNER, False, len(fingerprints), 0, pdqs)


def _hand_in(
    sender: Sender, paid: bool, pictures: int, copies: int, pdqs: Sequence[Fingerprint]
) -> HandIn:
    qualities = tuple(one.quality for one in pdqs)
    bits_set = tuple(int.from_bytes(one.bits).bit_count() for one in pdqs)
    return HandIn(sender, paid, pictures, copies, qualities, bits_set)


def limit(hand_in: HandIn) -> Limit | None:
    """Return what a hand-in counts at, all of it together: what finds no room there is held back,
    and takes nothing from it. None: it was paid for, and is never held back."""
    return None if hand_in.paid else limit_of(hand_in.sender)


def limit_of(sender: Sender) -> Limit:
    """Return what hand-ins without work count at: all people's, or those of one organisation."""
    return Limit("hand-ins", (UNPAID if sender is Sender.PEOPLE else PARTNERS,))


def shape(hand_in: HandIn) -> Shape:
    """Return how a hand-in looks."""
    return Shape(
        hand_in.sender,
        Amount.LIST if hand_in.sender is Sender.PARTNER else _amount(hand_in.pictures),
        _copies(hand_in.copies, hand_in.pictures),
        _quality(hand_in.qualities),
        Bits.LIKE_PHOTOS
        if all(abs(count - 128) <= _BITS_OFF for count in hand_in.bits_set)
        else Bits.UNLIKE_PHOTOS,
    )


def _amount(pictures: int) -> Amount:
    if pictures <= 1:
        return Amount.ONE
    if pictures <= 5:
        return Amount.FEW
    return Amount.MANY if pictures <= 20 else Amount.MOST


def _copies(copies: int, pictures: int) -> Copies:
    if not copies:
        return Copies.NONE
    return Copies.ALL if copies >= pictures else Copies.SOME


def _quality(qualities: Sequence[int | None]) -> Quality:
    said = set(qualities)
    if said <= {None}:
        return Quality.UNSAID
    if said == {100}:
        return Quality.FULL
    return Quality.SAME if len(said) == 1 and len(qualities) > 1 else Quality.MIXED


# --------------------------------------------------------------------------- how long


def held_until(now: datetime, longest: timedelta) -> datetime:
    """Return until when what is held back now stays so. ``longest`` is the operator's setting."""
    return now + min(max(longest, timedelta(0)), LONGEST_HOLD)


def is_over(until: datetime, now: datetime, longest: timedelta) -> bool:
    """Whether something held until ``until`` goes on now.

    A moment that is further away than anything is held for comes from a clock that was wrong, or
    from another setting: nothing stays longer for it.
    """
    return not now < until <= held_until(now, longest)


def is_open(began: datetime, now: datetime) -> bool:
    """Whether a group that began at ``began`` still takes in what looks like it."""
    return timedelta(0) <= now - began < GROUP_LASTS


def can_restore(dropped_at: datetime, now: datetime) -> bool:
    """Whether what was dropped can be brought back. A clock that was wrong lasts no longer."""
    return abs(now - dropped_at) < RESTORE_WITHIN
