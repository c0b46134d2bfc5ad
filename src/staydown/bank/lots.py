"""Writing to the feed a lot at a time: what a partner's list or a window brings.

``entries.FeedWriter`` asks and writes for each entry by itself, two dozen statements for one. Here
all that the rules need is read first, the rules are the same, and all rows are written together:
about twenty statements, whatever the size. Numbers, stamps and the audit trail are as if each had
been done by itself, under the same lock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q

from staydown.bank import rules, voices
from staydown.bank.audit import NOTHING
from staydown.bank.entries import FeedWriter
from staydown.bank.models import Audit, Entry, Extension, Listing, PartnerFeedback
from staydown.bank.rows import insert_rows, is_new, update_rows
from staydown.base.vocabulary import EntryState, Feedback, Kind
from staydown.exchange.dispute import Word
from staydown.fingerprint.value import Fingerprint

#: What an entry is found by.
Key = tuple[str, bytes]

_WITHDRAWN, _LISTED = EntryState.WITHDRAWN.value, EntryState.LISTED.value


@dataclass(slots=True)
class _State:
    """An entry with all that the rules need to know of it, and what is to be written."""

    entry: Entry
    active: int = 0
    last_listed: datetime | None = None
    words: dict[int, PartnerFeedback] = field(default_factory=dict)
    moved: bool = False
    said: set[int] = field(default_factory=set)
    words_dropped: bool = False


class LotWriter:
    """Does as ``FeedWriter`` does for entries that were read; nothing is written before ``save``.

    Entries that an extended dispute leads to or from are left to ``FeedWriter``: what is said of
    one moves the other. See ``is_apart``.
    """

    def __init__(self, writer: FeedWriter) -> None:
        self.writer, self.bank = writer, writer.bank
        self._states: dict[Key, _State] = {}
        self._apart: set[Key] = set()
        self._organisations: dict[int, int] = {}
        self._brakes: dict[int, voices.Brake] = {}
        self._listings: dict[int, Listing] = {}
        self._trail: list[Audit] = []

    # ----------------------------------------------------------------------- reading

    def read(self, fingerprints: Iterable[Fingerprint], entries: Iterable[Entry] = ()) -> None:
        """Read what there is of these fingerprints, and of entries that were read already."""
        found = {_key(entry): entry for entry in entries}
        wanted: dict[str, dict[bytes, Fingerprint]] = {}
        for one in fingerprints:
            lookup = self.bank.sealer.lookup(one)
            wanted.setdefault(one.kind.value, {})[lookup] = one
        for kind, by_lookup in wanted.items():
            rows = Entry.objects.filter(kind=kind, lookup__in=[*by_lookup])
            found = {_key(entry): entry for entry in rows} | found
        self._states |= {key: _State(entry) for key, entry in found.items()}
        self._read_around({entry.pk: self._states[_key(entry)] for entry in found.values()})

    def _read_around(self, states: dict[int, _State]) -> None:
        listings = Listing.objects.filter(entry_id__in=[*states]).values_list("entry_id")
        active = Count("pk", filter=Q(withdrawn_seq=None))
        for pk, count, last in listings.annotate(now=active, last=Max("listed_at")).order_by():
            states[pk].active, states[pk].last_listed = count, last
        words = PartnerFeedback.objects.filter(entry_id__in=[*states]).select_related("partner")
        for word in words:
            word.entry = states[word.entry_id].entry
            states[word.entry_id].words[word.partner_id] = word
            self._organisations[word.partner_id] = word.partner.organisation_id
        extended = Extension.objects.filter(ended_at=None)
        for name in ("entry_id", "source_id"):
            pks = extended.filter(**{f"{name}__in": [*states]}).values_list(name, flat=True)
            self._apart |= {_key(states[pk].entry) for pk in pks}

    def entry_for(self, fingerprint: Fingerprint) -> Entry:
        """As ``FeedWriter.entry_for``, of a fingerprint that was read."""
        key = fingerprint.kind.value, self.bank.sealer.lookup(fingerprint)
        if key not in self._states:
            entry = Entry(kind=key[0], lookup=key[1], state=NOTHING)
            entry.sealed = self.bank.sealer.seal(fingerprint)
            self._states[key] = _State(entry)
        entry = self._states[key].entry
        if fingerprint.quality is not None:
            known = self.bank.sealer.open(Kind(entry.kind), bytes(entry.sealed))
            if known.quality is None:
                entry.sealed = self.bank.sealer.seal(replace(known, quality=fingerprint.quality))
        return entry

    def known(self, fingerprint: Fingerprint) -> Entry | None:
        """Return the entry of a fingerprint that was read, if there is one."""
        state = self._states.get((fingerprint.kind.value, self.bank.sealer.lookup(fingerprint)))
        return None if state is None else state.entry

    def is_apart(self, entry: Entry) -> bool:
        """Whether an extended dispute leads to this entry or from it."""
        return _key(entry) in self._apart

    def saved(self) -> list[Entry]:
        """Return the entries that were there before."""
        return [state.entry for state in self._states.values() if not is_new(state.entry)]

    # ----------------------------------------------------------------------- changing

    def add(self, entry: Entry, listing: Listing, *, why: str) -> None:
        """As ``FeedWriter.add``."""
        state, old = self._states[_key(entry)], entry.state
        self.writer.place(entry)
        listing.entry = entry
        listing.listed_seq, listing.listed_at = entry.seq, self._after_words(state)
        listing.withdrawn_seq = None
        self._listings[id(listing)] = listing
        state.active += 1
        state.last_listed = max(state.last_listed or listing.listed_at, listing.listed_at)
        self._note("listing", str(listing.listing_id), (NOTHING, _LISTED), why)
        self._settle(state, old, why)

    def withdraw(self, listing: Listing, *, why: str) -> None:
        """As ``FeedWriter.withdraw``, of a listing of one of the entries read."""
        entry = listing.entry
        state, old = self._states[_key(entry)], entry.state
        self.writer.place(entry)
        listing.withdrawn_seq = entry.seq
        self._listings[id(listing)] = listing
        state.active -= 1
        self._note("listing", str(listing.listing_id), (_LISTED, _WITHDRAWN), why)
        self._settle(state, old, why)

    def say(self, entry: Entry, partner_id: int, value: Feedback, tags: Sequence[str]) -> None:
        """As ``FeedWriter.say``."""
        if entry.state == _WITHDRAWN:
            return
        state, now = self._states[_key(entry)], self.bank.clock.now()
        earlier = state.words.get(partner_id)
        told = value.value, sorted(tags)
        is_new = earlier is None or (earlier.value, earlier.tags) != told
        if earlier is not None and not is_new and _is_last(earlier, state):
            return  # nothing that anybody is shown would change
        word = earlier or PartnerFeedback(entry=entry, partner_id=partner_id)
        if earlier is None or earlier.value != value.value:
            brake = self._brake(partner_id)
            counts = brake.admit(_name(entry), value, self._also_against(state, partner_id))
            word.counts_from = now if counts else None
        word.value, word.tags = told
        word.at = max(now, state.last_listed or now)
        state.words[partner_id] = word
        state.said.add(partner_id)
        if is_new:
            disputed, old = entry.state == EntryState.DISPUTED.value, entry.state
            self.writer.place(entry)
            self._settle(state, old, f"feedback {value.value}")
            if value is Feedback.BLOCKED and disputed and entry.state == _LISTED:
                voices.note_ended(partner_id, now)

    def _brake(self, partner_id: int) -> voices.Brake:
        if partner_id not in self._brakes:
            self._brakes[partner_id] = voices.Brake(partner_id, self.bank.clock.now())
            self._organisations[partner_id] = self._brakes[partner_id].organisation_id
        return self._brakes[partner_id]

    def _also_against(self, state: _State, partner_id: int) -> list[datetime]:
        """Return since when words against of the organisation's other partners count."""
        ours = self._organisations[partner_id]
        return [
            word.counts_from
            for other, word in state.words.items()
            if other != partner_id
            and self._organisations[other] == ours
            and word.value == Feedback.NOT_BLOCKED.value
            and word.counts_from is not None
        ]

    def _after_words(self, state: _State) -> datetime:
        now = self.bank.clock.now()
        last = max((word.at for word in state.words.values()), default=None)
        return now if last is None else max(now, last + timedelta(microseconds=1))

    def _settle(self, state: _State, old: str, why: str) -> None:
        entry = state.entry
        if (state.active == 0 or old == _WITHDRAWN) and state.words:
            state.words_dropped = True
            state.words.clear()
            state.said.clear()
            why_dropped = "nobody lists it any more"
            self._note("words", str(entry.entry_id), ("said", NOTHING), why_dropped)
        words = [
            Word(self._organisations[partner], Feedback(word.value), word.counts_from is not None)
            for partner, word in state.words.items()
        ]
        now = rules.entry_state(active_listings=state.active, words=words)
        entry.state = now.value
        entry.withdrawn_seq = entry.seq if now is EntryState.WITHDRAWN else None
        state.moved = True
        self._note("entry", str(entry.entry_id), (old, now.value), why, entry.seq)

    def _note(
        self, what: str, subject: str, change: tuple[str, str], why: str, seq: int | None = None
    ) -> None:
        old, new = change
        at, who = self.bank.clock.now(), self.writer.who
        self._trail.append(
            Audit(
                at=at, who=who, what=what, subject=subject, before=old, after=new, why=why, seq=seq
            )
        )

    # ----------------------------------------------------------------------- writing

    def save(self) -> None:
        """Write all that changed since the last time."""
        states = [state for state in self._states.values() if state.moved or state.said]
        dropped = [one.entry.pk for one in states if one.words_dropped and not is_new(one.entry)]
        PartnerFeedback.objects.filter(entry_id__in=dropped).delete()
        self._save_entries([one.entry for one in states if one.moved])
        listings = list(self._listings.values())
        _know_the_keys(listings)
        update_rows([one for one in listings if not is_new(one)], *_LISTED_AGAIN)
        insert_rows([one for one in listings if is_new(one)])
        said = [state.words[partner] for state in states for partner in sorted(state.said)]
        _know_the_keys(said)
        update_rows([one for one in said if not is_new(one)], *_SAID_AGAIN)
        insert_rows([one for one in said if is_new(one)])
        insert_rows(self._trail)
        self._listings.clear()
        self._trail.clear()
        self._brakes.clear()
        for state in states:
            state.moved = state.words_dropped = False
            state.said.clear()

    def save_and_go_on(self) -> None:
        """Write, and know the new rows by their keys, so that they can change again."""
        listings = {one.listing_id: one for one in self._listings.values() if is_new(one)}
        words = [
            state.words[partner]
            for state in self._states.values()
            for partner in state.said
            if is_new(state.words[partner])
        ]
        self.save()
        rows = Listing.objects.filter(listing_id__in=[*listings])
        for listing_id, pk in rows.values_list("listing_id", "pk"):
            listings[listing_id].pk = pk
        by_key = {(word.entry_id, word.partner_id): word for word in words}
        said = PartnerFeedback.objects.filter(entry_id__in=[entry for entry, _ in by_key])
        for entry_id, partner, pk in said.values_list("entry_id", "partner_id", "pk"):
            if (entry_id, partner) in by_key:
                by_key[entry_id, partner].pk = pk

    def _save_entries(self, moved: Sequence[Entry]) -> None:
        new = {entry.entry_id: entry for entry in moved if is_new(entry)}
        update_rows([entry for entry in moved if not is_new(entry)], *_MOVES)
        insert_rows(list(new.values()))
        rows = Entry.objects.filter(entry_id__in=[*new])
        for entry_id, pk in rows.values_list("entry_id", "pk"):
            new[entry_id].pk = pk


#: What changes of an entry, a listing and a word that is there already.
_MOVES = ("sealed", "state", "seq", "stamp", "withdrawn_seq", "picture")
_LISTED_AGAIN = ("listed_seq", "listed_at", "withdrawn_seq")
_SAID_AGAIN = ("value", "tags", "at", "counts_from")


def _key(entry: Entry) -> Key:
    return entry.kind, bytes(entry.lookup)


def _know_the_keys(rows: Iterable[Listing | PartnerFeedback]) -> None:
    """Let rows point to entries that have a key only now. (Set by itself, ``entry_id`` would make
    Django forget the entry.)"""
    for row in rows:
        entry = row.entry
        row.entry = entry


def _is_last(word: PartnerFeedback, state: _State) -> bool:
    """Whether neither a listing nor another word came after a word."""
    after = [other.at for other in state.words.values() if other is not word]
    return word.at >= max([*after, state.last_listed or word.at])


def _name(entry: Entry) -> int | Key:
    """Return what tells an entry from others, also before it has a row."""
    return _key(entry) if is_new(entry) else entry.pk
