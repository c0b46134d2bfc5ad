"""Files at addresses: from hosts that the operator named, and from nowhere else."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from staydown.base.errors import SettingsError
from staydown.base.settings import DatabaseSettings, SiteSettings
from staydown.net.message import Request, Response
from staydown.review import api
from staydown.review.settings import DeskSettings
from staydown.web.desk_site.process import LIMITS
from tests.exchange.simulated_site import serving
from tests.review.support import Desk
from tests.web.desk_site.lookup.support import COFFEE, Caller

pytestmark = [pytest.mark.django_db, pytest.mark.database]

_FILES = {
    "/coffee.jpg": Response(200, {"Content-Type": "image/jpeg"}, COFFEE),
    "/unnamed": Response(200, {"Content-Type": "application/octet-stream"}, COFFEE),
    "/page": Response(200, {"Content-Type": "text/html"}, b"<html>"),
    "/broken.jpg": Response(200, {"Content-Type": "image/jpeg"}, COFFEE[:4000]),
    "/empty.jpg": Response(200, {"Content-Type": "image/jpeg"}, b""),
    "/moved": Response(302, {"Location": "/coffee.jpg", "Content-Type": "image/jpeg"}, b"moved"),
    "/huge.mp4": Response(
        200, {"Content-Type": "video/mp4", "content-length": str(LIMITS.file_bytes + 1)}, b""
    ),
}


@pytest.fixture(scope="module")
def media() -> Iterator[str]:
    """The address of a host with files."""

    def answer(request: Request) -> Response:
        return _FILES.get(urlsplit(request.url).path, Response(404, {}, b"nothing"))

    with serving(answer) as url:
        yield url


@pytest.fixture
def fetching(media: str, opened: Callable[..., Caller], desk: Desk) -> Caller:
    """A caller of a desk whose operator named that host."""
    host = urlsplit(media).netloc
    caller = opened(lookup_hosts=(host,), allow_private_lookups=True)
    key = api.add_platform_key("fetching", desk.sealer, desk.clock)
    caller.headers["X-API-Key"] = key
    return caller


def test_a_named_hosts_file_is_hashed_and_looked_up(fetching: Caller, media: str) -> None:
    sent = fetching.post("/h/hash", COFFEE).json
    assert fetching.get("/h/hash", url=f"{media}/coffee.jpg").json == sent
    assert fetching.get("/h/hash", url=f"{media}/unnamed", content_type="photo").json == sent
    assert fetching.get("/m/lookup", url=f"{media}/coffee.jpg").json == {"pdq": {}}
    inner = fetching.get("/m/lookup", url=f"{media}/coffee.jpg", signal_type="pdq")
    assert inner.json == {}


@pytest.mark.parametrize(
    ("file", "status"),
    [
        ("unnamed", 400), ("page", 400), ("broken.jpg", 422), ("empty.jpg", 400), ("moved", 400),
        ("none", 400), ("huge.mp4", 413),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said(fetching: Caller, media: str, file: str, status: int) -> None:
    answer = fetching.get("/h/hash", url=f"{media}/{file}")
    assert answer.status == status, answer.json
    assert media not in answer.json["message"]


def test_nothing_is_fetched_unless_a_host_is_named(caller: Caller, media: str) -> None:
    answer = caller.get("/h/hash", url=f"{media}/coffee.jpg")
    assert answer.status == 403
    assert "lookup_hosts" in answer.json["message"]


def test_other_hosts_and_ports_are_refused(fetching: Caller, media: str) -> None:
    port = urlsplit(media).port
    elsewhere = [
        "https://other.example/a.jpg",
        f"http://localhost:{port}/coffee.jpg",
        "http://127.0.0.1/coffee.jpg",
        f"https://127.0.0.1:{port}.other.example/",
    ]
    for url in elsewhere:
        assert fetching.get("/m/lookup", url=url).status in {400, 403}
    for url in ("file:///etc/passwd", "coffee.jpg", "http://[", f"http://a@127.0.0.1:{port}/"):
        assert fetching.get("/h/hash", url=url).status == 400


def test_a_named_host_in_a_private_network_needs_a_second_word(
    media: str, opened: Callable[..., Caller], desk: Desk
) -> None:
    caller = opened(lookup_hosts=(urlsplit(media).netloc,))
    caller.headers["X-API-Key"] = api.add_platform_key("private", desk.sealer, desk.clock)
    answer = caller.get("/h/hash", url=f"{media}/coffee.jpg")
    assert (answer.status, "private" in answer.json["message"]) == (400, True)


@pytest.mark.parametrize(
    ("host", "url", "named"),
    [
        ("10.0.0.1", "https://10.0.0.1/a", True),
        ("10.0.0.1", "https://10.0.0.1:443/a", True),
        ("10.0.0.1:443", "https://10.0.0.1/a", True),
        ("10.0.0.1:443", "https://10.0.0.1:443/a", True),
        ("10.0.0.1", "https://10.0.0.1:8443/a", False),
        ("10.0.0.1:8443", "https://10.0.0.1/a", False),
        ("[fd00::1]:443", "https://[fd00::1]/a", True),
        ("10.0.0.1", "https://10.0.0.1\\@10.0.0.2/a", False),
        ("10.0.0.1", "https://10.0.0.2#@10.0.0.1/a", False),
    ],
)
def test_the_usual_port_may_be_named_or_left_out(
    opened: Callable[..., Caller], desk: Desk, *, host: str, url: str, named: bool
) -> None:
    """All of them lie in private networks: what was named is refused for that reason alone."""
    caller = opened(lookup_hosts=(host,))
    caller.headers["X-API-Key"] = api.add_platform_key("ports", desk.sealer, desk.clock)
    answer = caller.get("/h/hash", url=url)
    assert ("could not be fetched" in answer.json["message"]) is named


@pytest.mark.parametrize(
    "host", ["https://media.example", "Media.example", "media.example/", "", "*", "a:b", "a:0"]
)
def test_hosts_are_plain_names(host: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="lookup_hosts"):
        DeskSettings(SiteSettings(port=1), DatabaseSettings(), tmp_path, lookup_hosts=(host,))
