"""What a desk that looks back keeps of an allowed upload: sealed fingerprints, and not for long.

Never the picture. Nothing of an upload that came without a reference: nobody could say later which
one it was. What is over its time counts no more when it is read, and is deleted by the next tick.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from staydown.base.canonical import canonical_json
from staydown.base.face import Face
from staydown.base.vocabulary import Cut, Kind, Turn
from staydown.fingerprint.kinds import MAIN
from staydown.fingerprint.query import Query
from staydown.fingerprint.sealing import Sealer
from staydown.fingerprint.value import Fingerprint, View
from staydown.review.models import KeptUpload
from staydown.review.settings import LookBackSettings

#: Fingerprints kept of one upload: two PDQs of the whole, three copy codes, three parts. More would
#: find few copies more, cost memory for each upload there is, and say more of the picture.
MOST_FINGERPRINTS = 8

#: Rows deleted in one transaction.
_AT_ONCE = 500

#: How far the clocks of the gate and of the tick may be apart. What was kept later than that from
#: now was kept, or is looked at, by a clock that is wrong: nobody knows how long ago it was.
_CLOCKS_APART = timedelta(days=1)

_QUERIES, _WORDS = "kept queries", "kept words"


@dataclass(frozen=True, slots=True)
class Keeper:
    """Keeps what is kept of allowed uploads for ``keep``, sealed."""

    sealer: Sealer
    keep: timedelta


def keeper(sealer: Sealer, settings: LookBackSettings) -> Keeper | None:
    """Return what keeps allowed uploads; None where the desk keeps nothing."""
    return Keeper(sealer, settings.keep) if settings.keep else None


@dataclass(frozen=True, slots=True)
class Kept:
    """An upload as it was kept. ``seen``: the gate had held it against entries up to there."""

    number: int
    kept_at: datetime
    seen: int
    queries: tuple[Query, ...] = field(repr=False)


def worth_keeping(queries: Iterable[Query]) -> tuple[Query, ...]:
    """Choose which of an upload's fingerprints are kept, at most ``MOST_FINGERPRINTS``.

    Of the whole: upright and, the one turn that is common, mirrored. Of the parts, surest first:
    upright, copy codes before PDQs, since a network was asked for those. A listed picture that was
    turned otherwise before it was uploaded is found at the gate, not in looking back.
    """
    fit = [query for query in queries if _fit(query.view)]
    return tuple(sorted(fit, key=_rank)[:MOST_FINGERPRINTS])


def _fit(view: View) -> bool:
    return view.turn is Turn.NONE or view == View(Cut.WHOLE, Turn.MIRRORED)


def _rank(query: Query) -> tuple[int, ...]:
    mirrored = query.view.turn is not Turn.NONE
    pdq = query.fingerprint.kind is MAIN
    if query.view.cut is Cut.WHOLE:
        return 0, query.part, mirrored
    return 1, pdq, query.part


# --------------------------------------------------------------------------- writing


def keep(
    platform_key_id: int,
    words: tuple[str, str],
    queries: Iterable[Query],
    *,
    seen: int,
    keeper: Keeper,
    now: datetime,
) -> None:
    """Keep an allowed upload. ``words`` are its reference and preview address.

    One statement, no transaction; a retry of the same upload is kept once. Nothing is kept without
    a reference, or for no time.
    """
    chosen = worth_keeping(queries)
    if not words[0] or not chosen or not keeper.keep:
        return
    sealer = keeper.sealer
    row = KeptUpload(
        platform_key_id=platform_key_id,
        digest=_digest(platform_key_id, words[0], chosen[0].fingerprint, sealer),
        sealed_queries=sealer.seal_bytes(_QUERIES, _pack(chosen)),
        sealed_words=sealer.seal_bytes(_WORDS, canonical_json(words)),
        kept_at=now,
        expires_at=now + keeper.keep,
        seen=seen,
    )
    KeptUpload.objects.bulk_create([row], ignore_conflicts=True)


def _digest(platform_key_id: int, reference: str, first: Fingerprint, sealer: Sealer) -> bytes:
    named = canonical_json([platform_key_id, reference, first.kind.value, first.hex])
    return sealer.keyed_hash("kept upload", named)


def forget(now: datetime, keep_for: timedelta) -> int:
    """Delete what is over its time, by its own date or by the time that is allowed now.

    Also what was kept in the future: a clock was wrong, and it would stay for as long as that.
    Return how many uploads that were. With no time allowed, everything goes.
    """
    over = Q()
    if keep_for:
        over = Q(expires_at__lte=now) | Q(kept_at__lte=now - keep_for)
        over |= Q(kept_at__gt=now + _CLOCKS_APART)
    gone = 0
    while numbers := list(KeptUpload.objects.filter(over).values_list("pk", flat=True)[:_AT_ONCE]):
        # Few at a time: on SQLite everybody else who writes waits meanwhile.
        _, deleted = KeptUpload.objects.filter(pk__in=numbers).delete()
        gone += deleted.get(KeptUpload._meta.label, 0)
    return gone


# --------------------------------------------------------------------------- reading


def current(now: datetime, keep_for: timedelta) -> QuerySet[KeptUpload]:
    """Return what may still be read: neither its own date nor the time allowed now is over."""
    in_time = KeptUpload.objects.filter(expires_at__gt=now, kept_at__gt=now - keep_for)
    return in_time.filter(kept_at__lte=now + _CLOCKS_APART)


def read(rows: QuerySet[KeptUpload], sealer: Sealer, *, chunk: int = 1000) -> Iterator[Kept]:
    """Open the kept uploads in ``rows``, in their order. Raises SealBroken."""
    values = rows.values_list("pk", "kept_at", "seen", "sealed_queries")
    for number, kept_at, seen, sealed in values.iterator(chunk_size=chunk):
        queries = _unpack(sealer.open_bytes(_QUERIES, bytes(sealed)))
        yield Kept(number, kept_at, seen, queries)


def words_of(row: KeptUpload, sealer: Sealer) -> tuple[str, str]:
    """Return the reference and the preview address of a kept upload. Raises SealBroken."""
    reference, preview_url = json.loads(sealer.open_bytes(_WORDS, bytes(row.sealed_words)))
    return str(reference), str(preview_url)


def _pack(queries: Sequence[Query]) -> bytes:
    return canonical_json(
        [
            [
                query.fingerprint.kind.value,
                query.fingerprint.hex,
                query.fingerprint.quality,
                query.view.label,
                query.part,
                query.quality,
                query.face.label,
            ]
            for query in queries
        ]
    )


def _unpack(plain: bytes) -> tuple[Query, ...]:
    return tuple(
        Query(
            Fingerprint(Kind(kind), bytes.fromhex(bits), own),
            View.parse(view),
            part,
            quality,
            Face.parse(face),
        )
        for kind, bits, own, view, part, quality, face in json.loads(plain)
    )
