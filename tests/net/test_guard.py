"""Which addresses may be called."""

import ipaddress

import pytest

from staydown.net import guard
from staydown.net.errors import AddressRefused, NetError, NoAnswer

PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "0.0.0.0",  # noqa: S104 - refused, not bound
    "100.64.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fd00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
]
PUBLIC = ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(AddressRefused):
        guard.check(f"https://{host}/feed")


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_pass_over_https_alone(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    assert guard.check(f"https://{host}/").port == 443
    with pytest.raises(AddressRefused):
        guard.check(f"http://{host}/", allow_private=True)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "https://",
        "//example.org/",
        "https://user:password@93.184.216.34/",
        "https://93.184.216.34:99999/",
        "https://[::1/",
        "",
    ],
)
def test_what_is_no_plain_web_address_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        guard.check(url, allow_private=True)


def test_numbers_that_mean_loopback_are_refused() -> None:
    for host in ("2130706433", "0x7f.1", "127.1"):
        with pytest.raises(NetError):
            guard.check(f"https://{host}/")


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    mixed = [ipaddress.ip_address("93.184.216.34"), ipaddress.ip_address("127.0.0.1")]
    with pytest.raises(AddressRefused):
        guard.check("https://bank.example/", resolve=lambda *_: mixed)


def test_a_name_without_addresses_gives_no_answer() -> None:
    with pytest.raises(NoAnswer):
        guard.check("https://bank.example/", resolve=lambda *_: [])


def test_errors_and_targets_show_no_address() -> None:
    target = guard.check("http://127.0.0.1:8100/secret", allow_private=True)
    assert "127" not in repr(target)
    with pytest.raises(AddressRefused) as caught:
        guard.check("https://10.9.8.7/secret")
    assert "10.9" not in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("http://127.0.0.1:8100/", "127.0.0.1:8100"),
        ("http://localhost/", "localhost"),
        ("http://[::1]:8100/", "[::1]:8100"),
    ],
)
def test_the_host_header_is_the_name_that_was_asked_for(url: str, authority: str) -> None:
    try:
        assert guard.check(url, allow_private=True).authority == authority
    except NoAnswer:
        pytest.skip("this machine has no IPv6")
