"""What a decoder process says of a damaged film."""

import pytest

from staydown.media.errors import DecoderFailed
from staydown.media.film_damage import FilmDamage


@pytest.mark.parametrize(
    "said",
    [
        None,
        3,
        {},
        {"seen": 1, "of": 2},
        {"seen": 2, "of": 1, "passed_over": 0},
        {"seen": -1, "of": 1, "passed_over": 0},
        {"seen": 0, "of": 10**12, "passed_over": 0},
        {"seen": 0, "of": 1, "passed_over": -1},
        {"seen": 0.5, "of": 1, "passed_over": 0},
        {"seen": True, "of": 1, "passed_over": 0},
    ],
)
def test_damage_of_another_form_is_not_believed(said: object) -> None:
    with pytest.raises(DecoderFailed):
        FilmDamage.read(said)  # type: ignore[arg-type]  # whatever came as JSON


def test_damage_comes_back_as_it_was_sent() -> None:
    damage = FilmDamage(5.6, 8.0, 3)
    assert FilmDamage.read(damage.plain()) == damage
