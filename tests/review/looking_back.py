"""A desk that looks back: what keeps uploads, and what holds later listings against them."""

from datetime import timedelta

from staydown.fingerprint.value import Fingerprint
from staydown.review import api
from staydown.review.models import (
    Bank,
    PlatformKey,
)
from staydown.review.records import UploadAnswer
from tests.review.support import Desk

WEEK = timedelta(days=7)


def keeper(desk: Desk, keep: timedelta = WEEK) -> api.Keeper:
    """What keeps uploads for a week."""
    return api.Keeper(desk.sealer, keep)


def looking_back(desk: Desk, keep: timedelta = WEEK) -> api.LookingBack:
    """A tick's own, as a new process has it."""
    return api.looking_back(keeper(desk, keep), desk.clock)


def offer(
    desk: Desk,
    *fingerprints: Fingerprint,
    reference: str = "post 1",
    keep: api.Keeper | None = None,
    key: int | None = None,
) -> UploadAnswer:
    """Offer an upload at a desk that looks back."""
    number = key if key is not None else platform(desk)
    upload = api.Upload(number, fingerprints, reference, "https://p.example/1")
    return api.receive_upload(upload, desk.live, desk.clock, keeper=keep or keeper(desk))


def platform(desk: Desk) -> int:
    """The number of the platform's first key."""
    found = PlatformKey.objects.first()
    return desk.platform_key() if found is None else found.pk


def follow(desk: Desk) -> None:
    """Read every bank to its end."""
    for bank in Bank.objects.all():
        assert desk.follow(bank.pk)
