"""Following a bank, as pure functions: a page in, changes out.

A bank sends snapshots: a later one of the same entry replaces the earlier. Both dialects end as
``Snapshot``; who keeps them stores the changes and the cursor of a page in one transaction, so that
a crash at any moment leaves a whole number of pages behind.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from staydown.base.vocabulary import EntryState
from staydown.exchange.codec import V1_KINDS, v1_fingerprint
from staydown.exchange.dispute import Word, is_disputed
from staydown.exchange.errors import WireError
from staydown.exchange.records import FeedEntry, FeedPage, SetAside, V1Page, V1Record, V1Status
from staydown.fingerprint.degenerate import DegenerateFingerprint, refuse_degenerate
from staydown.fingerprint.value import BadFingerprint, Fingerprint

#: The first ``startTimestamp`` of a v1 fetch: peers never send 0.
V1_START = 10

#: A v1 checkpoint that wasn't used for this long is stale: start again.
V1_STALE = timedelta(days=30)

_V1_STATES = {
    V1Status.RECEIVED: EntryState.LISTED,
    V1Status.ACTIVE: EntryState.LISTED,
    V1Status.WITHDRAWN: EntryState.WITHDRAWN,
    V1Status.DELETED: EntryState.WITHDRAWN,
    # A status that says nothing must not act alone.
    V1Status.UNKNOWN: EntryState.DISPUTED,
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How an entry stands: ``fingerprint`` is None exactly when it was withdrawn.

    ``order`` is the bank's own: a sequence number (v2) or a time stamp (v1). ``picture`` is shared
    by the entries of one listed picture; "" where the bank doesn't say, as on the v1 wire.
    """

    entry_id: str
    fingerprint: Fingerprint | None
    kind: str
    state: EntryState
    order: int
    picture: str = ""


@dataclass(frozen=True, slots=True)
class PageChanges:
    """What a page comes to. ``cursor`` is where to go on; ``more`` says that there is more now.

    ``token`` carries a v1 fetch to its next page. ``stamps`` are the times that a v1 page's records
    bear, in its order, and ``promised`` is where the bank itself says that one may go on from:
    whether one may is told by the whole ``chain``.
    """

    snapshots: tuple[Snapshot, ...]
    set_aside: tuple[SetAside, ...]
    cursor: int
    more: bool
    token: str | None = None
    stamps: tuple[int, ...] = ()
    promised: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """What is held of an entry already."""

    state: EntryState
    order: int


def read_feed_page(page: FeedPage, aside: tuple[SetAside, ...], *, after: int) -> PageChanges:
    """Return what a page of the native feed comes to.

    A record outside the page's own span is set aside, and a fingerprint that is no picture's is not
    held. Raises WireError for a page that goes back or
    says "more" without going on: it would be fetched for ever.
    """
    if page.next_after < after:
        raise WireError("the feed's cursor went back")
    if page.has_more and page.next_after == after:
        raise WireError("the feed says there is more and does not go on")
    taken: list[tuple[int, FeedEntry]] = []
    refused = list(aside)
    for position, entry in enumerate(page.entries):
        if after < entry.seq <= page.next_after:
            taken.append((position, entry))
        else:
            refused.append(SetAside(position, "a sequence number outside the page"))
    snapshots: list[Snapshot] = []
    for position, entry in sorted(taken, key=lambda one: one[1].seq):
        state, aside_too = _fit(entry.fingerprint, entry.state, position)
        refused += aside_too
        snapshots.append(
            Snapshot(
                entry.entry_id,
                None if state is EntryState.WITHDRAWN else entry.fingerprint,
                entry.fingerprint.kind.value,
                state,
                entry.seq,
                entry.picture or "",
            )
        )
    return PageChanges(tuple(snapshots), tuple(refused), page.next_after, page.has_more)


def _fit(
    fingerprint: Fingerprint, state: EntryState, position: int
) -> tuple[EntryState, tuple[SetAside, ...]]:
    """Return the state in which an entry is taken, and what is set aside of it.

    A fingerprint that is no picture's would hold up plain uploads that nobody listed. It is told
    among what was set aside, and taken as withdrawn, so that one held from before goes too.
    """
    if state is EntryState.WITHDRAWN:
        return state, ()
    try:
        refuse_degenerate(fingerprint)
    except DegenerateFingerprint as error:
        return EntryState.WITHDRAWN, (SetAside(position, str(error)),)
    return state, ()


def read_v1_page(
    page: V1Page,
    aside: tuple[SetAside, ...],
    *,
    start: int,
    now: int,
    name: Callable[[Fingerprint], str],
    last_token: str | None = None,
) -> PageChanges:
    """Return what a page of FetchHashes comes to.

    v1 names an entry by its type and value; ``name`` turns that into an id that tells nobody the
    value. Types that aren't used here, and values that are no fingerprints, are set aside. Raises
    WireError for an empty page that repeats its token: it would be fetched for ever. A stamp that
    goes back is read as one that stands still: peers' own servers have sent that. One that lies
    after ``now`` (in unix seconds) is read as ``now``: nothing listed until then would be seen.
    """
    empty = not page.records and not aside
    if empty and page.has_more and page.next_page_token == last_token:
        raise WireError("the same page token came twice")
    snapshots: list[Snapshot] = []
    refused = list(aside)
    for position, record in enumerate(page.records):
        if record.signal_type not in V1_KINDS:
            refused.append(SetAside(position, "a type that this version does not match"))
            continue
        try:
            fingerprint = v1_fingerprint(record.signal_type, record.value)
        except BadFingerprint as error:
            refused.append(SetAside(position, str(error)))
            continue
        state, aside_too = _fit(fingerprint, _v1_state(record), position)
        refused += aside_too
        kept = None if state is EntryState.WITHDRAWN else fingerprint
        snapshots.append(
            Snapshot(name(fingerprint), kept, fingerprint.kind.value, state, record.modified)
        )
    token = page.next_page_token if page.has_more else None
    cursor = max(start, min(page.next_set_timestamp, now))
    return PageChanges(
        tuple(snapshots),
        tuple(refused),
        cursor,
        page.has_more,
        token,
        tuple(record.modified for record in page.records),
        cursor,
    )


def _v1_state(record: V1Record) -> EntryState:
    """v1 has no word for a dispute: it is read out of the partners' feedback, as a bank does.

    Words of one source count once, and those without a source are one source's.
    """
    state = _V1_STATES[record.status]
    contested = is_disputed(Word(word.source, word.value) for word in record.feedback)
    return EntryState.DISPUTED if contested and state is EntryState.LISTED else state


def news(
    snapshots: Iterable[Snapshot], held: Mapping[str, Held], *, ordered: bool, coarse: bool = False
) -> list[Snapshot]:
    """Return the snapshots that change what is held: the last of each entry, in the given order.

    With ``ordered`` (native feed) a snapshot not newer than what is held is a repeat. Without it
    (v1, whose coarse stamps repeat) one that says what is held already is. Where ordered stamps are
    ``coarse``, one of the very moment that is held is news if it says something else.
    """
    last: dict[str, Snapshot] = {}
    for snapshot in snapshots:
        last.pop(snapshot.entry_id, None)
        last[snapshot.entry_id] = snapshot
    return [one for one in last.values() if _is_news(one, held, ordered=ordered, coarse=coarse)]


def _is_news(snapshot: Snapshot, held: Mapping[str, Held], *, ordered: bool, coarse: bool) -> bool:
    known = held.get(snapshot.entry_id)
    if known is None:
        # What was never here needn't be remembered as gone.
        return snapshot.state is not EntryState.WITHDRAWN
    if ordered and not (coarse and snapshot.order == known.order):
        return snapshot.order > known.order
    return snapshot.state is not known.state


def is_stale(last_success: datetime | None, now: datetime) -> bool:
    """Say whether a v1 checkpoint is too old to go on from."""
    return last_success is not None and now - last_success > V1_STALE
