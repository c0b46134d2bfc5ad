"""Keys of the platform's own systems."""

import pytest

from staydown.accounts.errors import NameTaken
from staydown.review import api
from staydown.review.errors import KeyNotTaken, NotHere
from staydown.review.models import PlatformKey
from tests.review.support import Desk

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_a_key_is_known_until_it_is_revoked_and_kept_only_as_a_hash(desk: Desk) -> None:
    key = api.add_platform_key("shop", desk.sealer, desk.clock)
    number = PlatformKey.objects.get(name="shop").pk
    assert api.check_platform_key(key, desk.sealer).number == number
    for wrong in ("", "sd_", key + "x", key[:-1], "x" * 5000):
        with pytest.raises(KeyNotTaken):
            api.check_platform_key(wrong, desk.sealer)
    with pytest.raises(NameTaken):
        api.add_platform_key("shop", desk.sealer, desk.clock)
    api.revoke_platform_key("shop", desk.clock)
    with pytest.raises(KeyNotTaken):
        api.check_platform_key(key, desk.sealer)
    with pytest.raises(NotHere):
        api.revoke_platform_key("shop", desk.clock)
