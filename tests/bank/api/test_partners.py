"""Partners and their keys."""

import unicodedata

import pytest

from staydown.bank.api import partners
from staydown.bank.errors import NotAPartner, PartnerError
from staydown.bank.models import Audit, Partner
from staydown.bank.runtime import Bank
from tests.base.test_names import HONEST, KNOWN, MISTAKABLE

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_the_keys_open_the_gate(bank: Bank) -> None:
    keys = partners.add_partner(bank, " Acme ")
    assert partners.authenticate(keys.subscription_key, keys.function_key).name == "Acme"


def test_keys_have_no_commas_and_are_stored_hashed(bank: Bank) -> None:
    keys = partners.add_partner(bank, "Acme")
    row = Partner.objects.values().get()
    for key in (keys.subscription_key, keys.function_key):
        assert len(key) == 64
        assert key.isalnum()
        assert key not in repr(keys)
        stored = [bytes(value) for value in row.values() if isinstance(value, bytes | memoryview)]
        assert len(stored) == 2
        assert bytes.fromhex(key) not in stored
        assert key.encode() not in stored


def test_wrong_missing_swapped_and_foreign_keys_are_refused(bank: Bank) -> None:
    acme, other = partners.add_partner(bank, "Acme"), partners.add_partner(bank, "Other")
    for pair in (
        ("", ""),
        (acme.subscription_key, ""),
        ("", acme.function_key),
        (acme.subscription_key, acme.function_key[:-1] + "x"),
        (acme.function_key, acme.subscription_key),
        (acme.subscription_key, other.function_key),
        ("\udcff", "\udcff"),
    ):
        with pytest.raises(NotAPartner):
            partners.authenticate(*pair)


def test_rotated_keys_replace_the_old_ones_at_once(bank: Bank) -> None:
    old = partners.add_partner(bank, "Acme")
    new = partners.rotate_partner(bank, "Acme")
    assert partners.authenticate(new.subscription_key, new.function_key).name == "Acme"
    with pytest.raises(NotAPartner):
        partners.authenticate(old.subscription_key, old.function_key)


def test_a_revoked_partner_is_out_until_its_keys_are_rotated(bank: Bank) -> None:
    keys = partners.add_partner(bank, "Acme")
    partners.revoke_partner(bank, "Acme")
    partners.revoke_partner(bank, "Acme")
    with pytest.raises(NotAPartner):
        partners.authenticate(keys.subscription_key, keys.function_key)
    new = partners.rotate_partner(bank, "Acme")
    assert partners.authenticate(new.subscription_key, new.function_key).name == "Acme"
    trail = (
        Audit.objects.filter(what="partner").order_by("id").values_list("before", "after", "why")
    )
    assert list(trail) == [
        ("", "active", "added"),
        ("active", "revoked", "revoked"),
        ("revoked", "active", "keys rotated"),
    ]


def test_a_name_is_given_once_and_must_exist_to_be_changed(bank: Bank) -> None:
    partners.add_partner(bank, "Acme")
    for action in (
        lambda: partners.add_partner(bank, "Acme"),
        lambda: partners.add_partner(bank, "  "),
        lambda: partners.add_partner(bank, "A\nB"),
        lambda: partners.rotate_partner(bank, "Nobody"),
        lambda: partners.revoke_partner(bank, "Nobody"),
    ):
        with pytest.raises(PartnerError):
            action()


@pytest.mark.parametrize("how", MISTAKABLE)
def test_a_partner_that_could_be_taken_for_another_is_not_let_in(bank: Bank, how: str) -> None:
    partners.add_partner(bank, KNOWN)
    partners.revoke_partner(bank, KNOWN)
    with pytest.raises(PartnerError):
        partners.add_partner(bank, MISTAKABLE[how])
    assert Partner.objects.count() == 1


def test_partners_of_every_script_are_let_in_and_found_again(bank: Bank) -> None:
    for name in HONEST:
        partners.add_partner(bank, name)
        partners.rotate_partner(bank, unicodedata.normalize("NFD", name))
    assert Partner.objects.count() == len(HONEST)
