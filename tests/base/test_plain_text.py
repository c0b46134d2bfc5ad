"""A text is read the same, whatever editor or shell wrote it, wherever a person hands one in."""

import contextlib
import hashlib
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.bank.harmless_lines import read
from staydown.base.plain_text import NotText, lines_in, text_of
from staydown.base.records import read_table
from staydown.base.settings import SiteSettings, load, read_key, read_secret
from staydown.cli.bank.given import Given
from staydown.cli.notice.contacts import _read
from staydown.cli.notice.input_files import read_facts, read_given
from staydown.matching.sweep_list import named_in
from staydown.notices.contacts.reading import read_answers
from tests.notices.contacts.recorded import FOLDER

#: How editors and shells write a text.
WRITERS: dict[str, Callable[[str], bytes]] = {
    "Unix": lambda text: text.encode(),
    "Notepad, UTF-8": lambda text: text.replace("\n", "\r\n").encode("utf-8-sig"),
    "Notepad, ANSI": lambda text: text.replace("\n", "\r\n").encode("ascii"),
    "Notepad, Unicode": lambda text: text.replace("\n", "\r\n").encode("utf-16"),
    "Notepad, Unicode big endian": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "PowerShell": lambda text: b"\xff\xfe" + text.replace("\n", "\r\n").encode("utf-16-le"),
    "UTF-16 without a mark": lambda text: text.encode("utf-16-le"),
    "big endian without a mark": lambda text: text.encode("utf-16-be"),
    "UTF-32": lambda text: text.encode("utf-32"),
    "empty lines and blanks": lambda text: (
        f"\n\n{text.replace(chr(10), '  ' + chr(10))}\n\n".encode()
    ),
}
writers = pytest.mark.parametrize("write", WRITERS.values(), ids=list(WRITERS))

SITE = "port = 8100\nhost = '127.0.0.1'\n"
FACTS = 'where = "social_media"\nunder18 = "no"\n'
HASHES = f"pdq {hashlib.sha256(b'a').hexdigest()} 100 a.jpg\n{hashlib.sha256(b'b').hexdigest()}\n"
ANSWER = (FOLDER / "domain-registry.json").read_text("utf-8")


def _pin(path: Path) -> object:
    path.chmod(0o600)
    given = Given(True, "self", path, generate_pin=False, repeat=False, code_file=None)
    return given.attempt()[0]


def _secret(path: Path) -> object:
    path.chmod(0o600)
    return read_secret(path), read_key(path)


#: Every place where a person's text is read: the text, and what reads it.
READERS: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "a list of files": ("a.jpg\nb c.jpg\n", lambda path: list(named_in(path))),
    "a list of addresses": ("https://x.example/1\n", lambda path: list(named_in(path))),
    "a list of harmless fingerprints": (HASHES, lambda path: read(text_of(path.read_bytes()))[0]),
    "facts": (FACTS, read_facts),
    "a list of items": ('[[items]]\nurl = "https://x.example/1"\n', read_given),
    "a record": (FACTS, read_table),
    "settings": (SITE, lambda path: load(path, SiteSettings)),
    "a key": ("5f" * 32 + "\n", _secret),
    "a PIN": ("kastanie7\n", _pin),
    "an answer of a registry": (ANSWER, lambda path: read_answers(_read(path)).answers),
}


@writers
@pytest.mark.parametrize(("text", "reader"), READERS.values(), ids=list(READERS))
def test_a_text_is_read_the_same_whatever_wrote_it(
    tmp_path: Path, write: Callable[[str], bytes], text: str, reader: Callable[[Path], object]
) -> None:
    plain, other = tmp_path / "plain", tmp_path / "other"
    plain.write_bytes(text.encode())
    other.write_bytes(write(text if text.isascii() else json.dumps(json.loads(text))))
    assert reader(other) == reader(plain)
    assert reader(plain)


@writers
def test_facts_may_come_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, write: Callable[[str], bytes]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(write(FACTS))))
    assert read_given(Path("-")) == {"where": "social_media", "under18": "no"}


@pytest.mark.parametrize(
    "raw", [b"\xff\xfea", b"\xff\xfe\x00\xd8", b"caf\xe9", b"\xff\xfe\0\0a", b"\x80"]
)
def test_what_is_no_text_says_so_and_repeats_nothing(raw: bytes) -> None:
    with pytest.raises(NotText, match=r"^is not UTF-8 text; save it as UTF-8$"):
        text_of(raw)


@pytest.mark.parametrize("raw", [b"a\0b\n", b"x" * 64 + b"\n", ("x" * 64).encode("utf-16")])
def test_a_line_that_is_none_is_named(raw: bytes) -> None:
    with pytest.raises(NotText, match="line 1 "):
        list(lines_in(io.BytesIO(raw), most=64))


def test_half_a_letter_in_a_later_line_is_named() -> None:
    with pytest.raises(NotText, match="line 2 "):
        list(lines_in(io.BytesIO("a\n\ud800".encode("utf-16", "surrogatepass")), most=64))


LINES = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\n\r"), max_size=40)
)


@given(LINES, st.sampled_from(["utf-8-sig", "utf-16", "utf-32"]), st.sampled_from(["\n", "\r\n"]))
def test_every_line_with_something_in_it_comes_with_its_number(
    lines: list[str], encoding: str, end: str
) -> None:
    raw = "".join(line + end for line in lines).encode(encoding)
    wanted = [
        (number, line.encode()) for number, line in enumerate(lines, 1) if line.encode().strip()
    ]
    assert list(lines_in(io.BytesIO(raw), most=1000)) == wanted


@given(st.lists(st.binary(max_size=12)))
def test_odd_bytes_of_names_stay_as_they_are(names: list[bytes]) -> None:
    """Unless the beginning says that it is another encoding."""
    clean = [b"/" + name.translate(None, b"\0\n\r") for name in names]
    assert [line for _, line in lines_in(io.BytesIO(b"\n".join(clean)), most=64)] == clean


@given(st.binary(max_size=64))
def test_any_bytes_are_a_text_or_are_said_to_be_none(raw: bytes) -> None:
    with contextlib.suppress(NotText):
        assert isinstance(text_of(raw), str)
    with contextlib.suppress(NotText):
        assert all(line.strip() for _, line in lines_in(io.BytesIO(raw), most=32))
