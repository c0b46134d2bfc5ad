"""One suite of behaviour over the real transport and the one in memory."""

import ipaddress
import time
from collections.abc import Callable, Iterator

import pytest

from staydown.net.errors import AddressRefused, AnswerTooLarge, NetError, NoAnswer
from staydown.net.fake import FakeTransport
from staydown.net.guard import Address
from staydown.net.http import HttpTransport
from staydown.net.message import Request, Response, Transport
from tests.exchange.simulated_site import serving

Place = tuple[Transport, str]


def site(request: Request) -> Response:
    """A small site with one page for each behaviour."""
    path = request.url.split("/", 3)[3]
    if path == "echo":
        body = request.method.encode() + b" " + request.body
        return Response(200, {"X-Said": request.headers.get("X-Say", "")}, body)
    if path == "long":
        return Response(200, {}, b"x" * 5000)
    if path == "away":
        return Response(302, {"Location": "http://127.0.0.1:1/elsewhere"}, b"")
    if path == "fault":
        return Response(500, {}, b"oh")
    return Response(404, {}, b"")


@pytest.fixture(params=["real", "fake"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    if request.param == "fake":
        yield FakeTransport({"http://site.example": site}), "http://site.example"
        return
    with serving(site) as url:
        yield HttpTransport(allow_private=True), url


def test_method_headers_and_body_arrive_and_come_back(place: Place) -> None:
    transport, url = place
    answer = transport.send(Request("POST", f"{url}/echo", {"X-Say": "hello"}, b"body"))
    assert (answer.status, answer.body) == (200, b"POST body")
    assert answer.headers["x-said"] == "hello"


@pytest.mark.parametrize(("path", "status"), [("fault", 500), ("nowhere", 404), ("away", 302)])
def test_any_status_is_returned_and_a_redirect_is_not_followed(
    place: Place, path: str, status: int
) -> None:
    transport, url = place
    assert transport.send(Request("GET", f"{url}/{path}")).status == status


def test_an_answer_beyond_the_limit_is_refused_and_one_at_the_limit_is_not(place: Place) -> None:
    transport, url = place
    assert len(transport.send(Request("GET", f"{url}/long", limit=5000)).body) == 5000
    with pytest.raises(AnswerTooLarge):
        transport.send(Request("GET", f"{url}/long", limit=4999))


@pytest.mark.parametrize("bad", ["ftp://site.example/", "http://u:p@site.example/", "nothing"])
def test_what_is_no_web_address_is_refused(place: Place, bad: str) -> None:
    with pytest.raises(AddressRefused):
        place[0].send(Request("GET", bad))


def test_no_server_is_no_answer(place: Place) -> None:
    with pytest.raises(NoAnswer):
        place[0].send(Request("GET", "http://127.0.0.1:1/"))


def test_requests_and_responses_show_nothing_in_their_repr() -> None:
    text = repr(Request("GET", "https://a.example/secret", {"k": "secret"}, b"secret"))
    assert "secret" not in text
    assert "secret" not in repr(Response(200, {"k": "secret"}, b"secret"))


# --------------------------------------------------------------------------- the real one alone


def test_private_addresses_are_refused_unless_allowed() -> None:
    with serving(site) as url, pytest.raises(AddressRefused):
        HttpTransport().send(Request("GET", f"{url}/echo"))


def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    """A name that no resolver knows arrives, and is asked for once: nothing can change its mind."""
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[Address]:
        asked.append(host)
        return [ipaddress.ip_address("127.0.0.1")]

    def tell_host(request: Request) -> Response:
        return Response(200, {}, request.headers["Host"].encode())

    with serving(tell_host) as url:
        port = url.rsplit(":", 1)[1]
        transport = HttpTransport(allow_private=True, resolve=resolve)
        answer = transport.send(Request("GET", f"http://bank.invalid:{port}/"))
    assert answer.body == f"bank.invalid:{port}".encode()
    assert asked == ["bank.invalid"]


def _slow(seconds: float) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        time.sleep(seconds)
        return Response(200, {}, b"late")

    return answer


def test_a_server_that_does_not_answer_in_time_is_no_answer() -> None:
    with serving(_slow(1.0)) as url:
        transport = HttpTransport(allow_private=True, read_seconds=0.1)
        with pytest.raises(NoAnswer):
            transport.send(Request("GET", url))


def test_a_compressed_answer_is_refused_since_its_size_is_unknown() -> None:
    def bomb(request: Request) -> Response:
        return Response(200, {"Content-Encoding": "gzip"}, b"\x1f\x8b")

    with serving(bomb) as url, pytest.raises(NetError):
        HttpTransport(allow_private=True).send(Request("GET", url))


def test_errors_hold_neither_address_nor_body() -> None:
    with pytest.raises(NoAnswer) as caught:
        HttpTransport(allow_private=True).send(Request("GET", "http://127.0.0.1:1/secret"))
    chain = f"{caught.value!r} {caught.value.__cause__!r}"
    assert "secret" not in chain
    assert "127.0.0.1" not in chain


def test_a_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with serving(site) as url:
        assert HttpTransport(allow_private=True).send(Request("GET", f"{url}/echo")).status == 200
