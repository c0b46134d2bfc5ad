"""Moderators: one-time passwords, slowed guessing, and nobody locked out for good."""

from pathlib import Path

import pytest

from staydown.review import api, people
from staydown.review.errors import (
    NameTaken,
    NameUnfit,
    NotHere,
    PasswordRefused,
    SignInFailed,
)
from staydown.review.models import Audit, Moderator
from tests.base.test_names import KNOWN, MISTAKABLE
from tests.review.support import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.database]

GOOD = "four words apart here"


def sign_in(desk: Desk, name: str, password: str) -> Moderator:
    return api.sign_in(name, password, desk.sealer, desk.clock)


def test_a_one_time_password_works_and_must_be_changed(desk: Desk) -> None:
    password = api.add_moderator("anna", desk.clock)
    moderator = sign_in(desk, "anna", password)
    assert moderator.must_change_password
    moderator = api.change_password(moderator.pk, password, GOOD, desk.clock)
    assert not moderator.must_change_password
    assert sign_in(desk, "anna", GOOD).pk == moderator.pk
    with pytest.raises(SignInFailed):
        sign_in(desk, "anna", password)


def test_a_name_with_a_null_is_nobodys(desk: Desk) -> None:
    password = api.add_moderator("anna", desk.clock)
    with pytest.raises(SignInFailed):
        sign_in(desk, "an\0na", password)


def test_one_time_passwords_are_long_and_never_the_same() -> None:
    made = {people.one_time_password() for _ in range(100)}
    assert len(made) == 100
    assert all(len(password) == 19 for password in made)


@pytest.mark.parametrize("new", ["short", "passwordpassword", ""])
def test_an_easy_password_is_refused_with_reasons(desk: Desk, new: str) -> None:
    password = api.add_moderator("anna", desk.clock)
    number = Moderator.objects.get().pk
    if new == "passwordpassword":
        new = "password1234"  # among the 20,000 most common
    with pytest.raises(PasswordRefused) as caught:
        api.change_password(number, password, new, desk.clock)
    assert caught.value.reasons


def test_the_same_password_again_and_a_wrong_old_one_are_refused(desk: Desk) -> None:
    password = api.add_moderator("anna", desk.clock)
    number = Moderator.objects.get().pk
    with pytest.raises(PasswordRefused):
        api.change_password(number, password, password, desk.clock)
    with pytest.raises(SignInFailed):
        api.change_password(number, "wrong", GOOD, desk.clock)


def test_names_are_unique_and_a_reset_gives_a_new_one_time_password(desk: Desk) -> None:
    api.add_moderator("anna", desk.clock)
    with pytest.raises(NameTaken):
        api.add_moderator("anna", desk.clock)
    assert sign_in(desk, "anna", api.reset_moderator("anna", desk.clock)).must_change_password
    with pytest.raises(NotHere):
        api.reset_moderator("nobody", desk.clock)


def test_a_moderator_who_left_cannot_sign_in(desk: Desk) -> None:
    password = api.add_moderator("anna", desk.clock)
    Moderator.objects.update(is_active=False)
    with pytest.raises(SignInFailed):
        sign_in(desk, "anna", password)


@pytest.mark.parametrize("how", MISTAKABLE)
def test_no_moderator_key_or_bank_can_be_taken_for_another(desk: Desk, how: str) -> None:
    name = MISTAKABLE[how]
    api.add_moderator(KNOWN, desk.clock)
    api.add_platform_key(KNOWN, desk.sealer, desk.clock)
    with pytest.raises((NameTaken, NameUnfit)):
        api.add_moderator(name, desk.clock)
    with pytest.raises((NameTaken, NameUnfit)):
        api.add_platform_key(name, desk.sealer, desk.clock)


def test_a_bank_is_not_named_like_another(desk: Desk, tmp_path: Path) -> None:
    def add(name: str) -> None:
        api.add_bank(
            name, "https://bank.example", "v2", subscription_key="k" * 64, function_key="k" * 64,
            secrets_folder=tmp_path, clock=desk.clock,
        )  # fmt: skip

    add("helpline-1")
    for name in ("helpline-l", "Helpline_1", "heIpline-1", "helpline1"):
        with pytest.raises(NameTaken):
            add(name)
    add("helpline-2")


def test_a_moderator_signs_in_however_the_accents_of_the_name_are_typed(desk: Desk) -> None:
    password = api.add_moderator("Zoe\u0308", desk.clock)
    for typed in ("Zoe\u0308", "Zo\u00eb"):
        assert api.sign_in(typed, password, desk.sealer, desk.clock).username == "Zo\u00eb"


def test_who_is_named_for_under_18_is_listed_and_kept_in_the_audit(desk: Desk) -> None:
    """Once for each change; whoever has left is named no more."""
    assert api.named_for_under_18() == []
    for name in ("zoe", "anna", "ben"):
        api.add_moderator(name, desk.clock)
    for name, named in (("zoe", True), ("anna", True), ("anna", True), ("ben", False)):
        api.name_for_under_18(name, named=named, clock=desk.clock)
    assert api.named_for_under_18() == ["anna", "zoe"]
    api.name_for_under_18("anna", named=False, clock=desk.clock)
    Moderator.objects.filter(username="zoe").update(is_active=False)
    assert api.named_for_under_18() == []
    kept = Audit.objects.filter(action__contains="under 18").order_by("pk")
    assert list(kept.values_list("actor", "action", "after")) == [
        ("operator", "named for under 18", "zoe"),
        ("operator", "named for under 18", "anna"),
        ("operator", "no longer named for under 18", "anna"),
    ]
    with pytest.raises(NotHere):
        api.name_for_under_18("nobody", named=True, clock=desk.clock)
