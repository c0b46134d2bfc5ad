"""Where two videos show the same."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staydown.base.vocabulary import Cut, Kind, Turn
from staydown.fingerprint.value import Fingerprint, View
from staydown.fingerprint.video import VideoFingerprint, VideoFrame
from staydown.matching.video import align, find_listed, find_pictures, find_still

MIRRORED = View(turn=Turn.MIRRORED)


def drawing(seed: str) -> random.Random:
    """Numbers that are the same in every run."""
    return random.Random(seed)  # noqa: S311 - repeatable


def bits(seed: int, kind: Kind = Kind.PDQ, noise: int = 0, noise_seed: int = 0) -> Fingerprint:
    """A fingerprint of scene ``seed``, of which ``noise`` bits differ."""
    size = 256 if kind is Kind.PDQ else 1024
    number = drawing(f"{kind} {seed}").getrandbits(size)
    for place in drawing(f"{seed} {noise_seed}").sample(range(size), noise):
        number ^= 1 << place
    quality = 90 if kind is Kind.PDQ else None
    return Fingerprint(kind, number.to_bytes(size // 8), quality)


def video(
    scenes: list[int], *, every: float = 1.0, noise: int = 0, copy_noise: int | None = None
) -> VideoFingerprint:
    """A video that shows a scene each ``every`` seconds."""
    frames = tuple(
        VideoFrame(
            round(place * every * 25),
            place * every,
            bits(scene, noise=noise, noise_seed=place),
            None
            if copy_noise is None
            else bits(scene, Kind.COPY1, noise=copy_noise, noise_seed=place),
        )
        for place, scene in enumerate(scenes)
    )
    return VideoFingerprint(frames, len(scenes) * every)


LISTED = video(list(range(180)))


@pytest.mark.parametrize("noise", [0, 20, 31, 45, 60])
@pytest.mark.parametrize("speed", [0.92, 1.0, 1.07])
def test_a_clip_is_found_where_it_was(noise: int, speed: float) -> None:
    """Five scenes and more out of three minutes, also faster, slower, and further apart."""
    clip = video(list(range(100, 112)), every=1 / speed, noise=noise)
    (segment, *others) = align(clip, LISTED)
    assert not others
    assert segment.reference_start == pytest.approx(100, abs=1.5)
    assert segment.reference_end == pytest.approx(112, abs=1.5)
    assert segment.query_start <= 1.5
    assert segment.frames >= 11
    assert segment.distance <= noise
    assert segment.share > 0.9


def test_a_mirrored_clip_is_found_by_its_view() -> None:
    """The segment says what was undone."""
    clip = video(list(range(1000, 1006)))
    undone = tuple(bits(scene, noise=10) for scene in range(50, 56))
    found = align(VideoFingerprint(clip.frames, clip.seconds, {MIRRORED: undone}), LISTED)
    assert [segment.view for segment in found] == [MIRRORED]


def test_two_clips_in_one_video_are_two_segments() -> None:
    """Each with its own place."""
    mixed = video([*range(10, 20), *range(500, 520), *range(90, 100)])
    found = sorted(align(mixed, LISTED), key=lambda segment: segment.query_start)
    assert [round(segment.reference_start) for segment in found] == [10, 90]
    assert [round(segment.query_start) for segment in found] == [0, 30]


def test_several_far_frames_must_agree_in_time() -> None:
    """The same frames in another order are no evidence, unless one of them is near."""
    shuffled = list(range(0, 180, 20))
    drawing("order").shuffle(shuffled)
    assert align(video(shuffled, noise=50), LISTED) == []


def test_one_scene_many_times_is_one_piece_of_evidence() -> None:
    """Frames that all look alike don't count as several."""
    still = video([7] * 10)
    assert align(video([7] * 10, noise=50), still) == []
    assert align(video([7] * 10, noise=25), still)


def test_poor_frames_never_speak() -> None:
    """A plain frame, whole or in a view, tells nothing."""
    plain = tuple(
        VideoFrame(f.number, f.seconds, Fingerprint(Kind.PDQ, f.pdq.bits, 49))
        for f in LISTED.frames
    )
    assert align(VideoFingerprint(plain, 180.0), LISTED) == []
    trimmed = tuple(Fingerprint(Kind.PDQ, f.pdq.bits, 79) for f in LISTED.frames)
    other = video(list(range(1000, 1180)))
    views = {View(Cut.TRIMMED): trimmed}
    assert align(VideoFingerprint(other.frames, 180.0, views), LISTED) == []


def test_copy_codes_find_what_pdq_does_not() -> None:
    """Where both videos have them."""
    listed = video(list(range(60)), copy_noise=0)
    clip = video([scene + 0 for scene in range(20, 30)], noise=110, copy_noise=250)
    (segment,) = align(clip, listed)
    assert segment.kind is Kind.COPY1
    assert segment.reference_start == pytest.approx(20, abs=1)
    assert align(clip, LISTED) == []


@pytest.mark.parametrize("far", [40, 70, 90])
def test_a_segment_by_copy_code_says_what_was_undone(far: int) -> None:
    """A copy code is nearly the same for a mirrored picture; the PDQs tell."""
    listed = video(list(range(60)), copy_noise=0)
    clip = video(list(range(1000, 1008)))
    copied = tuple(
        VideoFrame(
            frame.number,
            frame.seconds,
            frame.pdq,
            bits(20 + place, Kind.COPY1, noise=200, noise_seed=place),
        )
        for place, frame in enumerate(clip.frames)
    )
    undone = tuple(bits(20 + place, noise=far, noise_seed=place) for place in range(8))
    found = align(VideoFingerprint(copied, clip.seconds, {MIRRORED: undone}), listed)
    assert [(one.kind, one.view) for one in found if one.kind is Kind.COPY1] in (
        [],  # the PDQs were near enough themselves
        [(Kind.COPY1, MIRRORED)],
    )
    assert [one.view for one in found] == [MIRRORED]
    (plain,) = align(VideoFingerprint(copied, clip.seconds), listed)
    assert plain.view == View()


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=30), st.integers(0, 128))
def test_segments_lie_within_both_videos(scenes: list[int], noise: int) -> None:
    """Whatever is compared."""
    query = video(scenes, noise=noise, every=0.7)
    for segment in align(query, LISTED):
        assert 0 <= segment.query_start <= segment.query_end <= query.seconds + 1e-6
        assert 0 <= segment.reference_start <= segment.reference_end <= LISTED.seconds
        assert 0 < segment.share <= 1
        assert 0 <= segment.reference_share <= 1


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 170), st.integers(0, 60))
def test_nearer_never_means_weaker(start: int, noise: int) -> None:
    """A clip that is found with some bits wrong is found with fewer wrong."""
    scenes = list(range(start, start + 8))
    if align(video(scenes, noise=noise), LISTED):
        assert align(video(scenes, noise=noise // 2), LISTED)


def test_empty_videos_match_nothing() -> None:
    """No frames, no finding."""
    empty = VideoFingerprint((), 0.0)
    assert align(empty, LISTED) == []
    assert align(LISTED, empty) == []
    assert find_still([(bits(1), View())], empty) == []
    assert find_pictures([bits(1)], empty) == []


def test_a_still_of_a_listed_video_is_found() -> None:
    """With its time, and what was undone to the upload."""
    stills = [(bits(900), View()), (bits(42, noise=20), MIRRORED)]
    (sighting,) = find_still(stills, LISTED)
    assert (sighting.view, sighting.seconds, sighting.distance) == (MIRRORED, 42.0, 20)
    assert find_still([(bits(42, noise=40), View())], LISTED) == []


def test_a_listed_picture_inside_a_video_is_found() -> None:
    """By PDQ in every view of the video, and by copy code."""
    upload = video([5, 6, 6, 7], copy_noise=100)
    views = {MIRRORED: tuple(bits(scene) for scene in (1, 2, 3, 4))}
    upload = VideoFingerprint(upload.frames, upload.seconds, views)
    assert [s.seconds for s in find_pictures([bits(6, noise=9)], upload)] == [1.0]
    assert [s.view for s in find_pictures([bits(3)], upload)] == [MIRRORED]
    code = bits(7, Kind.COPY1)
    assert [(s.kind, s.seconds) for s in find_pictures([code], upload)] == [(Kind.COPY1, 3.0)]
    assert find_pictures([bits(77)], upload) == []


def test_many_listed_pictures_are_found_as_one_by_one() -> None:
    """By number, in one go."""
    upload = video([5, 6, 6, 7, 5], copy_noise=100)
    views = {MIRRORED: tuple(bits(scene) for scene in (1, 2, 3, 4, 8))}
    upload = VideoFingerprint(upload.frames, upload.seconds, views)
    pictures = [
        [bits(scene, noise=noise), bits(scene + 2, Kind.COPY1)]
        for scene in range(9)
        for noise in (0, 31, 32)
    ]
    found = find_listed(pictures, upload)
    alone = {number: find_pictures(one, upload) for number, one in enumerate(pictures)}
    assert found == {number: sightings for number, sightings in alone.items() if sightings}
    assert [(one.seconds, one.kind) for one in found[15]] == [
        (0.0, Kind.PDQ),
        (4.0, Kind.PDQ),
        (3.0, Kind.COPY1),
    ]
    assert find_listed([], upload) == find_listed([[]], upload) == {}


def test_a_picture_of_poor_quality_is_not_found() -> None:
    """Neither a listed one nor a frame that says too little."""
    upload = video([5, 6])
    assert find_pictures([Fingerprint(Kind.PDQ, bits(5).bits, 49)], upload) == []
    assert find_pictures([Fingerprint(Kind.PDQ, bits(5).bits, 50)], upload)
    assert find_pictures([Fingerprint(Kind.PDQ, bits(5).bits, None)], upload)


def test_plain_frames_say_nothing_by_their_copy_code_either() -> None:
    """A fade to black is in any video; a code knows nothing of how much there is to see."""
    code = Fingerprint(Kind.COPY1, bytes(128))

    def fading(bits: bytes, quality: int) -> VideoFingerprint:
        pdq = Fingerprint(Kind.PDQ, bits * 32, quality)
        return VideoFingerprint((VideoFrame(0, 0.0, pdq, code),), 1.0)

    dark, other = fading(b"\x0f", 10), fading(b"\xf0", 10)
    assert align(dark, other) == []
    assert find_pictures([code], dark) == []
    assert find_still([(code, View())], dark) == []
    assert align(fading(b"\x0f", 90), fading(b"\xf0", 90))
    assert find_pictures([code], fading(b"\x0f", 90))
