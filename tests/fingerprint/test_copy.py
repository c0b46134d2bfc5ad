"""The copy code: the same everywhere, the same in any company, near for copies, far for others."""

import io
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from staydown.base.vocabulary import Kind
from staydown.fingerprint import copy
from staydown.fingerprint.copy import MOST_LONG_SIDE, SHORT_SIDE, copy_codes, network_size, prepare
from staydown.fingerprint.model import find_model
from staydown.fingerprint.network import session
from staydown.fingerprint.registry import fingerprint_kinds, picture_worker
from staydown.fingerprint.rotations import signs_of
from staydown.fingerprint.value import BITS, Fingerprint
from tests.fingerprint.make_copy_vectors import FILE, pixels_of, prepared_hash
from tests.fingerprint.pictures import RGB, SAMPLES, noise, photograph

VECTORS: list[dict[str, str]] = json.loads(FILE.read_text(encoding="utf-8"))

#: Bits that may differ between two runs of the same picture: 2 %.
SAME = BITS[Kind.COPY1] // 50

#: At this distance two pictures are held to be copies of each other.
MATCH = 302


@pytest.fixture(scope="module")
def model() -> str:
    return str(find_model())


# --------------------------------------------------------------------------- the same everywhere


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["file"] for vector in VECTORS])
def test_a_vector_gives_its_code(vector: dict[str, str], model: str) -> None:
    """What the network is given is the same to the byte, and the code to within 2 %."""
    pixels = pixels_of(vector["file"])
    assert prepared_hash(pixels) == vector["prepared"]
    (code,) = copy_codes([pixels], model)
    assert code.distance(Fingerprint.parse(Kind.COPY1, vector["code"])) <= SAME


def test_company_changes_nothing(model: str) -> None:
    """Pictures of equal and of different sizes, in one call and one by one, in any order."""
    names = ("chelsea", "coffee", "moon", "rocket", "chelsea")
    pictures = [photograph(name, 300, 200) for name in names]
    pictures += [photograph(name, 150, 210) for name in names[:2]]
    together = copy_codes(pictures, model)
    alone = [copy_codes([picture], model)[0] for picture in pictures]
    assert max(a.distance(b) for a, b in zip(together, alone, strict=True)) <= SAME
    assert copy_codes(pictures[::-1], model) == together[::-1]
    assert copy_codes([], model) == []


def test_the_number_of_threads_changes_nothing(model: str) -> None:
    """Another number of threads, and sums in another order (no graph optimisation)."""
    import onnxruntime

    shown = np.stack(
        [prepare(photograph("coffee", 300, 200)), prepare(photograph("moon", 300, 200))]
    )
    outputs = []
    for threads, optimised in ((1, True), (2, True), (1, False)):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        if not optimised:
            options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        outputs.append(signs_of(session.run(None, {"image": shown})[0]))
    first, threaded, plain = outputs
    assert np.bitwise_count(first ^ threaded).sum(axis=1).max() <= SAME
    assert np.bitwise_count(first ^ plain).sum(axis=1).max() <= 2 * SAME


# --------------------------------------------------------------------------- what it is for


def _copies(pixels: RGB) -> dict[str, RGB]:
    """Things people do to a picture that PDQ alone misses."""
    height, width, _ = pixels.shape
    image = Image.fromarray(pixels)
    captioned = np.full((height + height // 6, width, 3), 255, np.uint8)
    captioned[height // 6 :] = pixels
    crossed = pixels.copy()
    crossed[height // 3 : height // 2] = (200, 30, 30)
    return {
        "smaller": np.asarray(image.resize((width // 3, height // 3))),
        "mirrored": pixels[:, ::-1],
        "cut to half": pixels[height // 5 : -height // 10, width // 4 : -width // 12],
        "tilted": np.asarray(image.rotate(5, Image.Resampling.BICUBIC, expand=True)),
        "captioned": captioned,
        "a bar across": crossed,
        "stretched": np.asarray(image.resize((width, int(height * 1.3)))),
        "darker": (pixels * 0.5).astype(np.uint8),
    }


def test_copies_are_near_and_others_far(model: str) -> None:
    """Each copy is within the limit of its own picture and far beyond it of every other."""
    listed = [photograph(name, 480, 360) for name in ("chelsea", "coffee", "rocket")]
    codes = copy_codes(listed, model)
    for place, picture in enumerate(listed):
        copies = _copies(picture)
        for name, found in zip(copies, copy_codes(list(copies.values()), model), strict=True):
            distances = [found.distance(code) for code in codes]
            assert distances.pop(place) <= MATCH, name
            assert min(distances) > 400, name


def test_a_grey_picture_is_one_with_three_equal_bands(model: str) -> None:
    """As the quick grey form and single-band files come."""
    grey = photograph("moon", 250, 250)[:, :, 0]
    assert np.array_equal(prepare(grey), prepare(np.dstack([grey] * 3)))
    (code,) = copy_codes([grey], model)
    assert code.kind is Kind.COPY1
    assert code.quality is None


# --------------------------------------------------------------------------- preparing


@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_the_network_never_gets_much(height: int, width: int) -> None:
    """The short side is 224, the long one at most twice that, and turning turns the size."""
    size = network_size(height, width)
    assert min(size) == SHORT_SIDE
    assert max(size) <= MOST_LONG_SIDE
    assert network_size(width, height) == size[::-1]
    if max(height, width) < 2 * min(height, width):
        assert abs(size[1] * height - size[0] * width) <= max(height, width)


def _line(source: int, target: int) -> Any:
    """The resizing of one axis as a matrix, written from the definition."""
    matrix = np.zeros((target, source))
    for place in range(target):
        if target <= source:
            edges = np.arange(source)
            start, end = place * source / target, (place + 1) * source / target
            cover = np.minimum(edges + 1, end) - np.maximum(edges, start)
            matrix[place] = np.maximum(cover, 0) * target / source
        else:
            at = (place + 0.5) * source / target - 0.5
            for pixel, share in ((int(np.floor(at)), 1 - at % 1), (int(np.floor(at)) + 1, at % 1)):
                matrix[place, min(max(pixel, 0), source - 1)] += share
    return matrix


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 700), st.integers(1, 700), st.integers(0, 9))
def test_resizing_is_the_mean_of_what_is_covered(height: int, width: int, seed: int) -> None:
    """To within one level of the same written as two matrices in double precision."""
    pixels = noise(width, height, seed)
    rows, columns = network_size(height, width)
    bands = [
        _line(height, rows) @ pixels[:, :, band] @ _line(width, columns).T for band in range(3)
    ]
    found = prepare(pixels)
    assert found.shape == (rows, columns, 3)
    assert found.dtype == np.uint8
    assert np.abs(found - np.dstack(bands)).max() <= 0.501


def test_views_of_an_array_are_taken_too(model: str) -> None:
    """Cropped and mirrored arrays, which don't lie in memory in one piece."""
    picture = photograph("coffee", 301, 207)
    odd = picture[3:200:1, 280:5:-1]
    assert np.array_equal(prepare(odd), prepare(np.ascontiguousarray(odd)))


# --------------------------------------------------------------------------- in the worker


def test_a_bounded_worker_makes_codes(model: str) -> None:
    """Within the worker's ordinary limit of memory, also of 48 megapixels."""
    with Image.open(SAMPLES / "rocket.jpg") as image:
        here, small = image.convert("RGB"), (SAMPLES / "rocket.jpg").read_bytes()
    large = io.BytesIO()
    here.resize((8000, 6000)).save(large, "JPEG")
    (expected,) = copy_codes([np.asarray(here)], model)
    with picture_worker(model=find_model()) as worker:
        kinds = (Kind.PDQ, Kind.COPY1)
        for data, limit in ((small, SAME), (large.getvalue(), MATCH)):
            pdq, code = fingerprint_kinds(data, worker, kinds, model=find_model())
            assert pdq.kind is Kind.PDQ
            assert code.distance(expected) <= limit


def test_the_network_is_loaded_once(model: str) -> None:
    """A second picture does not wait for it."""
    copy.warm(model)
    assert session(model) is session(model)
