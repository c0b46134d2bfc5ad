"""What a file is, by its first bytes, and how its bytes are reached."""

import hashlib
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.base.vocabulary import Kind
from staydown.cli.media_file import _told, fault_of, look_at
from staydown.media.errors import TooLarge
from staydown.media.limits import Limits
from tests.fingerprint import pictures

CAT = pictures.SAMPLES / "chelsea.jpg"


@pytest.mark.parametrize(
    ("head", "picture", "video"),
    [
        (b"\xff\xd8\xff\xe0", True, False),
        (b"\x89PNG\r\n\x1a\n", True, False),
        (b"GIF89a", True, True),
        (b"RIFF\0\0\0\0WEBPVP8X", True, True),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1", True, False),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", True, False),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", True, False),
        (b"\0\0\0\x18ftypisom\0\0\2\0isomavc1", False, True),
        (b"\0\0\0\x18ftypqt  \0\0\2\0qt  \0\0\0\0", False, True),
        (b"\0\0\0\x18ftyp3gp4\0\0\2\0isom3gp4", False, True),
        (b"\0\0\0\x18ftypM4A \0\0\2\0isommp42", False, False),
        (b"\0\0\0\x08wide\0\0\0\0mdat", False, True),
        (b"\x1aE\xdf\xa3", False, True),
        (b"RIFF\0\0\0\0AVI LIST", False, True),
        (b"RIFF\0\0\0\0WAVEfmt ", False, False),
        (b"FLV\x01\x05", False, True),
        (b"%PDF-1.7", False, False),
        (b"hello, world", False, False),
        (b"", False, False),
    ],
)
def test_first_bytes_say_what_it_is(head: bytes, picture: bool, video: bool) -> None:
    """Pictures that can't be opened are pictures all the same: somebody should be told."""
    assert _told(head) == (picture, video)


@given(st.binary(max_size=64))
def test_any_first_bytes_are_taken(head: bytes) -> None:
    """And what begins like nothing known is nothing."""
    picture, video = _told(head)
    assert isinstance(picture, bool)
    assert isinstance(video, bool)


def test_a_regular_file_is_read_when_needed() -> None:
    """Its bytes are not held."""
    file = look_at(os.fsencode(CAT), Limits())
    assert (file.picture, file.video, file.data) == (True, False, None)
    assert file.read(Limits()) == CAT.read_bytes()
    (digest,) = file.exact([Kind.SHA256])
    assert digest.hex == hashlib.sha256(CAT.read_bytes()).hexdigest()
    with pytest.raises(TooLarge):
        file.read(Limits(file_bytes=1000))


def test_a_pipe_is_read_once(tmp_path: Path) -> None:
    """And then looked at as often as needed."""
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=lambda: (tmp_path / "pipe").write_bytes(CAT.read_bytes()))
    writer.start()
    file = look_at(os.fsencode(tmp_path / "pipe"), Limits())
    writer.join()
    assert file.picture
    assert file.read(Limits()) == CAT.read_bytes()
    (digest,) = file.exact([Kind.MD5])
    assert digest.bits == hashlib.md5(CAT.read_bytes(), usedforsecurity=False).digest()


def test_what_never_ends_is_too_large() -> None:
    """No more is read than a picture may have."""
    with pytest.raises(TooLarge):
        look_at(b"/dev/zero", Limits(file_bytes=1 << 16))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (b"/nowhere", "No such file"),
        (b"/", "Is a directory"),
        (b"a\0b", "no file has such a name"),
    ],
)
def test_what_cannot_be_read_is_said_in_words(name: bytes, words: str) -> None:
    """One word for machines, one sentence for people."""
    with pytest.raises(OSError) as error:  # noqa: PT011 - the words are checked below
        look_at(name, Limits())
    code, fault = fault_of(error.value)
    assert code == "unreadable"
    assert words in fault
