"""For partners: pages of the feed, in the native dialect and in StopNCII v1."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from staydown.bank import release
from staydown.bank.api.partners import PartnerRef
from staydown.bank.entries import lock_head
from staydown.bank.errors import CursorAhead, SubmissionRefused
from staydown.bank.models import Entry, Fetch, Head, Listing, Partner, PartnerFeedback
from staydown.bank.runtime import Bank
from staydown.base.vocabulary import EntryState, Feedback, Kind
from staydown.exchange.codec import V1_MAX_PAGE, V1_SIGNAL_TYPES
from staydown.exchange.dispute import Word, voice
from staydown.exchange.records import (
    FeedEntry,
    FeedPage,
    V1Feedback,
    V1Page,
    V1Record,
    V1Status,
)
from staydown.fingerprint.value import Fingerprint

#: A page that is given again is counted again only after this.
COUNT_AGAIN = timedelta(minutes=1)

_TOKEN = "after-"  # noqa: S105 - a paging token, no secret


@dataclass(frozen=True, slots=True)
class _Slice:
    entries: Sequence[Entry]
    more: bool


def feed_page(bank: Bank, partner: PartnerRef, *, after: int, limit: int) -> FeedPage:
    """Return up to ``limit`` entries with seq > ``after``, ascending.

    Entries withdrawn before the partner's first fetch are left out. Raises CursorAhead.
    """
    release.catch_up(bank, seconds=release.PROGRAM_SECONDS)
    first = _first_fetch(bank, partner)
    if after > (Head.objects.values_list("seq", flat=True).first() or 0):
        raise CursorAhead
    part = _read(Entry.objects.filter(_visible(first)), after=after, limit=limit)
    _record_fetch(bank, partner, "v2", after, part)
    entries = tuple(
        FeedEntry(
            entry.seq,
            entry.entry_id.hex,
            _open(bank, entry),
            EntryState(entry.state),
            entry.picture.hex if entry.picture else None,
        )
        for entry in part.entries
    )
    return FeedPage(entries, entries[-1].seq if entries else after, part.more)


def v1_page(bank: Bank, partner: PartnerRef, *, start: int, size: int, token: str | None) -> V1Page:
    """Return a page of FetchHashes: records stamped at or after ``start`` unix seconds, ascending.

    ``token`` is the ``nextPageToken`` of an earlier page. ``nextSetTimestamp`` is the stamp of the
    last record given, so that every page is a safe place to go on from without its token; it never
    lies before ``start``. Raises SubmissionRefused for a token that is none of ours.
    """
    release.catch_up(bank, seconds=release.PROGRAM_SECONDS)
    first = _first_fetch(bank, partner)
    after = _before(start) if token is None else _read_token(token)
    kinds = [kind.value for kind in V1_SIGNAL_TYPES]
    rows = Entry.objects.filter(_visible(first), kind__in=kinds).prefetch_related(
        Prefetch("listings", Listing.objects.order_by("id")),
        Prefetch(
            "feedback",
            PartnerFeedback.objects.select_related("partner__organisation").order_by("-at", "-pk"),
        ),
    )
    part = _read(rows, after=after, limit=min(size, V1_MAX_PAGE))
    _record_fetch(bank, partner, "v1", after, part)
    last = part.entries[-1] if part.entries else None
    return V1Page(
        records=tuple(_v1_record(bank, entry) for entry in part.entries),
        next_page_token=f"{_TOKEN}{last.seq}" if part.more and last else None,
        next_set_timestamp=max(start, last.stamp if last else start),
        has_more=part.more,
    )


# --------------------------------------------------------------------------- reading


def _first_fetch(bank: Bank, partner: PartnerRef) -> int:
    """Return the head at the partner's first fetch, which this may be.

    Taken under the head's lock: a withdrawal either lies before it, and is none of this partner's
    business, or comes after it, and will be told.
    """
    known = Partner.objects.values_list("first_fetch_seq", flat=True).get(pk=partner.id)
    if known is not None:
        return known
    with bank.turns.person(), transaction.atomic():
        head = lock_head()
        Partner.objects.filter(pk=partner.id).update(
            first_fetch_seq=Coalesce(F("first_fetch_seq"), head.seq)
        )
        first = Partner.objects.values_list("first_fetch_seq", flat=True).get(pk=partner.id)
    return head.seq if first is None else first


def _visible(first_fetch_seq: int) -> Q:
    """``rules.sees_withdrawal`` as a condition of the database."""
    return Q(withdrawn_seq__isnull=True) | Q(withdrawn_seq__gt=first_fetch_seq)


def _read(rows: QuerySet[Entry], *, after: int, limit: int) -> _Slice:
    """Read one page and, in the same snapshot, the head it was read at."""
    head = Subquery(Head.objects.values("seq")[:1])
    found = list(rows.filter(seq__gt=after).annotate(head=head).order_by("seq")[: limit + 1])
    return _Slice(found[:limit], more=len(found) > limit)


def _before(start: int) -> int:
    """Return a place such that every entry stamped at or after ``start`` comes after it."""
    last = (
        Entry.objects.filter(stamp__lt=start)
        .order_by("-stamp", "-seq")
        .values_list("seq", flat=True)
        .first()
    )
    return last or 0


def _read_token(token: str) -> int:
    digits = token.removeprefix(_TOKEN)
    if not token.startswith(_TOKEN) or not (digits.isascii() and digits.isdigit()):
        raise SubmissionRefused("this nextPageToken was not given here: start without one")
    return min(int(digits[:20]), 2**63 - 1)


def _open(bank: Bank, entry: Entry) -> Fingerprint:
    return bank.sealer.open(Kind(entry.kind), bytes(entry.sealed))


def _v1_record(bank: Bank, entry: Entry) -> V1Record:
    """A disputed entry is Active with its feedback: the wire has no word for it."""
    withdrawn = entry.state == EntryState.WITHDRAWN.value
    fingerprint = _open(bank, entry)
    return V1Record(
        modified=entry.stamp,
        signal_type=V1_SIGNAL_TYPES[fingerprint.kind],
        value=fingerprint.hex,
        status=V1Status.WITHDRAWN if withdrawn else V1Status.ACTIVE,
        cases=tuple(
            (
                str(listing.listing_id),
                V1Status.ACTIVE if listing.withdrawn_seq is None else V1Status.WITHDRAWN,
            )
            for listing in entry.listings.all()
        ),
        feedback=() if withdrawn else _v1_feedback(entry),
    )


def _v1_feedback(entry: Entry) -> tuple[V1Feedback, ...]:
    """One word for each organisation, as it counts here.

    Readers count the words themselves: two keys of one company, or words that don't count, would
    make a dispute of theirs that is none here.
    """
    rows: dict[str, list[PartnerFeedback]] = {}
    for row in entry.feedback.all():
        rows.setdefault(row.partner.organisation.name, []).append(row)
    told: list[V1Feedback] = []
    for name in sorted(rows):
        said = [Word(name, Feedback(row.value), row.counts_from is not None) for row in rows[name]]
        value = voice(said)
        if value is not None:
            tags = {tag for row in rows[name] if row.value == value.value for tag in row.tags}
            told.append(V1Feedback(value, name, tuple(sorted(tags))))
    return tuple(told)


# --------------------------------------------------------------------------- recording


def _record_fetch(bank: Bank, partner: PartnerRef, dialect: str, after: int, part: _Slice) -> None:
    """Write down what is about to be given.

    The very same page again (a poll that brings nothing new) is counted on the row it has, once a
    minute: a partner that polls needs no lock for it, and gets its answer also while none is to be
    had. Raises Busy.
    """
    now = bank.clock.now()
    row: dict[str, Any] = {"partner_id": partner.id, "dialect": dialect}
    row["count"] = len(part.entries)
    if part.entries:
        first, last = part.entries[0], part.entries[-1]
        row |= {"after": first.seq - 1, "upto": last.seq, "head": _head_of(first)}
    else:
        row |= {"after": after, "upto": after, "head": after}
    same = Fetch.objects.filter(**row).order_by("-id").values_list("pk", "last_at").first()
    if same is not None and timedelta(0) <= now - same[1] < COUNT_AGAIN:
        return
    with bank.turns.few_rows():
        if same is None:
            Fetch.objects.create(**row, at=now, last_at=now)
        else:
            Fetch.objects.filter(pk=same[0]).update(last_at=now, times=F("times") + 1)


def _head_of(entry: Entry) -> int:
    """The annotation that ``_read`` added."""
    return int(getattr(entry, "head"))  # noqa: B009 - the attribute is no field of the model
