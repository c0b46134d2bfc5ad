"""Keys of the platform's own systems, for the gate and for look-ups: made, revoked, checked."""

import secrets
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from staydown.accounts.errors import NameTaken
from staydown.accounts.naming import fit_name, refuse_look_alike
from staydown.base.clock import Clock
from staydown.base.names import tidy_name
from staydown.fingerprint.sealing import Sealer
from staydown.review import audit, statements
from staydown.review.errors import KeyNotTaken, NotHere
from staydown.review.models import PlatformKey
from staydown.review.models.entries import READ_HEAD

_BEARER = "Authorization: Bearer <key>"

#: One statement for both: a look-up needs no more than this and the entries it found.
_CHECK = (
    f"SELECT (SELECT id FROM {PlatformKey._meta.db_table} "  # noqa: S608
    f"WHERE digest = %s AND revoked_at IS NULL), ({READ_HEAD})"
)


@dataclass(frozen=True, slots=True)
class CheckedKey:
    """A key in use, by its number; and the number of the last change at that moment."""

    number: int
    head: int


def add_platform_key(name: str, sealer: Sealer, clock: Clock) -> str:
    """Return a new key for the upload gate, shown this once. Raises NameUnfit and NameTaken."""
    name = fit_name(name, 64)
    key = f"sd_{secrets.token_urlsafe(32)}"
    now = clock.now()
    try:
        with transaction.atomic():
            refuse_look_alike(name, PlatformKey.objects.values_list("name", flat=True))
            PlatformKey.objects.create(name=name, digest=_digest(key, sealer), created_at=now)
            audit.record(at=now, what="key", subject=name, why="added")
    except IntegrityError as error:
        raise NameTaken(
            "there is a key of this name already: choose another name. If nobody has seen that "
            "key, revoke it"
        ) from error
    return key


def revoke_platform_key(name: str, clock: Clock) -> None:
    """Refuse a key from now on. Raises NotHere."""
    now = clock.now()
    written = {name, tidy_name(name)}
    with transaction.atomic():
        if not PlatformKey.objects.filter(name__in=written, revoked_at=None).update(revoked_at=now):
            raise NotHere("there is no key of this name in use")
        audit.record(at=now, what="key", subject=name, why="revoked")


def check_platform_key(key: str, sealer: Sealer, *, how: str = _BEARER) -> CheckedKey:
    """Return whose key it is. Raises KeyNotTaken, which says ``how`` to send one."""
    if key.startswith("sd_") and len(key) <= 100 and key.isascii():
        ((number, head),) = statements.rows(_CHECK, [_digest(key, sealer)])
        if number is not None:
            return CheckedKey(int(number), int(head or 0))
    raise KeyNotTaken(f"send a valid key: {how}")


def _digest(key: str, sealer: Sealer) -> bytes:
    return sealer.keyed_hash("platform key", key.encode())
