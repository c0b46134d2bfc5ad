"""What a film is, by its first bytes: never "not a picture"."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.media.errors import NotAPicture, UnsupportedPicture
from staydown.media.film_kind import HEAD_BYTES, FilmKind, film_kind, is_closed_film
from staydown.media.sniff import sniff
from tests.media import odd_films as odd
from tests.media.test_odd_films import BARE, WHOLE
from tests.media.videos import KINDS, scenes, sound, video

_MADE = {
    **{name: WHOLE[name]() for name in ("MPEG-TS", "m2ts", "TS with check bytes", "FLV")},
    **{name: WHOLE[name]() for name in ("Windows Media", "Ogg Theora")},
    **{name: BARE[name]() for name in BARE},
    **{kind: video(scenes(0, 2, 10), kind) for kind in KINDS},
}

CLOSED = {
    "RealMedia": b".RMF\0\0\0\x12",
    "MXF": bytes.fromhex("060e2b34020501010d010201"),
    "IVF": b"DKIF\0\0\x20\0VP80",
    "uncompressed": b"YUV4MPEG2 W176 H144 F25:1\n",
    "NUT": b"nut/multimedia container\0",
    "DV": b"\x1f\x07\0\xbf",
}

NONE = {
    "nothing": b"",
    "text": b"the free world is not a film" * 200,
    "letters": b"G" * HEAD_BYTES,
    "zeros": bytes(HEAD_BYTES),
    "an icon": b"\0\0\x01\0\x01\0\x10\x10" + bytes(100),
    "a sound": b"RIFF\0\0\0\0WAVEfmt " + bytes(100),
    "an MP3": b"ID3\x03\0\0\0\0\0\0" + bytes(500),
    "a voice message": b"OggS\0\x02" + bytes(22) + b"\x01\x13OpusHead" + bytes(500),
    "Windows sound": sound("asf"),
}


@pytest.mark.parametrize("name", _MADE)
def test_a_film_is_told_and_is_no_missing_picture(name: str) -> None:
    """By the one that opens films and by the one that opens pictures."""
    head = _MADE[name][:HEAD_BYTES]
    assert film_kind(head) is not None
    with pytest.raises(UnsupportedPicture):
        sniff(head)


@pytest.mark.parametrize("name", CLOSED)
def test_a_film_that_is_not_opened_is_told_too(name: str) -> None:
    head = CLOSED[name]
    assert film_kind(head) is None
    assert is_closed_film(head)
    with pytest.raises(UnsupportedPicture):
        sniff(head)


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_film_is_none(name: str) -> None:
    assert film_kind(NONE[name][:HEAD_BYTES]) is None


@given(st.sampled_from(sorted(_MADE)), st.integers(0, HEAD_BYTES - 1), st.integers(1, 255))
def test_one_damaged_byte_hides_no_film(name: str, place: int, change: int) -> None:
    """Wherever it is, of kinds that begin with more than a code or two."""
    head = bytearray(_MADE[name][:HEAD_BYTES])
    if name in BARE and place < 8:
        return  # there, one byte is all that there is to tell it by
    if place < len(head):
        head[place] ^= change
    assert film_kind(bytes(head)) is not None


@given(st.integers(0, 187), st.sampled_from([188, 192, 204]))
def test_a_transport_stream_may_begin_anywhere(cut: int, size: int) -> None:
    """In the middle of a packet, and of packets of any length."""
    data = odd.packets_of(_MADE["MPEG-TS"], size) if size > 188 else _MADE["MPEG-TS"]
    assert film_kind(data[cut : cut + HEAD_BYTES]) is FilmKind.TS


@given(st.binary(max_size=HEAD_BYTES))
def test_any_beginning_is_told_within_bounds(head: bytes) -> None:
    kind = film_kind(head)
    assert kind is None or kind in FilmKind
    with contextlib.suppress(NotAPicture):
        sniff(head)
