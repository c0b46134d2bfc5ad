"""What is known of a picture file after decoding comes out of the child with the first answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.media.errors import DecoderFailed
from staydown.media.opened import Damage
from staydown.media.worker import PictureWorker
from tests.media import tasks
from tests.media.test_worker import PICTURE


@given(st.builds(Damage, st.floats(0, 1), st.booleans()))
def test_what_is_said_of_damage_comes_back_to_a_millionth(damage: Damage) -> None:
    """A share below the whole stays below the whole."""
    read = Damage.read(damage.plain())
    assert read.passed_over is damage.passed_over
    assert damage.share - 1e-6 <= read.share <= damage.share
    assert read.any is damage.any


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        {},
        {"rows": 1},
        {"rows": -1, "passed_over": False},
        {"rows": 1_000_001, "passed_over": False},
        {"rows": True, "passed_over": False},
        {"rows": 0.5, "passed_over": False},
        {"rows": 5, "passed_over": 0},
    ],
)
def test_a_decoder_that_was_taken_over_is_not_believed(said: object) -> None:
    with pytest.raises(DecoderFailed):
        Damage.read(said)  # type: ignore[arg-type]


def test_a_sound_picture_says_so_with_its_first_answer() -> None:
    """Later answers change nothing of it."""
    with PictureWorker() as worker, worker.open(PICTURE) as file:
        for _ in range(2):
            file.run(tasks.size)
            assert file.damage == Damage()
            assert not file.damage.any
