"""A picture is upright here where it is upright in a browser: see the table of ways."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.media.decode import decode, prepare
from staydown.media.form import Form
from staydown.media.limits import Limits
from staydown.media.picture import turned
from staydown.media.sniff import Format
from staydown.media.turning import exif_turn, stored_turn
from tests.media.oriented import FOUR_COLOURS, WAYS, orientation_of, tiff_block


@pytest.fixture(autouse=True, scope="module")
def _prepared() -> None:
    prepare(Limits())


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("form", [Form.FULL, Form.QUICK_COLOUR])
def test_a_picture_is_turned_as_browsers_turn_it(name: str, form: Form) -> None:
    """In every form."""
    store, right = WAYS[name]
    assert orientation_of(decode(store(FOUR_COLOURS), Limits(), form).pixels) == right


@given(st.integers(1, 8))
def test_each_turn_is_told_from_the_others(how: int) -> None:
    """So the table above proves something."""
    assert orientation_of(turned(FOUR_COLOURS, how)) == how
    assert exif_turn(tiff_block(how)) == how


@given(st.binary(max_size=200), st.sampled_from([b"II*\0", b"MM\0*", b""]))
def test_any_bytes_are_read_as_some_turn(block: bytes, head: bytes) -> None:
    """What breaks off or points elsewhere is no turn."""
    assert exif_turn(head + block) in range(1, 9)
    for kind in Format:
        assert stored_turn(head + block, kind) in range(1, 9)


@given(st.binary(max_size=300))
def test_a_jpeg_or_png_of_any_bytes_has_some_turn(rest: bytes) -> None:
    assert stored_turn(b"\xff\xd8\xff\xe1" + rest, Format.JPEG) in range(1, 9)
    assert stored_turn(b"\x89PNG\r\n\x1a\n" + rest, Format.PNG) in range(1, 9)


def test_a_turned_picture_that_breaks_off_is_turned_all_the_same() -> None:
    """JPEG, PNG and TIFF, whose decoders come to no end."""
    noise = np.random.default_rng(1).integers(0, 9, FOUR_COLOURS.shape, dtype=np.uint8)
    for name in ("jpeg exif 6", "png exif 6", "tiff 6"):
        store, right = WAYS[name]
        data = store(FOUR_COLOURS // 2 * 2 + noise // 8)
        opened = decode(data[: len(data) - len(data) // 20], Limits())
        assert opened.damage.any
        assert orientation_of(opened.pixels) == right
