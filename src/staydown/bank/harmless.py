"""Known harmless pictures: held in memory, asked at every handing in, and what came of a likeness.

A listing that is near one is listed as any other. A likeness is said to its owner, who can ask for
a review, and to the operator, who may take it off: see decision 0051.
"""

import secrets
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import F

from staydown.bank.models import Case, Harmless, HarmlessVersion, Likeness
from staydown.bank.nearness import Near, Nearness
from staydown.bank.review_rules import Decision
from staydown.bank.runtime import Bank
from staydown.base.vocabulary import EntryState, Kind
from staydown.exchange import records
from staydown.exchange.codec import MAX_PICTURES
from staydown.exchange.records import ListingStatus, Picture

_PURPOSE = "likeness"
#: Version, case, number, the harmless picture's row, bits that differ.
_FORM = struct.Struct(">BQBQH")
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Found:
    """Which picture of which case is near which harmless one, and how far apart they are."""

    case: int
    number: int
    near: Near


# --------------------------------------------------------------------------- the list


def known(bank: Bank) -> Nearness:
    """Return the list as it stands, read again where it has changed."""
    version = HarmlessVersion.objects.values_list("version", flat=True).first() or 0
    held = bank.harmless.get()
    if held is not None and held[0] == version:
        return held[1]
    made = of_rows(bank, Harmless.objects.order_by("pk"))
    bank.harmless.put(version, made)
    return made


def of_rows(bank: Bank, rows: Iterable[Harmless]) -> Nearness:
    """Return the fingerprints of these rows, ready to be asked."""
    made = Nearness()
    for row in rows:
        made.add(row.pk, bank.sealer.open(Kind(row.kind), bytes(row.sealed)))
    return made


def changed() -> None:
    """Say in the open transaction that the list has changed, so that every process reads it."""
    HarmlessVersion.objects.get_or_create(pk=1)
    HarmlessVersion.objects.filter(pk=1).update(version=F("version") + 1)


# --------------------------------------------------------------------------- likenesses


def nearest(listed: Nearness, picture: Picture) -> Near | None:
    """Return the nearest harmless picture by the PDQ or, where that says nothing, the copy code."""
    for fingerprint in picture.fingerprints:
        near = listed.nearest(fingerprint)
        if near is not None:
            return near
    return None


def likenesses(bank: Bank, pictures: Sequence[Picture]) -> dict[int, Near]:
    """Return which of these pictures, by number from 1, are near a harmless one."""
    listed = known(bank)
    found = {n: nearest(listed, one) for n, one in enumerate(pictures, start=1)}
    return {number: near for number, near in found.items() if near is not None}


def note(bank: Bank, found: Found) -> bool:
    """Keep a likeness with the picture's case, once; say whether it is new."""
    plain = _FORM.pack(_VERSION, found.case, found.number, found.near.row, found.near.distance)
    _, made = Likeness.objects.get_or_create(
        owner=_tag(bank, found.case, found.number),
        defaults={"pk": _fresh_key(), "sealed": bank.sealer.seal_bytes(_PURPOSE, plain)},
    )
    return made


def _fresh_key() -> int:
    """Draw a row's key. Numbers in order would tell which likenesses came with one case, and the
    trail of reviews, beside that of the entries taken off, leads from them to its entries."""
    while Likeness.objects.filter(pk=(key := 1 + secrets.randbelow(10**9))).exists():
        pass
    return key


def found_in(bank: Bank, row: Likeness) -> Found:
    """Return what a row is about. Raises SealBroken."""
    plain = bank.sealer.open_bytes(_PURPOSE, bytes(row.sealed))
    _, case, number, harmless, distance = _FORM.unpack(plain)
    return Found(case, number, Near(harmless, distance))


def of_case(bank: Bank, case: Case) -> dict[int, Likeness]:
    """Return the likenesses of a case by the picture's number."""
    tags = {_tag(bank, case.pk, number): number for number in range(1, MAX_PICTURES + 1)}
    rows = Likeness.objects.filter(owner__in=tags)
    return dict(sorted((tags[bytes(row.owner)], row) for row in rows))


def told(status: ListingStatus, row: Likeness | None) -> ListingStatus:
    """Return a picture's status with what its owner is told of a likeness: never which picture it
    is like, nor how much. Of what the owner withdrew there is nothing to tell."""
    if row is None:
        return status
    off = row.decision == Decision.TAKEN_OFF.value
    if status.state is EntryState.WITHDRAWN and not off:
        return status
    asked, decided = row.asked_at is not None, row.decision != Decision.NONE.value
    likeness = records.Likeness(asked=asked, decided=decided, taken_off=off, reason=row.reason)
    return replace(status, likeness=likeness)


def forget(bank: Bank, case: Case, numbers: Iterable[int]) -> None:
    """Forget the likenesses of pictures that their owner withdrew: they stay withdrawn."""
    tags = [_tag(bank, case.pk, number) for number in numbers]
    Likeness.objects.filter(owner__in=tags).delete()


def _tag(bank: Bank, case: int, number: int) -> bytes:
    return bank.sealer.keyed_hash("owner of a likeness", f"{case} {number}".encode())
