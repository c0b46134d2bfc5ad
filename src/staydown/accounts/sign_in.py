"""Signing in: guesses are slowed by name and by device, and keep nobody else out.

What is tried under one name costs no other. A device that signed in before has a lane of its own,
so that somebody who tries another's name over and over doesn't keep them out there.
"""

import secrets
import time
from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from staydown.accounts import rules, throttle
from staydown.accounts.audit import staff_name
from staydown.accounts.errors import SignInFailed, SignInSlowed
from staydown.accounts.models import Device, Staff
from staydown.accounts.staff import HASHING, Workplace
from staydown.accounts.throttle_rules import wait_seconds
from staydown.base.clock import Clock
from staydown.base.even_time import EvenTime
from staydown.base.names import tidy_name
from staydown.base.reasons import reasons
from staydown.fingerprint.sealing import Sealer

_say = reasons("accounts.errors")

_EVEN = EvenTime(rules.NOBODYS)
_LONGEST_DEVICE = 64


def is_drawn() -> bool:
    """Whether, by lot, a try beyond the pace is looked at all the same."""
    return secrets.randbelow(rules.ONE_IN) == 0


def sign_in(
    place: Workplace,
    name: str,
    password: str,
    sealer: Sealer,
    clock: Clock,
    *,
    device: str = "",
    luck: Callable[[], bool] = is_drawn,
) -> Staff:
    """Return who signs in. Raises SignInSlowed (before any password is looked at), SignInFailed.

    ``device``: what ``remember_device`` gave this browser. The try is booked before the password
    is checked, so that guessing in parallel gains nothing.
    """
    # PostgreSQL takes no null in a text, not even to compare.
    known = name[: rules.LONGEST_NAME].replace("\0", "�")
    tidy = tidy_name(known)
    staff = Staff.objects.filter(username__in={known, tidy}, is_active=True).first()
    if _is_known(staff, device, sealer, clock.now()):
        limit, subject = rules.BY_DEVICE, sealer.keyed_hash("sign-in device", device.encode())
        opened = limit.lanes
    else:
        limit, subject = rules.BY_NAME, sealer.keyed_hash("sign-in", tidy.casefold().encode())
        opened = limit.lanes if luck() else (rules.PACE,)
    with throttle.locked(limit, subject, clock.now()) as held:
        booked = held.book(opened)
    if booked.lane is None:
        raise SignInSlowed(wait_seconds(booked.wait))
    if throttle.is_drawn_to_tidy():
        throttle.forget_old(clock.now())
    if not _is_right(staff, password, clock.now()) or staff is None:
        raise SignInFailed(_say("failed"))
    with throttle.locked(limit, subject, clock.now()) as held:
        held.release(booked.lane)
        place.note(clock, staff_name(staff.username), staff.username, "signed in")
    return staff


def remember_device(staff: Staff, device: str, sealer: Sealer, clock: Clock) -> str:
    """Return what this browser is to keep, so that it is known at the same person's next sign-in.

    ``device``: what it kept already. A word that this site did not make up is never taken over:
    whoever planted it would share the lane.
    """
    now = clock.now()
    key = _device_key(sealer, device)
    with transaction.atomic():
        if not device or not Device.objects.filter(key=key).exists():
            device = secrets.token_hex(_LONGEST_DEVICE // 2)
            key = _device_key(sealer, device)
        Device.objects.update_or_create(staff=staff, key=key, defaults={"last_at": now})
        mine = staff.devices.order_by("-last_at", "-pk").values_list("pk", flat=True)
        Device.objects.filter(pk__in=list(mine[rules.MOST_DEVICES :])).delete()
    return device


def forget_old(now: datetime) -> None:
    """Delete what slows nobody any more, and devices that nobody signed in from for long."""
    throttle.forget_old(now)
    Device.objects.filter(last_at__lt=now - rules.DEVICE_KNOWN).delete()


def _is_known(staff: Staff | None, device: str, sealer: Sealer, now: datetime) -> bool:
    """Whether somebody signed in from this device. It asks for a name that nobody has, too."""
    if not 0 < len(device) <= _LONGEST_DEVICE:
        return False
    whose = None if staff is None else staff.pk
    since = now - rules.DEVICE_KNOWN
    return Device.objects.filter(
        staff_id=whose or 0, key=_device_key(sealer, device), last_at__gte=since
    ).exists()


def _device_key(sealer: Sealer, device: str) -> bytes:
    return sealer.keyed_hash("device", device.encode("utf-8", "replace"))


def _is_right(staff: Staff | None, password: str, now: datetime) -> bool:
    """Check the password; under a name that nobody has it takes the same time."""
    if staff is None and not _EVEN.is_due(now):
        _EVEN.let_pass()
        return False
    began = time.perf_counter()
    with HASHING:
        if staff is None:
            make_password(password)
            right = False
        else:
            right = check_password(password, staff.password)
    _EVEN.note(time.perf_counter() - began)
    return right
