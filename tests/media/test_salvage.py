"""What can be decoded of a damaged picture is decoded, and the share of it is told."""

import random
from itertools import pairwise

import numpy as np
import pytest

from staydown.media.decode import decode, prepare
from staydown.media.errors import CostsMore, MediaError, OurFault, Truncated
from staydown.media.form import Form
from staydown.media.limits import Limits
from staydown.media.salvage import LEAST_SHARE
from tests.fingerprint import pictures
from tests.media.damaged import STORED, WHOLE

LIMITS = Limits()
PHOTOGRAPH = pictures.photograph("coffee", 480, 320)
ROWS = len(PHOTOGRAPH)
SMALL = pictures.photograph("chelsea", 60, 96)

#: Of a progressive JPEG and of an interlaced PNG the whole picture is there early, with less in it.
BLURRED = frozenset({"jpeg progressive", "png interlaced"})

#: Rows that a way of storing loses at most where it breaks off, because they are packed together:
#: blocks and their surroundings; the strips of a TIFF.
TOGETHER = {"tiff": 140, "tiff deflate": 20, "avif": 80}

#: By how much a share may fall where more is there: a JPEG's pixels may happen to be grey; decoders
#: of WebP or AVIF may refuse what is put in place of missing bytes, and then more is replaced.
SLACK = {"jpeg": 0.1, "webp": 0.12, "avif": 0.4}

#: Where only the end's mark is missing, and viewers and decoders don't look for it.
COMPLETE = frozenset({"png", "png interlaced", "png palette", "gif"})


@pytest.fixture(autouse=True, scope="module")
def _prepared() -> None:
    prepare(LIMITS)


def close_rows(pixels: np.ndarray, most: float = 14.0) -> int:
    """How many rows look as they should."""
    difference = np.abs(pixels.astype(int) - PHOTOGRAPH.astype(int)).mean(axis=(1, 2))
    return int((difference < most).sum())


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("form", [Form.FULL, Form.QUICK_COLOUR])
def test_what_every_viewer_shows_is_opened_whole(name: str, form: Form) -> None:
    """Wrong sums, a missing end, rubbish before and after."""
    stored, spoil, least = WHOLE[name]
    opened = decode(spoil(STORED[stored](PHOTOGRAPH)), LIMITS, form)
    assert close_rows(opened.pixels) >= least * ROWS
    assert opened.damage.share >= least


@pytest.mark.parametrize("name", ["png text's sum", "png and rubbish", "png text of no form"])
def test_what_is_wrong_beside_the_picture_is_no_damage(name: str) -> None:
    """Text, profiles and what follows the end."""
    stored, spoil, _ = WHOLE[name]
    assert not decode(spoil(STORED[stored](PHOTOGRAPH)), LIMITS).damage.any


@pytest.mark.parametrize("name", ["png data's sum", "png without its end", "jpeg without its end"])
def test_what_is_wrong_with_the_picture_is_told(name: str) -> None:
    """Even where every row is there."""
    stored, spoil, _ = WHOLE[name]
    damage = decode(spoil(STORED[stored](PHOTOGRAPH)), LIMITS).damage
    assert damage.share == 1
    assert damage.passed_over


@pytest.mark.parametrize("name", STORED)
@pytest.mark.parametrize("missing", ["2 bytes", "200 bytes", "30 %"])
def test_a_file_that_breaks_off_is_opened_as_far_as_it_goes(name: str, missing: str) -> None:
    """The rows that are there look as they should, and no more are told than are there."""
    data = STORED[name](PHOTOGRAPH)
    left = {"2 bytes": len(data) - 2, "200 bytes": len(data) - 200, "30 %": len(data) * 7 // 10}
    opened = decode(data[: left[missing]], LIMITS)
    assert opened.damage.any or (missing == "2 bytes" and name in COMPLETE)
    assert opened.pixels.shape == PHOTOGRAPH.shape
    told = opened.damage.share * ROWS
    there = close_rows(opened.pixels, 40 if name in BLURRED else 14)
    assert there >= told - 18  # a row of blocks that is there in part
    lost = {"2 bytes": 0, "200 bytes": 6, "30 %": 0.37 * ROWS}[missing]
    assert told >= ROWS - lost - TOGETHER.get(name, 18)


@pytest.mark.parametrize("name", sorted(STORED))
def test_wherever_a_file_breaks_off_the_share_only_grows(name: str) -> None:
    """Never a crash, never our mistake; too little of it is refused."""
    data, chance = STORED[name](SMALL), random.Random(name)  # noqa: S311 - no secret
    cuts = sorted({*(chance.randrange(30, len(data)) for _ in range(40)), len(data) - 1})
    shares = [share_of(data[:cut]) for cut in cuts]
    slack = SLACK.get(name.split(maxsplit=1)[0], 0.0)
    for fewer, more in pairwise(shares):
        assert more >= fewer - slack or fewer < LEAST_SHARE + slack
    assert shares[-1] > 0.5
    assert all(share == 0 or share >= LEAST_SHARE for share in shares)


def share_of(data: bytes) -> float:
    """How much is told to be there; 0 where the file is refused. Raises OurFault."""
    try:
        return decode(data, LIMITS).damage.share
    except OurFault:
        raise
    except MediaError:
        return 0.0


@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "gif", "bmp", "avif"])
def test_a_beginning_alone_is_refused(name: str) -> None:
    """There is nothing in a twentieth to go by."""
    data = STORED[name](PHOTOGRAPH)
    at = {"bmp": -1}.get(name)
    with pytest.raises(Truncated):
        decode(data[: len(data) // 20] if at is None else data[:60], LIMITS)


@pytest.mark.parametrize("share", [0.99, 0.95])
def test_a_fingerprint_survives_a_missing_end(share: float) -> None:
    """Missing pixels repeat the nearest: grey would flip nearly twice as many bits."""
    from staydown.fingerprint.pdq import pdq

    data = STORED["png"](PHOTOGRAPH)
    whole = int(pdq(PHOTOGRAPH).hex, 16)
    opened = decode(data[: int(len(data) * share)], LIMITS)
    there = round(opened.damage.share * ROWS)
    grey = opened.pixels.copy()
    grey[there:] = 128
    apart, greyed = ((int(pdq(one).hex, 16) ^ whole).bit_count() for one in (opened.pixels, grey))
    assert apart <= 31
    assert apart <= greyed


def test_a_picture_whose_end_is_truly_grey_is_whole() -> None:
    """Grey at the end of a sound file is a part of the picture."""
    grey = PHOTOGRAPH.copy()
    grey[200:] = 128
    for form in (Form.FULL, Form.QUICK_COLOUR):
        assert not decode(STORED["jpeg"](grey), LIMITS, form).damage.any


def test_a_jpeg_that_ends_too_early_is_damaged_though_its_decoder_is_content() -> None:
    """An end in the middle, and another one after it."""
    data = STORED["jpeg"](PHOTOGRAPH)
    half = len(data) // 2
    for form in (Form.FULL, Form.QUICK_COLOUR):
        opened = decode(data[:half] + b"\xff\xd9" + data[half:], LIMITS, form)
        assert 0.3 < opened.damage.share < 0.7


def test_no_memory_of_an_earlier_picture_is_taken_for_one_that_has_no_rows() -> None:
    """A decoder that stops before the first row leaves the room as it was."""
    decode(STORED["jpeg"](PHOTOGRAPH), LIMITS)
    data = bytearray(STORED["jpeg"](PHOTOGRAPH))
    at = data.index(b"\xff\xda")
    data[at + 6] = 0x33  # a table that isn't there
    for form in (Form.FULL, Form.QUICK_COLOUR, Form.QUICK_GREY):
        with pytest.raises(Truncated):
            decode(bytes(data), LIMITS, form)


def test_a_damaged_file_may_not_cost_what_a_sound_one_may() -> None:
    """It is decoded up to three times, so three times its cost is held against what is allowed."""
    for name in ("png", "webp", "gif", "jpeg cmyk"):
        data = STORED[name](pictures.photograph("coffee", 900, 600))
        decode(data, LIMITS, Form.QUICK_COLOUR, 0.06)
        with pytest.raises(CostsMore):
            decode(data[: len(data) // 2], LIMITS, Form.QUICK_COLOUR, 0.06)
