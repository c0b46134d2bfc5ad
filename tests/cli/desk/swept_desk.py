"""A desk that follows a bank in memory, and catalogues for it to sweep."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.registry import fingerprint_picture, picture_worker
from tests.desk_server import STAYDOWN, FollowedBank, RunningDesk, make_desk
from tests.exchange.simulated_site import serving

SAMPLES = Path(__file__).parents[3] / "src/staydown/cli/samples"

#: What the bank lists a PDQ of, and what it doesn't.
LISTED = ("coffee", "rocket")
OTHERS = ("chelsea", "moon")


@dataclass(frozen=True)
class SweptDesk:
    """A desk that has read its bank, and can be swept for."""

    desk: RunningDesk

    @property
    def settings(self) -> tuple[str, str]:
        """The option that names the settings."""
        return "--settings", str(self.desk.settings_path)

    def command(self, *arguments: str | bytes) -> list[str | bytes]:
        """Return ``staydown desk sweep …`` for this desk."""
        return [*STAYDOWN, "desk", "sweep", *arguments, *self.settings]

    def run(self, *arguments: str | bytes, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a sweep to its end."""
        return subprocess.run(
            self.command(*arguments), capture_output=True, text=True, check=False, **options
        )

    def sweep(self, *arguments: str | bytes, **options: Any) -> dict[str, Any]:
        """Run a sweep that works, and return what it said."""
        done = self.run(*arguments, "--json", **options)
        assert done.returncode == 0, done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def records(self, name: str, kind: str) -> list[dict[str, Any]]:
        """Return the lines of a sweep's report."""
        file = self.desk.folder / "sweeps" / name / f"{kind}.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()]


@contextmanager
def swept_desk(
    folder: Path, bank: BankSimulator | None = None, *, database: str | None = None
) -> Iterator[SweptDesk]:
    """Make a desk whose bank lists two of the shipped samples, and more if ``bank`` does."""
    bank = bank or BankSimulator()
    with picture_worker() as worker:
        for name in LISTED:
            bank.put(fingerprint_picture((SAMPLES / f"{name}.jpg").read_bytes(), worker))
    with serving(bank) as url:
        followed = FollowedBank("bank", url, bank.subscription_key, bank.function_key)
        desk = make_desk(folder, [followed], database=database)
        desk.command("tick")
        yield SweptDesk(desk)


def catalogue(folder: Path, copies: int = 4) -> Path:
    """Make a folder of copies of every sample, in folders below, and some that are no pictures."""
    for number in range(copies):
        below = folder / f"{number % 7}" / f"album {number}"
        below.mkdir(parents=True)
        for name in (*LISTED, *OTHERS):
            shutil.copyfile(SAMPLES / f"{name}.jpg", below / f"{name}.jpg")
    (folder / "notes.txt").write_text("no picture")
    (folder / "empty.jpg").touch()
    (folder / "broken.jpg").write_bytes((SAMPLES / "moon.jpg").read_bytes()[:900])
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    os.mkfifo(folder / "pipe")
    return folder
