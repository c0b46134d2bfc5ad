"""Saving what a page says of a bank's entries, as far as there is room; and what that takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from staydown.base.vocabulary import EntryState, Kind
from staydown.fingerprint.sealing import Sealer
from staydown.matching import sync
from staydown.matching.sync import Snapshot
from staydown.review.banks.meters import Kept
from staydown.review.banks.shares import INDEX_BYTES, Lack, Room
from staydown.review.models import BankEntry, Head, Remembered

_COLUMNS = ("kind", "state", "seq", "sealed", "picture", "generation", "change")


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a page: ``news`` were saved, and ``withdrawn`` of them were live before.

    ``grown`` is the memory that the index takes for what became live, in bytes.
    """

    news: int
    withdrawn: int
    grown: int
    kept: Kept
    #: What had no room lacked this.
    lacks: frozenset[Lack] = frozenset()


def save_entries(
    bank_id: int,
    generation: int,
    snapshots: Sequence[Snapshot],
    *,
    head: Head,
    sealer: Sealer,
    room: Room,
    ordered: bool,
    coarse: bool = False,
) -> Taken:
    """Save what is news in a page, under the lock of ``head``, which the caller saves.

    What would become live and finds no room is left out. What is live already is always brought up
    to date, and a withdrawal always taken.
    """
    names = {snapshot.entry_id for snapshot in snapshots}
    found = BankEntry.objects.select_for_update().filter(bank_id=bank_id, entry_id__in=names)
    rows = {row.entry_id: row for row in found}
    held = {
        # What is held from before a fresh start gives way to whatever comes now.
        name: sync.Held(EntryState(row.state), row.seq if row.generation == generation else -1)
        for name, row in rows.items()
    }
    said = sync.news(snapshots, held, ordered=ordered, coarse=coarse)
    news, lacks = _with_room(said, rows, room)
    if news:
        head.change += 1
    taken = replace(_taken(news, rows, left_out=len(said) - len(news)), lacks=frozenset(lacks))
    new_rows, old_rows = [], []
    for snapshot in news:
        row = rows.get(snapshot.entry_id)
        if row is None:
            row = BankEntry(bank_id=bank_id, entry_id=snapshot.entry_id)
            new_rows.append(row)
        else:
            old_rows.append(row)
        row.kind, row.state, row.seq = snapshot.kind, snapshot.state.value, snapshot.order
        row.sealed = b"" if snapshot.fingerprint is None else sealer.seal(snapshot.fingerprint)
        row.picture = snapshot.picture
        row.generation, row.change = generation, head.change
    _write(new_rows, old_rows)
    Remembered.forget(
        [rows[one.entry_id].pk for one in news if _leaves(one) and one.entry_id in rows]
    )
    unseen = [row.pk for row in rows.values() if row.generation < generation]
    if unseen:
        BankEntry.objects.filter(pk__in=unseen).update(generation=generation)
    return taken


def _write(new_rows: Sequence[BankEntry], old_rows: Sequence[BankEntry]) -> None:
    BankEntry.objects.bulk_create(new_rows, batch_size=500)
    # One statement for many rows: bulk_update takes milliseconds a row, and others wait meanwhile.
    BankEntry.objects.bulk_create(
        old_rows,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=_COLUMNS,
    )


def _with_room(
    said: Sequence[Snapshot], rows: Mapping[str, BankEntry], room: Room
) -> tuple[list[Snapshot], set[Lack]]:
    """Return what of ``said`` can be saved, in the given order, and what the rest lacks.

    Withdrawals make room first: of an entry only its last snapshot is in ``said``.
    """
    for snapshot in said:
        row = rows.get(snapshot.entry_id)
        if snapshot.state is EntryState.WITHDRAWN and row is not None and _is_live(row):
            room = room.without_one(INDEX_BYTES[Kind(row.kind)])
    fits: list[Snapshot] = []
    lacks: set[Lack] = set()
    for snapshot in said:
        row = rows.get(snapshot.entry_id)
        if snapshot.state is not EntryState.WITHDRAWN and not _is_live(row):
            memory = INDEX_BYTES[Kind(snapshot.kind)]
            lack = room.lacks(memory, new=row is None)
            if lack is not None:
                lacks.add(lack)
                continue
            room = room.with_one(memory, new=row is None)
        fits.append(snapshot)
    return fits, lacks


def _taken(news: Sequence[Snapshot], rows: Mapping[str, BankEntry], *, left_out: int) -> Taken:
    """Return what saving ``news`` over ``rows`` comes to; the rows are as they were before."""
    withdrawn = listed = new = freed = grown = changed = 0
    for snapshot in news:
        row = rows.get(snapshot.entry_id)
        new += row is None
        now = INDEX_BYTES[Kind(snapshot.kind)]
        before = INDEX_BYTES[Kind(row.kind)] if row is not None and _is_live(row) else 0
        if snapshot.state is EntryState.WITHDRAWN:
            withdrawn += before > 0
            freed += before
        elif before:
            changed += now - before
        else:
            listed += 1
            grown += now
    kept = Kept(listed - withdrawn, new, grown + changed - freed, left_out)
    return Taken(len(news), withdrawn, grown, kept)


def _leaves(snapshot: Snapshot) -> bool:
    return snapshot.state is EntryState.WITHDRAWN


def _is_live(row: BankEntry | None) -> bool:
    return row is not None and row.is_live
