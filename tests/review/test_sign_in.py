"""Signing in at the desk: guesses are slowed, and keep no moderator out."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from staydown.review import api, rules, sign_in
from staydown.review.errors import SignInFailed, SignInSlowed
from staydown.review.models import Device, Moderator, SignInThrottle
from tests.review.support import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@dataclass
class Lot:
    """A lot that comes out as it was told to, and counts how often it was drawn."""

    comes_out: bool = False
    drawn: int = 0

    def __call__(self) -> bool:
        self.drawn += 1
        return self.comes_out


def enter(
    desk: Desk, name: str, password: str, device: str = "", lot: Lot | None = None
) -> Moderator:
    return sign_in.sign_in(
        name, password, desk.sealer, desk.clock, device=device, luck=lot or Lot()
    )


def answer(desk: Desk, name: str, device: str = "") -> int:
    """The wait that a wrong password is answered with; 0 when it was looked at."""
    with pytest.raises((SignInFailed, SignInSlowed)) as told:
        enter(desk, name, "wrong", device)
    return told.value.seconds if isinstance(told.value, SignInSlowed) else 0


def use_up(desk: Desk, name: str) -> None:
    while not answer(desk, name):
        pass


def test_guessing_is_slowed_before_the_password_is_looked_at(desk: Desk) -> None:
    password = api.add_moderator("anna", desk.clock)
    use_up(desk, "anna")
    with pytest.raises(SignInSlowed) as caught:
        enter(desk, "anna", password)
    assert caught.value.seconds <= 60
    desk.clock.advance(timedelta(seconds=caught.value.seconds))
    assert enter(desk, "anna", password).username == "anna"


def test_tries_in_many_names_keep_nobody_out(desk: Desk) -> None:
    password = api.add_moderator("anna", desk.clock)
    assert answer(desk, "anna") == 0
    for number in range(200):
        assert answer(desk, f"name{number}") == 0
    assert enter(desk, "anna", password).username == "anna"


def test_a_device_that_signed_in_before_is_not_kept_out_by_tries_in_its_owners_name(
    desk: Desk,
) -> None:
    password = api.add_moderator("anna", desk.clock)
    device = api.remember_device(enter(desk, "anna", password), "", desk.sealer, desk.clock)
    for _ in range(10):
        use_up(desk, "anna")
        assert enter(desk, "anna", password, device).username == "anna"
        with pytest.raises(SignInSlowed):
            enter(desk, "anna", password)
        desk.clock.advance(timedelta(seconds=1))


def test_on_a_new_device_one_try_in_some_passes_beyond_the_pace(desk: Desk) -> None:
    password = api.add_moderator("anna", desk.clock)
    use_up(desk, "anna")
    assert enter(desk, "anna", password, lot=Lot(comes_out=True)).username == "anna"


def test_a_device_guesses_no_faster_than_anybody_and_only_at_its_own_names(desk: Desk) -> None:
    password = api.add_moderator("anna", desk.clock)
    api.add_moderator("bea", desk.clock)
    device = api.remember_device(enter(desk, "anna", password), "", desk.sealer, desk.clock)
    looked = sum(answer(desk, "anna", device) == 0 for _ in range(20))
    assert looked == rules.SIGN_IN_PACE.burst
    use_up(desk, "bea")
    assert answer(desk, "bea", device) > 0


def test_a_word_that_was_planted_in_a_browser_is_not_taken_over(desk: Desk) -> None:
    anna = enter(desk, "anna", api.add_moderator("anna", desk.clock))
    given = api.remember_device(anna, "f" * 64, desk.sealer, desk.clock)
    assert given != "f" * 64
    bea = enter(desk, "bea", api.add_moderator("bea", desk.clock))
    assert api.remember_device(bea, given, desk.sealer, desk.clock) == given
    assert Device.objects.count() == 2
    assert all(given.encode() not in bytes(row.key) for row in Device.objects.all())


def test_devices_are_few_grow_old_and_are_forgotten_with_the_password(desk: Desk) -> None:
    anna = enter(desk, "anna", api.add_moderator("anna", desk.clock))
    for _ in range(rules.MOST_DEVICES + 5):
        device = api.remember_device(anna, "", desk.sealer, desk.clock)
        desk.clock.advance(timedelta(seconds=1))
    assert Device.objects.count() == rules.MOST_DEVICES
    assert sign_in._is_known(anna, device, desk.sealer, desk.clock.now())
    password = api.reset_moderator("anna", desk.clock)
    assert not Device.objects.exists()
    device = api.remember_device(enter(desk, "anna", password), "", desk.sealer, desk.clock)
    desk.clock.advance(rules.DEVICE_KNOWN + timedelta(seconds=1))
    assert not sign_in._is_known(anna, device, desk.sealer, desk.clock.now())
    api.tidy(desk.clock, idempotency=timedelta(hours=24))
    assert not Device.objects.exists()


@pytest.mark.parametrize("name", ["anna", "nobody"])
def test_a_name_that_nobody_has_is_answered_like_one_that_somebody_has(
    desk: Desk, name: str
) -> None:
    api.add_moderator("anna", desk.clock)
    assert [answer(desk, name, device) for device in ["", "x" * 64, "é", "y" * 99] * 2] == [
        *[0] * 5,
        *[60] * 3,
    ]


@pytest.mark.parametrize("typed", ["Zoe\u0308", " Zo\u00eb ", "Zo\u00eb" + " " * 90, "zo\u00eb"])
def test_another_way_to_type_a_name_gives_no_more_tries(desk: Desk, typed: str) -> None:
    api.add_moderator("Zo\u00eb", desk.clock)
    use_up(desk, "Zo\u00eb")
    assert answer(desk, typed) > 0


@pytest.mark.parametrize("years", [1, -1])
def test_a_clock_that_was_wrong_locks_no_moderator_out(desk: Desk, years: int) -> None:
    password = api.add_moderator("anna", desk.clock)
    desk.clock.advance(timedelta(days=365 * years))
    use_up(desk, "anna")
    desk.clock.advance(timedelta(days=-365 * years))
    try:
        enter(desk, "anna", password)
    except SignInSlowed as slowed:
        desk.clock.advance(timedelta(seconds=slowed.seconds))
        assert enter(desk, "anna", password).username == "anna"


def test_names_that_were_tried_are_not_kept_in_the_clear_nor_for_long(desk: Desk) -> None:
    answer(desk, "somebody")
    assert all(b"somebody" not in bytes(row.subject) for row in SignInThrottle.objects.all())
    desk.clock.advance(timedelta(hours=2))
    api.tidy(desk.clock, idempotency=timedelta(hours=24))
    assert not SignInThrottle.objects.exists()
