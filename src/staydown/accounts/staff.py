"""Staff: adding them, what they may do, changing passwords. One function, one transaction."""

import secrets
import threading
from dataclasses import dataclass

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from staydown.accounts import audit
from staydown.accounts.audit import NOTHING, OPERATOR, AuditRow, staff_name
from staydown.accounts.errors import NameTaken, NoSuchStaff, PasswordRefused, SignInFailed
from staydown.accounts.models import Device, Staff, StaffRole
from staydown.accounts.naming import fit_name, refuse_look_alike
from staydown.accounts.roles import Role, roles_with
from staydown.accounts.rules import LONGEST_NAME
from staydown.base.clock import Clock
from staydown.base.names import tidy_name
from staydown.base.reasons import reasons

_say = reasons("accounts.errors")

#: Argon2 takes 100 MiB a computation: no more than this many at once, the rest wait.
HASHING = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where staff work: the trail of what they do, and what a user is called there."""

    trail: type[AuditRow]
    user: str

    def note(
        self, clock: Clock, who: str, subject: str, why: str, change: tuple[str, str] = ("", "")
    ) -> None:
        """Add a row about one of the staff to the trail, inside the transaction of the change."""
        audit.record(
            self.trail,
            at=clock.now(),
            who=who,
            what="staff",
            subject=subject,
            change=change,
            why=why,
        )


def add(place: Workplace, role: Role, name: str, clock: Clock) -> str:
    """Add somebody with a role and return a one-time password, to be changed at the first sign-in.

    Raises NameUnfit and NameTaken.
    """
    name = fit_name(name, LONGEST_NAME)
    password = one_time_password()
    encoded = make_password(password)
    try:
        with transaction.atomic():
            refuse_look_alike(name, Staff.objects.values_list("username", flat=True))
            made = Staff.objects.create(username=name, password=encoded, created_at=clock.now())
            StaffRole.objects.create(staff=made, role=role.value)
            place.note(clock, OPERATOR, name, "added", (NOTHING, role.value))
    except IntegrityError as error:
        raise NameTaken(_say("name.taken", who=place.user)) from error
    return password


def reset(place: Workplace, name: str, clock: Clock) -> str:
    """Give somebody a new one-time password; their sessions end and no device is known any more.

    Raises NoSuchStaff.
    """
    password = one_time_password()
    encoded = make_password(password)
    with transaction.atomic():
        staff = _named(place, name)
        staff.password = encoded
        staff.must_change_password = staff.is_active = True
        staff.save(update_fields=["password", "must_change_password", "is_active"])
        Device.objects.filter(staff=staff).delete()
        place.note(clock, OPERATOR, staff.username, "password reset")
    return password


def give_role(place: Workplace, role: Role, name: str, clock: Clock) -> None:
    """Give somebody a role. It counts from their next click on, and twice is once.

    Raises NoSuchStaff.
    """
    with transaction.atomic():
        staff = _named(place, name)
        if StaffRole.objects.get_or_create(staff=staff, role=role.value)[1]:
            place.note(clock, OPERATOR, staff.username, "role given", (NOTHING, role.value))


def take_role(place: Workplace, role: Role, name: str, clock: Clock) -> None:
    """Take a role away from somebody, as ``give_role`` gives it. Raises NoSuchStaff."""
    with transaction.atomic():
        staff = _named(place, name)
        if StaffRole.objects.filter(staff=staff, role=role.value).delete()[0]:
            place.note(clock, OPERATOR, staff.username, "role taken away", (role.value, NOTHING))


def names_with(permission: str) -> list[str]:
    """Return the names of those who may do something, in order."""
    holders = Staff.objects.filter(is_active=True, roles__role__in=roles_with(permission))
    return list(holders.order_by("username").values_list("username", flat=True).distinct())


def may_now(staff_id: int, permission: str) -> bool:
    """Say whether somebody may do something at this moment, as the database has it."""
    here = StaffRole.objects.filter(staff=staff_id, staff__is_active=True)
    return here.filter(role__in=roles_with(permission)).exists()


def name_of(staff_id: int) -> str:
    """Return the name that somebody signs in with."""
    return Staff.objects.values_list("username", flat=True).get(pk=staff_id)


def _named(place: Workplace, name: str) -> Staff:
    """Return somebody by their name, locked. Raises NoSuchStaff."""
    rows = Staff.objects.select_for_update().filter(username__in={name, tidy_name(name)})
    staff = rows.first()
    if staff is None:
        raise NoSuchStaff(_say("no_such_staff", who=place.user))
    return staff


def one_time_password() -> str:
    """Return a random password of 80 bits in groups that can be read aloud."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def change_password(place: Workplace, staff_id: int, old: str, new: str, clock: Clock) -> Staff:
    """Set a new password. Raises SignInFailed for a wrong old one, PasswordRefused."""
    staff = Staff.objects.get(pk=staff_id)
    with HASHING:
        if not check_password(old, staff.password):
            raise SignInFailed(_say("password.wrong"))
    if new == old:
        raise PasswordRefused((_say("password.same"),))
    try:
        validate_password(new, staff)
    except ValidationError as error:
        raise PasswordRefused(tuple(error.messages)) from error
    with HASHING:
        encoded = make_password(new)
    with transaction.atomic():
        changed = Staff.objects.filter(pk=staff_id, password=staff.password).update(
            password=encoded, must_change_password=False
        )
        if not changed:
            raise SignInFailed(_say("password.changed_meanwhile"))
        place.note(clock, staff_name(staff.username), staff.username, "password changed")
    staff.refresh_from_db()
    return staff
