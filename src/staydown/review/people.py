"""Moderators: making them, changing passwords. One function, one transaction."""

import secrets
import threading

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from staydown.base.clock import Clock
from staydown.base.names import tidy_name
from staydown.review.errors import NameTaken, NotHere, PasswordRefused, SignInFailed
from staydown.review.models import Audit, Device, Moderator
from staydown.review.naming import fit_name, refuse_look_alike

#: Argon2 takes 100 MiB a computation: no more than this many at once, the rest wait.
HASHING = threading.BoundedSemaphore(2)


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
    """Give a moderator a new one-time password; their sessions end and no device is known any more.

    Raises NotHere.
    """
    password = one_time_password()
    now = clock.now()
    with transaction.atomic():
        changed = Moderator.objects.filter(username__in={name, tidy_name(name)}).update(
            password=make_password(password), must_change_password=True, is_active=True
        )
        if not changed:
            raise NotHere("there is no moderator of this name")
        Device.objects.filter(moderator__username__in={name, tidy_name(name)}).delete()
        Audit.objects.create(at=now, actor="operator", action="password reset", after=name)
    return password


def name_for_under_18(name: str, *, named: bool, clock: Clock) -> None:
    """Name a moderator for items that may show somebody under 18, or name them no longer.

    It counts from their next click on. Doing it again changes nothing. Raises NotHere.
    """
    with transaction.atomic():
        row = Moderator.objects.filter(username__in={name, tidy_name(name)}).first()
        if row is None:
            raise NotHere("there is no moderator of this name")
        if (
            Moderator.objects.filter(pk=row.pk)
            .exclude(sees_under_18=named)
            .update(sees_under_18=named)
        ):
            Audit.objects.create(
                at=clock.now(),
                actor="operator",
                action="named for under 18" if named else "no longer named for under 18",
                after=row.username,
            )


def named_for_under_18() -> list[str]:
    """Return the names of the moderators who open items that may show somebody under 18."""
    named = Moderator.objects.filter(sees_under_18=True, is_active=True).order_by("username")
    return list(named.values_list("username", flat=True))


def one_time_password() -> str:
    """Return a random password of 80 bits in groups that can be read aloud."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def change_password(moderator_id: int, old: str, new: str, clock: Clock) -> Moderator:
    """Set a new password. Raises SignInFailed for a wrong old one, PasswordRefused."""
    moderator = Moderator.objects.get(pk=moderator_id)
    with HASHING:
        if not check_password(old, moderator.password):
            raise SignInFailed("the password you have now is not that")
    if new == old:
        raise PasswordRefused(("Choose a password other than the one you have now.",))
    try:
        validate_password(new, moderator)
    except ValidationError as error:
        raise PasswordRefused(tuple(error.messages)) from error
    with HASHING:
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
