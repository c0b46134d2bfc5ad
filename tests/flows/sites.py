"""A bank and a desk together, and the platform that offers uploads to the desk."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.bank_server import RunningBank, running_bank
from tests.dates import ServedClock
from tests.desk_server import FollowedBank, RunningDesk, running_desk

PARTNER = "Example platform"
SAMPLES = Path(__file__).parents[2] / "src/staydown/cli/samples"
LISTED = SAMPLES / "coffee.jpg"
ALTERED_COPY = SAMPLES / "coffee-copy.jpg"
UNRELATED = SAMPLES / "chelsea.jpg"


@dataclass(frozen=True)
class Sites:
    """Both sites, running."""

    bank: RunningBank
    desk: RunningDesk

    def offer(self, picture: Path, reference: str = "post-1") -> httpx.Response:
        """Offer an upload to the desk, as the platform's own servers do."""
        return httpx.post(
            f"{self.desk.url}/api/v1/uploads",
            content=picture.read_bytes(),
            headers={
                **self.desk.headers,
                "Content-Type": "image/jpeg",
                "X-Staydown-Reference": reference,
            },
            timeout=30,
        )


@contextmanager
def running_sites(folder: Path, databases: tuple[str, str] | None) -> Iterator[Sites]:
    """Run both until the block ends; ``databases`` are two empty ones of PostgreSQL."""
    bank_database, desk_database = databases or (None, None)
    clock = ServedClock.beside(folder)
    with running_bank(folder / "bank", postgres=bank_database, clock=clock) as bank:
        keys = bank.add_partner(PARTNER)
        followed = FollowedBank("example", bank.url, keys.subscription_key, keys.function_key)
        with running_desk(folder / "desk", [followed], database=desk_database, clock=clock) as desk:
            yield Sites(bank, desk)


def within(seconds: float, happened: Callable[[], bool]) -> float:
    """Return after how many seconds something was true; fail if it wasn't in time."""
    start = time.monotonic()
    while not happened():
        assert time.monotonic() - start < seconds, f"it did not happen within {seconds} s"
        time.sleep(0.05)
    return time.monotonic() - start
