"""Frames to brightness and colours."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: In a process of its own, where no thread of another test comes or goes meanwhile.
COUNT = """
import io, os
from staydown.media.frames import Film
from tests.media.videos import scenes, video

for frame in Film(io.BytesIO(video(scenes(0, 12, 10)))):
    assert frame.colour().ndim == 3
    print(len(os.listdir("/proc/self/task")))
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no list of threads")
def test_colours_are_made_without_further_threads() -> None:
    """Each would cost address space until a collection, and a long video many of them."""
    counted = subprocess.run(
        [sys.executable, "-c", COUNT], stdout=subprocess.PIPE, cwd=ROOT, text=True, check=True
    ).stdout.split()
    assert len(counted) >= 6
    assert len(set(counted)) == 1
