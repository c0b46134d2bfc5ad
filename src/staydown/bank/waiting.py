"""What people handed in or withdrew, as long as no partner has been told: see decision 0048.

A change of one picture is a row without a number in the feed. Row order and moments of these rows
tell which belong together, so nothing of them goes over into what comes of them, and what they say
is sealed, at one length.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum

from django.db.models import QuerySet

from staydown.bank import quarantine, windows
from staydown.bank.models import Case, HeldGroup, Waiting
from staydown.bank.owners import waiting_tag
from staydown.bank.runtime import Bank
from staydown.exchange.codec import MAX_PICTURES
from staydown.exchange.records import Picture
from staydown.fingerprint.kinds import BY_CONTENT, KINDS
from staydown.fingerprint.sealing import SealBroken
from staydown.fingerprint.value import Fingerprint

_PURPOSE = "waiting change"
#: Version, what, case, number, marks, the PDQ's quality and bits.
_FORM = struct.Struct(f">BBQBBB{KINDS[BY_CONTENT[0]].bits // 8}s")
#: And, for each other kind, whether there is one, and it.
_BESIDE = tuple((kind, struct.Struct(f">?{KINDS[kind].bits // 8}s")) for kind in BY_CONTENT[1:])
_VERSION = 1
_QUALITY_UNKNOWN = 255


class What(IntEnum):
    """What a change will do. The values are stored."""

    LIST = 1
    WITHDRAW = 2
    #: Was to list, and was withdrawn before any partner was told: it will do nothing.
    CANCELLED = 3


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the picture ``number`` of a case (the row's key); ``picture`` where it lists.

    ``marks``: a byte of what the rules found when it was handed in, kept while it waits.
    """

    what: What
    case: int
    number: int
    picture: Picture | None = None
    marks: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """A change in its row."""

    row: Waiting
    change: Change


def put(
    bank: Bank, change: Change, *, hold: timedelta | None = None, group: HeldGroup | None = None
) -> None:
    """Let a change wait for the end of its window; with ``hold``, of the window so much later, with
    those of ``group``.

    To be called under the feed's lock (``entries.feed_writer``), like all that takes rows out: then
    nobody can come too late for the window that is just going out, and go out alone after it.
    """
    now = bank.clock.now()
    Waiting.objects.create(
        owner=waiting_tag(bank, change.case, change.number),
        sealed=_seal(bank, change),
        due_at=windows.window_end(now + (hold or timedelta(0)), bank.release_seconds or 1),
        held=hold is not None,
        group=group,
    )


def cancel(bank: Bank, held: Held) -> None:
    """Make nothing of a change that was to list. Its fingerprints go, and its place in the case
    stays. To be called under the feed's lock."""
    gone = Change(What.CANCELLED, held.change.case, held.change.number)
    held.row.sealed, held.row.due_at, held.row.held = _seal(bank, gone), None, False
    held.row.group = None
    held.row.save()


def of(bank: Bank, case: Case) -> dict[int, Held]:
    """Return what waits of a case, or was cancelled, by the picture's number."""
    tags = {waiting_tag(bank, case.pk, number): number for number in range(1, MAX_PICTURES + 1)}
    rows = Waiting.objects.select_related("group").filter(owner__in=tags)
    found = {tags[bytes(row.owner)]: Held(row, unseal(bank, row)) for row in rows}
    return dict(sorted(found.items()))


def forgettable(bank: Bank) -> QuerySet[Waiting]:
    """Return what was dropped and can't be brought back any more, as far as it isn't forgotten."""
    return Waiting.objects.filter(quarantine.is_beyond_restoring(bank), due_at__isnull=False)


def forget(bank: Bank, row: Waiting) -> None:
    """Delete the fingerprints of a dropped change. Its place in the case, and when it was dropped,
    stay. To be called under the feed's lock."""
    row.due_at = None
    try:
        old = unseal(bank, row)
    except SealBroken:  # nobody can read it, and it keeps nothing else from being forgotten
        row.sealed = b""
    else:
        row.sealed = _seal(bank, Change(What.CANCELLED, old.case, old.number))
    row.save(update_fields=["sealed", "due_at"])


# --------------------------------------------------------------------------- sealing


def _seal(bank: Bank, change: Change) -> bytes:
    made = change.picture.fingerprints if change.picture else ()
    bits, quality = {one.kind: one.bits for one in made}, made[0].quality if made else None
    plain = _FORM.pack(
        *(_VERSION, change.what, change.case, change.number, change.marks),
        *(_QUALITY_UNKNOWN if quality is None else quality, bits.get(BY_CONTENT[0], b"")),
    )
    for kind, form in _BESIDE:
        plain += form.pack(kind in bits, bits.get(kind, b""))
    return bank.sealer.seal_bytes(_PURPOSE, plain)


def unseal(bank: Bank, row: Waiting) -> Change:
    """Return what a row says. Raises SealBroken."""
    plain = bank.sealer.open_bytes(_PURPOSE, bytes(row.sealed))
    _, what, case, number, marks, quality, pdq = _FORM.unpack_from(plain)
    picture = None
    if what == What.LIST:
        known = None if quality == _QUALITY_UNKNOWN else quality
        picture = Picture(Fingerprint(BY_CONTENT[0], pdq, known), *_beside(plain))
    return Change(What(what), case, number, picture, marks)


def _beside(plain: bytes) -> Iterator[Fingerprint]:
    """The other fingerprints of a picture; of kinds that a row is older than, none."""
    at = _FORM.size
    for kind, form in _BESIDE:
        if at < len(plain):
            there, bits = form.unpack_from(plain, at)
            at += form.size
            if there:
                yield Fingerprint(kind, bits)
