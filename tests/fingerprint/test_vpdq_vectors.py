"""The lines that are made of sound films stay the same."""

import json
from collections.abc import Iterator

import pytest

from staydown.fingerprint.registry import picture_worker
from staydown.fingerprint.video import fingerprint_video
from staydown.media.form import Form
from staydown.media.worker import PictureWorker
from tests.fingerprint.make_vpdq_vectors import FOLDER

VECTORS = json.loads((FOLDER / "lines.json").read_text())


@pytest.fixture(scope="module", name="worker")
def _worker() -> Iterator[PictureWorker]:
    with picture_worker() as started:
        yield started


@pytest.mark.parametrize("name", sorted(VECTORS))
def test_the_lines_of_a_sound_film_are_those_that_were_listed(
    worker: PictureWorker, name: str
) -> None:
    """Whatever is done for damaged ones; nothing of it is called damaged."""
    with worker.open((FOLDER / name).read_bytes(), Form.FILE) as file:
        found = fingerprint_video(file, views=False)
    assert found.lines().splitlines() == VECTORS[name]["lines"]
    assert found.seconds == VECTORS[name]["seconds"]
    assert found.damage is None
