"""Looking back: what banks list now is held against what was allowed before.

Every pair of a kept upload and an entry is looked at once, whatever is committed in which order:

- The gate has held the upload against all entries up to the change that is noted with it.
- A tick takes fresh uploads in: it holds them against what was listed since, as far as listings
  were gone through (``LookBack.seen``), and gives each a place.
- A tick goes on through listings: it holds the next ones against all uploads that have a place.

Items are opened first, and where we are is saved after, only if nobody saved meanwhile. So a crash,
or two ticks at once, look at some pairs twice; ``KeptMatch`` makes sure that they are said once.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from staydown.base.clock import Clock
from staydown.matching.limits import DEFAULT, MatchLimits
from staydown.matching.rules import Finding
from staydown.review import audit
from staydown.review.catalogue import retained_uploads
from staydown.review.catalogue.retained_uploads import Keeper, Kept
from staydown.review.entries import listings
from staydown.review.entries.listings import Indexes, Listed
from staydown.review.models import Head, KeptUpload, LookBack
from staydown.review.statements import in_lots

log = logging.getLogger(__name__)

#: Uploads that are taken in at a time.
_FRESH = 500

#: Uploads that items are opened for in one transaction: on SQLite other writers wait meanwhile.
_AT_ONCE = 50

#: Uploads that are taken into the index at once.
_LOADED = 2000

#: Entries that are looked up at a time: a picture that was uploaded often is near to each of them.
_LOOKED_UP = 20

#: Rows of an index for each upload; its fingerprints are numbered from 0.
_NUMBERS = 16


#: Puts a kept upload, whose row is locked, before the moderators: its reference and preview
#: address, what later listings say of it, and the moment. Returns False where that was done.
Put = Callable[[KeptUpload, tuple[str, str], Sequence[Finding], datetime], bool]


class LookingBack:
    """Holds later listings against kept uploads; one for a process, asked by one thread.

    With ``keeper.keep`` zero the desk doesn't look back: what was kept is deleted.
    """

    def __init__(
        self, keeper: Keeper, clock: Clock, put: Put, limits: MatchLimits = DEFAULT
    ) -> None:
        self._keeper = keeper
        self._clock = clock
        self._put = put
        self._limits = limits
        #: Empty until something is to be held against it: most desks never look back.
        self._index: Indexes = {}
        #: The last place whose upload is in the index, and the lowest number that may be in it.
        self._placed = self._lowest = 0
        self._revision = 0

    def run(self) -> int:
        """Do all that is due, and return for how many uploads an item was opened or added to.

        Raises SealBroken if the key is another one than the uploads were sealed with.
        """
        said = 0
        while True:
            # Each time round: on a busy desk this goes on for long.
            retained_uploads.forget(self._clock.now(), self._keeper.keep)
            _note_setting(self._keeper, self._clock)
            if not self._keeper.keep:
                break
            state = self._state()
            rows = self._current().filter(place=None).order_by("pk")[:_FRESH]
            fresh = list(retained_uploads.read(rows, self._keeper.sealer))
            if fresh:
                said += self._take_in(fresh, state)
                state = self._state()
            # Then listings, whatever comes in: there may always be a fresh upload.
            head = Head.read()
            if head > state.seen:
                said += self._go_on(state, head)
            elif len(fresh) < _FRESH:
                break
        self._let_go()
        if said:
            log.info("earlier uploads came close", extra={"fact": {"uploads": said}})
        return said

    def close(self) -> None:
        """Let the index go."""
        for index in self._index.values():
            index.close()

    def _state(self) -> LookBack:
        """Return where we are. The index is made anew if the database was restored from a copy."""
        state = LookBack.objects.get(pk=1)
        if state.revision < self._revision:
            self._empty()
        self._revision = state.revision
        return state

    def _take_in(self, fresh: Sequence[Kept], state: LookBack) -> int:
        """Hold fresh uploads against what was listed since the gate did, and give them places."""
        index = listings.new_indexes(background=False)
        _fill(index, fresh)
        said, upto = 0, min(one.seen for one in fresh)
        while upto < state.seen:
            listed, upto = listings.after(upto, state.seen, self._keeper.sealer)
            said += self._say(index, listed)
        places = state.places + len(fresh)
        with transaction.atomic():
            if _save(state, places=places):
                placed = [
                    KeptUpload(pk=one.number, place=place)
                    for place, one in enumerate(fresh, state.places + 1)
                ]
                KeptUpload.objects.bulk_update(placed, ["place"], batch_size=100)
        return said

    def _go_on(self, state: LookBack, head: int) -> int:
        """Hold the next listings against every upload that has a place."""
        if not KeptUpload.objects.exclude(place=None).exists():
            _save(state, seen=head)
            return 0
        self._follow(state)
        listed, upto = listings.after(state.seen, head, self._keeper.sealer)
        said = self._say(self._index, listed)
        _save(state, seen=upto)
        return said

    def _say(self, index: Indexes, listed: Sequence[Listed]) -> int:
        """Weigh the uploads that come close to an entry, and put them before the moderators."""
        numbers, entries = self._close(index, listed)
        if not numbers:
            return 0
        together = listings.together(entries, self._keeper.sealer)
        said = 0
        for lot in in_lots(sorted(numbers), _AT_ONCE):
            rows = self._current().filter(pk__in=lot).order_by("pk")
            found = [
                (one, together.findings(one.queries, one.seen, self._limits))
                for one in retained_uploads.read(rows, self._keeper.sealer)
            ]
            with transaction.atomic():
                # One at a time, so that items are committed in the order of their numbers.
                LookBack.objects.select_for_update().get(pk=1)
                said += sum(self._open(one, findings) for one, findings in found if findings)
        return said

    def _close(self, index: Indexes, listed: Sequence[Listed]) -> tuple[set[int], list[Listed]]:
        """Return the numbers of the uploads that an entry comes close to, and those entries."""
        numbers: set[int] = set()
        entries = []
        for kind, live in index.items():
            same = [one for one in listed if one.fingerprint.kind is kind]
            if not same or not len(live):
                continue
            for some in in_lots(same, _LOOKED_UP):
                bits = [one.fingerprint.bits for one in some]
                near = live.batch(bits, self._limits.radius(kind))
                entries += [one for one, found in zip(some, near, strict=True) if found]
                numbers.update(one.key // _NUMBERS for found in near for one in found)
        return numbers, entries

    def _open(self, upload: Kept, findings: Sequence[Finding]) -> bool:
        """Put an upload before the moderators, unless that was done. Within a transaction."""
        now = self._clock.now()
        row = self._current().select_for_update().filter(pk=upload.number).first()
        if row is None:
            return False
        return self._put(row, retained_uploads.words_of(row, self._keeper.sealer), findings, now)

    def _current(self) -> QuerySet[KeptUpload]:
        return retained_uploads.current(self._clock.now(), self._keeper.keep)

    # ----------------------------------------------------------------- the index

    def _follow(self, state: LookBack) -> None:
        """Take the uploads that got a place since into the index."""
        self._index = self._index or listings.new_indexes()
        new = self._current().filter(place__gt=self._placed, place__lte=state.places)
        uploads = retained_uploads.read(new.order_by("place"), self._keeper.sealer)
        for lot in in_lots(uploads, _LOADED):
            _fill(self._index, lot)
        self._placed = state.places

    def _let_go(self) -> None:
        """Drop what is no longer kept from memory.

        Uploads get their numbers as they come, so what is over its time lies below the lowest one
        that is left. What left out of turn goes with the next one above it.
        """
        lowest = KeptUpload.objects.order_by("pk").values_list("pk", flat=True).first()
        if lowest is None:
            self._empty()
            return
        if self._lowest and lowest > self._lowest:
            for index in self._index.values():
                index.change(drop=range(self._lowest * _NUMBERS, lowest * _NUMBERS))
        self._lowest = lowest

    def _empty(self) -> None:
        self.close()
        self._index = {}
        self._placed = self._lowest = 0


def _fill(indexes: Indexes, uploads: Sequence[Kept]) -> None:
    for kind, index in indexes.items():
        index.change(
            put=[
                (upload.number * _NUMBERS + number, query.fingerprint.bits)
                for upload in uploads
                for number, query in enumerate(upload.queries)
                if query.fingerprint.kind is kind
            ]
        )


# --------------------------------------------------------------------------- where we are


def _note_setting(keeper: Keeper, clock: Clock) -> None:
    """Write down when looking back was turned on, off, or changed; begin at the present listings.

    What is kept from before, or by a server that was told first, is fresh and goes by its own note.
    """
    days = keeper.keep.days
    if (LookBack.objects.filter(pk=1).values_list("keep_days", flat=True).first() or 0) == days:
        return
    with transaction.atomic():
        LookBack.objects.bulk_create([LookBack(pk=1)], ignore_conflicts=True)
        state = LookBack.objects.select_for_update().get(pk=1)
        before, state.keep_days = state.keep_days, days
        if before == days:
            return
        if not before:
            state.seen = Head.read()
        state.revision += 1
        state.save()
        audit.record(
            at=clock.now(),
            what="setting",
            subject="look back",
            change=(_in_words(before), _in_words(days)),
            why="changed",
        )


def _in_words(days: int) -> str:
    return f"{days} days" if days else "off"


def _save(state: LookBack, **values: int) -> bool:
    """Save where we are. Return False, with nothing changed, if somebody saved meanwhile."""
    mine = LookBack.objects.filter(pk=1, revision=state.revision)
    return bool(mine.update(revision=F("revision") + 1, **values))
