"""A site answers to its own names and this machine's, whatever a request says besides."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.base.errors import SettingsError
from staydown.base.settings import SiteSettings
from staydown.web.kit.security.guarded import guarded
from staydown.web.kit.security.hosts import LOOPBACK, host_name, names_of

ONION = "staydown" * 7 + ".onion"
BANK = SiteSettings(
    8100,
    "192.0.2.7",
    public_url="https://Bank.Example",
    names=(ONION, "bank.internal", "2001:db8::7"),
)


def asked(site: SiteSettings, host: str | None, method: str = "GET", **more: str) -> int:
    """Return the status of the answer to a request for ``host``; 200 is the site's own."""
    statuses = []

    def inside(_: dict[str, Any], start: Any) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/html")])
        return [b"the page"]

    def start(status: str, headers: list[tuple[str, str]]) -> None:
        statuses.append(int(status[:3]))
        assert ("X-Frame-Options", "DENY") in headers

    environ = {"REQUEST_METHOD": method, "PATH_INFO": "/", **more}
    if host is not None:
        environ["HTTP_HOST"] = host
    b"".join(guarded(inside, site)(environ, start))
    return statuses[0]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("bank.example", 200),
        ("BANK.example", 200),
        ("bank.example.", 200),
        ("bank.example:443", 200),
        ("bank.internal:8100", 200),
        (ONION, 200),
        ("192.0.2.7:8100", 200),
        ("[2001:db8::7]", 200),
        ("127.0.0.1:8100", 200),
        ("localhost", 200),
        ("[::1]:8100", 200),
        (None, 400),
        ("", 400),
        ("bank.example:", 200),
        ("bank.example:x", 400),
        ("bank.example:443:443", 400),
        ("[::1", 400),
        ("[::1]x", 400),
        ("bank.example ", 400),
        ("bank.ex\u00e4mple", 400),
        ("evil.example", 421),
        ("bank.example.evil.example", 421),
        ("evil.example.bank.example", 421),
        ("evilbank.example", 421),
        ("bank.example,evil.example", 421),
        ("evil.example@bank.example", 421),
        ("bank.example@evil.example", 421),
        ("bank.example/evil.example", 421),
        ("bank.example..", 421),
        (".bank.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("127.0.0.2", 421),
        ("2130706433", 421),
        ("0x7f.1", 421),
        ("0.0.0.0", 421),  # noqa: S104
        ("[::]", 421),
        ("[::ffff:127.0.0.1]", 421),
        ("192.0.2.8", 421),
        ("localhost.evil.example", 421),
        ("*", 421),
    ],
)
def test_only_its_own_names_are_answered(host: str | None, status: int, method: str) -> None:
    assert asked(BANK, host, method) == status


@pytest.mark.parametrize(
    "said", ["HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED", "HTTP_X_HOST", "HTTP_X_ORIGINAL_HOST"]
)
def test_what_is_said_besides_of_the_host_never_counts(said: str) -> None:
    assert asked(BANK, "evil.example", **{said: "bank.example"}) == 421
    assert asked(BANK, "bank.example", **{said: "evil.example"}) == 200


def test_a_site_on_loopback_answers_to_loopback_alone() -> None:
    assert names_of(SiteSettings(8100)) == LOOPBACK
    assert asked(SiteSettings(8100), "rebound.example:8100") == 421


@pytest.mark.parametrize("every", ["0.0.0.0", "::"])  # noqa: S104
def test_an_address_that_stands_for_all_is_no_name(every: str) -> None:
    site = SiteSettings(8100, every, public_url="https://bank.example")
    assert names_of(site) == LOOPBACK | {"bank.example"}


@pytest.mark.parametrize("name", ["", "*", ".example", "a b", "https://x.example", "x:80", "x/y"])
def test_a_setting_that_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="names"):
        SiteSettings(8100, names=(name,))


@given(st.text(st.sampled_from("bank.example:[]1@,/ \t\0") | st.characters(), max_size=30))
def test_whatever_is_sent_as_host_is_one_of_the_names_or_refused(host: str) -> None:
    status = asked(BANK, host)
    assert (status == 200) == (host_name(host) in names_of(BANK))
    if status == 200:
        assert host.lower().strip("[]").startswith(tuple(names_of(BANK))) or host.startswith("[")
