"""Signing in: guesses are slowed by name and by device, and keep nobody else out.

What is tried under one name costs no other. A device that signed in before has a lane of its own,
so that somebody who tries a moderator's name over and over doesn't keep them out there.
"""

import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from staydown.base.clock import Clock
from staydown.base.even_time import EvenTime
from staydown.base.names import tidy_name
from staydown.fingerprint.seal import Sealer
from staydown.review import rules
from staydown.review.errors import SignInFailed, SignInSlowed
from staydown.review.models import Audit, Device, Moderator, SignInThrottle
from staydown.review.people import HASHING

_EVEN = EvenTime(rules.NOBODYS_SIGN_INS)
_LONGEST_DEVICE = 64


def drawn_by_lot() -> bool:
    """Whether a try beyond the pace is looked at all the same."""
    return secrets.randbelow(rules.SIGN_IN_ONE_IN) == 0


def sign_in(
    name: str,
    password: str,
    sealer: Sealer,
    clock: Clock,
    *,
    device: str = "",
    luck: Callable[[], bool] = drawn_by_lot,
) -> Moderator:
    """Return the moderator. Raises SignInSlowed (before any password is looked at), SignInFailed.

    ``device``: what ``remember_device`` gave this browser. The try is counted before the password
    is checked, so that guessing in parallel gains nothing.
    """
    known = name[:64].replace("\0", "�")  # PostgreSQL takes no null in a text, not even to compare
    tidy = tidy_name(known)
    moderator = Moderator.objects.filter(username__in={known, tidy}, is_active=True).first()
    if _is_known(moderator, device, sealer, clock.now()):
        subject, extra = sealer.keyed_hash("sign-in device", device.encode()), False
    else:
        subject, extra = sealer.keyed_hash("sign-in", tidy.casefold().encode()), luck()
    _count_try(subject, clock.now(), extra=extra)
    if not _is_right(moderator, password, clock.now()) or moderator is None:
        raise SignInFailed("the name or the password is wrong")
    _forgive(subject, moderator, clock.now())
    return moderator


def remember_device(moderator: Moderator, device: str, sealer: Sealer, clock: Clock) -> str:
    """Return what this browser is to keep, so that it is known at the moderator's next sign-in.

    ``device``: what it kept already. A word that this desk did not make up is never taken over:
    whoever planted it would share the lane.
    """
    now = clock.now()
    key = _device_key(sealer, device)
    with transaction.atomic():
        if not device or not Device.objects.filter(key=key).exists():
            device = secrets.token_hex(_LONGEST_DEVICE // 2)
            key = _device_key(sealer, device)
        Device.objects.update_or_create(moderator=moderator, key=key, defaults={"last_at": now})
        mine = moderator.devices.order_by("-last_at", "-pk").values_list("pk", flat=True)
        Device.objects.filter(pk__in=list(mine[rules.MOST_DEVICES :])).delete()
    return device


def forget_tries(now: datetime) -> None:
    """Delete what slows nobody any more, and devices that nobody signed in from for long."""
    SignInThrottle.objects.filter(pace__lte=now, beyond__lte=now).delete()
    Device.objects.filter(last_at__lt=now - rules.DEVICE_KNOWN).delete()


def _is_known(moderator: Moderator | None, device: str, sealer: Sealer, now: datetime) -> bool:
    """Whether the moderator signed in from this device. It asks for a name that nobody has, too."""
    if not 0 < len(device) <= _LONGEST_DEVICE:
        return False
    whose = None if moderator is None else moderator.pk
    since = now - rules.DEVICE_KNOWN
    return Device.objects.filter(
        moderator_id=whose or 0, key=_device_key(sealer, device), last_at__gte=since
    ).exists()


def _device_key(sealer: Sealer, device: str) -> bytes:
    return sealer.keyed_hash("device", device.encode("utf-8", "replace"))


def _is_right(moderator: Moderator | None, password: str, now: datetime) -> bool:
    """Check the password; under a name that nobody has it takes the same time."""
    if moderator is None and not _EVEN.is_due(now):
        _EVEN.let_pass()
        return False
    began = time.perf_counter()
    with HASHING:
        if moderator is None:
            make_password(password)
            right = False
        else:
            right = check_password(password, moderator.password)
    _EVEN.note(time.perf_counter() - began)
    return right


def _count_try(subject: bytes, now: datetime, *, extra: bool) -> None:
    """Count a try. Raises SignInSlowed without counting."""
    with transaction.atomic():
        row = _throttle(subject, now)
        (row.pace, row.beyond), wait = rules.admit_sign_in((row.pace, row.beyond), now, extra=extra)
        row.save()
    if wait > timedelta(0):
        raise SignInSlowed(max(1, -(-wait // timedelta(seconds=1))))


def _throttle(subject: bytes, now: datetime) -> SignInThrottle:
    """Return the subject's row, locked. One that is being forgotten is made once more."""
    while True:
        SignInThrottle.objects.bulk_create(
            [SignInThrottle(subject=subject, pace=now, beyond=now)], ignore_conflicts=True
        )
        row = SignInThrottle.objects.select_for_update().filter(subject=subject).first()
        if row is not None:
            return row


def _forgive(subject: bytes, moderator: Moderator, now: datetime) -> None:
    """The password was right: the slips before it are forgotten."""
    with transaction.atomic():
        row = _throttle(subject, now)
        row.pace = now
        row.save(update_fields=["pace"])
        Audit.objects.create(at=now, actor="moderator", moderator=moderator, action="signed in")
