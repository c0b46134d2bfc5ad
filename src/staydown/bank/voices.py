"""What organisations say of an entry, how much of it counts, and disputes that were extended.

Everything here runs under the lock of the head row, within the transaction of a feed writer.
"""

import logging
from collections.abc import Hashable, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from staydown.bank import voice_rules
from staydown.bank.models import Entry, Extension, Organisation, Partner, PartnerFeedback
from staydown.base.quietlog import Configured
from staydown.base.vocabulary import Feedback
from staydown.exchange.dispute import Word

log = logging.getLogger(__name__)

_AGAINST = Feedback.NOT_BLOCKED.value


def words_on(entry: Entry, since: datetime | None = None) -> list[Word]:
    """Return every partner's latest word on an entry, of those said since a moment."""
    said = PartnerFeedback.objects.filter(entry=entry)
    if since is not None:
        said = said.filter(at__gte=since)
    rows = said.values_list("partner__organisation_id", "value", "counts_from")
    return [Word(ours, Feedback(value), counts is not None) for ours, value, counts in rows]


def is_blocked(entry: Entry) -> bool:
    """Say whether an organisation calls the entry blocked."""
    said = PartnerFeedback.objects.filter(entry=entry, value=Feedback.BLOCKED.value)
    return said.exists()


# --------------------------------------------------------------------------- the brake


class Brake:
    """Whether new words of a partner count, one after the other, before any of them is written."""

    def __init__(self, partner_id: int, now: datetime) -> None:
        self._ours = Organisation.objects.get(partners=partner_id)
        self._now = now
        self._since = voice_rules.counted_since(now, self._ours.counted_from)
        self._counted: set[Hashable] | None = None
        self._forgotten: set[Hashable] = set()

    @property
    def organisation_id(self) -> int:
        """Whose words these are."""
        return self._ours.pk

    def admit(self, entry: Hashable, value: Feedback, also: Iterable[datetime] = ()) -> bool:
        """Say whether the partner's new word on an entry counts; stop its organisation when it is
        too many. What doesn't count is kept until the operator decides.

        ``entry`` is its key in the table, or something else while it has none. ``also``: since when
        words against of other partners of the organisation count on it.
        """
        if value is not Feedback.NOT_BLOCKED:
            self._forget(entry, also)
            return True
        counted = self._others(entry)
        weight = voice_rules.weight(
            value,
            stopped=self._ours.stopped_at is not None,
            counted=counted,
            allowance=self._ours.allowance,
        )
        if weight is voice_rules.Weight.STOPS:
            self._ours.stopped_at = self._now
            Organisation.objects.filter(pk=self._ours.pk).update(stopped_at=self._now)
            name, most = self._ours.name, self._ours.allowance
            transaction.on_commit(lambda: _tell_stopped(name, most))
        if weight is voice_rules.Weight.COUNTS and self._counted is not None:
            self._counted.add(entry)
        return weight is voice_rules.Weight.COUNTS

    def _others(self, entry: Hashable) -> int:
        """Return on how many other entries the organisation's words newly count."""
        if self._counted is None:
            rows = counting(self._ours, self._now).values_list("entry_id", flat=True)
            found: set[Hashable] = set(rows)
            self._counted = found - self._forgotten
        return len(self._counted - {entry})

    def _forget(self, entry: Hashable, also: Iterable[datetime]) -> None:
        if not any(since >= self._since for since in also):
            self._forgotten.add(entry)
            if self._counted is not None:
                self._counted.discard(entry)


def admit(entry: Entry, partner_id: int, value: Feedback, now: datetime) -> bool:
    """Say whether a partner's new word on an entry counts: see ``Brake``."""
    return Brake(partner_id, now).admit(entry.pk, value)


def counting(organisation: Organisation, now: datetime) -> QuerySet[PartnerFeedback]:
    """Return an organisation's words against that count and were said within the window."""
    since = voice_rules.counted_since(now, organisation.counted_from)
    return PartnerFeedback.objects.filter(
        partner__organisation=organisation, value=_AGAINST, counts_from__gte=since
    )


def waiting(organisation: Organisation) -> QuerySet[PartnerFeedback]:
    """Return an organisation's words that are kept and don't count."""
    return PartnerFeedback.objects.filter(partner__organisation=organisation, counts_from=None)


def note_ended(partner_id: int, now: datetime) -> None:
    """Count that a partner's word ended a dispute; many within a day are told, and still count."""
    ours = Organisation.objects.get(partners=partner_id)
    ended, since = voice_rules.ended_now(ours.ended, ours.ended_from, now)
    Organisation.objects.filter(pk=ours.pk).update(ended=ended, ended_from=since)
    if ended == ours.allowance:
        name = ours.name
        transaction.on_commit(lambda: _tell_ended(name, ended))


def organisation_of(partner_id: int) -> str:
    """Return the name of a partner's organisation."""
    return Partner.objects.values_list("organisation__name", flat=True).get(pk=partner_id)


def _tell_stopped(name: str, entries: int) -> None:
    log.warning(
        "an organisation's words no longer count for disputes: the operator decides",
        extra={"fact": {"organisation": Configured(name), "entries": entries}},
    )


def _tell_ended(name: str, entries: int) -> None:
    log.warning(
        "an organisation's words ended many disputes",
        extra={"fact": {"organisation": Configured(name), "entries": entries}},
    )


# --------------------------------------------------------------------------- extended by hand


def still_extended(entry: Entry, *, listed: bool, now: datetime) -> bool:
    """Say whether a dispute extended to the entry stands; end it where it doesn't.

    It also ends with a word of *Blocked* on the entry that it came from.
    """
    row = Extension.objects.filter(entry=entry, ended_at=None).select_related("source").first()
    if row is None:
        return False
    lasts = voice_rules.extension_lasts(
        until=row.until,
        now=now,
        blocked=is_blocked(entry) or is_blocked(row.source),
        listed=listed,
    )
    if not lasts:
        Extension.objects.filter(pk=row.pk).update(ended_at=now)
    return lasts


def extended_since(entry: Entry, seq: int) -> datetime | None:
    """Return until when a dispute is extended to the entry, if that was done after its place
    ``seq`` in the feed."""
    rows = Extension.objects.filter(entry=entry, ended_at=None, made_seq__gt=seq)
    return rows.values_list("until", flat=True).first()
