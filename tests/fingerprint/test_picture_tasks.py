"""What the decoder process is asked about a picture, and what of its answers is believed."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from PIL import Image

from staydown.base.vocabulary import Cut, Kind, Turn
from staydown.fingerprint.copy import copy_codes, prepare
from staydown.fingerprint.model import find_model
from staydown.fingerprint.pdq import pdq
from staydown.fingerprint.picture_tasks import (
    Part,
    copy_look,
    first_look,
    see_codes,
    see_parts,
    see_whole,
    turned,
    views_look,
)
from staydown.fingerprint.registry import fingerprint_kinds, picture_worker
from staydown.fingerprint.value import Fingerprint, View
from staydown.fingerprint.views.region import Region
from staydown.media.errors import DecoderFailed, Truncated
from staydown.media.form import Form
from staydown.media.worker import OpenFile, PictureWorker

SAMPLES = Path(__file__).parents[2] / "src/staydown/cli/samples"
COFFEE = (SAMPLES / "coffee.jpg").read_bytes()


@pytest.fixture(scope="module")
def worker() -> Iterator[PictureWorker]:
    """One decoder process for all that is asked here."""
    with picture_worker(model=find_model()) as running:
        yield running


def framed(data: bytes) -> bytes:
    """The picture in the middle of a wide dark frame."""
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    width, height = picture.size
    frame = Image.new("RGB", (width * 3 // 2, height * 3 // 2), (12, 12, 16))
    frame.paste(picture, (width // 4, height // 4))
    out = io.BytesIO()
    frame.save(out, "PNG")
    return out.getvalue()


def test_one_file_is_asked_everything(worker: PictureWorker) -> None:
    """The whole, its parts, and copy codes of both: one reading of the file."""
    model = find_model()
    plain, code = fingerprint_kinds(COFFEE, worker, [Kind.PDQ, Kind.COPY1], model=model)
    with worker.open(framed(COFFEE), Form.QUICK_COLOUR) as file:
        whole = see_whole(file)
        parts = see_parts(file)
        best = min(parts, key=lambda part: part.turns[Turn.NONE].distance(plain))
        mirrored, straight = see_codes(file, str(model), [(best, Turn.MIRRORED), (best, Turn.NONE)])
    assert (whole.number, whole.cut, whole.region) == (0, Cut.WHOLE, None)
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    assert best.cut is not Cut.WHOLE
    assert best.turns[Turn.NONE].distance(plain) <= 31
    assert whole.turns[Turn.NONE].distance(plain) > 31
    assert straight.distance(code) < 150
    assert straight.bits != mirrored.bits
    assert {query.view for query in best.queries()} == {View(best.cut, turn) for turn in Turn}
    assert best.copy_query(Turn.MIRRORED, mirrored).quality == best.quality


def test_a_file_that_breaks_off_is_told(worker: PictureWorker) -> None:
    """The first question reads the file."""
    with worker.open(COFFEE[:5000], Form.QUICK_COLOUR) as file, pytest.raises(Truncated):
        see_whole(file)


@pytest.mark.parametrize("turn", Turn)
def test_a_turn_of_the_pixels_is_the_turn_of_the_fingerprint(turn: Turn) -> None:
    """What a copy code is made of is what the PDQ of that turn stands for."""
    pixels = np.asarray(Image.open(io.BytesIO(COFFEE)).convert("RGB"))
    answer = cast(dict[str, Any], first_look(pixels))
    said = Fingerprint.parse(Kind.PDQ, answer["bits"][turn.value])
    assert pdq(turned(pixels, turn)).distance(said) <= 8


def test_grey_pixels_are_looked_at_as_well() -> None:
    """A grey picture has views and a copy code like any other."""
    grey = np.asarray(Image.open(io.BytesIO(framed(COFFEE))).convert("L"))
    parts = cast(list[dict[str, Any]], views_look(grey))
    assert parts
    places: list[dict[str, Any]] = [
        {"region": None, "turn": "none"},
        {"region": parts[0]["region"], "turn": "turned_90"},
    ]
    codes = cast(list[str], copy_look(grey, str(find_model()), places))
    assert [len(code) for code in codes] == [256, 256]


def test_a_picture_made_small_beforehand_has_the_same_copy_code() -> None:
    """What several parts are kept as, so that they fit into memory together."""
    model = str(find_model())
    pixels = np.asarray(Image.open(io.BytesIO(COFFEE)).convert("RGB"))
    for picture in (pixels, pixels[:, :90], pixels[:200, :200]):
        assert copy_codes([prepare(picture)], model) == copy_codes([picture], model)


# --------------------------------------------------------------------------- lies


class Lying(OpenFile):
    """A file in the hands of a child that was taken over and answers as it likes."""

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def run(self, function: object, **arguments: object) -> Any:
        return self.answer

    def run_on(self, face: int, function: object, **arguments: object) -> Any:
        return self.answer


GOOD = {"quality": 90, "bits": {turn.value: "0" * 64 for turn in Turn}}
CORNERS = [[0, 0], [256, 0], [256, 256], [0, 256]]
REGION = {"cut": "cut_out", "corners": CORNERS, "score": 900}
PART = Part(0, None, {})

BAD_PLACES: tuple[dict[str, Any], ...] = (
    *({"cut": "half"}, {"cut": None}, {"cut": []}),
    *({"corners": CORNERS[:3]}, {"corners": [[0]] * 4}, {"corners": 4}),
    *({"corners": [[0, 0.5]] * 4}, {"corners": [[0, 1 << 50]] * 4}),
    *({"score": "1"}, {"score": float("nan")}, {"score": True}),
)


@pytest.mark.parametrize(
    "answer",
    [
        *[
            None,
            [],
            "0" * 64,
            {},
            {"quality": 90},
            {"bits": GOOD["bits"]},
            {"quality": 90, "bits": {}},
        ],
        *[GOOD | {"quality": 101}, GOOD | {"quality": True}, GOOD | {"quality": "5"}],
        *[GOOD | {"quality": 1.5}, GOOD | {"quality": None}],
        {"quality": 90, "bits": {turn.value: "0" * 63 for turn in Turn}},
        {"quality": 90, "bits": {turn.value: 7 for turn in Turn}},
        {"quality": 90, "bits": {**{turn.value: "0" * 64 for turn in Turn}, "upside": "0" * 64}},
    ],
)
def test_a_first_look_that_is_none_is_refused(answer: object) -> None:
    """Nothing is believed of a child."""
    with pytest.raises(DecoderFailed):
        see_whole(Lying(answer))


@pytest.mark.parametrize(
    "answer",
    [
        *[None, {}, "parts", [None], [{}], [{"pdq": GOOD}], [{"region": REGION}]],
        [{"region": REGION, "pdq": GOOD}] * 17,
        *[[{"region": REGION | change, "pdq": GOOD}] for change in BAD_PLACES],
    ],
)
def test_parts_that_are_none_are_refused(answer: object) -> None:
    """Too many, or anything but whole numbers in their place."""
    with pytest.raises(DecoderFailed):
        see_parts(Lying(answer))


@pytest.mark.parametrize("answer", [None, [], ["0" * 256] * 2, ["0" * 64], [None], {"0": "0"}])
def test_codes_that_are_none_are_refused(answer: object) -> None:
    """As many as were asked for, each 1,024 bits."""
    with pytest.raises(DecoderFailed):
        see_codes(Lying(answer), "model", [(PART, Turn.NONE)])


def test_a_part_is_read_as_it_was_said() -> None:
    """Corners come in 256ths of a pixel, scores in thousandths."""
    (part,) = see_parts(Lying([{"region": REGION, "pdq": GOOD}]))
    assert part.region == Region.box(Cut.CUT_OUT, (0, 0, 1, 1), 0.9)
    assert (part.number, part.quality) == (1, 90)
