"""Who may ask: a key, or nobody's key on this machine where the operator says so."""

from collections.abc import Callable
from pathlib import Path

import pytest

from staydown.base.errors import SettingsError
from staydown.base.settings import DatabaseSettings, SiteSettings
from staydown.review import api
from staydown.review.settings import DeskSettings
from tests.review.support import Desk, pdq
from tests.web.desk_site.lookup.support import Caller

pytestmark = [pytest.mark.django_db, pytest.mark.database]

HERE = {"Host": "127.0.0.1:8200"}


def status(caller: Caller, **headers: str) -> int:
    """Ask with headers and return the status."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    look = {"signal": pdq(0).hex, "signal_type": "pdq"}
    return caller.call("GET", "/m/lookup", headers=named, parameters=look).status


def test_without_a_key_nothing_is_answered(opened: Callable[..., Caller]) -> None:
    caller = opened()
    answer = caller.look(pdq(0))
    assert answer.status == 401
    assert set(answer.json) == {"message"}
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    for value in ("Bearer", "Bearer sd_wrong", "Basic c2Q6", "Bearer " + "x" * 5000):
        assert status(caller, Authorization=value, **HERE) == 401


def test_either_header_takes_the_key(opened: Callable[..., Caller], desk: Desk) -> None:
    key = api.add_platform_key("shop", desk.sealer, desk.clock)
    caller = opened()
    assert status(caller, Authorization=f"Bearer {key}") == 200
    assert status(caller, Authorization=f"bearer  {key} ") == 200
    assert status(caller, X_API_Key=key) == 200
    assert status(caller, X_API_Key=key + "x") == 401


def test_a_revoked_key_ends_at_once(caller: Caller, desk: Desk) -> None:
    assert caller.look(pdq(0)).status == 200
    api.revoke_platform_key("caller", desk.clock)
    assert caller.look(pdq(0)).status == 401


def test_a_path_or_method_that_is_not_there_needs_no_key(opened: Callable[..., Caller]) -> None:
    """Nothing is learned from it."""
    caller = opened()
    assert caller.get("/m/index").status == 404
    answer = caller.call("DELETE", "/m/lookup")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, POST")


def test_on_loopback_by_choice_no_key_is_asked_for(opened: Callable[..., Caller]) -> None:
    caller = opened(lookup_without_key=True)
    for host in ("127.0.0.1:8200", "localhost", "LocalHost:1", "[::1]:8200", "127.8.8.8"):
        assert status(caller, Host=host) == 200
    assert status(caller, Authorization="Bearer sd_wrong", **HERE) == 401
    assert status(caller, X_API_Key="sd_wrong", **HERE) == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "desk.example"},
        {"Host": "127.0.0.1.attacker.example"},
        {"Host": ""},
        HERE | {"X_Forwarded_For": "203.0.113.5"},
        HERE | {"X_Forwarded_Host": "desk.example"},
        HERE | {"Forwarded": "for=203.0.113.5"},
        HERE | {"Via": "1.1 proxy"},
        HERE | {"X_Real_IP": "203.0.113.5"},
        HERE | {"Origin": "https://attacker.example"},
        HERE | {"Sec_Fetch_Site": "cross-site"},
        HERE | {"X_Client_IP": "203.0.113.5"},
    ],
)
def test_what_may_come_from_elsewhere_needs_a_key(
    opened: Callable[..., Caller], headers: dict[str, str]
) -> None:
    assert status(opened(lookup_without_key=True), **headers) == 401


def test_a_proxy_that_says_nothing_of_itself_needs_a_key(opened: Callable[..., Caller]) -> None:
    """As nginx does unless told otherwise: HTTP/1.0 to the name that it was given for us."""
    caller = opened(lookup_without_key=True)
    for protocol, expected in (("HTTP/1", 401), ("HTTP/1.0", 401), ("HTTP/2", 200)):
        caller.protocol = protocol
        assert status(caller, **HERE) == expected


def test_another_sender_needs_a_key(opened: Callable[..., Caller]) -> None:
    caller = opened(lookup_without_key=True)
    caller.sender = "203.0.113.5"
    assert status(caller, **HERE) == 401


@pytest.mark.parametrize(
    "site",
    [
        SiteSettings(port=1, host="0.0.0.0", public_url="https://desk.example"),  # noqa: S104
        SiteSettings(port=1, public_url="https://desk.example"),
        SiteSettings(port=1, public_url="http://127.0.0.1:8200"),
    ],
)
def test_no_key_is_only_for_a_desk_that_nobody_else_reaches(
    site: SiteSettings, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match="lookup_without_key"):
        DeskSettings(site, DatabaseSettings(), tmp_path, lookup_without_key=True)
