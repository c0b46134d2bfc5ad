"""Which packets of a video are decoded."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from staydown.media.sampling import LONGEST_GAP, SHORTEST_GAP, Chooser


@dataclass(frozen=True)
class Piece:
    """A packet with its number."""

    number: int
    is_keyframe: bool
    size: int = 100


def chosen(keys: list[bool], rate: float) -> list[int]:
    """The numbers of the packets that are decoded."""
    chooser: Chooser[Piece] = Chooser()
    pieces = [
        piece
        for number, key in enumerate(keys)
        for piece in chooser.take(Piece(number, key), number / rate)
    ]
    return [piece.number for piece in [*pieces, *chooser.rest()]]


@given(st.lists(st.booleans(), max_size=200), st.sampled_from([1.0, 5.0, 10.0, 30.0]))
def test_what_is_decoded_can_be(keys: list[bool], rate: float) -> None:
    """In order, each once, and no packet without all that came before it since the key frame.

    Where a video begins without one, since the beginning.
    """
    numbers = chosen(keys, rate)
    assert numbers == sorted(set(numbers))
    for number in numbers:
        if not keys[number]:
            assert number == 0 or number - 1 in numbers


@given(st.lists(st.booleans(), max_size=300), st.sampled_from([5.0, 10.0, 30.0]))
def test_no_long_gap_stays(keys: list[bool], rate: float) -> None:
    """From the first key frame on, no more than the longest gap passes without a picture."""
    numbers = chosen([True, *keys], rate)
    gaps = [
        after - before for before, after in zip(numbers, [*numbers[1:], len(keys)], strict=True)
    ]
    assert all(gap / rate <= LONGEST_GAP + SHORTEST_GAP for gap in gaps)


def test_only_key_frames_where_they_are_dense() -> None:
    """Nothing between them is decoded, and of those closer than need be only some, and the last."""
    assert chosen([number % 20 == 0 for number in range(100)], 10) == [0, 20, 40, 60, 80]
    assert chosen([number % 10 == 0 for number in range(100)], 10) == [0, 20, 40, 60, 80, 90]
    assert chosen([number % 13 == 0 for number in range(60)], 10) == [0, 13, 26, 39, 52]
    assert chosen([True] * 50, 10) == [0, 20, 40, 49]


def test_a_key_frame_held_back_is_used_when_none_follows() -> None:
    """What lies after it is decoded from there on."""
    keys = [number in {0, 10} for number in range(50)]
    assert chosen(keys, 10) == [0, *range(10, 50)]


def test_a_little_before_the_first_key_frame_is_left_out() -> None:
    """What builds on a frame that isn't there can't be decoded as a rule."""
    assert chosen([False] * 20 + [True], 10) == [20]


def test_much_before_the_first_key_frame_is_tried() -> None:
    """Some encoders make no key frames, and players show their videos all the same."""
    assert chosen([False] * 50 + [True], 10) == [*range(51)]
    assert chosen([False] * 20, 10) == [*range(20)]


@given(st.lists(st.booleans(), max_size=200), st.integers(0, 200))
def test_all_is_decoded_once_key_frames_are_not_trusted(keys: list[bool], distrusted: int) -> None:
    """Whatever is held back by then, and all that follows."""
    chooser: Chooser[Piece] = Chooser()
    numbers: list[int] = []
    for number, key in enumerate(keys):
        if number == distrusted:
            held = [piece.number for piece in chooser.held]
            chooser.distrust()
        numbers += [piece.number for piece in chooser.take(Piece(number, key), number / 10)]
    numbers += [piece.number for piece in chooser.rest()]
    assert numbers == sorted(set(numbers))
    if distrusted < len(keys):
        assert set(held) | {*range(distrusted, len(keys))} <= set(numbers)


def test_what_is_held_back_is_bounded() -> None:
    """Packets that all claim the same time are not held for ever."""
    chooser: Chooser[Piece] = Chooser()
    list(chooser.take(Piece(0, True), 0.0))
    for number in range(1, 5000):
        list(chooser.take(Piece(number, False, 1 << 20), 0.0))
        assert chooser.held_bytes <= 65 << 20
        assert len(chooser.held) <= 2000
