"""What is listed of a file that holds several pictures: those that differ, and each once."""

from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from staydown.base.face import Colour, Face
from staydown.base.vocabulary import Kind
from staydown.fingerprint.moments import MOST_LISTED, SAME_BITS, moves, other_moments
from staydown.fingerprint.pdq import pdq
from staydown.fingerprint.registry import picture_worker
from staydown.media.worker import PictureWorker
from tests.media.faced import BASE, DECOY, FACED, PLAIN, animation, falling, negative, saved


@pytest.fixture(scope="module")
def worker() -> Iterator[PictureWorker]:
    """One decoder process."""
    with picture_worker() as running:
        yield running


def test_frames_that_differ_are_listed_at_full_size_and_each_once(worker: PictureWorker) -> None:
    """Brighter ones that partners would take for the same are left out."""
    brighter = BASE.point(lambda level: min(255, level + 12))
    data = animation("PNG", DECOY, BASE, brighter, DECOY, negative(BASE))
    found = other_moments(data, worker, [Kind.PDQ])
    assert [one.face for one in found] == [Face(2), Face(5)]
    assert found[0].fingerprints == (pdq(np.asarray(BASE)),)


def test_no_more_are_listed_than_a_page_offers(worker: PictureWorker) -> None:
    """With the first one."""
    rng = np.random.default_rng(2)
    frames = [Image.fromarray(rng.integers(0, 255, (70, 70, 3), dtype=np.uint8)) for _ in range(20)]
    found = other_moments(animation("WEBP", *frames, lossless=True), worker, [Kind.PDQ])
    assert len(found) == MOST_LISTED - 1
    prints = [one.fingerprints[0] for one in found]
    assert all(a.distance(b) > SAME_BITS for i, a in enumerate(prints) for b in prints[:i])


def test_both_colours_are_listed_and_nothing_under_transparency(worker: PictureWorker) -> None:
    """As it is shown, where a profile makes another picture of it."""
    (shown,) = other_moments(
        saved(negative(BASE), "PNG", icc_profile=falling()), worker, [Kind.PDQ]
    )
    assert shown.face == Face(colour=Colour.PROFILE)
    assert other_moments(FACED["clear.png"][0](), worker, [Kind.PDQ]) == ()
    assert other_moments(PLAIN["plain.jpg"](), worker, [Kind.PDQ]) == ()


def test_a_photographs_small_second_picture_makes_it_no_animation() -> None:
    """Of an animation one is told that only its first frame was taken."""
    assert moves(FACED["second.gif"][0]())
    assert moves(FACED["second.tiff"][0]())
    assert not moves(FACED["second.jpg"][0]())
    assert not moves(FACED["clear.png"][0]())
