"""Files and addresses of a catalogue: nothing leads out of it, and any name can be told."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.matching.sweep_list import Source
from staydown.matching.sweep_source import (
    REFERENCE_CHARACTERS,
    Catalogue,
    Unreadable,
    identity,
    preview,
    reference,
)
from staydown.net.errors import NoAnswer
from staydown.net.fake import FakeTransport
from staydown.net.http import HttpTransport
from staydown.net.message import Request, Response

PATHS = st.binary(min_size=1, max_size=4096).filter(lambda name: b"\0" not in name)


def below(folder: Path) -> Catalogue:
    """A folder as a catalogue."""
    return Catalogue(Source(os.fsencode(folder)), None, 1000)


def code_of(catalogue: Catalogue, name: bytes) -> str:
    """What a file that can't be had is counted under."""
    with pytest.raises(Unreadable) as caught:
        catalogue.open(name)
    return caught.value.code


# --------------------------------------------------------------------------- files


def test_a_file_is_read_from_its_folder(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/b.jpg").write_bytes(b"picture")
    with below(tmp_path).open(b"a/b.jpg") as file:
        assert file.read() == b"picture"


def test_no_link_leads_out_of_the_folder(tmp_path: Path) -> None:
    """Not the file itself, nor a folder that was swapped for a link after the list was written."""
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/key").write_text("x")
    top = tmp_path / "top"
    top.mkdir()
    (top / "folder").symlink_to(tmp_path / "secret", target_is_directory=True)
    (top / "file").symlink_to(tmp_path / "secret/key")
    assert code_of(below(top), b"folder/key") == "unreadable"
    assert code_of(below(top), b"file") == "unreadable"


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    assert code_of(below(tmp_path), b"pipe") == "not_a_file"
    assert code_of(below(tmp_path), b"folder") == "not_a_file"
    assert code_of(below(tmp_path), b"gone") == "missing"
    assert code_of(below(tmp_path), b"nul\0") == "unreadable"
    assert code_of(below(tmp_path), b"x" * 5000) == "unreadable"


def test_a_path_longer_than_the_system_takes_at_once_is_read(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    name = b"/".join([b"d" * 200] * 25)
    for step in name.split(b"/"):
        os.mkdir(step, dir_fd=here)
        inner = os.open(step, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    handle = os.open(b"x.jpg", os.O_WRONLY | os.O_CREAT, dir_fd=here)
    os.write(handle, b"deep")
    os.close(handle)
    os.close(here)
    with below(tmp_path).open(name + b"/x.jpg") as file:
        assert file.read() == b"deep"


def test_a_listed_path_may_be_a_link_and_lie_anywhere(tmp_path: Path) -> None:
    """Whoever wrote the list means it."""
    (tmp_path / "a.jpg").write_bytes(b"a")
    (tmp_path / "link.jpg").symlink_to("a.jpg")
    catalogue = Catalogue(Source(os.fsencode(tmp_path), folder=False), None, 1000)
    for name in (b"a.jpg", b"link.jpg", os.fsencode(tmp_path) + b"/a.jpg"):
        with catalogue.open(name) as file:
            assert file.read() == b"a"


# --------------------------------------------------------------------------- addresses


def fetching(site: FakeTransport, *hosts: str, pauses: list[float] | None = None) -> Catalogue:
    """A list of addresses as a catalogue."""
    source = Source(b"/lists", folder=False, hosts=hosts)
    return Catalogue(source, site, 10, sleep=(pauses if pauses is not None else []).append)


def test_an_address_on_a_named_host_is_fetched() -> None:
    site = FakeTransport({"https://media.example": lambda _: Response(200, {}, b"picture")})
    with fetching(site, "media.example").open(b"https://media.example/1") as file:
        assert file.read() == b"picture"
    assert [request.limit for request in site.sent] == [10]


@pytest.mark.parametrize(
    "address",
    [
        b"https://other.example/1",
        b"https://media.example.other.example/1",
        b"https://media.example:8443/1",
        b"https://media.example@other.example/1",
        b"https://[media.example/1",
        b"https://media.example:x/1",
        b"https://caf\xc3\xa9.example/1",
        b"https:///1",
        b"https://media.example/a b",
        b"https://media.example/" + b"x" * 2000,
    ],
)
def test_no_other_address_is_asked(address: bytes) -> None:
    site = FakeTransport()
    assert code_of(fetching(site, "media.example"), address) == "host_not_allowed"
    assert not site.sent
    assert code_of(Catalogue(Source(b"/", False), None, 10), address) == "host_not_allowed"


def test_a_port_is_named_with_its_host() -> None:
    site = FakeTransport({"https://m.example:8443": lambda _: Response(200, {}, b"x")})
    fetching(site, "m.example:8443").open(b"https://m.example:8443/1").close()


@pytest.mark.parametrize(
    ("statuses", "code", "asked"),
    [
        ((404,), "http_404", 1),
        ((302,), "http_302", 1),
        ((503, 503, 503), "http_503", 3),
        ((503, 429, 200), "", 3),
        ((0, 0, 0), "no_answer", 3),
        ((0, 200), "", 2),
    ],
)
def test_only_what_may_pass_is_asked_again(
    statuses: tuple[int, ...], code: str, asked: int
) -> None:
    answers = iter(statuses)

    def site(_: Request) -> Response:
        status = next(answers)
        if not status:
            raise NoAnswer("no connection")
        return Response(status, {}, b"")

    transport = FakeTransport({"https://m.example": site})
    pauses: list[float] = []
    catalogue = fetching(transport, "m.example", pauses=pauses)
    if code:
        assert code_of(catalogue, b"https://m.example/1") == code
    else:
        catalogue.open(b"https://m.example/1").close()
    assert (len(transport.sent), len(pauses)) == (asked, asked - 1)


def test_an_address_in_a_private_network_is_refused_unless_that_is_allowed() -> None:
    source = Source(b"/lists", folder=False, hosts=("127.0.0.1",))
    catalogue = Catalogue(source, HttpTransport(), 10, sleep=time.sleep)
    assert code_of(catalogue, b"https://127.0.0.1/1") == "address_refused"


def test_an_answer_that_is_too_long_is_counted() -> None:
    site = FakeTransport({"https://m.example": lambda _: Response(200, {}, b"x" * 11)})
    assert code_of(fetching(site, "m.example"), b"https://m.example/1") == "too_large"


# --------------------------------------------------------------------------- names


@given(PATHS)
def test_any_name_can_be_a_reference(name: bytes) -> None:
    """Of one printable line that a database takes."""
    text = reference(name)
    assert 1 <= len(text) <= REFERENCE_CHARACTERS
    assert text.isprintable()
    assert text.encode()


@given(st.lists(PATHS, min_size=2, max_size=6, unique=True))
def test_no_two_names_share_a_reference(names: list[bytes]) -> None:
    assert len({reference(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("2024/ünï.jpg".encode(), "2024/ünï.jpg"),
        (b"a b.jpg", "a b.jpg"),
        (b"a\nb", r"a\x0ab"),
        (rb"a\x0ab", r"a\\x0ab"),
        (b"caf\xe9", r"caf\xe9"),
        ("evil\u202egpj.exe".encode(), r"evil\u{202e}gpj.exe"),
    ],
)
def test_what_could_mislead_is_escaped(name: bytes, text: str) -> None:
    assert reference(name) == text


def test_of_a_long_name_the_beginning_is_told() -> None:
    one, other = (reference(b"x" * 4000 + end) for end in (b"1", b"2"))
    assert one != other
    assert one.startswith("x" * 400)


def test_a_file_is_the_same_whoever_names_it() -> None:
    """By the folder it lies in, and by its full path in a list; addresses by themselves."""
    folder, listed = Source(b"/a/b"), Source(b"/lists", folder=False)
    assert identity(folder, b"c.jpg") == identity(listed, b"/a/b/c.jpg")
    assert identity(folder, b"c.jpg") != identity(Source(b"/a"), b"c.jpg")
    other = Source(b"/elsewhere", folder=False)
    assert identity(listed, b"https://m.example/1") == identity(other, b"https://m.example/1")


def test_previews_lie_where_the_operator_says() -> None:
    source = Source(b"/a", preview="https://p.example/v/")
    assert preview(source, "x y/ü.jpg".encode()) == "https://p.example/v/x%20y/%C3%BC.jpg"
    assert preview(source, b"y" * 3000) == ""
    assert preview(Source(b"/a"), b"x.jpg") == ""
    listed = Source(b"/a", folder=False, preview="https://p.example/v/")
    assert preview(listed, b"/etc/x.jpg") == ""
    assert preview(listed, b"https://m.example/1.jpg") == "https://m.example/1.jpg"
