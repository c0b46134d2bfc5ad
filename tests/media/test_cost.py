"""The cost of a file by its header: which are cheap, which are dear, which are refused."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from benchmarks.gate_files import (
    flat,
    many_chunks,
    many_scans,
    many_strips,
    saved,
    unpacked_in_runs,
)
from staydown.media.cost import absurd, as_seen, seconds
from staydown.media.decode import decode, prepare
from staydown.media.errors import CostsMore, DecompressionBomb
from staydown.media.form import Form
from staydown.media.limits import Limits
from staydown.media.outline import Outline, outline
from staydown.media.sniff import Format
from staydown.media.turns import Lanes

CHEAP = Lanes().cheap_seconds
MEGA = 1_000_000

#: Files by header: format, megabytes, width, height, and what else there is.
HONEST_CHEAP = {
    "a phone's photograph": Outline(Format.JPEG, 4 * MEGA, 4000, 3000, quick=True),
    "a large phone photograph": Outline(Format.JPEG, 6 * MEGA, 8000, 6000, quick=True),
    "a shared photograph": Outline(Format.JPEG, 300_000, 1600, 1200, quick=True, scans=10),
    "a screenshot": Outline(Format.PNG, 800_000, 1080, 1920),
    "a screenshot with alpha": Outline(Format.PNG, 900_000, 1080, 1920, bits=32, alpha=True),
    "a page of one colour": Outline(Format.PNG, 6_000, 1920, 1080),
    "a WebP": Outline(Format.WEBP, 200_000, 1600, 1200),
    "an AVIF": Outline(Format.AVIF, 200_000, 1600, 1200),
    "a GIF": Outline(Format.GIF, 900_000, 800, 600, bits=8, pieces=4),
}
DEAR = {
    "a flat AVIF of 15 MP": Outline(Format.AVIF, 800, 3900, 3900),
    "a flat WebP of 15 MP": Outline(Format.WEBP, 38, 3900, 3900),
    "a PNG of 100 MP": Outline(Format.PNG, 300_000, 10_000, 10_000),
    "a JPEG of 60 scans": Outline(Format.JPEG, 95_000, 4000, 4000, quick=True, scans=60),
    "a thin JPEG": Outline(Format.JPEG, 700_000, 1100, 40_000, quick=True),
    "a JPEG in four colours": Outline(Format.JPEG, 2 * MEGA, 4000, 3000, bits=32),
    "a TIFF": Outline(Format.TIFF, 30 * MEGA, 4000, 3000),
}


@pytest.mark.parametrize("name", HONEST_CHEAP)
def test_what_people_send_mostly_is_cheap(name: str) -> None:
    """And never refused."""
    assert seconds(HONEST_CHEAP[name], Form.QUICK_COLOUR) <= CHEAP
    assert not absurd(HONEST_CHEAP[name])


@pytest.mark.parametrize("name", DEAR)
def test_what_takes_long_is_dear(name: str) -> None:
    """But it is opened."""
    assert seconds(DEAR[name], Form.QUICK_COLOUR) > CHEAP
    assert not absurd(DEAR[name])


@pytest.mark.parametrize(
    "data", [many_chunks(60_000), many_scans(60), many_strips(3_000), unpacked_in_runs(1_500)]
)
def test_work_that_is_in_the_parts_and_not_in_the_pixels_counts_too(data: bytes) -> None:
    """Chunks, scans, strips, runs."""
    assert seconds(outline(data), Form.QUICK_COLOUR) > CHEAP


@pytest.mark.parametrize(
    "what",
    [
        Outline(Format.AVIF, 2_024, 9_990, 10_000),
        Outline(Format.AVIF, 1_000, 5_000, 5_000),
        Outline(Format.WEBP, 38, 16_000, 6_000),
        Outline(Format.TIFF, 20_000, 9_000, 9_000),
        Outline(Format.JPEG, 125_000, 4_000, 4_000, quick=True, scans=1_010),
    ],
)
def test_far_more_pixels_than_bytes_is_refused(what: Outline) -> None:
    assert absurd(what)


@pytest.mark.parametrize(
    ("kind", "options"),
    [("PNG", {"compress_level": 9}), ("JPEG", {"optimize": True}), ("GIF", {}), ("BMP", {})]
    + [("JPEG", {"optimize": True, "progressive": True}), ("TIFF", {"compression": "tiff_lzw"})],
)
def test_a_picture_of_one_colour_is_opened_at_any_size_in_the_usual_formats(
    kind: str, options: dict[str, object]
) -> None:
    """An empty page, an unused canvas: as small as each format can make it."""
    what = outline(saved(flat((5_000, 5_000), "L"), kind, **options))
    larger = replace(what, width=10_000, height=9_999, file_bytes=4 * what.file_bytes)
    assert not absurd(what)
    assert not absurd(larger)


@pytest.mark.parametrize("kind", [Format.AVIF, Format.WEBP])
def test_a_screen_of_one_colour_is_opened_in_every_format(kind: Format) -> None:
    """Up to 5K, in as many bytes as a header takes."""
    assert not absurd(Outline(kind, 40, 5_120, 2_880))


OUTLINES = st.builds(
    Outline,
    kind=st.sampled_from(list(Format)),
    file_bytes=st.integers(100, 64 * MEGA),
    width=st.integers(1, 10_000),
    height=st.integers(1, 10_000),
    scans=st.integers(1, 500),
    alpha=st.booleans(),
)


@given(OUTLINES, st.sampled_from(list(Form)))
def test_more_of_anything_never_costs_less(what: Outline, form: Form) -> None:
    """Bytes, scans, parts, transparency, and pixels where nothing is left out."""
    base = seconds(what, form)
    assert base > 0
    for more in (
        replace(what, file_bytes=2 * what.file_bytes),
        replace(what, scans=2 * what.scans),
        replace(what, pieces=1_000),
        replace(what, alpha=True),
        replace(what, runs=True),
        replace(what, width=2 * what.width),
    ):
        assert seconds(more, form) >= base - 1e-9


def test_the_decoder_stops_before_a_file_that_is_dearer_than_was_said() -> None:
    """By its own reading of the header, and again where the quick way fails."""
    prepare(Limits())
    data = saved(Image.radial_gradient("L").resize((3_000, 2_500)).convert("RGB"), "JPEG")
    assert decode(data, Limits(), Form.QUICK_COLOUR, CHEAP).pixels.shape[2] == 3
    half = len(data) // 2
    flawed = data[:half] + b"\xff\x00\xff\xff\xd9" * 10 + data[half:]
    with pytest.raises(CostsMore):
        decode(flawed, Limits(), Form.QUICK_COLOUR, CHEAP)
    assert decode(flawed, Limits(), Form.QUICK_COLOUR).pixels.shape == (2_500, 3_000, 3)
    with pytest.raises(CostsMore):
        decode(saved(flat((3_900, 3_900)), "PNG"), Limits(), Form.QUICK_COLOUR, CHEAP)


def test_the_decoder_refuses_what_unfolds_beyond_measure() -> None:
    """For the command line and sweeps too."""
    prepare(Limits())
    with pytest.raises(DecompressionBomb):
        decode(saved(flat((6_000, 6_000)), "WEBP", lossless=True, method=0), Limits())


def test_a_decoder_that_sees_less_than_the_header_said_changes_nothing() -> None:
    """It may work through more than it shows in the end."""
    what = Outline(Format.AVIF, 1_000, 6_000, 6_000)
    assert as_seen(what, (100, 100)) == what
    assert as_seen(what, (7_000, 7_000)).pixels == 49 * MEGA
