"""A small site that serves the real static files under the real headers."""

from collections.abc import Iterator

import pytest

from tests.web.static.site import StaticSite, static_site


@pytest.fixture(scope="session")
def site() -> Iterator[StaticSite]:
    """The static files over HTTP."""
    with static_site() as running:
        yield running
