"""Staff: one-time passwords, slowed guessing, and nobody locked out for good."""

import pytest

from staydown.accounts import staff
from staydown.accounts.errors import (
    NameTaken,
    NameUnfit,
    NoSuchStaff,
    PasswordRefused,
    SignInFailed,
)
from staydown.accounts.models import Staff
from staydown.accounts.roles import Role
from staydown.review.models import Audit
from tests.accounts.support import PLACE, Office
from tests.base.test_names import KNOWN, MISTAKABLE

pytestmark = [pytest.mark.django_db, pytest.mark.database]

GOOD = "four words apart here"


def test_a_one_time_password_works_and_must_be_changed(office: Office) -> None:
    password = office.add("anna")
    moderator = office.enter("anna", password)
    assert moderator.must_change_password
    moderator = office.change(moderator, password, GOOD)
    assert not moderator.must_change_password
    assert office.enter("anna", GOOD).pk == moderator.pk
    with pytest.raises(SignInFailed):
        office.enter("anna", password)


def test_a_name_with_a_null_is_nobodys(office: Office) -> None:
    password = office.add("anna")
    with pytest.raises(SignInFailed):
        office.enter("an\0na", password)


def test_one_time_passwords_are_long_and_never_the_same() -> None:
    made = {staff.one_time_password() for _ in range(100)}
    assert len(made) == 100
    assert all(len(password) == 19 for password in made)


@pytest.mark.parametrize("new", ["short", "passwordpassword", ""])
def test_an_easy_password_is_refused_with_reasons(office: Office, new: str) -> None:
    password = office.add("anna")
    anna = Staff.objects.get()
    if new == "passwordpassword":
        new = "password1234"  # among the 20,000 most common
    with pytest.raises(PasswordRefused) as caught:
        office.change(anna, password, new)
    assert caught.value.why


def test_the_same_password_again_and_a_wrong_old_one_are_refused(office: Office) -> None:
    password = office.add("anna")
    anna = Staff.objects.get()
    with pytest.raises(PasswordRefused):
        office.change(anna, password, password)
    with pytest.raises(SignInFailed):
        office.change(anna, "wrong", GOOD)


def test_names_are_unique_and_a_reset_gives_a_new_one_time_password(office: Office) -> None:
    office.add("anna")
    with pytest.raises(NameTaken):
        office.add("anna")
    assert office.enter("anna", office.reset("anna")).must_change_password
    with pytest.raises(NoSuchStaff):
        office.reset("nobody")


def test_a_moderator_who_left_cannot_sign_in(office: Office) -> None:
    password = office.add("anna")
    Staff.objects.update(is_active=False)
    with pytest.raises(SignInFailed):
        office.enter("anna", password)


@pytest.mark.parametrize("how", MISTAKABLE)
def test_nobody_can_be_taken_for_somebody_else(office: Office, how: str) -> None:
    office.add(KNOWN)
    with pytest.raises((NameTaken, NameUnfit)):
        office.add(MISTAKABLE[how])


def test_a_moderator_signs_in_however_the_accents_of_the_name_are_typed(office: Office) -> None:
    password = office.add("Zoe\u0308")
    for typed in ("Zoe\u0308", "Zo\u00eb"):
        assert office.enter(typed, password).username == "Zo\u00eb"


def test_a_role_counts_from_the_next_click_and_is_kept_in_the_trail_once_for_each_change(
    office: Office,
) -> None:
    office.add("anna")
    staff.give_role(PLACE, Role.MODERATOR_UNDER_18, "anna", office.clock)
    staff.give_role(PLACE, Role.MODERATOR_UNDER_18, "anna", office.clock)
    assert Staff.objects.get().permissions >= {"items:decide", "items:see_under_18"}
    staff.take_role(PLACE, Role.MODERATOR_UNDER_18, "anna", office.clock)
    staff.take_role(PLACE, Role.MODERATOR_UNDER_18, "anna", office.clock)
    assert "items:see_under_18" not in Staff.objects.get().permissions
    kept = Audit.objects.order_by("pk").values_list("who", "what", "subject", "before", "after")
    assert list(kept) == [
        ("operator", "staff", "anna", "", "moderator"),
        ("operator", "staff", "anna", "", "moderator_under_18"),
        ("operator", "staff", "anna", "moderator_under_18", ""),
    ]
    with pytest.raises(NoSuchStaff):
        staff.give_role(PLACE, Role.MODERATOR_UNDER_18, "nobody", office.clock)


def test_who_may_do_something_is_found_by_role_without_those_who_left(office: Office) -> None:
    for name in ("zoe", "anna", "ben"):
        office.add(name)
    for name in ("zoe", "anna"):
        staff.give_role(PLACE, Role.MODERATOR_UNDER_18, name, office.clock)
    assert staff.names_with("items:see_under_18") == ["anna", "zoe"]
    assert staff.names_with("items:decide") == ["anna", "ben", "zoe"]
    zoe = Staff.objects.get(username="zoe")
    assert staff.may_now(zoe.pk, "items:see_under_18")
    Staff.objects.filter(pk=zoe.pk).update(is_active=False)
    assert not staff.may_now(zoe.pk, "items:see_under_18")
    assert staff.names_with("items:see_under_18") == ["anna"]


def test_what_staff_do_themselves_is_kept_under_their_names(office: Office) -> None:
    password = office.add("anna")
    office.change(office.enter("anna", password), password, GOOD)
    kept = Audit.objects.filter(who="staff anna").order_by("pk").values_list("subject", "why")
    assert list(kept) == [("anna", "signed in"), ("anna", "password changed")]
