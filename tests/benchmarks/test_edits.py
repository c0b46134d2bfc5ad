"""The edits of the recall benchmark: repeatable, varied, readable."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFont

from benchmarks.edits import EDITS, FAMILIES, Edit
from benchmarks.edits.kit import Props


def _scene(seed: int) -> Image.Image:
    rough = np.random.default_rng(seed).integers(0, 256, (6, 9, 3), np.uint8)
    return Image.fromarray(rough).resize((320, 210), Image.Resampling.BICUBIC)


@pytest.fixture(scope="module")
def props(tmp_path_factory: pytest.TempPathFactory) -> Props:
    """A few small pictures and Pillow's own font."""
    folder = tmp_path_factory.mktemp("props")
    pictures = []
    for seed in range(3):
        pictures.append(folder / f"{seed}.png")
        _scene(seed).save(pictures[-1])
    font = ImageFont.load_default(20)
    assert isinstance(font, ImageFont.FreeTypeFont)
    assert isinstance(font.path, io.BytesIO)
    place = Path(folder / "font.ttf")
    place.write_bytes(font.path.getvalue())
    return Props(pictures, [place])


def test_there_are_enough_edits_in_every_family_of_the_benchmark() -> None:
    """At least 45 edits, and no two of one name."""
    assert len(EDITS) >= 45
    assert len({edit.name for edit in EDITS}) == len(EDITS)
    assert all(FAMILIES.values())


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
def test_an_edit_is_repeatable_varied_and_a_picture(edit: Edit, props: Props) -> None:
    """The same seed gives the same bytes, another seed others; Pillow can read them."""
    picture = _scene(9)
    first = edit.apply(picture, "1", props)
    assert edit.apply(picture, "1", props) == first
    assert edit.apply(picture, "2", props) != first
    with Image.open(io.BytesIO(first)) as made:
        made.load()
        assert min(made.size) >= 40
