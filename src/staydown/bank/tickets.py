"""Tickets: what somebody who has to wait or work carries along, so that it counts for them alone.

A ticket says when it was given and for what (a keyed hash: of a number, or of new cases), is
sealed, and lives in the form or the answer that it was given in. Its text is the puzzle for whoever
works in place of waiting. Only what was used is remembered, for minutes.

The token of an earlier good sign-in is made the same way. It may be used many times, in a lane of
its own, and lives in the open page alone.
"""

import base64
import binascii
import hmac
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from staydown.bank import brakes
from staydown.bank.models import UsedTicket
from staydown.bank.runtime import Bank
from staydown.fingerprint.sealing import SealBroken

#: What a ticket is sealed for: a try at a number, somebody who signed in earlier, or a new case.
WAITING, EARLIER, NEW_CASE = "sign-in ticket", "earlier sign-in", "new case ticket"
_TAG_BYTES, _NONCE_BYTES, _TIME_BYTES = 16, 16, 8
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Ticket:
    """``key``: the keyed hash by which a used ticket is known. ``text``: as it travels."""

    key: bytes
    given_at: datetime
    text: str


def give(bank: Bank, subject: bytes, now: datetime, purpose: str = WAITING) -> Ticket:
    """Return a new ticket for ``subject``: a number, or whatever else it is to be good for."""
    nonce = os.urandom(_NONCE_BYTES)
    moment = (now - _EPOCH) // timedelta(microseconds=1)
    plain = moment.to_bytes(_TIME_BYTES) + nonce + _tag(bank, subject)
    text = base64.urlsafe_b64encode(bank.sealer.seal_bytes(purpose, plain)).decode("ascii")
    return Ticket(_key(bank, nonce), now, text)


def read(bank: Bank, subject: bytes, text: str, purpose: str = WAITING) -> Ticket | None:
    """Return the ticket in ``text``; None when it is not one of ours for this subject."""
    if not text or len(text) > _LONGEST_TEXT:
        return None
    try:
        sealed = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
        plain = bank.sealer.open_bytes(purpose, sealed)
    except (UnicodeEncodeError, binascii.Error, SealBroken):
        return None
    nonce, tag = plain[_TIME_BYTES:-_TAG_BYTES], plain[-_TAG_BYTES:]
    if not hmac.compare_digest(tag, _tag(bank, subject)):
        return None
    moment = timedelta(microseconds=int.from_bytes(plain[:_TIME_BYTES]))
    return Ticket(_key(bank, nonce), _EPOCH + moment, text)


def use(key: bytes, now: datetime) -> None:
    """Note that a ticket was used."""
    UsedTicket.objects.create(key=key, until=now + brakes.TICKET_LASTS)


def is_used(ticket: Ticket) -> bool:
    """Whether a ticket was used."""
    return UsedTicket.objects.filter(key=ticket.key).exists()


def give_back(key: bytes | None) -> None:
    """A ticket (None: there was none) can be used after all."""
    if key is not None:
        UsedTicket.objects.filter(key=key).delete()


def forget_old(now: datetime) -> int:
    """Delete used tickets that are too old by themselves, and what a wrong clock put far into the
    future. Return how many."""
    far = now + 2 * brakes.TICKET_LASTS
    return UsedTicket.objects.exclude(until__range=(now, far)).delete()[0]


def _tag(bank: Bank, subject: bytes) -> bytes:
    return bank.sealer.keyed_hash("ticket's number", subject)[:_TAG_BYTES]


def _key(bank: Bank, nonce: bytes) -> bytes:
    return bank.sealer.keyed_hash("used ticket", nonce)
