"""For the operator: which entries are disputed, and extending a dispute by hand."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from staydown.bank import audit, voice_rules, voices
from staydown.bank.entries import FeedWriter, feed_writer
from staydown.bank.errors import DisputeError
from staydown.bank.models import Entry, Extension
from staydown.bank.runtime import Bank
from staydown.bank.turns import PIECE_PATIENCE
from staydown.bank.voice_rules import CannotExtend
from staydown.base.reasons import reasons
from staydown.base.vocabulary import EntryState, Kind
from staydown.exchange.dispute import against

_say = reasons("bank.errors")

#: What a list shows at most.
MOST_SHOWN = 1000

_SAID = {
    CannotExtend.NOT_DISPUTED: _say("dispute.not_disputed"),
    CannotExtend.NOT_LISTED: _say("dispute.not_listed"),
    CannotExtend.BLOCKED: _say("dispute.blocked"),
    CannotExtend.PAST: _say("dispute.past"),
    CannotExtend.TOO_LONG: _say("dispute.too_long"),
}


@dataclass(frozen=True, slots=True)
class DisputeLine:
    """A disputed entry: how many organisations' words count against it, and until when the operator
    extended a dispute to it."""

    entry_id: str
    kind: Kind
    against: int
    extended_until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Extended:
    """What came of extending. ``distance``: in bits, where both are of one kind."""

    distance: int | None


def dispute_lines() -> list[DisputeLine]:
    """Return the disputed entries, the latest change first."""
    rows = Entry.objects.filter(state=EntryState.DISPUTED.value).order_by("-seq")[:MOST_SHOWN]
    lines = []
    for entry in rows:
        row = Extension.objects.filter(entry=entry, ended_at=None).first()
        lines.append(
            DisputeLine(
                entry.entry_id.hex,
                Kind(entry.kind),
                len(against(voices.words_on(entry))),
                row.until if row else None,
                row.reason if row else "",
            )
        )
    return lines


def extend(bank: Bank, entry_id: str, source_id: str, until: datetime, reason: str) -> Extended:
    """Let the dispute of ``source_id`` count for ``entry_id`` too, until a moment; or, where they
    are the same, for that long whatever its partners take back.

    A person decides that: a dispute never passes to another entry because the two are alike. Raises
    DisputeError.
    """
    with feed_writer(bank, who=audit.OPERATOR, patience=PIECE_PATIENCE) as writer:
        entry, source = _entry(entry_id), _entry(source_id)
        now = bank.clock.now()
        fault = voice_rules.cannot_extend(
            source=EntryState(source.state),
            entry=EntryState(entry.state),
            blocked=voices.is_blocked(entry) or voices.is_blocked(source),
            until=until,
            now=now,
        )
        if fault is not None:
            raise DisputeError(_SAID[fault])
        Extension.objects.filter(entry=entry, ended_at=None).update(ended_at=now)
        Extension.objects.create(
            entry=entry,
            source=source,
            reason=reason,
            until=until,
            made_at=now,
            made_seq=writer.head.seq + 1,
        )
        writer.refresh(entry, why="dispute extended")
        _note(bank, entry, (f"from {source.entry_id.hex[:27]}", until.date().isoformat()), reason)
        fingerprints = writer.open(entry), writer.open(source)
    same = fingerprints[0].kind is fingerprints[1].kind
    return Extended(fingerprints[0].distance(fingerprints[1]) if same else None)


def end(bank: Bank, entry_id: str, reason: str) -> bool:
    """End what was extended to an entry; say whether the entry is still disputed, by partners.

    Raises DisputeError when nothing is extended to it.
    """
    with feed_writer(bank, who=audit.OPERATOR, patience=PIECE_PATIENCE) as writer:
        entry = _entry(entry_id)
        now = bank.clock.now()
        if not Extension.objects.filter(entry=entry, ended_at=None).update(ended_at=now):
            raise DisputeError(_say("dispute.none_extended"))
        _note(bank, entry, ("extended", "ended"), reason)
        writer.reconsider(entry, why="extended dispute ended")
    return entry.state == EntryState.DISPUTED.value


def end_those_that_are_over(bank: Bank) -> int:
    """End extended disputes whose time is over; return how many. Called by ``tick``."""
    now = bank.clock.now()
    over = Q(until__lte=now) | Q(until__gt=now + voice_rules.LONGEST_EXTENSION)
    ids = Extension.objects.filter(over, ended_at=None).values_list("entry_id", flat=True)
    ended = 0
    for entry_pk in list(ids):
        with feed_writer(bank, who=audit.OPERATOR, patience=PIECE_PATIENCE) as writer:
            ended += _ended(writer, Entry.objects.get(pk=entry_pk))
    return ended


def _ended(writer: FeedWriter, entry: Entry) -> bool:
    writer.reconsider(entry, why="extended dispute is over")
    return not Extension.objects.filter(entry=entry, ended_at=None).exists()


def _entry(entry_id: str) -> Entry:
    try:
        found = Entry.objects.filter(entry_id=uuid.UUID(entry_id)).first()
    except ValueError:
        found = None
    if found is None:
        raise DisputeError(_say("dispute.no_entry"))
    return found


def _note(bank: Bank, entry: Entry, change: tuple[str, str], why: str) -> None:
    audit.record(
        at=bank.clock.now(),
        who=audit.OPERATOR,
        what="extension",
        subject=str(entry.entry_id),
        change=change,
        why=why,
    )
