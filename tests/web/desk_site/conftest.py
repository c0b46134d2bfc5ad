"""One running desk for all tests of this folder; every test uses fingerprints of its own."""

from collections.abc import Iterator

import pytest

from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.registry import fingerprint_picture, picture_worker
from staydown.net.message import Request, Response
from tests.desk_server import FollowedBank, running_desk
from tests.exchange.simulated_site import serving
from tests.web.desk_site.support import SAMPLES, Site

#: A picture of one pixel.
PIXEL = (
    b"<svg xmlns='http://www.w3.org/2000/svg' width='40' height='40'>"
    b"<rect width='40' height='40' fill='teal'/></svg>"
)


def _preview(request: Request) -> Response:
    return Response(200, {"Content-Type": "image/svg+xml"}, PIXEL)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A desk that follows one bank in memory."""
    bank = BankSimulator()
    with serving(bank) as url, serving(_preview) as previews:
        followed = FollowedBank("bank", url, bank.subscription_key, bank.function_key)
        folder = tmp_path_factory.mktemp("desk")
        with running_desk(folder, [followed], preview_origin=previews) as desk:
            site = Site(desk, bank, previews)
            yield site
            site.close()


@pytest.fixture(scope="session")
def keeping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A desk that looks back seven days."""
    bank = BankSimulator()
    with serving(bank) as url:
        followed = FollowedBank("bank", url, bank.subscription_key, bank.function_key)
        folder = tmp_path_factory.mktemp("keeping")
        more = "\n[look_back]\nkeep_days = 7\n"
        with running_desk(folder, [followed], more_settings=more) as desk:
            site = Site(desk, bank, "")
            yield site
            site.close()


@pytest.fixture(scope="session")
def coffee(site: Site) -> bytes:
    """A photograph whose fingerprint the bank has listed."""
    data = (SAMPLES / "coffee.jpg").read_bytes()
    with picture_worker() as worker:
        site.list(fingerprint_picture(data, worker))
    return data
