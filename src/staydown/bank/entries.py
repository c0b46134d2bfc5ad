"""Writing to the feed: everything that changes an entry happens under the lock of the head row.

An identity column is not enough: a transaction that took number 7 may commit after the one that
took 8, and a partner who has read 8 never sees 7, which may be a withdrawal. Under the lock the
order of numbers is the order of commits, and time stamps never run against it.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from staydown.bank import audit, rules, voices
from staydown.bank.audit import NOTHING
from staydown.bank.models import Entry, Head, Listing, PartnerFeedback
from staydown.bank.runtime import Bank
from staydown.base.vocabulary import EntryState, Feedback, Kind
from staydown.fingerprint.value import Fingerprint

#: States of an entry that nobody lists.
_NOBODYS = (NOTHING, EntryState.WITHDRAWN.value)


def lock_head() -> Head:
    """Take the head row's lock until the transaction ends (SQLite took its one lock at BEGIN)."""
    head = Head.objects.select_for_update().first()
    if head is None:
        Head.objects.get_or_create(pk=1)
        head = Head.objects.select_for_update().get(pk=1)
    return head


@dataclass(slots=True)
class FeedWriter:
    """Gives places in the feed while the head is locked."""

    bank: Bank
    head: Head
    who: str

    def entry_for(self, fingerprint: Fingerprint) -> Entry:
        """Return the entry of a fingerprint, new and unsaved if nobody has listed it yet."""
        lookup = self.bank.sealer.lookup(fingerprint)
        entry = Entry.objects.filter(kind=fingerprint.kind.value, lookup=lookup).first()
        if entry is None:
            entry = Entry(kind=fingerprint.kind.value, lookup=lookup, state=NOTHING)
            entry.sealed = self.bank.sealer.seal(fingerprint)
        elif fingerprint.quality is not None:
            known = self.open(entry)
            if known.quality is None:
                known = replace(known, quality=fingerprint.quality)
                entry.sealed = self.bank.sealer.seal(known)
        return entry

    def open(self, entry: Entry) -> Fingerprint:
        """Return the fingerprint inside an entry."""
        return self.bank.sealer.open(Kind(entry.kind), bytes(entry.sealed))

    def place(self, entry: Entry) -> None:
        """Give the entry the next number and stamp, without saving it."""
        self.head.seq += 1
        self.head.stamp = max(self.head.stamp, int(self.bank.clock.now().timestamp()))
        entry.seq, entry.stamp = self.head.seq, self.head.stamp

    def join(self, entries: Sequence[Entry]) -> None:
        """Give the fingerprints that come for one picture the same ``picture`` id, before ``add``.

        An id that one of them has already is taken over, so that all copy codes of a picture are
        found beside its PDQ; one that has another id keeps it. But what anybody lists alone stands
        alone: a desk takes the silence of a picture's copy code for an answer, so whoever has a
        picture could else hide copies of it, by handing in its PDQ with another one's copy code.
        """
        new = [entry for entry in entries if entry.state in _NOBODYS]
        ids = [entry.picture for entry in entries if entry.state not in _NOBODYS]
        if len(entries) == 1:
            entries[0].picture = None
            return
        shared = None if None in ids else next(iter(ids), uuid.uuid4())
        for entry in new:
            entry.picture = shared

    def add(self, entry: Entry, listing: Listing, *, why: str) -> None:
        """Save a new or revived listing of an entry, which takes the next place in the feed."""
        old = entry.state
        self.place(entry)
        if entry.pk is None:
            entry.state = EntryState.LISTED.value
            entry.save(force_insert=True)
        listing.entry = entry
        listing.listed_seq, listing.listed_at = entry.seq, self._after_words(entry)
        listing.withdrawn_seq = None
        listing.save()
        self._audit("listing", str(listing.listing_id), (NOTHING, EntryState.LISTED.value), why)
        self._settle(entry, old, why)

    def withdraw(self, listing: Listing, *, why: str) -> None:
        """Take a listing back. The entry takes the next place, withdrawn if it was the last."""
        entry, old = listing.entry, listing.entry.state
        self.place(entry)
        listing.withdrawn_seq = entry.seq
        listing.save(update_fields=["withdrawn_seq"])
        change = (EntryState.LISTED.value, EntryState.WITHDRAWN.value)
        self._audit("listing", str(listing.listing_id), change, why)
        self._settle(entry, old, why)

    def refresh(self, entry: Entry, *, why: str) -> None:
        """Give a live entry the next place after its feedback changed.

        A withdrawn one keeps its place: partners are told of a withdrawal, not of what is said
        about it later.
        """
        if entry.state != EntryState.WITHDRAWN.value:
            old = entry.state
            self.place(entry)
            self._settle(entry, old, why)

    def say(self, entry: Entry, partner_id: int, value: Feedback, tags: Sequence[str]) -> None:
        """Put a partner's word in the place of its earlier one; news moves the entry on.

        A word about an entry that nobody lists is not kept: see ``_drop_words``.
        """
        if entry.state == EntryState.WITHDRAWN.value:
            return
        earlier = PartnerFeedback.objects.filter(entry=entry, partner_id=partner_id).first()
        said = {"value": value.value, "tags": sorted(tags)}
        kept: dict[str, Any] = {**said, "at": self._after_listings(entry)}
        if earlier is None or earlier.value != value.value:
            now = self.bank.clock.now()
            counts = voices.admit(entry, partner_id, value, now)
            kept["counts_from"] = now if counts else None
        PartnerFeedback.objects.update_or_create(entry=entry, partner_id=partner_id, defaults=kept)
        if earlier is None or (earlier.value, earlier.tags) != (said["value"], said["tags"]):
            disputed = entry.state == EntryState.DISPUTED.value
            self.refresh(entry, why=f"feedback {value.value}")
            self._after_blocked(entry, partner_id, value, disputed=disputed)

    def reconsider(self, entry: Entry, *, why: str) -> bool:
        """Give an entry the next place if the rules say another state of it now; say whether."""
        if entry.state in _NOBODYS:
            return False
        state = rules.entry_state(
            active_listings=1,
            words=voices.words_on(entry),
            extended=voices.still_extended(entry, listed=True, now=self.bank.clock.now()),
        )
        if state.value == entry.state:
            return False
        self.refresh(entry, why=why)
        return True

    def _after_blocked(
        self, entry: Entry, partner_id: int, value: Feedback, *, disputed: bool
    ) -> None:
        """A word of *Blocked* may have ended a dispute, here and where that was extended to."""
        if value is not Feedback.BLOCKED:
            return
        if disputed and entry.state == EntryState.LISTED.value:
            voices.note_ended(partner_id, self.bank.clock.now())
        for extended in Entry.objects.filter(extensions__source=entry, extensions__ended_at=None):
            if extended.pk != entry.pk:
                self.reconsider(extended, why="the dispute it came from ended")

    def _after_words(self, entry: Entry) -> datetime:
        """Return a moment for a new listing, after every word that was said of the entry.

        A listing shows what was said since it was made. The clock may have been set back since a
        word was said, so the order of the two is made here, under the lock.
        """
        last = PartnerFeedback.objects.filter(entry=entry).aggregate(last=Max("at"))["last"]
        now = self.bank.clock.now()
        return now if last is None else max(now, last + timedelta(microseconds=1))

    def _after_listings(self, entry: Entry) -> datetime:
        """Return a moment for a new word, not before any listing of the entry."""
        last = Listing.objects.filter(entry=entry).aggregate(last=Max("listed_at"))["last"]
        now = self.bank.clock.now()
        return now if last is None else max(now, last)

    def _drop_words(self, entry: Entry) -> None:
        """Forget what was said of an entry that nobody lists any more.

        Whoever lists the picture after that begins where everybody begins.
        """
        dropped, _ = PartnerFeedback.objects.filter(entry=entry).delete()
        if dropped:
            self._audit("words", str(entry.entry_id), ("said", NOTHING), "nobody lists it any more")

    def _settle(self, entry: Entry, old: str, why: str) -> None:
        """Let the rules say where the entry stands now, save it and write the trail."""
        active = Listing.objects.filter(entry=entry, withdrawn_seq=None).count()
        if active == 0 or old == EntryState.WITHDRAWN.value:
            self._drop_words(entry)
        now = self.bank.clock.now()
        state = rules.entry_state(
            active_listings=active,
            words=voices.words_on(entry),
            extended=voices.still_extended(entry, listed=active > 0, now=now),
        )
        entry.state = state.value
        entry.withdrawn_seq = entry.seq if state is EntryState.WITHDRAWN else None
        entry.save()
        self._audit("entry", str(entry.entry_id), (old, state.value), why, entry.seq)

    def _audit(
        self, what: str, subject: str, change: tuple[str, str], why: str, seq: int | None = None
    ) -> None:
        at = self.bank.clock.now()
        audit.record(
            at=at, who=self.who, what=what, subject=subject, change=change, why=why, seq=seq
        )


@contextmanager
def feed_writer(bank: Bank, *, who: str, patience: float | None = None) -> Iterator[FeedWriter]:
    """Open the one transaction in which the feed may change. Everything in it commits together.

    Raises Busy when no turn at it comes in time: ``patience`` seconds for what no person waits for.
    """
    turns = bank.turns
    in_person = who == audit.PERSON and patience is None
    turn = turns.person() if in_person else turns.program(patience)
    with turn, transaction.atomic():
        head = lock_head()
        before = head.seq
        writer = FeedWriter(bank, head, who)
        yield writer
        if head.seq != before:
            head.save(update_fields=["seq", "stamp"])
