"""Real sites as processes of their own, on either database."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.flows.sites import Sites, running_sites
from tests.postgres import USER, Server


@pytest.fixture(params=["sqlite", "postgresql"])
def sites(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sites]:
    """A bank and a desk that follows it, in production's own processes."""
    databases = None
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgres_server")
        names = [f"{site}_{uuid4().hex}" for site in ("bank", "desk")]
        for name in names:
            server.create_database(name)
        bank, desk = (f"{USER}@{server.host}:{server.port}/{name}" for name in names)
        databases = (bank, desk)
    with running_sites(tmp_path, databases) as running:
        yield running


@pytest.fixture(scope="module")
def quick_sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    """The same on SQLite alone, shared by tests that don't depend on the database."""
    with running_sites(tmp_path_factory.mktemp("sites"), None) as running:
        yield running
