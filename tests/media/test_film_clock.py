"""When packets are shown, whatever their time stamps say."""

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from staydown.media.film_clock import FilmClock, Stamp, sane_rate, says_nothing

_FRAME = 0.04

#: What a stream of a hostile file may hold: 64-bit numbers of ticks, in seconds.
_WILD = st.none() | st.floats(-(2.0**63), 2.0**63)
_STAMPS = st.builds(Stamp, _WILD, _WILD, st.floats(0, 2.0**63))


def sound(count: int, first: float = 0.0) -> list[Stamp]:
    """Stamps of a film at 25 frames a second, decoded two frames ahead."""
    return [Stamp(first + (n + 2) * _FRAME, first + n * _FRAME, _FRAME) for n in range(count)]


def shown(stamps: list[Stamp], longest: float = 10.0) -> list[float]:
    """When packets are shown."""
    clock = FilmClock(_FRAME, longest)
    return [clock.shown(stamp) for stamp in stamps]


@given(st.integers(1, 200), st.floats(-1e5, 1e5))
def test_sound_stamps_are_believed_to_the_letter(count: int, first: float) -> None:
    """Nothing of them is changed."""
    stamps = sound(count, first)
    assert shown(stamps) == [stamp.shown for stamp in stamps]


@given(st.integers(2, 50), st.integers(2, 50), st.floats(0, 9e4), st.floats(0, 9e4))
def test_a_film_that_was_joined_goes_on(one: int, two: int, first: float, second: float) -> None:
    """Where stamps begin again, later or earlier, the next frame is the next frame."""
    times = shown(sound(one, first) + sound(two, second))
    steps = [after - before for before, after in pairwise(times)]
    assert all(-0.5 <= step <= 10.1 for step in steps)
    assert times[-1] - times[0] <= (one + two) * _FRAME + 10.1


@example([Stamp(None, 51.0), Stamp(None, 2.0**59)])
@example([Stamp(2.0**60, 51.0), Stamp(0.0, 2.0**59), Stamp(1e11, None), Stamp(52.0, 51.9)])
@given(st.lists(_STAMPS, max_size=60))
def test_whatever_stamps_say_time_goes_on_slowly(stamps: list[Stamp]) -> None:
    """No packet is further from the first than all the leaps together that are believed."""
    times = shown(stamps)
    first = times[0] if times else 0.0
    reach = 10.0 * (len(stamps) + 2) + 10.0
    assert all(abs(at - first) <= reach + 1e-6 * abs(first) for at in times)


def test_missing_stamps_are_counted() -> None:
    """A film without any, and one that loses them."""
    assert shown([Stamp(None, None)] * 3) == [0.0, 0.04, 0.08]
    times = shown([*sound(3), Stamp(None, None), Stamp(None, None)])
    assert [round(at, 2) for at in times] == [0.08, 0.12, 0.16, 0.12, 0.16]


def test_a_stamp_far_from_its_decoding_is_not_believed() -> None:
    """It is shown when it is decoded."""
    assert shown([*sound(2), Stamp(1e9, 0.08)])[-1] == 0.08


@given(st.lists(st.integers(0, 3), min_size=5, max_size=100))
def test_stamps_that_stand_still_say_nothing(ticks: list[int]) -> None:
    """All within a few nanoseconds."""
    assert says_nothing([Stamp(tick * 1e-9, None) for tick in ticks])


@given(st.integers(2, 100), st.sampled_from([1.0, 24.0, 60.0, 240.0]))
def test_stamps_of_films_say_something(count: int, rate: float) -> None:
    """Also of slow motion, and with frames stored in another order."""
    order = [n + 2 - 3 * (n % 3 == 2) for n in range(count)]
    assert not says_nothing([Stamp(place / rate, None) for place in order])


@given(st.floats() | st.none(), st.floats() | st.none())
def test_any_rate_becomes_one_that_films_have(one: float | None, other: float | None) -> None:
    """No zero, no endless one, none that is no number."""
    assert 1 / 3600 <= sane_rate(one, other) <= 2000
