"""PDQ of pixels equals the ``pdqhash`` package on more than two hundred pictures of all sorts."""

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staydown.base.vocabulary import Kind, Turn
from staydown.fingerprint.pdq import pdq, pdq_turns, warm
from staydown.fingerprint.value import Fingerprint
from tests.fingerprint.make_vectors import peer_pdq
from tests.fingerprint.pictures import CONTENTS, RGB
from tests.peers import peer_package

SIZES = [
    *[(8, 8), (8, 120), (121, 8), (13, 17), (31, 64), (64, 64), (65, 63), (100, 75), (128, 128)],
    *[(129, 127), (200, 150), (255, 257), (320, 240), (1000, 37), (37, 1000), (512, 512)],
    *[(640, 480), (1024, 768)],
]
LARGE = [("chelsea", 1920, 1080), ("screen", 1080, 2340), ("coffee", 4000, 3000)]
LARGEST = [("rocket", 5472, 3648), ("gradient", 20_000, 1_000)]

CHANGES: dict[str, Callable[[RGB], RGB]] = {
    "turned upside down": lambda pixels: pixels[::-1, ::-1].copy(),
    "inverted": lambda pixels: 255 - pixels,
    "darkened": lambda pixels: pixels // 5,
    "cut": lambda pixels: pixels[17:-9, 5:-30].copy(),
    "framed in white": lambda pixels: np.pad(
        pixels, ((40, 40), (0, 0), (0, 0)), constant_values=255
    ),
}


def pictures() -> Iterator[tuple[str, RGB]]:
    """Every picture that is measured, with its name."""
    for content, draw in CONTENTS.items():
        for width, height in SIZES:
            yield f"{content} {width} x {height}", draw(width, height)
    for content in ("chelsea", "coffee", "rocket", "moon", "blobs", "screen"):
        for change, make in CHANGES.items():
            yield f"{content} {change}", make(CONTENTS[content](300, 200))
    for content, width, height in LARGE + LARGEST:
        yield f"{content} {width} x {height}", CONTENTS[content](width, height)


def peer(pixels: RGB) -> Fingerprint:
    """The fingerprint that the peer gives."""
    value, quality = peer_pdq(pixels)
    return Fingerprint.parse(Kind.PDQ, value, quality)


def test_bits_and_quality_equal_the_peer_s(
    record_property: Callable[[str, object], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """Distance 0 on 99 of 100 pictures, never more than 2; quality within 1."""
    distances, qualities, worst = Counter[int](), Counter[int](), []
    for name, pixels in pictures():
        ours, theirs = pdq(pixels), peer(pixels)
        distance = ours.distance(theirs)
        distances[distance] += 1
        qualities[abs((ours.quality or 0) - (theirs.quality or 0))] += 1
        if distance:
            worst.append((distance, name))
    record_property("distances", dict(distances))
    record_property("quality differences", dict(qualities))
    with capsys.disabled():
        sys.stdout.write(f"\nPDQ against pdqhash: {dict(distances)}, quality {dict(qualities)} ")
    total = distances.total()
    assert total >= 200
    assert distances[0] >= 0.99 * total, worst
    assert max(distances) <= 2, worst
    assert max(qualities) <= 1


@settings(max_examples=120, deadline=None)
@given(
    width=st.integers(1, 300),
    height=st.integers(1, 300),
    seed=st.integers(0, 1000),
    coarse=st.integers(1, 40),
)
def test_any_size_equals_the_peer_s(width: int, height: int, seed: int, coarse: int) -> None:
    """Also sizes at the borders of windows and samples, and too small for a fingerprint."""
    cells = np.random.default_rng(seed).integers(
        0, 256, (height // coarse + 1, width // coarse + 1, 3), dtype=np.uint8
    )
    pixels = np.kron(cells, np.ones((coarse, coarse, 1), dtype=np.uint8))[:height, :width]
    ours, theirs = pdq(pixels), peer(pixels)
    assert ours == theirs


STRANGE = ["flat", "noise", "stripes", "checks", "gradient", "screen"]


@settings(max_examples=60, deadline=None)
@given(
    content=st.sampled_from(STRANGE),
    width=st.integers(5, 700),
    height=st.integers(5, 700),
    change=st.sampled_from(sorted(CHANGES)),
)
def test_flat_noisy_and_striped_pictures_equal_the_peer_s_to_the_bit(
    content: str, width: int, height: int, change: str
) -> None:
    """Where half of the bits are rounding noise, the noise is the same."""
    pixels = CHANGES[change](CONTENTS[content](width, height))
    if min(pixels.shape[:2]) >= 5:
        assert pdq(pixels) == peer(pixels)


@pytest.mark.parametrize("window", [1, 2, 3, 8, 15, 16, 17, 33])
def test_sides_at_the_borders_of_windows_and_blocks_equal_the_peer_s(window: int) -> None:
    """A window grows by one pixel with each 128 of the side; blocks are of 16."""
    for width in (128 * window - 1, 128 * window, 128 * window + 1, 128 * window - 16):
        pixels = CONTENTS["noise"](width, 23)
        assert pdq(pixels) == peer(pixels)
        turned = np.ascontiguousarray(pixels.swapaxes(0, 1))
        assert pdq(turned) == peer(turned)


def test_a_processor_without_fused_multiplication_gives_the_same_bits() -> None:
    """There a mean is a division: compiled for the plainest processor of this kind, in a child."""
    script = (
        "import numpy as np\n"
        "from staydown.fingerprint.pdq import pdq\n"
        "for side in (64, 300):\n"
        "    pixels = np.random.default_rng(side).integers(0, 256, (side, side + 7, 3), np.uint8)\n"
        "    print(pdq(pixels).hex, pdq(pixels[:, :, 0]).hex)\n"
    )
    outputs = set()
    for extra in ({}, {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}):
        environment = {**os.environ, **extra}
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, check=True, env=environment
        )
        outputs.add(done.stdout)
    assert len(outputs) == 1
    assert len(outputs.pop().split()) == 4


def turned(pixels: RGB, turn: Turn) -> RGB:
    """The picture mirrored left to right, then turned clockwise, as ``turn`` says."""
    mirrored = pixels[:, ::-1] if turn.value.startswith("mirrored") else pixels
    _, _, degrees = turn.value.partition("_")
    return np.ascontiguousarray(np.rot90(mirrored, -int(degrees or 0) // 90))


@pytest.mark.parametrize("content", ["chelsea", "coffee", "rocket", "moon", "blobs"])
@pytest.mark.parametrize(
    ("width", "height"), [(64, 64), (40, 30), (129, 300), (300, 200), (512, 384), (1023, 767)]
)
def test_eight_turns_at_once_equal_each_turn_alone(content: str, width: int, height: int) -> None:
    """Also where samples and windows are not symmetrical."""
    pixels = CONTENTS[content](width, height)
    together = pdq_turns(pixels)
    assert list(together) == list(Turn)
    assert together[Turn.NONE] == pdq(pixels)
    for turn, found in together.items():
        alone = pdq(turned(pixels, turn))
        assert found.distance(alone) <= 4
        assert abs((found.quality or 0) - (alone.quality or 0)) <= 1


def test_eight_turns_come_nearer_than_the_peer_s() -> None:
    """The peer flips the signs of frequencies, as if a picture were sampled symmetrically."""
    pixels = CONTENTS["coffee"](512, 384)
    theirs, _ = peer_package("pdqhash").compute_dihedral(pixels)
    mirrored = Fingerprint(Kind.PDQ, np.packbits(np.asarray(theirs[5], dtype=np.uint8)).tobytes())
    alone = pdq(turned(pixels, Turn.MIRRORED))
    assert pdq_turns(pixels)[Turn.MIRRORED].distance(alone) < mirrored.distance(alone) <= 20


def test_turns_of_a_picture_too_small_have_quality_0() -> None:
    """As the picture itself."""
    assert pdq_turns(CONTENTS["noise"](4, 40)) == dict.fromkeys(
        Turn, Fingerprint(Kind.PDQ, bytes(32), 0)
    )


def test_grey_pixels_equal_the_same_grey_as_three_channels() -> None:
    """One channel is the short form of three equal ones."""
    for width, height in ((64, 64), (301, 77)):
        grey = CONTENTS["moon"](width, height)
        assert pdq(grey[:, :, 0]) == pdq(grey)


@pytest.mark.parametrize("turn", [np.flipud, np.fliplr, lambda pixels: pixels.swapaxes(0, 1)])
def test_pixels_that_lie_otherwise_in_memory_are_read_right(turn: Callable[[RGB], RGB]) -> None:
    """A turned view of an array is hashed as the picture it shows."""
    view = turn(CONTENTS["chelsea"](301, 200))
    assert not view.flags["C_CONTIGUOUS"]
    assert pdq(view) == pdq(view.copy())


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((9, 9, 4), dtype=np.uint8),
        np.zeros((9, 9, 1), dtype=np.uint8),
        np.zeros(9, dtype=np.uint8),
        np.zeros((9, 9, 3), dtype=np.float32),
        np.zeros((9, 9, 3), dtype=np.int8),
    ],
)
def test_what_is_not_8_bit_rgb_or_grey_is_refused(pixels: RGB) -> None:
    """A wrong shape is a mistake of the caller, never a wrong fingerprint."""
    with pytest.raises(ValueError, match="8-bit pixels"):
        pdq(pixels)


@pytest.mark.parametrize(("width", "height"), [(4, 4), (1, 1), (4, 4000), (4000, 4)])
def test_a_picture_too_small_for_a_fingerprint_has_quality_0(width: int, height: int) -> None:
    """All bits 0 and quality 0, as the peer: never listed and never acting alone."""
    assert pdq(CONTENTS["noise"](width, height)) == Fingerprint(Kind.PDQ, bytes(32), 0)


def test_threads_may_hash_side_by_side() -> None:
    """No state is shared between two calls."""
    pixels = [CONTENTS[name](400, 300) for name in ("chelsea", "coffee", "rocket", "screen")]
    expected = [pdq(one) for one in pixels]
    found: dict[int, list[Fingerprint]] = {}

    def work(number: int) -> None:
        found[number] = [pdq(one) for one in pixels for _ in range(5)]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(found[number] == [one for one in expected for _ in range(5)] for number in range(4))


def test_after_warming_no_call_compiles() -> None:
    """Every form of pixels is ready: a first picture costs no more than a second."""
    from staydown.fingerprint import pdq as module
    from staydown.fingerprint import samples

    warm()
    named = [*vars(module).values(), *vars(samples).values()]
    kernels = [value for value in named if hasattr(value, "signatures")]
    before = [len(kernel.signatures) for kernel in kernels]
    for shape in ((64, 64), (64, 64, 3), (500, 300), (300, 500, 3)):
        pdq(np.zeros(shape, dtype=np.uint8))
        pdq(np.zeros(shape, dtype=np.uint8)[::-1])
        pdq_turns(np.zeros(shape, dtype=np.uint8))
        readonly = np.zeros(shape, dtype=np.uint8)
        readonly.flags.writeable = False
        pdq(readonly)
    assert kernels
    assert [len(kernel.signatures) for kernel in kernels] == before


def test_it_works_where_no_folder_can_keep_compiled_code(tmp_path: Path) -> None:
    """A read-only installation and home are no reason to fail: the code is compiled each time."""
    script = (
        "import numba.core.caching as caching\n"
        "caching.CacheImpl._locator_classes = []\n"  # as on a machine where nothing is writable
        "import numpy, staydown.kernels.compiled as compiled\n"
        "@kernel\n"
        "def double(x): return x * 2\n"
        "print(double(numpy.float32(21)))\n"
    ).replace("@kernel", "@compiled.kernel")
    path = tmp_path / "readonly.py"
    path.write_text(script)
    done = subprocess.run([sys.executable, str(path)], capture_output=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, b"42.0"), done.stderr
