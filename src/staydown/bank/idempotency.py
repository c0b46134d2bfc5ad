"""Requests that can be sent again when their answer was lost on the way.

The sender makes up a key of at least 128 random bits for one request and repeats the request under
it. What was done is then told again and not done twice. Kept are a keyed hash of the key, a digest
of the request and which case it made: the answer itself is derived again, from the key that comes
with the repetition. For a day, or until somebody shows that the answer arrived by signing in,
withdrawing or recovering.

The PIN is left out of the digest: it is held against the case's own hash, at the pace of the
brakes. Else whoever found a key could try PINs as fast as they like.
"""

import hmac
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from staydown.bank import rules
from staydown.bank.errors import KeyEnded, KeyOfAnother
from staydown.bank.models import Case, IdempotencyKey
from staydown.bank.runtime import Bank


@dataclass(frozen=True, slots=True)
class Asked:
    """A request under a key: three keyed hashes of 32 bytes.

    ``name`` finds the row, ``digest`` tells this request from others under the key, ``seed`` is
    what the answer is made from and is never stored.
    """

    name: bytes
    digest: bytes
    seed: bytes = field(repr=False)


def asked(bank: Bank, key: bytes | None, call: str, said: bytes) -> Asked | None:
    """Return the request ``call`` that says ``said`` under ``key``; None without a key."""
    if key is None:
        return None
    name = bank.sealer.keyed_hash("idempotency key", key)
    # The key's hash has a fixed length, and a call's name no zero byte: nothing can be shifted.
    whole = bank.sealer.keyed_hash("key in request", key) + call.encode() + b"\x00" + said
    return Asked(
        name,
        bank.sealer.keyed_hash("request under a key", whole),
        bank.sealer.keyed_hash("answer under a key", whole),
    )


def done_before(bank: Bank, request: Asked | None) -> Case | None:
    """Return the case that this very request made or recovered before, if it can be told again.

    Raises KeyOfAnother when the key came with another request, KeyEnded when it was ended.
    """
    if request is None:
        return None
    row = IdempotencyKey.objects.select_related("case").filter(key_hash=request.name).first()
    if row is None or not rules.can_repeat(row.made_at, bank.clock.now()):
        return None
    if not hmac.compare_digest(bytes(row.digest), request.digest):
        raise KeyOfAnother
    if row.ended:
        raise KeyEnded
    return row.case


def keep(bank: Bank, request: Asked | None, case: Case) -> None:
    """Note in the open transaction what was done under a key. Raises KeyOfAnother when another
    request under it was done at the same moment: then nothing of this one may be saved."""
    if request is None:
        return
    now = bank.clock.now()
    for old in IdempotencyKey.objects.filter(key_hash=request.name):
        if not rules.can_repeat(old.made_at, now):
            old.delete()
    _, made = IdempotencyKey.objects.get_or_create(
        key_hash=request.name, defaults={"digest": request.digest, "case": case, "made_at": now}
    )
    if not made:
        raise KeyOfAnother


def has_live(case: Case) -> bool:
    """Whether an answer about this case could be asked for again."""
    return case.keys.filter(ended=False).exists()


def end(case: Case) -> None:
    """No answer about this case is repeated any more: whoever was to have it has it."""
    case.keys.filter(ended=False).update(ended=True)


def forget_old(now: datetime) -> int:
    """Delete the rows that no longer count. Return how many."""
    past, future = now - rules.REPEAT_WITHIN, now + rules.REPEAT_WITHIN
    old = IdempotencyKey.objects.filter(Q(made_at__lte=past) | Q(made_at__gte=future))
    deleted, _ = old.delete()
    return deleted
