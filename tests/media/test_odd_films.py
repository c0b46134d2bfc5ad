"""Films as people have them: cut off, joined, with headers and time stamps that make no sense."""

import io
import math
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from staydown.media.errors import (
    BrokenVideo,
    EndMissing,
    NoFrames,
    TooLarge,
    UnknownCodec,
)
from staydown.media.film_frame import Frame
from staydown.media.frames import Film
from tests.media import odd_films as odd
from tests.media.videos import KINDS, animation, scene, scenes, sound, video

SCENES = [scene(number) for number in range(20)]
FOLDER = Path(__file__).parents[1] / "vectors" / "films"

Data = Callable[[], bytes]


def seen(film: Film) -> list[tuple[int, float]]:
    """Which scene each picture shows, and when."""
    return [(shown(frame), frame.seconds) for frame in film]


def shown(frame: Frame) -> int:
    """The scene that a picture is nearest to."""
    pixels = frame.colour()[:144, :176].astype(np.float64)
    return min(range(20), key=lambda number: float(np.abs(pixels - SCENES[number]).mean()))


def film_of(data: bytes, *, every_stream: bool = False) -> Film:
    """A film in memory."""
    return Film(io.BytesIO(data), every_stream=every_stream)


def matroska(seconds: int = 4) -> bytes:
    return odd.streamed(odd.film(seconds), "matroska", "libx264", options={"bf": "0"})


def mp4(seconds: int = 4) -> bytes:
    return odd.streamed(odd.film(seconds), "mp4", "libx264", options={"bf": "0"})


def avi() -> bytes:
    return odd.streamed(odd.film(), "avi", "mpeg4")


def later(seconds: float, first: int = 0) -> Callable[[int, odd.Times], odd.Times]:
    """The time stamps of ``mp4`` from a packet on, moved."""
    ticks = round(seconds * 10240)

    def moved(number: int, told: odd.Times) -> odd.Times:
        shown_at, decoded = told
        assert shown_at is not None
        assert decoded is not None
        return (shown_at + ticks, decoded + ticks) if number >= first else told

    return moved


WRAPPED = {"mpegts_copyts": "1"}
_WRAP = 2**33 / 90_000  # seconds until the clock of a transport stream starts again

#: Films of four scenes of a second each that every player shows whole.
WHOLE: dict[str, Data] = {
    "MPEG-TS": lambda: odd.streamed(odd.film(), "mpegts", "libx264"),
    "MPEG-TS of HEVC": lambda: odd.streamed(
        odd.film(), "mpegts", "libx265", options={"x265-params": "log-level=none"}
    ),
    "m2ts": lambda: odd.packets_of(odd.streamed(odd.film(), "mpegts", "libx264"), 192),
    "TS with check bytes": lambda: odd.packets_of(
        odd.streamed(odd.film(), "mpegts", "libx264"), 204
    ),
    "TS from the middle of a packet": lambda: (
        b"\x12" * 77 + odd.streamed(odd.film(), "mpegts", "libx264")
    ),
    "FLV": lambda: odd.streamed(odd.film(), "flv", "flv"),
    "FLV of H.264": lambda: odd.streamed(odd.film(), "flv", "libx264"),
    "Windows Media": lambda: odd.streamed(odd.film(), "asf", "wmv2"),
    "an older Windows Media": lambda: odd.streamed(odd.film(), "asf", "msmpeg4v2"),
    "Ogg Theora": (FOLDER / "theora.ogv").read_bytes,
    "Matroska that starts at 5 s": lambda: odd.stamped(mp4(), "matroska", later(5)),
    "MP4 that starts at 5 s": lambda: odd.stamped(mp4(), "mp4", later(5)),
    "Matroska that starts in the year 3": lambda: odd.stamped(mp4(), "matroska", later(1e8)),
    "TS whose clock runs over": lambda: odd.stamped(
        mp4(), "mpegts", later(_WRAP - 2), moving=WRAPPED
    ),
    "TS that is joined of two hours": lambda: odd.stamped(
        mp4(), "mpegts", later(7200, 20), moving=WRAPPED
    ),
    "Matroska of a recorder that writes no length": lambda: odd.with_mkv_length(matroska(), 0.0),
    "a length that is no number": lambda: odd.with_mkv_length(matroska(), math.nan),
    "an endless length": lambda: odd.with_mkv_length(matroska(), math.inf),
    "a length of minus five": lambda: odd.with_mkv_length(matroska(), -5.0),
    "a length of one second": lambda: odd.with_mkv_length(matroska(), 1000.0),
    "a length of three hours": lambda: odd.with_mkv_length(matroska(), 1e7),
    "an MP4's length of nothing": lambda: odd.with_mp4_length(mp4(), 0),
    "an MP4's length without end": lambda: odd.with_mp4_length(mp4(), 0xFFFFFFFF),
    "an AVI's rate beyond reason": lambda: odd.with_avi_numbers(avi(), 1, 40, 1, 2**32 - 1),
    "an AVI's two pictures": lambda: odd.with_avi_numbers(avi(), 100_000, 2, 1, 10),
    "an AVI's endless pictures": lambda: odd.with_avi_numbers(avi(), 100_000, 2**31, 1, 10),
    "time stamps all the same": lambda: odd.with_block_times(matroska(), lambda *_: 0),
    "a millisecond between pictures": lambda: odd.with_block_times(matroska(), lambda n, _: n % 10),
    "time stamps that fall": lambda: odd.with_block_times(matroska(), lambda _, at: 900 - at),
    "time stamps before the beginning": lambda: odd.with_block_times(
        matroska(), lambda _, at: at - 30_000
    ),
    "a thumbnail before the film": lambda: odd.two_streams([scene(19)], odd.film(), "mp4"),
    "a cover before the film": lambda: odd.with_cover(odd.film(), scene(19)),
    "sound that goes on": lambda: odd.with_sound(odd.film(), 10, 20, "matroska"),
    "key frames that are none": lambda: odd.with_block_flags(
        odd.streamed(odd.film(), "matroska", "libx264", gap=50, options={"sc_threshold": "0"}), 0x80
    ),
    "key frames that aren't told": lambda: odd.with_block_flags(matroska(), 0),
}


@pytest.mark.parametrize("name", WHOLE)
def test_what_players_show_whole_is_seen_whole(name: str) -> None:
    """Every scene, each for about a second, from 0 on; and nothing is called damaged."""
    film = film_of(WHOLE[name]())
    found = seen(film)
    assert [one for one, _ in found if one < 19] == sorted(one for one, _ in found if one < 19)
    firsts = dict(reversed(found))
    for number in range(4):
        assert firsts[number] == pytest.approx(number, abs=0.65)
    assert film.seconds == pytest.approx(4.0, abs=0.6)
    assert not film.damage.any


#: Without a time of their own, and of as many scenes: 25 frames a second are assumed.
BARE: dict[str, Data] = {
    "H.264": lambda: odd.streamed(scenes(0, 4, 25), "h264", "libx264", 25, gap=25),
    "HEVC": lambda: odd.streamed(
        scenes(0, 4, 25), "hevc", "libx265", 25, gap=25, options={"x265-params": "log-level=none"}
    ),
    "MPEG-2": lambda: odd.streamed(scenes(0, 4, 25), "mpeg2video", "mpeg2video", 25),
    "MPEG-1": lambda: odd.streamed(scenes(0, 4, 25), "mpeg1video", "mpeg1video", 25),
    "MPEG-PS": lambda: odd.streamed(scenes(0, 4, 25), "vob", "mpeg2video", 25),
    "MPEG-PS of a Video CD": lambda: odd.streamed(scenes(0, 4, 25), "vcd", "mpeg1video", 25),
}


@pytest.mark.parametrize("name", BARE)
def test_films_without_a_container_are_counted(name: str) -> None:
    found = seen(film_of(BARE[name]()))
    firsts = dict(reversed(found))
    assert [round(firsts[number]) for number in range(4)] == [0, 1, 2, 3]


def test_a_rate_of_nothing_is_taken_for_the_usual_one() -> None:
    """There is no better way to tell: nothing says how long an AVI's picture is shown."""
    found = seen(film_of(odd.with_avi_numbers(avi(), 0, 40, 0, 10)))
    assert [round(at, 1) for _, at in found] == [0.0, 0.4, 0.8, 1.2]


def test_a_film_without_a_length_is_sampled_like_one_with_it() -> None:
    """By what comes: pictures at the same times."""
    data = matroska()
    with_length = seen(film_of(data))
    assert seen(film_of(odd.with_mkv_length(data, 0.0))) == with_length
    assert seen(film_of(odd.with_mkv_length(data, 1e6))) == with_length
    long = odd.streamed(odd.film(16), "matroska", "libx264")
    assert seen(film_of(odd.with_mkv_length(long, 3000.0))) == seen(film_of(long))


def test_a_still_of_half_an_hour_is_believed() -> None:
    """Screen recordings stand still: the pictures after it are shown at their time."""
    film = film_of(odd.stamped(mp4(), "matroska", later(1800, 20)))
    assert [round(at) for number, at in seen(film) if number == 3] == [1803]
    assert not film.damage.any


def test_a_leap_of_hours_is_not() -> None:
    film = film_of(odd.stamped(mp4(), "matroska", later(50_000, 20)))
    assert [number for number, _ in seen(film)] == [0, 0, 1, 1, 2, 2, 3, 3]
    assert film.seconds == pytest.approx(4.0, abs=0.2)


# --------------------------------------------------------------------------- what breaks off

#: What has lost its end, and how many seconds of ten are there at least.
CUT: dict[str, tuple[Data, float]] = {
    "MP4 that a site delivered": (lambda: odd.moov_first(mp4(10)), 2.0),
    "MP4 in fragments": (lambda: video(scenes(0, 10, 10), "fragments.mp4", gap=10), 2.0),
    "Matroska": (lambda: matroska(10), 2.0),
    "WebM": (lambda: video(scenes(0, 10, 10), "video.webm", gap=10), 2.0),
    "AVI": (lambda: odd.streamed(odd.film(10), "avi", "mpeg4"), 2.0),
    "FLV": (lambda: odd.streamed(odd.film(10), "flv", "flv"), 2.0),
    "Windows Media": (lambda: odd.streamed(odd.film(10), "asf", "wmv2"), 2.0),
}


@pytest.mark.parametrize("share", [0.5, 0.7, 0.9])
@pytest.mark.parametrize("name", CUT)
def test_what_has_lost_its_end_is_seen_as_far_as_it_goes(name: str, share: float) -> None:
    """The pictures that are there come out, and it says how many seconds of how many."""
    make, least = CUT[name]
    data = make()
    film = film_of(data[: int(share * len(data))])
    found = seen(film)
    assert len({number for number, _ in found}) >= 2
    assert film.damage.any
    assert least <= film.damage.seen <= 10 * share + 1.5
    assert film.damage.seen == pytest.approx(film.seconds, abs=0.01)
    if "fragments" not in name:  # those don't say how many there are to come
        assert film.damage.of == pytest.approx(10.0, abs=0.3)


@pytest.mark.parametrize("share", [0.5, 0.9])
@pytest.mark.parametrize("kind", ["MPEG-TS", "Ogg Theora"])
def test_a_stream_that_was_cut_is_a_shorter_one(kind: str, share: float) -> None:
    """It is made to be cut anywhere, and says nothing of its length."""
    data = WHOLE[kind]()
    assert seen(film_of(data[: int(share * len(data))]))


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_an_mp4_without_its_list_says_what_is_missing(share: float) -> None:
    """Phones write it last: no player shows anything of such a file."""
    data = mp4()
    with pytest.raises(EndMissing) as error:
        seen(film_of(data[: int(share * len(data))]))
    assert "end of this video is missing" in str(error.value)


def test_damage_in_the_middle_is_passed_over_and_counted() -> None:
    """A fifth of the packets is zeros, as rescue programs leave it: the rest is seen."""
    data = mp4(10)
    first, last = data.index(b"mdat") + 4, data.index(b"moov") - 4
    at, size = first + (last - first) // 3, (last - first) // 5
    film = film_of(data[:at] + bytes(size) + data[at + size :])
    numbers = {number for number, _ in seen(film)}
    assert {0, 1, 8, 9} <= numbers
    assert film.damage.passed_over > 0
    assert film.damage.seen == film.damage.of == pytest.approx(10.0, abs=0.1)


def test_nothing_but_zeros_is_broken() -> None:
    data = mp4()
    first, last = data.index(b"mdat") + 4, data.index(b"moov") - 4
    with pytest.raises(BrokenVideo):
        seen(film_of(data[:first] + bytes(last - first) + data[last:]))


def test_an_animation_that_breaks_off_is_seen_as_far_as_it_goes() -> None:
    """GIFs too."""
    data = animation([scene(n) for n in range(6)], "GIF", 1000)
    film = film_of(data[: len(data) * 2 // 3])
    assert [number for number, _ in seen(film)][:3] == [0, 1, 2]
    assert film.damage.any


# --------------------------------------------------------------------------- where it begins


@pytest.mark.parametrize("container", ["mpegts", "matroska"])
def test_a_film_begins_with_its_first_key_frame(container: str) -> None:
    """What was cut out of a stream starts anywhere."""
    data = video(scenes(0, 8, 10), gap=30, options={"sc_threshold": "0"})
    film = film_of(odd.stamped(data, container, keep=lambda number: number > 3))
    found = seen(film)
    assert found[0] == (3, 0.0)
    assert {3, 4, 5, 6, 7} <= {number for number, _ in found}


def test_one_picture_is_a_film() -> None:
    for kind in KINDS:
        assert seen(film_of(video([scene(1)], kind))) == [(1, 0.0)]


def test_sound_alone_says_so() -> None:
    for container in ("mp4", "matroska", "mpegts", "flv"):
        with pytest.raises(NoFrames):
            seen(film_of(sound(container)))


def test_an_unknown_codec_says_so() -> None:
    """And not that the file is damaged, or no film."""
    with pytest.raises(UnknownCodec) as error:
        seen(film_of(odd.streamed(odd.film(1), "matroska", "ffv1", pix_fmt="yuv420p")))
    assert "codec" in str(error.value)


@pytest.mark.parametrize("size", [(2, 2), (16, 1200), (270, 480), (1080, 1080), (606, 34)])
def test_a_film_of_any_size_is_seen(size: tuple[int, int]) -> None:
    """Decoders store lines that are longer than those shown."""
    width, height = size
    pixels = scene(4, width, height)
    (frame,) = list(film_of(odd.streamed([pixels], "mp4", "libx264", options={"crf": "4"})))
    assert frame.colour().shape == pixels.shape
    grey = pixels @ np.array([0.299, 0.587, 0.114])
    assert float(np.abs(frame.luma() - grey).mean()) < 6


# --------------------------------------------------------------------------- several streams


@pytest.mark.parametrize("container", ["matroska", "mp4", "mpegts"])
def test_what_is_looked_up_is_looked_at_in_every_stream(container: str) -> None:
    """Players choose differently. What is listed is the first alone."""
    data = odd.two_streams(odd.film(2), scenes(10, 2, 10), container)
    assert {number for number, _ in seen(film_of(data))} == {0, 1}
    film = film_of(data, every_stream=True)
    found = seen(film)
    assert {number for number, _ in found} == {0, 1, 10, 11}
    assert [at for _, at in found] == sorted(at for _, at in found)
    assert film.seconds == pytest.approx(4.0, abs=0.3)


def test_a_stream_that_cannot_be_opened_does_not_hide_the_others() -> None:
    """The first one that can be is the film."""
    data = odd.two_streams(scenes(10, 2, 10), odd.film(2)).replace(
        b"V_MPEG4/ISO/AVC", b"V_MPEG4/ISO/XYZ", 1
    )
    assert {number for number, _ in seen(film_of(data))} == {0, 1}


def test_covers_are_looked_at_where_a_film_is_looked_up() -> None:
    film = film_of(odd.with_cover(odd.film(2), scene(19)), every_stream=True)
    assert {number for number, _ in seen(film)} == {0, 1, 19}


def test_what_edits_hide_is_looked_at_too() -> None:
    """An MP4 may ask players to leave pictures out, and some show them all the same."""
    data = odd.with_edit(mp4(6), start_seconds=3.0, seconds=3.0)
    assert {number for number, _ in seen(film_of(data))} == {3, 4, 5}
    assert {number for number, _ in seen(film_of(data, every_stream=True))} == {0, 1, 2, 3, 4, 5}


@pytest.mark.parametrize("start", [0.0, 0.1, 5.0])
def test_edits_that_leave_nothing_are_not_made(start: float) -> None:
    """Some cameras and sites write one of no length, and most players show the film."""
    film = film_of(odd.with_edit(mp4(), start_seconds=start, seconds=0.0))
    assert {number for number, _ in seen(film)} >= {0, 1, 2, 3}


def test_a_huge_further_stream_is_left_out() -> None:
    """It costs nothing, and doesn't keep the film from being seen."""
    huge = [np.zeros((720, 1280, 3), np.uint8)]
    data = odd.two_streams(odd.film(2), huge)
    film = Film(io.BytesIO(data), most_pixels=500_000, every_stream=True)
    assert {number for number, _ in seen(film)} == {0, 1}
    with pytest.raises(TooLarge):
        seen(Film(io.BytesIO(odd.two_streams(huge, odd.film(2))), most_pixels=500_000))


# --------------------------------------------------------------------------- forms of pictures

#: Ways to store a picture that recorders, cameras and editors choose.
FORMATS = [
    *("yuv420p", "yuv422p", "yuv444p", "yuvj420p", "yuvj444p", "yuva420p", "nv12", "gray", "pal8"),
    *("yuv420p10le", "yuv422p10le", "yuv444p12le", "p010le", "rgb24", "bgr24", "bgra", "rgb565le"),
    *("gbrp", "gbrp10le", "gray10le", "gray16le", "yuyv422", "uyvy422", "yuv410p", "yuv411p"),
]


@pytest.mark.parametrize("form", FORMATS)
def test_a_frame_in_any_form_is_seen_alike(form: str) -> None:
    """Brightness and colours of a frame that is stored in another way are nearly the same."""
    plain = av.VideoFrame.from_ndarray(scene(3), format="rgb24")
    if form == "pal8":
        plain = av.VideoFrame.from_ndarray(scene(3), format="rgb24").reformat(format="rgb8")
    stored = plain if form == "pal8" else plain.reformat(format=form)
    frame = Frame(0, 0.0, stored)
    grey = scene(3) @ np.array([0.299, 0.587, 0.114])
    assert float(np.abs(frame.luma() - grey).mean()) < (30 if form == "pal8" else 6)
    assert frame.colour().shape == scene(3).shape
