"""For the operator, who lets partners in and out, and for the gate that checks their keys."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from django.db import transaction

from staydown.bank import audit, organisations
from staydown.bank.audit import NOTHING
from staydown.bank.errors import NotAPartner, PartnerError
from staydown.bank.models import Partner
from staydown.bank.runtime import Bank
from staydown.base.names import fault_of_name, looks_like, tidy_name
from staydown.base.reasons import reasons

_say = reasons("bank.errors")

_ACTIVE, _REVOKED = "active", "revoked"
_MAX_NAME = 100


@dataclass(frozen=True, slots=True)
class PartnerKeys:
    """The two keys of a partner, shown once: 64 hex digits each, so never with a comma."""

    subscription_key: str = field(repr=False)
    function_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PartnerRef:
    """A partner that has shown valid keys."""

    id: int
    name: str


def add_partner(bank: Bank, name: str, organisation: str = "") -> PartnerKeys:
    """Let a partner in. Raises PartnerError when the name is unfit, taken, or looks like another's.

    People read these names to learn who has their fingerprint; also one that was shut out counts.
    ``organisation`` stands behind it, and is made if there is none of this name yet; left out, the
    partner gets one of its own, of the same name.
    """
    name = tidy_name(name)
    if fault := fault_of_name(name, _MAX_NAME):
        raise PartnerError(_say("name.nobody_let_in", why=fault))
    keys = _new_keys()
    with transaction.atomic():
        names = list(Partner.objects.select_for_update().values_list("name", flat=True))
        if name in names:
            raise PartnerError(_say("partner.taken"))
        if looks_like(name, names):
            raise PartnerError(_say("partner.looks_alike"))
        behind = organisations.join_or_make(bank, organisation or name, own=not organisation)
        partner = Partner(name=name, added_at=bank.clock.now(), organisation=behind)
        _save_keys(partner, keys)
        _audit(bank, partner, (NOTHING, _ACTIVE), "added")
    return keys


def rotate_partner(bank: Bank, name: str) -> PartnerKeys:
    """Give new keys; the old ones stop at once. A revoked partner is let in again.

    Raises PartnerError when there is no such partner.
    """
    keys = _new_keys()
    with transaction.atomic():
        partner = _named(name)
        old = _ACTIVE if partner.revoked_at is None else _REVOKED
        partner.revoked_at = None
        _save_keys(partner, keys)
        _audit(bank, partner, (old, _ACTIVE), "keys rotated")
    return keys


def revoke_partner(bank: Bank, name: str) -> None:
    """Shut a partner out; what it did stays on record. Raises PartnerError if there is none."""
    with transaction.atomic():
        partner = _named(name)
        if partner.revoked_at is None:
            partner.revoked_at = bank.clock.now()
            partner.save(update_fields=["revoked_at"])
            _audit(bank, partner, (_ACTIVE, _REVOKED), "revoked")


def authenticate(subscription_key: str, function_key: str) -> PartnerRef:
    """Return whose keys these are. Raises NotAPartner for missing, wrong or revoked ones."""
    shown = _hash(subscription_key), _hash(function_key)
    partner = Partner.objects.filter(subscription_key_hash=shown[0]).first()
    kept = (
        (bytes(partner.subscription_key_hash), bytes(partner.function_key_hash))
        if partner is not None
        else (b"", b"")
    )
    # Both are always compared, so that the time taken doesn't tell which of them was wrong.
    right = [hmac.compare_digest(*pair) for pair in zip(shown, kept, strict=True)]
    if partner is None or not all(right) or partner.revoked_at is not None:
        raise NotAPartner
    return PartnerRef(partner.pk, partner.name)


def _new_keys() -> PartnerKeys:
    return PartnerKeys(secrets.token_hex(32), secrets.token_hex(32))


def _save_keys(partner: Partner, keys: PartnerKeys) -> None:
    partner.subscription_key_hash = _hash(keys.subscription_key)
    partner.function_key_hash = _hash(keys.function_key)
    partner.save()


def _hash(key: str) -> bytes:
    """SHA-256 is enough for a key of 256 random bits: there is nothing to guess."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


def _named(name: str) -> Partner:
    written = {name.strip(), tidy_name(name)}
    partner = Partner.objects.select_for_update().filter(name__in=written).first()
    if partner is None:
        raise PartnerError(_say("partner.no_such"))
    return partner


def _audit(bank: Bank, partner: Partner, change: tuple[str, str], why: str) -> None:
    audit.record(
        at=bank.clock.now(),
        who=audit.OPERATOR,
        what="partner",
        subject=partner.name,
        change=change,
        why=why,
    )
