"""Bytes of a video to a few of its frames."""

import contextlib
import io
from collections.abc import Callable

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staydown.media.errors import (
    BrokenVideo,
    MediaError,
    NoFrames,
    NotAVideo,
    TooLarge,
    UnsupportedVideo,
    VideoTooLong,
)
from staydown.media.film_frame import Frame
from staydown.media.film_kind import FilmKind
from staydown.media.frames import Film, sniff_video
from staydown.media.luma import matrix_applied
from staydown.media.picture import Pixels
from tests.media.videos import KINDS, animation, scene, scenes, sound, video, with_matrix


def read(data: bytes) -> list[Frame]:
    """All frames that are taken of a file."""
    return list(Film(io.BytesIO(data)))


def far(one: Pixels, other: Pixels) -> float:
    """The mean difference of two pictures' levels."""
    return float(np.abs(one.astype(np.float64) - other.astype(np.float64)).mean())


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_gives_its_frames(kind: str) -> None:
    """Each container and codec shows the scenes that were put in, at their times."""
    taken = read(video(scenes(0, 4, 10), kind))
    for second in range(4):
        shown = [frame for frame in taken if second <= frame.seconds < second + 0.95]
        assert shown, second
        assert all(far(frame.colour(), scene(second)) < 30 for frame in shown)
    assert [frame.seconds for frame in taken] == sorted(frame.seconds for frame in taken)


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_animations_are_videos(kind: str) -> None:
    """An animated picture gives its pictures at their times, in brightness as well."""
    taken = read(animation([scene(n) for n in range(4)], kind, 700))
    assert [round(frame.seconds, 1) for frame in taken] == [0.0, 0.7, 1.4, 2.1]
    assert far(taken[3].colour(), scene(3)) < 25
    assert far(taken[3].luma(), taken[3].colour() @ np.array([0.299, 0.587, 0.114])) < 1


@pytest.mark.parametrize("kind", ["GIF", "WEBP", *KINDS])
def test_a_video_lasts_until_its_last_picture_ends(kind: str) -> None:
    """The time that the last picture is shown counts."""
    shown = scenes(0, 3, 2)
    data = animation(shown, kind, 500) if kind not in KINDS else video(shown, kind, rate=2)
    film = Film(io.BytesIO(data))
    assert [frame.seconds for frame in film][-1] < 2.9
    assert film.seconds == pytest.approx(3.0, abs=0.1)


def test_a_video_of_days_is_refused() -> None:
    """However few its pictures are: nothing that is as long as that is a video."""
    levels = [np.full((16, 16, 3), number % 256, np.uint8) for number in range(800)]
    with pytest.raises(VideoTooLong):
        read(animation(levels, "GIF", 655_350))


def test_key_frames_alone_where_they_are_dense() -> None:
    """With a key frame every second, every other one is decoded, and the last."""
    taken = read(video(scenes(0, 14, 10), gap=10, options={"sc_threshold": "0"}))
    assert [round(frame.seconds, 2) for frame in taken] == [*range(0, 14, 2), 13]


def test_a_short_video_is_decoded_as_a_whole() -> None:
    """Few key frames would tell too little of a few seconds."""
    taken = read(video(scenes(0, 6, 10), gap=10, options={"sc_threshold": "0"}))
    assert max(np.diff([frame.seconds for frame in taken])) <= 0.61


def test_gaps_are_filled() -> None:
    """With one key frame in all, no more than two seconds pass without a frame."""
    data = video(scenes(0, 14, 10), gap=1000, options={"sc_threshold": "0"})
    times = [frame.seconds for frame in read(data)]
    assert max(np.diff(times)) <= 2.0
    assert times[-1] >= 12.0


def test_intra_only_video_is_thinned() -> None:
    """Where every frame is a key frame, few are decoded."""
    taken = read(video(scenes(0, 3, 10), "motion.avi"))
    assert len(taken) <= 16


def test_luma_has_the_whole_range() -> None:
    """The 16 to 235 of broadcasting become 0 to 255."""
    black, white = np.zeros((64, 64, 3), np.uint8), np.full((64, 64, 3), 255, np.uint8)
    data = video([black] * 10 + [white] * 10, options={"crf": "1"})
    taken = read(data)
    assert taken[0].luma().max() <= 2
    assert taken[-1].luma().min() >= 253


#: By the matrix: what a player shows.
_TURNS: dict[tuple[int, int, int, int], Callable[[Pixels], Pixels]] = {
    (1, 0, 0, 1): lambda p: p,
    (0, 1, -1, 0): lambda p: np.rot90(p, -1),
    (-1, 0, 0, -1): lambda p: p[::-1, ::-1],
    (0, -1, 1, 0): np.rot90,
    (-1, 0, 0, 1): lambda p: p[:, ::-1],
    (1, 0, 0, -1): lambda p: p[::-1],
}


@pytest.mark.parametrize("matrix", _TURNS)
def test_turned_as_the_file_says(matrix: tuple[int, int, int, int]) -> None:
    """A phone's rotation is applied to brightness and colours."""
    frame = read(with_matrix(video([scene(5)] * 5), matrix))[0]
    expected = _TURNS[matrix](scene(5))
    assert frame.colour().shape == expected.shape
    assert far(frame.colour(), expected) < 12
    assert frame.luma().shape == expected.shape[:2]


@given(st.binary(max_size=40))
def test_any_matrix_keeps_the_pixels(matrix: bytes) -> None:
    """Whatever a file says of turning, the same pixels remain."""
    pixels = np.arange(12, dtype=np.uint8).reshape(3, 4)
    assert sorted(matrix_applied(pixels, matrix).ravel()) == list(range(12))


CASES: dict[str, tuple[bytes, type[MediaError]]] = {
    "nothing": (b"", NotAVideo),
    "text": (b"#EXTM3U\nfile:///etc/passwd\n", NotAVideo),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(50), NotAVideo),
    "RealMedia": (b".RMF" + bytes(50), UnsupportedVideo),
    "MXF": (bytes.fromhex("060e2b3402050101") + bytes(50), UnsupportedVideo),
    "the first bytes of an Ogg": (b"OggS" + bytes(50), BrokenVideo),
    "letters": (b"G" * 5000, NotAVideo),
    "the first bytes of an MP4": (b"\x00\x00\x00\x18ftypisom" + bytes(16), BrokenVideo),
    "the first bytes of a WebM": (b"\x1aE\xdf\xa3" + bytes(60), BrokenVideo),
    "one picture": (animation([scene(1)], "GIF", 100), NoFrames),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_no_video_is_refused(name: str) -> None:
    """Each with its own clear error."""
    data, error = CASES[name]
    with pytest.raises(error) as caught:
        read(data)
    assert type(caught.value) is error


@pytest.mark.parametrize("kind", ["mp4", "matroska"])
def test_sound_alone_has_no_frames(kind: str) -> None:
    """A file with only a tone says so."""
    with pytest.raises(NoFrames):
        read(sound(kind))


@pytest.mark.parametrize(
    "kind", ["video.mp4", "fragments.mp4", "video.mkv", "video.webm", "video.avi"]
)
@pytest.mark.parametrize("share", [0.3, 0.6])
def test_a_broken_off_file_is_not_taken_for_a_shorter_video(kind: str, share: float) -> None:
    """It says that there was more, or gives nothing at all."""
    data = video(scenes(0, 10, 10), kind)
    film = Film(io.BytesIO(data[: int(len(data) * share)]))
    with contextlib.suppress(BrokenVideo):
        list(film)
        assert film.damage.of > film.damage.seen


def test_too_many_pixels_are_refused_before_decoding() -> None:
    """The header alone decides."""
    with pytest.raises(TooLarge):
        list(Film(io.BytesIO(video([scene(0)] * 3)), most_pixels=1000))


_WHOLE = {kind: video(scenes(0, 3, 5), kind, rate=5) for kind in ("video.mp4", "video.webm")}


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(_WHOLE)),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=30),
)
def test_damaged_bytes_give_frames_or_an_error(kind: str, damage: list[tuple[float, int]]) -> None:
    """Never anything but a MediaError comes out of a damaged file."""
    data = bytearray(_WHOLE[kind])
    for place, value in damage:
        data[int(place * len(data))] = value
    with contextlib.suppress(MediaError):
        assert all(frame.luma().ndim == 2 for frame in Film(io.BytesIO(data)))


@given(st.binary(max_size=64))
def test_any_beginning_is_told_or_refused(head: bytes) -> None:
    """Sniffing gives one of the demuxers on the list or an error."""
    with contextlib.suppress(NotAVideo):
        assert sniff_video(head) in {"animation", *FilmKind}


def test_the_decoder_stays_silent() -> None:
    """What a decoder has to say quotes the file."""
    assert av.logging.get_level() is None
