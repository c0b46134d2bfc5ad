"""The desk's settings file: what is refused, what is allowed."""

from pathlib import Path
from typing import Any

import pytest

from staydown.base.errors import SettingsError
from staydown.base.settings import DatabaseSettings, SiteSettings, load
from staydown.base.vocabulary import Cut, Kind
from staydown.fingerprint.model import CopyUnavailable, find_model
from staydown.matching.limits import Limit, LimitChange
from staydown.review.settings import DeskSettings, is_origin, preview_allowed


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://p.example/a.jpg", True),
        ("https://p.example", True),
        ("https://p.example/a?b=c", True),
        ("http://p.example/a.jpg", False),
        ("https://p.example.evil.example/a.jpg", False),
        ("https://p.example:444/a.jpg", False),
        ("https://u@p.example/a.jpg", False),
        ("https://other.example/https://p.example/", False),
        ("//p.example/a.jpg", False),
        ("javascript:alert(1)", False),
        ("https://p.example\\@evil.example/", False),
        ("https://p.example/ a", False),
        ("https://p.example/\na", False),
        ("https://p.example/é", False),
        ("https://p.example/" + "a" * 2000, False),
        ("", False),
    ],
)
def test_previews_come_from_the_one_origin(url: str, allowed: bool) -> None:
    assert preview_allowed(url, "https://p.example") is allowed
    assert not preview_allowed(url, "")


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("https://p.example", True),
        ("https://p.example:8443", True),
        ("http://127.0.0.1:8299", True),
        ("http://localhost", True),
        ("http://p.example", False),
        ("https://p.example/", False),
        ("https://p.example/path", False),
        ("https://p.example; script-src *", False),
        ("https://p.example https://q.example", False),
        ("https://*", False),
        ("https://u@p.example", False),
        ("p.example", False),
        ("https://p.example:99999", False),
        ("https://bücher.example", False),
        ("https://p.example\x7f", False),
    ],
)
def test_what_an_origin_is(text: str, fine: bool) -> None:
    assert is_origin(text) is fine


@pytest.mark.parametrize(
    "wrong",
    [
        {"poll_seconds": 0.0},
        {"pictures_at_once": 1},
        {"picture_processes": 1},
        {"answer_seconds": 0.5},
        {"preview_origin": "https://p.example/path"},
        {"idempotency_hours": 0},
        {"country": "UK"},
        {"country": "Netherlands"},
        {"limits": (LimitChange(kind="pdq", hold=40, flag=30),)},
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        DeskSettings(
            site=SiteSettings(port=1),
            database=DatabaseSettings(),
            secrets=Path(),
            **wrong,
        )


def test_limits_and_the_network_come_out_of_the_settings_file(tmp_path: Path) -> None:
    """Limits as tables, the network as a path, which must be the right file."""
    file = tmp_path / "desk.toml"
    site = '[site]\nport = 1\n[database]\n[[limits]]\nkind = "pdq"\nhold = 24\nflag = 40\n'
    file.write_text(f'secrets = "s"\n{site}')
    settings = load(file, DeskSettings)
    assert settings.match_limits().of("any", Kind.PDQ, Cut.WHOLE) == Limit(24, 40, 50)
    assert settings.copy_network() == find_model()
    (tmp_path / "other.onnx").write_bytes(b"another network")
    file.write_text(f'secrets = "s"\ncopy_model = "other.onnx"\n{site}')
    with pytest.raises(SettingsError, match="copy_model"):
        load(file, DeskSettings).copy_network()


def test_a_desk_without_the_network_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a network that the settings name must be there."""

    def nothing(_: Path | None) -> Path:
        raise CopyUnavailable("not installed")

    monkeypatch.setattr("staydown.review.settings.find_model", nothing)
    desk = DeskSettings(SiteSettings(port=1), DatabaseSettings(), Path())
    assert desk.copy_network() is None
