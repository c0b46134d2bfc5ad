"""A slice of what a partner hands in or says, taken in together, in the partner's own order."""

from collections.abc import Iterable, Sequence

from staydown.bank import floods, held_hashes, quarantine, rules
from staydown.bank.entries import FeedWriter
from staydown.bank.lots import LotWriter
from staydown.bank.models import Entry, Listing, Partner
from staydown.bank.quarantine import Hold
from staydown.exchange.codec import TAKING_BACK
from staydown.exchange.records import V1Feedback, V1Submission
from staydown.fingerprint.value import Fingerprint

#: Records that the tick takes in at once.
SLICE = 250


class Intake:
    """What a partner does to some fingerprints, read together. Nothing stays before ``save``."""

    def __init__(
        self, writer: FeedWriter, partner_id: int, fingerprints: Iterable[Fingerprint]
    ) -> None:
        wanted = list(dict.fromkeys(fingerprints))
        self._writer, self._partner_id = writer, partner_id
        self._lot = LotWriter(writer)
        self._lot.read(wanted)
        entries = {entry.pk: entry for entry in self._lot.saved()}
        mine = Listing.objects.filter(partner_id=partner_id, entry_id__in=[*entries])
        self._own = {_key(entries[one.entry_id]): one for one in mine}
        for one in self._own.values():
            one.entry = entries[one.entry_id]
        self._held = held_hashes.HeldHere(writer.bank, partner_id, wanted)

    # ----------------------------------------------------------------------- handing in

    def submit(self, part: Sequence[tuple[Fingerprint, V1Submission]]) -> int:
        """Take submissions in; return how many of them are held back."""
        hold, beyond = self._judge(part)
        count = 0
        for fingerprint, submission in part:
            if takes_back(submission):
                self._held.cancel(fingerprint)
                self.take_in(fingerprint, submission)
            elif self._held.waited(fingerprint) or fingerprint in beyond:
                self._held.put(fingerprint, submission, hold)
                count += 1
            else:
                self.take_in(fingerprint, submission)
        return count

    def _judge(
        self, part: Sequence[tuple[Fingerprint, V1Submission]]
    ) -> tuple[Hold | None, set[Fingerprint]]:
        """Say which of the hashes that are new are held back, and what holds them."""
        offered = dict.fromkeys(one for one, said in part if not takes_back(said))
        new = [one for one in offered if not self._held.waited(one) and not self._lists(one)]
        bank, partner_id = self._writer.bank, self._partner_id
        room = quarantine.room(bank, partner_id) if new else None
        hold, beyond = None, set[Fingerprint]()
        for some in (new[:room], [] if room is None else new[room:]):
            if some:
                judged = floods.from_partner(some)
                hold = quarantine.judge(bank, judged, partner_id=partner_id)
                beyond = set() if hold is None else {*some}
        return hold, beyond

    def _lists(self, fingerprint: Fingerprint) -> bool:
        entry = self._lot.known(fingerprint)
        own = None if entry is None else self._own.get(_key(entry))
        return own is not None and own.withdrawn_seq is None

    def take_in(self, fingerprint: Fingerprint, submission: V1Submission) -> None:
        """List a hash with what its sender says of it, or take its listing back."""
        if takes_back(submission):
            # Never listed first: that would tell every partner of it, as of a withdrawal.
            if (known := self._lot.known(fingerprint)) is not None:
                self._take_back(known)
            return
        entry = self._lot.entry_for(fingerprint)
        self._list(entry)
        for word in submission.feedback:
            self._say(entry, word)

    def _list(self, entry: Entry) -> None:
        own = self._own.get(_key(entry))
        if own is not None and own.withdrawn_seq is None:
            return
        writer = self._by(entry)  # reads again what stands apart, so it comes before the change
        self._writer.join([entry])
        why = "listed by a partner" if own is None else "listed again by a partner"
        listing = Listing(partner_id=self._partner_id) if own is None else own
        self._own[_key(entry)] = listing
        writer.add(entry, listing, why=why)

    # ----------------------------------------------------------------------- saying

    def hear(self, fingerprints: Sequence[Fingerprint], word: V1Feedback) -> bool:
        """Take the partner's word on whichever of these it knows; say whether it knows any."""
        waited = 0
        if word.value in TAKING_BACK:
            waited = sum(self._held.cancel(one) for one in fingerprints)
        entries = [entry for one in fingerprints if (entry := self._lot.known(one)) is not None]
        known = [entry for entry in entries if self._knows(entry)]
        for entry in known:
            self._say(entry, word)
        return bool(known or waited)

    def _knows(self, entry: Entry) -> bool:
        """Whether the entry is, or was, in the feed that this partner is given, or its own."""
        if entry.withdrawn_seq is None or _key(entry) in self._own:
            return True
        first = Partner.objects.values_list("first_fetch_seq", flat=True).get(pk=self._partner_id)
        return rules.sees_withdrawal(first_fetch_seq=first, withdrawn_seq=entry.withdrawn_seq)

    def _say(self, entry: Entry, word: V1Feedback) -> None:
        """Take a word about an entry, or the word that takes the partner's own listing back."""
        if word.value in TAKING_BACK:
            self._take_back(entry)
        else:
            self._by(entry).say(entry, self._partner_id, word.value, word.tags)

    def _take_back(self, entry: Entry) -> None:
        own = self._own.get(_key(entry))
        if own is not None and own.withdrawn_seq is None:
            self._by(entry).withdraw(own, why="taken back by the partner")

    def _by(self, entry: Entry) -> FeedWriter | LotWriter:
        """Return who writes what happens to an entry. What came before is written by then."""
        if not self._lot.is_apart(entry):
            return self._lot
        self._lot.save_and_go_on()
        entry.refresh_from_db()  # what is said of one of these may have moved another
        return self._writer

    def save(self) -> None:
        """Write all of it."""
        self._lot.save()
        self._held.save()


def takes_back(submission: V1Submission) -> bool:
    """Whether the sender's words take its own listing back."""
    return any(word.value in TAKING_BACK for word in submission.feedback)


def _key(entry: Entry) -> tuple[str, bytes]:
    return entry.kind, bytes(entry.lookup)
