"""Only the browser that opened the printed address gets in, once, and nobody through it."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from staydown.web.case_site.access_token import Door
from tests.case_server import Person, RunningCase, form_token, running_case

SESSION = re.compile(r"page-\d+=[\w-]{43}; HttpOnly; Path=/; SameSite=Strict")


def test_the_address_opens_once_for_a_strict_cookie_that_no_script_reads(
    tmp_path: Path,
) -> None:
    with running_case(tmp_path / "case") as served:
        with served.client() as first:
            answer = first.get(served.address)
            assert answer.status_code == 302
            assert answer.headers["Location"] == "/"
            assert SESSION.fullmatch(answer.headers["Set-Cookie"])
            assert first.get("/").status_code == 200
        with served.client() as second:
            answer = second.get(served.address)
            assert answer.status_code == 403
            assert "Set-Cookie" not in answer.headers
            assert second.get("/").status_code == 403


def test_a_look_ahead_that_does_not_read_the_page_leaves_the_address_good(tmp_path: Path) -> None:
    with running_case(tmp_path / "case") as served, served.client() as client:
        assert client.head(served.address).status_code == 403
        assert client.get(served.address).status_code == 302


@pytest.mark.parametrize(
    "path", ["/", "/age/", "/facts/", "/everything/", "/close/", "/open/wrong/", "/no-such-page/"]
)
def test_without_the_cookie_every_page_says_only_that_it_is_not_open(
    served: RunningCase, inside: Person, path: str
) -> None:
    with served.client() as stranger:
        answer = stranger.get(path)
    assert answer.status_code == 403
    assert "not open here" in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "evil.example:{port}", "127.0.0.1:{port}.evil.example", "127.0.0.1",
        "127.0.0.1:1", "localhost", "LOCALHOST:{port}", "[::1]:{port}", "0.0.0.0:{port}", "",
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/", "/static/css/site.css"])
def test_another_host_is_refused_before_anything_else_even_with_the_cookie(
    served: RunningCase, inside: Person, host: str, path: str
) -> None:
    """A page elsewhere whose name was made to point here (DNS rebinding) says its own name."""
    port = served.url.rsplit(":", 1)[1]
    answer = inside.client.get(path, headers={"Host": host.format(port=port)})
    assert answer.status_code == 403
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "Notes" not in answer.text


def test_two_hosts_in_one_request_are_refused(served: RunningCase) -> None:
    host, port = served.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 10) as raw:
        raw.sendall(f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\nHost: evil.example\r\n\r\n".encode())
        answer = raw.recv(200)
    assert answer.split(b" ")[1] in (b"400", b"403")


def test_both_names_of_this_machine_open_the_pages(served: RunningCase, inside: Person) -> None:
    port = served.url.rsplit(":", 1)[1]
    answer = inside.client.get("/", headers={"Host": f"localhost:{port}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("path", ["/", "/everything/", "/static/css/site.css"])
def test_no_other_site_can_ask_for_anything_nor_another_port_of_this_machine(
    inside: Person, site: str, path: str
) -> None:
    assert inside.client.get(path, headers={"Sec-Fetch-Site": site}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "", "Origin": "http://127.0.0.1:1"},
    ],
)
def test_a_form_of_another_site_is_refused(inside: Person, headers: dict[str, str]) -> None:
    token = form_token(inside.get("/").text)
    given = {key: value for key, value in headers.items() if value}
    base, cookies = inside.client.base_url, inside.client.cookies
    with httpx.Client(base_url=base, cookies=cookies) as client:
        answer = client.post("/", data={"csrfmiddlewaretoken": token}, headers=given)
    assert answer.status_code == 403


def test_a_form_without_the_browsers_token_is_refused(inside: Person) -> None:
    answer = inside.client.post("/age/", data={"under18": "no"}, follow_redirects=True)
    assert answer.status_code == 403
    assert "out of date" in answer.text


def test_no_form_takes_a_file(inside: Person) -> None:
    token = form_token(inside.get("/").text)
    sent = inside.client.post(
        "/", files={"picture": ("x.jpg", b"\xff\xd8")}, data={"csrfmiddlewaretoken": token},
        headers={"X-CSRFToken": token}, follow_redirects=True,
    )  # fmt: skip
    assert sent.status_code in (403, 415)


def test_it_listens_on_this_machine_alone(served: RunningCase) -> None:
    port = int(served.url.rsplit(":", 1)[1])
    for address in _own_addresses():
        with pytest.raises(OSError, match=r"refused|unreachable|timed out"):
            socket.create_connection((address, port), 2).close()


def _own_addresses() -> Iterator[str]:
    """Every other address that reaches this machine."""
    yield "127.0.0.2"
    names = {str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None)}
    yield from (name for name in names if name not in ("127.0.0.1", "127.0.1.1"))


@pytest.mark.skipif(os.getuid() != 0, reason="only root can act as another account")
@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="no list of connections")
def test_another_account_of_this_machine_is_refused_even_with_the_cookie(
    served: RunningCase, inside: Person
) -> None:
    """It may have it from the browser, which sends it to every port of 127.0.0.1."""
    host, port = served.url.removeprefix("http://").split(":")
    cookies = "; ".join(f"{name}={value}" for name, value in inside.client.cookies.items())
    request = f"GET /facts/ HTTP/1.0\r\nHost: {host}:{port}\r\nCookie: {cookies}\r\n\r\n"
    code = (
        "import os, socket; os.setgid(65534); os.setuid(65534); one = socket.socket();"
        f"one.connect(({host!r}, {port})); one.sendall({request.encode()!r});"
        "print(one.recv(200).split()[1].decode())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "403"


def test_every_answer_forbids_what_is_foreign_framed_or_kept(inside: Person) -> None:
    for path in ("/", "/no-such-page/", "/static/css/site.css"):
        headers = inside.client.get(path).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Server" not in headers
    assert inside.client.get("/").headers["Cache-Control"] == "no-store"


def test_a_new_token_ends_the_one_before_and_a_new_session_the_one_before() -> None:
    door = Door()
    first, second = door.new_token(), door.new_token()
    assert door.open(first) is None
    session = door.open(second)
    assert session is not None
    assert door.is_in(session)
    later = door.open(door.new_token())
    assert later is not None
    assert not door.is_in(session)
    door.shut()
    assert not door.is_in(later)


@pytest.mark.parametrize("given", ["", "ü", "\udcff", "a" * 10_000])
def test_a_door_that_is_not_open_takes_no_token_and_no_session(given: str) -> None:
    door = Door()
    assert door.open(given) is None
    assert not door.is_in(given)
