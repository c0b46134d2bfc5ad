"""How a file's bytes are reached, whatever it is."""

import hashlib
import os
import threading
from pathlib import Path

import pytest

from staydown.base.vocabulary import Kind
from staydown.cli.media_file import fault_of, look_at
from staydown.media.errors import TooLarge
from staydown.media.limits import Limits
from tests.fingerprint import pictures

CAT = pictures.SAMPLES / "chelsea.jpg"


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
