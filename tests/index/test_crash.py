"""Killing the process at any moment loses nothing that was acknowledged."""

import json
import subprocess
import sys
from pathlib import Path

KILLS = 120


def test_a_process_killed_at_random_moments_loses_nothing_that_it_had_saved(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.index.crash", str(tmp_path / "index"), str(KILLS)],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert told["kills"] == KILLS
    # Moments that were hit: before a first saving, and between writing and saying so.
    assert told["saved"] > KILLS // 2
    assert told["cursor"] > KILLS
