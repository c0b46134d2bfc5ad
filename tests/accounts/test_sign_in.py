"""Signing in: guesses are slowed, and keep nobody out."""

from datetime import timedelta

import pytest

from staydown.accounts import rules, sign_in
from staydown.accounts.errors import SignInFailed, SignInSlowed
from staydown.accounts.models import Device, Throttle
from tests.accounts.support import Lot, Office

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def answer(office: Office, name: str, device: str = "") -> int:
    """The wait that a wrong password is answered with; 0 when it was looked at."""
    with pytest.raises((SignInFailed, SignInSlowed)) as told:
        office.enter(name, "wrong", device)
    return told.value.seconds if isinstance(told.value, SignInSlowed) else 0


def use_up(office: Office, name: str) -> None:
    while not answer(office, name):
        pass


def test_guessing_is_slowed_before_the_password_is_looked_at(office: Office) -> None:
    password = office.add("anna")
    use_up(office, "anna")
    with pytest.raises(SignInSlowed) as caught:
        office.enter("anna", password)
    assert caught.value.seconds <= 60
    office.clock.advance(timedelta(seconds=caught.value.seconds))
    assert office.enter("anna", password).username == "anna"


def test_tries_in_many_names_keep_nobody_out(office: Office) -> None:
    password = office.add("anna")
    assert answer(office, "anna") == 0
    for number in range(200):
        assert answer(office, f"name{number}") == 0
    assert office.enter("anna", password).username == "anna"


def test_a_device_that_signed_in_before_is_not_kept_out_by_tries_in_its_owners_name(
    office: Office,
) -> None:
    password = office.add("anna")
    device = office.remember(office.enter("anna", password), "")
    for _ in range(10):
        use_up(office, "anna")
        assert office.enter("anna", password, device).username == "anna"
        with pytest.raises(SignInSlowed):
            office.enter("anna", password)
        office.clock.advance(timedelta(seconds=1))


def test_on_a_new_device_one_try_in_some_passes_beyond_the_pace(office: Office) -> None:
    password = office.add("anna")
    use_up(office, "anna")
    assert office.enter("anna", password, lot=Lot(comes_out=True)).username == "anna"


def test_a_device_guesses_no_faster_than_anybody_and_only_at_its_own_names(office: Office) -> None:
    password = office.add("anna")
    office.add("bea")
    device = office.remember(office.enter("anna", password), "")
    looked = sum(answer(office, "anna", device) == 0 for _ in range(20))
    assert looked == rules.PACE.burst
    use_up(office, "bea")
    assert answer(office, "bea", device) > 0


def test_a_word_that_was_planted_in_a_browser_is_not_taken_over(office: Office) -> None:
    anna = office.enter("anna", office.add("anna"))
    given = office.remember(anna, "f" * 64)
    assert given != "f" * 64
    bea = office.enter("bea", office.add("bea"))
    assert office.remember(bea, given) == given
    assert Device.objects.count() == 2
    assert all(given.encode() not in bytes(row.key) for row in Device.objects.all())


def test_devices_are_few_grow_old_and_are_forgotten_with_the_password(office: Office) -> None:
    anna = office.enter("anna", office.add("anna"))
    for _ in range(rules.MOST_DEVICES + 5):
        device = office.remember(anna, "")
        office.clock.advance(timedelta(seconds=1))
    assert Device.objects.count() == rules.MOST_DEVICES
    assert sign_in._is_known(anna, device, office.sealer, office.clock.now())
    password = office.reset("anna")
    assert not Device.objects.exists()
    device = office.remember(office.enter("anna", password), "")
    office.clock.advance(rules.DEVICE_KNOWN + timedelta(seconds=1))
    assert not sign_in._is_known(anna, device, office.sealer, office.clock.now())
    sign_in.forget_old(office.clock.now())
    assert not Device.objects.exists()


@pytest.mark.parametrize("name", ["anna", "nobody"])
def test_a_name_that_nobody_has_is_answered_like_one_that_somebody_has(
    office: Office, name: str
) -> None:
    office.add("anna")
    assert [answer(office, name, device) for device in ["", "x" * 64, "é", "y" * 99] * 2] == [
        *[0] * 5,
        *[60] * 3,
    ]


@pytest.mark.parametrize("typed", ["Zoe\u0308", " Zo\u00eb ", "Zo\u00eb" + " " * 90, "zo\u00eb"])
def test_another_way_to_type_a_name_gives_no_more_tries(office: Office, typed: str) -> None:
    office.add("Zo\u00eb")
    use_up(office, "Zo\u00eb")
    assert answer(office, typed) > 0


@pytest.mark.parametrize("years", [1, -1])
def test_a_clock_that_was_wrong_locks_no_moderator_out(office: Office, years: int) -> None:
    password = office.add("anna")
    office.clock.advance(timedelta(days=365 * years))
    use_up(office, "anna")
    office.clock.advance(timedelta(days=-365 * years))
    try:
        office.enter("anna", password)
    except SignInSlowed as slowed:
        office.clock.advance(timedelta(seconds=slowed.seconds))
        assert office.enter("anna", password).username == "anna"


def test_names_that_were_tried_are_not_kept_in_the_clear_nor_for_long(office: Office) -> None:
    answer(office, "somebody")
    assert all(b"somebody" not in bytes(row.subject) for row in Throttle.objects.all())
    office.clock.advance(timedelta(hours=2))
    sign_in.forget_old(office.clock.now())
    assert not Throttle.objects.exists()
