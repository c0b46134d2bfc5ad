"""Moderators: making them, signing in, changing passwords. One function, one transaction."""

import secrets
import threading
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from staydown.base.clock import Clock
from staydown.base.names import tidy_name
from staydown.fingerprint.seal import Sealer
from staydown.review import rules
from staydown.review.errors import NameTaken, NotHere, PasswordRefused, SignInFailed, SignInSlowed
from staydown.review.models import Audit, Moderator, SignInThrottle
from staydown.review.naming import fit_name, refuse_look_alike

#: Argon2 takes 100 MiB a computation: no more than this many at once, the rest wait.
_HASHING = threading.BoundedSemaphore(2)

_EVERYBODY = b"total"


def add_moderator(name: str, clock: Clock) -> str:
    """Add a moderator and return a one-time password, to be changed at the first sign-in.

    Raises NameUnfit and NameTaken.
    """
    name = fit_name(name, 64)
    password = one_time_password()
    now = clock.now()
    try:
        with transaction.atomic():
            refuse_look_alike(name, Moderator.objects.values_list("username", flat=True))
            Moderator.objects.create(
                username=name, password=make_password(password), created_at=now
            )
            Audit.objects.create(at=now, actor="operator", action="moderator added", after=name)
    except IntegrityError as error:
        raise NameTaken(
            "there is a moderator of this name already: choose another name. If nobody has seen "
            "the password, make a new one with “user reset”"
        ) from error
    return password


def reset_moderator(name: str, clock: Clock) -> str:
    """Give a moderator a new one-time password; every session of theirs ends. Raises NotHere."""
    password = one_time_password()
    now = clock.now()
    with transaction.atomic():
        changed = Moderator.objects.filter(username__in={name, tidy_name(name)}).update(
            password=make_password(password), must_change_password=True, is_active=True
        )
        if not changed:
            raise NotHere("there is no moderator of this name")
        Audit.objects.create(at=now, actor="operator", action="password reset", after=name)
    return password


def one_time_password() -> str:
    """Return a random password of 80 bits in groups that can be read aloud."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def sign_in(name: str, password: str, sealer: Sealer, clock: Clock) -> Moderator:
    """Return the moderator. Raises SignInSlowed (before any password is looked at), SignInFailed.

    The try is counted before the password is checked, so that guessing in parallel gains nothing.
    """
    subject = sealer.keyed_hash("sign-in", name.casefold().encode()[:1000])
    _count_try(subject, clock.now())
    known = name[:64].replace("\0", "�")  # PostgreSQL takes no null in a text, not even to compare
    written = {known, tidy_name(known)}
    moderator = Moderator.objects.filter(username__in=written, is_active=True).first()
    with _HASHING:
        if moderator is None:
            make_password(password)  # The same time as for a name that exists.
            raise SignInFailed("the name or the password is wrong")
        right = check_password(password, moderator.password)
    if not right:
        raise SignInFailed("the name or the password is wrong")
    _forgive(subject, moderator, clock.now())
    return moderator


def change_password(moderator_id: int, old: str, new: str, clock: Clock) -> Moderator:
    """Set a new password. Raises SignInFailed for a wrong old one, PasswordRefused."""
    moderator = Moderator.objects.get(pk=moderator_id)
    with _HASHING:
        if not check_password(old, moderator.password):
            raise SignInFailed("the password you have now is not that")
    if new == old:
        raise PasswordRefused(("Choose a password other than the one you have now.",))
    try:
        validate_password(new, moderator)
    except ValidationError as error:
        raise PasswordRefused(tuple(error.messages)) from error
    with _HASHING:
        encoded = make_password(new)
    with transaction.atomic():
        changed = Moderator.objects.filter(pk=moderator_id, password=moderator.password).update(
            password=encoded, must_change_password=False
        )
        if not changed:
            raise SignInFailed("the password was changed meanwhile: sign in again")
        Audit.objects.create(
            at=clock.now(), actor="moderator", moderator=moderator, action="password changed"
        )
    moderator.refresh_from_db()
    return moderator


def _count_try(subject: bytes, now: datetime) -> None:
    """Count a try under a name and in total. Raises SignInSlowed without counting."""
    with transaction.atomic():
        total, named = _throttle(_EVERYBODY, now), _throttle(subject, now)
        if now - total.last_at > rules.TOTAL_WINDOW:
            total.failures, total.last_at = 0, now
        wait = rules.window_wait(total.failures, total.last_at, now)
        if now - named.last_at > rules.FORGET_FAILURES:
            named.failures = 0
        wait = max(wait, named.not_before - now)
        if wait > timedelta(0):
            raise SignInSlowed(int(wait.total_seconds()) + 1)
        total.failures += 1
        named.failures += 1
        named.last_at = now
        named.not_before = now + rules.wait_after(named.failures)
        total.save()
        named.save()


def _throttle(subject: bytes, now: datetime) -> SignInThrottle:
    SignInThrottle.objects.bulk_create(
        [SignInThrottle(subject=subject, last_at=now, not_before=now)], ignore_conflicts=True
    )
    return SignInThrottle.objects.select_for_update().get(subject=subject)


def _forgive(subject: bytes, moderator: Moderator, now: datetime) -> None:
    """The password was right: the name's failures are forgotten, and it doesn't count in total."""
    with transaction.atomic():
        total = _throttle(_EVERYBODY, now)
        total.failures = max(0, total.failures - 1)
        total.save()
        SignInThrottle.objects.filter(subject=subject).delete()
        Audit.objects.create(at=now, actor="moderator", moderator=moderator, action="signed in")
