"""Saving what a page says of a bank's entries, as far as there is room; and what that takes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from staydown.base.vocabulary import EntryState, Kind
from staydown.fingerprint.seal import Sealer
from staydown.matching import sync
from staydown.matching.sync import Snapshot
from staydown.review.meters import Kept
from staydown.review.models import BankEntry, Head
from staydown.review.shares import INDEX_BYTES, Room

_GONE = EntryState.WITHDRAWN.value
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


def save_entries(
    bank_id: int,
    generation: int,
    snapshots: Sequence[Snapshot],
    *,
    head: Head,
    sealer: Sealer,
    room: Room,
    ordered: bool,
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
    said = sync.news(snapshots, held, ordered=ordered)
    news = _with_room(said, rows, room)
    if news:
        head.change += 1
    taken = _taken(news, rows, left_out=len(said) - len(news))
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
    BankEntry.objects.bulk_create(new_rows, batch_size=500)
    BankEntry.objects.bulk_update(old_rows, _COLUMNS, batch_size=100)
    unseen = [row.pk for row in rows.values() if row.generation < generation]
    if unseen:
        BankEntry.objects.filter(pk__in=unseen).update(generation=generation)
    return taken


def _with_room(
    said: Iterable[Snapshot], rows: Mapping[str, BankEntry], room: Room
) -> list[Snapshot]:
    """Return what of ``said`` can be saved, in the given order."""
    fits = []
    for snapshot in said:
        row = rows.get(snapshot.entry_id)
        if snapshot.state is not EntryState.WITHDRAWN and not _is_live(row):
            memory = INDEX_BYTES[Kind(snapshot.kind)]
            if not room.fits(memory, new=row is None):
                continue
            room = room.after(memory, new=row is None)
        fits.append(snapshot)
    return fits


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


def _is_live(row: BankEntry | None) -> bool:
    return row is not None and row.state != _GONE
