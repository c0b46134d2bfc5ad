"""Files to fingerprints: close to the peer where the peer is right, right where it is not."""

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from staydown.base.vocabulary import Kind
from staydown.fingerprint.model import find_model
from staydown.fingerprint.registry import (
    fingerprint_kinds,
    fingerprint_picture,
    picture_worker,
)
from staydown.fingerprint.value import Fingerprint
from staydown.media.errors import DecoderFailed, NotAPicture
from staydown.media.worker import PictureWorker
from tests.fingerprint.make_vectors import peer_pdq
from tests.fingerprint.pictures import CONTENTS
from tests.media.files import STORED
from tests.peers import peer_package

#: Files of upright RGB or grey: the peer reads these right.
PLAIN = [
    *["jpeg", "jpeg progressive", "jpeg grey", "mpo", "png", "png L", "png RGB 16 bit", "webp"],
    *["bmp", "tiff", "tiff jpeg", "tiff LZW", "avif", "jpeg turned 1", "png turned 1"],
]
SIZES = [(240, 160), (131, 257)]

#: Contents whose bits come from the picture. (Those of a plain or endlessly repeated pattern come
#: from rounding and from what JPEG loses: an RGB JPEG of the chequer-board is as far from its PNG.)
BUSY = ["chelsea", "coffee", "rocket", "moon", "blobs", "screen"]


@pytest.fixture(scope="module")
def worker() -> Iterator[PictureWorker]:
    with picture_worker() as running:
        yield running


def test_plain_files_come_out_as_the_peer_s_own_reading(
    worker: PictureWorker, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Within 8 bits of ``pdq_from_file`` on every upright RGB or grey file."""
    pdq_from_file = peer_package("threatexchange.signal_type.pdq.pdq_hasher").pdq_from_file
    distances = Counter[int]()
    for content, draw in CONTENTS.items():
        for width, height in SIZES:
            for name in PLAIN:
                data = STORED[name][0](draw(width, height))
                path = tmp_path / "picture"
                path.write_bytes(data)
                value, quality = pdq_from_file(path)
                theirs = Fingerprint.parse(Kind.PDQ, value, quality)
                distance = fingerprint_picture(data, worker).distance(theirs)
                assert distance <= 8, (content, width, height, name)
                distances[distance] += 1
    record_property("distances to pdq_from_file", dict(distances))
    sys.stdout.write(f"\nfiles against pdq_from_file: {dict(distances)}")


def test_odd_files_come_out_as_the_same_picture_in_a_plain_file(
    worker: PictureWorker, record_property: Callable[[str, object], None]
) -> None:
    """Palette, CMYK, YCbCr, deep, transparent, turned: within 12 bits of an upright RGB PNG."""
    distances: dict[str, list[int]] = defaultdict(list)
    for content in BUSY:
        for width, height in SIZES:
            pixels = CONTENTS[content](width, height)
            for name, (store, look, _) in STORED.items():
                if name in PLAIN:
                    continue
                value, quality = peer_pdq(look(pixels))
                plain = Fingerprint.parse(Kind.PDQ, value, quality)
                distance = fingerprint_picture(store(pixels), worker).distance(plain)
                assert distance <= 12, (content, width, height, name)
                distances[name].append(distance)
    every = Counter(distance for one in distances.values() for distance in one)
    record_property("distances to a plain PNG", dict(every))
    sys.stdout.write(f"\nodd files against a plain PNG: {dict(every)}")


def test_a_file_that_is_no_picture_is_told(worker: PictureWorker) -> None:
    """The decoder's own error reaches the caller."""
    with pytest.raises(NotAPicture):
        fingerprint_picture(b"hello", worker)


class Lying(PictureWorker):
    """A worker whose child was taken over and answers as it likes."""

    def __init__(self, answer: object) -> None:
        super().__init__()
        self.answer = answer

    def run(self, *_: object, **__: object) -> object:  # type: ignore[override]  # it lies
        return self.answer


@pytest.mark.parametrize(
    "answer",
    [
        *[None, [], "0" * 64, {}, {"bits": "0" * 64, "quality": 101}],
        *[{"bits": "0" * 63, "quality": 5}, {"bits": 5, "quality": 5}],
        *[{"bits": "0" * 64, "quality": "5"}, {"bits": "0" * 64, "quality": True}],
    ],
)
def test_an_answer_that_is_no_fingerprint_is_refused(answer: object) -> None:
    """What comes from the child is checked as any foreign data."""
    with pytest.raises(DecoderFailed):
        fingerprint_picture(b"", Lying(answer))


def test_two_kinds_are_made_of_one_reading(worker: PictureWorker) -> None:
    """What ``fingerprint_picture`` makes, and a copy code beside it."""
    data = STORED["jpeg"][0](CONTENTS["coffee"](240, 160))
    model = find_model()
    with picture_worker(model=model) as with_network:
        made = fingerprint_kinds(data, with_network, (Kind.PDQ, Kind.COPY1), model=model)
    assert [one.kind for one in made] == [Kind.PDQ, Kind.COPY1]
    assert made[0] == fingerprint_picture(data, worker)
    with pytest.raises(ValueError, match="network"):
        fingerprint_kinds(data, worker, (Kind.COPY1,))
