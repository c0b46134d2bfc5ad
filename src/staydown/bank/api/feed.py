"""For partners: pages of the feed, in the native dialect and in StopNCII v1."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from staydown.bank import pages, release
from staydown.bank.api.partners import PartnerRef
from staydown.bank.entries import lock_head
from staydown.bank.errors import CursorAhead, SubmissionRefused
from staydown.bank.models import Fetch, Head, Partner
from staydown.bank.pages import Row, Said, Slice
from staydown.bank.runtime import Bank
from staydown.base.reasons import reasons
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

_say = reasons("bank.errors")

#: A page that is given again is counted again only after this.
COUNT_AGAIN = timedelta(minutes=1)

_TOKEN = "after-"  # noqa: S105 - a paging token, no secret


def feed_page(bank: Bank, partner: PartnerRef, *, after: int, limit: int) -> FeedPage:
    """Return up to ``limit`` entries with seq > ``after``, ascending.

    Entries withdrawn before the partner's first fetch are left out. Raises CursorAhead.
    """
    release.catch_up(bank, seconds=release.PROGRAM_SECONDS)
    first = _first_fetch(bank, partner)
    if after > (Head.objects.values_list("seq", flat=True).first() or 0):
        raise CursorAhead
    part = pages.read(first_fetch_seq=first, after=after, limit=limit)
    _record_fetch(bank, partner, "v2", after, part)
    entries = tuple(
        FeedEntry(
            row.seq,
            row.entry_id.hex,
            _open(bank, row),
            EntryState(row.state),
            row.picture.hex if row.picture else None,
        )
        for row in part.rows
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
    after = pages.before(start) if token is None else _read_token(token)
    size = min(size, V1_MAX_PAGE)
    part = pages.read(first_fetch_seq=first, after=after, limit=size, v1=True)
    _record_fetch(bank, partner, "v1", after, part)
    last = part.rows[-1] if part.rows else None
    return V1Page(
        records=_v1_records(bank, part.rows),
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


def _read_token(token: str) -> int:
    digits = token.removeprefix(_TOKEN)
    if not token.startswith(_TOKEN) or not (digits.isascii() and digits.isdigit()):
        raise SubmissionRefused(_say("page_token"))
    return min(int(digits[:20]), 2**63 - 1)


def _open(bank: Bank, row: Row) -> Fingerprint:
    return bank.sealer.open(Kind(row.kind), bytes(row.sealed))


def _v1_records(bank: Bank, rows: Sequence[Row]) -> tuple[V1Record, ...]:
    cases, words = pages.cases_of(rows), pages.words_of(rows)
    return tuple(
        _v1_record(bank, row, cases.get(row.pk, ()), words.get(row.pk, ())) for row in rows
    )


def _v1_record(
    bank: Bank, row: Row, cases: Sequence[pages.Case], words: Sequence[Said]
) -> V1Record:
    """A disputed entry is Active with its feedback: the wire has no word for it."""
    withdrawn = row.state == EntryState.WITHDRAWN.value
    fingerprint = _open(bank, row)
    return V1Record(
        modified=row.stamp,
        signal_type=V1_SIGNAL_TYPES[fingerprint.kind],
        value=fingerprint.hex,
        status=V1Status.WITHDRAWN if withdrawn else V1Status.ACTIVE,
        cases=tuple(
            (str(case.name), V1Status.WITHDRAWN if case.withdrawn else V1Status.ACTIVE)
            for case in cases
        ),
        feedback=() if withdrawn else _v1_feedback(words),
    )


def _v1_feedback(words: Sequence[Said]) -> tuple[V1Feedback, ...]:
    """One word for each organisation, as it counts here.

    Readers count the words themselves: two keys of one company, or words that don't count, would
    make a dispute of theirs that is none here.
    """
    by_name: dict[str, list[Said]] = {}
    for word in words:
        by_name.setdefault(word.organisation, []).append(word)
    told: list[V1Feedback] = []
    for name, said in sorted(by_name.items()):
        value = voice(Word(name, Feedback(word.value), word.counts) for word in said)
        if value is not None:
            tags = {tag for word in said if word.value == value.value for tag in word.tags}
            told.append(V1Feedback(value, name, tuple(sorted(tags))))
    return tuple(told)


# --------------------------------------------------------------------------- recording


def _record_fetch(bank: Bank, partner: PartnerRef, dialect: str, after: int, part: Slice) -> None:
    """Write down what is about to be given.

    The very same page again (a poll that brings nothing new) is counted on the row it has, once a
    minute: a partner that polls needs no lock for it, and gets its answer also while none is to be
    had. Raises Busy.
    """
    now = bank.clock.now()
    row: dict[str, Any] = {"partner_id": partner.id, "dialect": dialect}
    row["count"] = len(part.rows)
    if part.rows:
        first, last = part.rows[0], part.rows[-1]
        row |= {"after": first.seq - 1, "upto": last.seq, "head": first.head}
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
