"""Turning a bank's settings into a running Django, once a process."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from staydown.bank.settings import BankSettings
from staydown.bank.values import Bank, PinGate
from staydown.base.clock import SystemClock
from staydown.base.settings import read_secret
from staydown.fingerprint.sealing import Sealer
from staydown.web.kit.django_options import PATIENCE, django_options
from staydown.web.kit.site import site_of, start

#: The largest body that a partner may send, in bytes.
BODY_LIMIT = 4 * 1024 * 1024

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class BankSite:
    """What the views need beside Django: found at ``django.conf.settings.STAYDOWN``."""

    bank: Bank
    name: str
    exit_url: str


def running(settings: BankSettings) -> BankSite:
    """Return the runtime objects: keys are read here, and only here."""
    sealer = Sealer(read_secret(settings.secrets / "seal.key", minimum=32))
    # Two threads are never taken by PINs, so that a crowd cannot stop the pages or the feed.
    room = max(1, settings.site.threads - 2)
    bank = Bank(
        sealer,
        SystemClock(),
        PinGate(settings.pin_checks_at_once, room=room),
        bucket=settings.bucket,
        release_seconds=settings.release_seconds,
        quarantine=timedelta(minutes=settings.quarantine_minutes),
    )
    return BankSite(bank, settings.name, settings.exit_url)


def options(settings: BankSettings, site: BankSite, patience: float = PATIENCE) -> dict[str, Any]:
    """Return everything Django is configured with."""
    return django_options(
        site=settings.site,
        database=settings.database,
        secret_key_file=settings.secrets / "django.key",
        urlconf="staydown.web.bank_site.urls",
        apps=("staydown.accounts", "staydown.bank"),
        middleware=("staydown.web.kit.security.origin.SameOriginForms",),
        templates=(TEMPLATES,),
        patience=patience,
        context_processors=("staydown.web.bank_site.page.site_context",),
        # Nobody signs in here yet; it can't be changed kindly in a database that is in use.
        AUTH_USER_MODEL="accounts.Staff",
        # Nothing on this site may take a file, so there is nothing that could.
        FILE_UPLOAD_HANDLERS=[],
        STAYDOWN=site,
    )


def configure(settings: BankSettings, patience: float = PATIENCE) -> BankSite:
    """Configure Django for this bank and return the runtime objects. Call once a process.

    ``patience``: how long the database is waited for, in seconds.
    """
    site = running(settings)
    start(options(settings, site, patience))
    return site


def current_site() -> BankSite:
    """Return the runtime objects of this process."""
    return site_of(BankSite)
