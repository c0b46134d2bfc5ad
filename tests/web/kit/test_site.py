"""A process has one site, and says so where it has another."""

import pytest
from django.test import override_settings

from staydown.web.kit.site import site_of


class Shop:
    pass


def test_the_site_of_the_process_is_found_by_its_kind() -> None:
    shop = Shop()
    with override_settings(STAYDOWN=shop):
        assert site_of(Shop) is shop


@pytest.mark.parametrize("site", [None, "something else"])
def test_a_process_without_that_site_says_so(site: object) -> None:
    with override_settings(STAYDOWN=site), pytest.raises(TypeError, match="no Shop"):
        site_of(Shop)
