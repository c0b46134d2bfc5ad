"""For the operator: the list of known harmless pictures. It holds fingerprints, never a picture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max, Min

from staydown.bank import audit, harmless, owners, waiting
from staydown.bank.errors import HarmlessError
from staydown.bank.harmless import Found
from staydown.bank.models import Case, Entry, Harmless, Likeness, Listing, Waiting
from staydown.bank.nearness import Near, Nearness
from staydown.bank.review_rules import Decision
from staydown.bank.runtime import Bank
from staydown.bank.waiting import What
from staydown.base.names import fault_of_name, tidy_name
from staydown.base.reasons import reasons
from staydown.base.vocabulary import EntryState, Kind
from staydown.exchange.codec import MAX_PICTURES
from staydown.fingerprint.kinds import BY_CONTENT
from staydown.fingerprint.value import Fingerprint

_say = reasons("bank.errors")

#: The most fingerprints that a list holds: copy codes are gone through at each handing in.
MOST = 100_000

_AT_A_TIME = 500
_MAX_NAME = 100


@dataclass(frozen=True, slots=True)
class Added:
    """How many fingerprints are new, how many were there already, and how many pictures on the
    bank's list turned out to be near a new one."""

    new: int
    known: int
    near: int


@dataclass(frozen=True, slots=True)
class HarmlessLine:
    """The fingerprints that came under one name."""

    name: str
    count: int
    first_added_at: datetime
    last_added_at: datetime


def add(bank: Bank, name: str, fingerprints: Sequence[Fingerprint]) -> Added:
    """Add fingerprints under a name, and look for what people have listed already that is near.

    Adding again changes nothing, and goes on with the looking where it was broken off. Raises
    HarmlessError, with nothing added.
    """
    name = tidy_name(name)
    if fault := fault_of_name(name, _MAX_NAME):
        raise HarmlessError(_say("name.nothing_added", why=fault))
    with bank.turns.few_rows(), transaction.atomic():
        if Harmless.objects.count() + len(fingerprints) > MOST:
            raise HarmlessError(_say("harmless.too_many", n=MOST))
        new = 0
        for one in fingerprints:
            _, made = Harmless.objects.get_or_create(
                kind=one.kind.value,
                lookup=bank.sealer.lookup(one),
                defaults={
                    "sealed": bank.sealer.seal(one),
                    "name": name,
                    "added_at": bank.clock.now(),
                },
            )
            new += made
        if new:
            harmless.changed()
            _note(bank, name, (audit.NOTHING, str(new)), "harmless pictures added")
    near = _look_at_what_is_listed(bank, fingerprints)
    return Added(new, len(fingerprints) - new, near)


def lines() -> list[HarmlessLine]:
    """Return what the list holds, by name."""
    rows = Harmless.objects.values("name").order_by("name")
    counted = rows.annotate(count=Count("pk"), first=Min("added_at"), last=Max("added_at"))
    return [HarmlessLine(row["name"], row["count"], row["first"], row["last"]) for row in counted]


def remove(bank: Bank, name: str) -> int:
    """Remove all that came under a name; return how many fingerprints. Raises HarmlessError.

    What people listed that is near one of them is no longer said to be, unless it was decided
    already: what was taken off stays off until the operator puts it back.
    """
    with bank.turns.few_rows(), transaction.atomic():
        rows = Harmless.objects.filter(name__in={name.strip(), tidy_name(name)})
        gone = set(rows.values_list("pk", flat=True))
        if not gone:
            raise HarmlessError(_say("harmless.no_such_name"))
        for row in Likeness.objects.filter(decision=Decision.NONE.value):
            if harmless.found_in(bank, row).near.row in gone:
                row.delete()
        rows.delete()
        harmless.changed()
        _note(bank, tidy_name(name), (str(len(gone)), audit.NOTHING), "harmless pictures removed")
    return len(gone)


# --------------------------------------------------------------------------- what is listed


def _look_at_what_is_listed(bank: Bank, fingerprints: Sequence[Fingerprint]) -> int:
    """Note every picture of a case, on the list or waiting, that is near one of these."""
    lookups = [bank.sealer.lookup(one) for one in fingerprints]
    rows: list[Harmless] = []
    for start in range(0, len(lookups), _AT_A_TIME):
        rows += Harmless.objects.filter(lookup__in=lookups[start : start + _AT_A_TIME])
    listed = harmless.of_rows(bank, sorted(rows, key=lambda row: row.pk))
    noted = 0
    for found in [*_waiting_near(bank, listed), *_listed_near(bank, listed)]:
        with bank.turns.few_rows(), transaction.atomic():
            noted += harmless.note(bank, found)
    return noted


def _waiting_near(bank: Bank, listed: Nearness) -> Iterator[Found]:
    for row in Waiting.objects.filter(due_at__isnull=False).iterator():
        change = waiting.unseal(bank, row)
        if change.what is What.LIST and change.picture is not None:
            near = harmless.nearest(listed, change.picture)
            if near is not None:
                yield Found(change.case, change.number, near)


def _listed_near(bank: Bank, listed: Nearness) -> Iterator[Found]:
    near: dict[int, Near] = {}
    kinds = [kind.value for kind in BY_CONTENT]
    entries = Entry.objects.filter(kind__in=kinds).exclude(state=EntryState.WITHDRAWN.value)
    for pk, kind, sealed in entries.values_list("pk", "kind", "sealed").iterator():
        found = listed.nearest(bank.sealer.open(Kind(kind), bytes(sealed)))
        if found is not None:
            near[pk] = found
    if not near:
        return
    tags = {
        bytes(row.owner or b""): near[row.entry_id]
        for row in Listing.objects.filter(
            entry_id__in=near, owner__isnull=False, withdrawn_seq=None
        )
    }
    yield from _whose(bank, tags)


def _whose(bank: Bank, tags: dict[bytes, Near]) -> Iterator[Found]:
    """A listing doesn't lead to its case: every case is asked whether a tag is its own."""
    left = set(tags)
    for case in Case.objects.order_by("-pk").values_list("pk", flat=True).iterator():
        for number in range(1, MAX_PICTURES + 1):
            for kind in BY_CONTENT:
                tag = owners.listing_tag(bank, case, number, kind)
                if tag in left:
                    left.discard(tag)
                    yield Found(case, number, tags[tag])
        if not left:
            return


def _note(bank: Bank, name: str, change: tuple[str, str], why: str) -> None:
    audit.record(
        at=bank.clock.now(),
        who=audit.OPERATOR,
        what="harmless",
        subject=name,
        change=change,
        why=why,
    )
