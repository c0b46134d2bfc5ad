"""Frames of animations are found in their files, and each can be taken out."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from staydown.media.frame_table import Spot, file_of, most_seen, spots
from staydown.media.sniff import Format
from tests.media.faced import BASE, DECOY, animation, negative

FORMS = [Format.GIF, Format.WEBP, Format.PNG]
FILES = {form: animation(form.value, DECOY, BASE, negative(BASE), shown=70) for form in FORMS}


@pytest.mark.parametrize("form", FORMS)
def test_each_frame_has_its_number_its_time_and_its_size(form: Format) -> None:
    """As they were saved."""
    found = spots(FILES[form], form)
    assert [spot.number for spot in found] == [1, 2, 3]
    assert [round(spot.seconds, 3) for spot in found] == [0.02, 0.07, 0.07]
    assert all(0 < spot.area <= BASE.width * BASE.height for spot in found)


@pytest.mark.parametrize("form", FORMS)
def test_a_frame_taken_out_is_that_frame(form: Format) -> None:
    """As far as it changes the ones before: here, all of it."""
    found = spots(FILES[form], form)
    with Image.open(io.BytesIO(file_of(FILES[form], form, found[1]))) as image:
        pixels = np.asarray(image.convert("RGB")).astype(int)
    assert np.abs(pixels - np.asarray(BASE)).mean() < 12


@settings(deadline=None)
@given(st.sampled_from(FORMS), st.data())
def test_whatever_is_damaged_the_walk_ends(form: Format, data: st.DataObject) -> None:
    """Bytes changed anywhere, or the end missing: frames before it, and no error."""
    whole = bytearray(FILES[form])
    for _ in range(data.draw(st.integers(0, 5))):
        whole[data.draw(st.integers(0, 400))] = data.draw(st.integers(0, 255))
    found = spots(bytes(whole[: data.draw(st.integers(0, len(whole)))]), form)
    assert [spot.number for spot in found] == list(range(1, len(found) + 1))


@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(1, 3)), max_size=40),
    st.integers(0, 45),
    st.integers(1, 10),
)
def test_those_that_people_see_most_are_chosen(
    frames: list[tuple[int, int]], after: int, most: int
) -> None:
    """The last one always, and none shown for less time than one that was passed over."""
    found = [Spot(number, seconds, area) for number, (seconds, area) in enumerate(frames, 1)]
    chosen = most_seen(found, after, most)
    rest = [spot for spot in found if spot.number > after]
    assert len(chosen) == min(most, len(rest))
    assert chosen == sorted(set(chosen), key=lambda spot: spot.number)
    if not rest:
        return
    assert chosen[-1] == rest[-1]
    passed_over = [spot.seconds for spot in rest if spot not in chosen]
    if passed_over and most > 1:
        assert min(spot.seconds for spot in chosen[:-1]) >= max(passed_over)
