"""Frames to brightness and colours."""

import io
from pathlib import Path

from staydown.media.frames import Film
from tests.media.videos import scenes, video


def test_colours_are_made_without_further_threads() -> None:
    """Each would cost address space until a collection, and a long video many of them."""
    tasks = Path("/proc/self/task")
    counts = []
    for frame in Film(io.BytesIO(video(scenes(0, 12, 10)))):
        assert frame.colour().ndim == 3
        counts.append(len(list(tasks.iterdir())) if tasks.exists() else 0)
    assert len(counts) >= 6
    assert counts[0] == counts[-1]
