"""The vectors shared with the browser: this program and the peer agree on every one."""

import json
from collections.abc import Iterator

import pytest

from staydown.base.vocabulary import Kind
from staydown.fingerprint.registry import fingerprint_picture, picture_worker
from staydown.fingerprint.value import Fingerprint
from staydown.media.worker import PictureWorker
from tests.fingerprint.make_vectors import FOLDER, peer_pdq, upright_rgb

VECTORS = json.loads((FOLDER / "vectors.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def worker() -> Iterator[PictureWorker]:
    with picture_worker() as running:
        yield running


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_a_vector_gives_its_fingerprint(vector: dict[str, str], worker: PictureWorker) -> None:
    """Files through our own decoder, to within 2 bits; exact pixels to the bit."""
    expected = Fingerprint.parse(Kind.PDQ, vector["pdq"], int(vector["quality"]))
    found = fingerprint_picture((FOLDER / vector["file"]).read_bytes(), worker)
    if vector["kind"] == "pixels":
        assert found == expected
    assert found.distance(expected) <= 2
    assert abs((found.quality or 0) - (expected.quality or 0)) <= 1


def test_the_vectors_are_what_the_peer_says_today() -> None:
    """The file was made with the peer and not by hand."""
    for vector in VECTORS:
        found = peer_pdq(upright_rgb(FOLDER / vector["file"]))
        assert found == (vector["pdq"], vector["quality"]), vector["name"]


def test_no_file_lies_beside_the_vectors_unused() -> None:
    """Each file has its line and each line its file."""
    files = {path.name for path in FOLDER.iterdir()} - {"vectors.json"}
    assert files == {vector["file"] for vector in VECTORS}
