"""A bank filled with made entries, in lots of bare rows, sealed with its own key.

What a bank has after years: most entries listed once by a person, some by several or by partners,
some withdrawn, some spoken of, a few disputed; kinds mixed; the rows of the audit trail. To be
called in a process where the bank's Django is set up.
"""

import json
import os
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction

from staydown.bank.models import (
    Audit,
    Entry,
    Head,
    Listing,
    Organisation,
    Partner,
    PartnerFeedback,
)
from staydown.bank.runtime import Bank
from staydown.base.vocabulary import EntryState, Feedback, Kind
from staydown.fingerprint.value import BITS, Fingerprint

#: Rows that are written at once.
LOT = 10_000

#: Entries with one stamp: what comes within a second.
EACH_SECOND = 50

#: The second at which the first entry was listed: years before anybody measures.
BEGAN = 1_600_000_000

#: Names of the platforms that list and speak here.
PLATFORMS = ("Made platform 1", "Made platform 2", "Made platform 3")


def kind_of(number: int) -> Kind:
    """Return the kind of the made entry of this number: eight of ten are PDQs."""
    return {8: Kind.MD5, 9: Kind.COPY1}.get(number % 10, Kind.PDQ)


def is_withdrawn(number: int) -> bool:
    """Whether nobody lists the made entry of this number any more: one of twenty."""
    return number % 20 == 3


def said_of(number: int) -> tuple[Feedback, ...]:
    """Return what the platforms say of it, in their order."""
    if is_withdrawn(number) or number % 25 != 7:
        return ()
    against = number % 250 == 7
    return (Feedback.NOT_BLOCKED,) * 2 if against else (Feedback.BLOCKED,)


def fill(bank: Bank, count: int, *, first: int = 1) -> None:
    """Add ``count`` entries, numbered in the feed from ``first`` on, which nothing may have yet."""
    platforms = _platforms()
    numbers = iter(range(first, first + count))
    while lot := list(islice(numbers, LOT)):
        with transaction.atomic():
            _pour_lot(bank, lot, platforms)
    stamp = BEGAN + (first + count - 1) // EACH_SECOND
    Head.objects.update_or_create(pk=1, defaults={"seq": first + count - 1, "stamp": stamp})
    _tidy()


def _platforms() -> list[Partner]:
    made = []
    for name in PLATFORMS:
        now = datetime.fromtimestamp(BEGAN, UTC)
        behind, _ = Organisation.objects.get_or_create(
            name=name, defaults={"added_at": now, "allowance": 20}
        )
        keys = {"subscription_key_hash": os.urandom(32), "function_key_hash": os.urandom(32)}
        partner, _ = Partner.objects.get_or_create(
            name=name, defaults={"organisation": behind, "added_at": now, **keys}
        )
        made.append(partner)
    return made


def _pour_lot(bank: Bank, lot: Sequence[int], platforms: Sequence[Partner]) -> None:
    entries, listings, words = [], [], []
    trail: list[tuple[Any, ...]] = []
    for number in lot:
        at = datetime.fromtimestamp(BEGAN + number // EACH_SECOND, UTC)
        gone = is_withdrawn(number)
        said = said_of(number)
        state = EntryState.WITHDRAWN if gone else EntryState.LISTED
        if len(said) > 1:
            state = EntryState.DISPUTED
        entry_id = uuid.uuid4()
        entries.append(_entry(bank, number, entry_id, state))
        for listed in range(2 if number % 10 == 4 else 1):
            listing_id = uuid.uuid4()
            mine = number % 10 == 6
            listings.append(
                (
                    listing_id,
                    number,
                    None if mine else os.urandom(32),
                    platforms[listed].pk if mine else None,
                    number,
                    at,
                    number if gone else None,
                )
            )
            trail.append((at, "person", "listing", str(listing_id), "", "listed", "made", None))
        trail.append((at, "person", "entry", str(entry_id), "", state.value, "made", number))
        for platform, word in zip(platforms, said, strict=False):
            words.append((number, platform.pk, word.value, ["made"], at, at))
    _pour(Entry, _ENTRY, entries)
    _pour(Listing, _LISTING, listings)
    _pour(PartnerFeedback, _WORD, words)
    _pour(Audit, _TRAIL, trail)


def _entry(bank: Bank, number: int, entry_id: uuid.UUID, state: EntryState) -> tuple[Any, ...]:
    kind = kind_of(number)
    quality = 90 if kind is Kind.PDQ else None
    one = Fingerprint(kind, os.urandom(BITS[kind] // 8), quality)
    return (
        number,
        entry_id,
        kind.value,
        bank.sealer.lookup(one),
        bank.sealer.seal(one),
        state.value,
        number,
        BEGAN + number // EACH_SECOND,
        number if state is EntryState.WITHDRAWN else None,
        None,
    )


_ENTRY = ("id", "entry_id", "kind", "lookup", "sealed", "state", "seq", "stamp", "withdrawn_seq",
          "picture")  # fmt: skip
_LISTING = ("listing_id", "entry_id", "owner", "partner_id", "listed_seq", "listed_at",
            "withdrawn_seq")  # fmt: skip
_WORD = ("entry_id", "partner_id", "value", "tags", "at", "counts_from")
_TRAIL = ("at", "who", "what", "subject", "before", "after", "why", "seq")


# --------------------------------------------------------------------------- bare rows


def _pour(model: Any, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Write rows past the models, in the form that the database keeps them in."""
    table, names = model._meta.db_table, ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row([json.dumps(one) if type(one) is list else one for one in row])
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608 - our own names
                list(_for_sqlite(rows)),
            )


def _for_sqlite(rows: Sequence[tuple[Any, ...]]) -> Iterator[list[Any]]:
    for row in rows:
        yield [_plain(one) for one in row]


def _plain(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    return json.dumps(value) if isinstance(value, list) else value


def _tidy() -> None:
    """Let the database look at what came, as it does by itself in a while."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval('bank_entry_id_seq', (SELECT max(id) FROM bank_entry))")
            cursor.execute("ANALYZE")
