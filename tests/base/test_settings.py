"""Settings come from one file, and a wrong file says which key is wrong."""

import dataclasses
from pathlib import Path

import pytest

from staydown.base.errors import SettingsError
from staydown.base.settings import (
    DatabaseSettings,
    SiteSettings,
    load,
    read_secret,
    write_secret,
)


@dataclasses.dataclass(frozen=True)
class Example:
    site: SiteSettings
    database: DatabaseSettings
    name: str
    every: float = 1.0
    strict: bool = True
    tags: tuple[str, ...] = ()


GOOD = """
name = "A bank"
every = 2
tags = ["a", "b"]
[site]
port = 8100
[database]
path = "bank.sqlite3"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "site.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_good_file_becomes_frozen_values_with_paths_beside_it(tmp_path: Path) -> None:
    settings = load(write(tmp_path, GOOD), Example)
    assert settings.database.path == tmp_path / "bank.sqlite3"
    assert settings.every == 2.0
    assert settings.tags == ("a", "b")
    assert settings.site.url == "http://127.0.0.1:8100"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("name = 1\n[site]\nport = 1\n[database]\n", "name"),
        ('name = "x"\n[site]\nport = true\n[database]\n', "port"),
        ('name = "x"\n[site]\nport = "8100"\n[database]\n', "port"),
        ('name = "x"\n[site]\n[database]\n', "port"),
        ('name = "x"\nsurprise = 1\n[site]\nport = 1\n[database]\n', "surprise"),
        ('name = "x"\nsite = 3\n[database]\n', "site"),
        ('name = "x"\n[site]\nport = 1\n[database]\nengine = "oracle"\n', "engine"),
        ('name = "x"\nstrict = 1\n[site]\nport = 1\n[database]\n', "strict"),
        ('name = "x"\ntags = [1]\n[site]\nport = 1\n[database]\n', "tags"),
        ("name = \n", "not valid TOML"),
        ('name = "x"\n[site]\nport = 0\n[database]\n', "from 1 to 65535"),
        ('name = "x"\n[site]\nport = 1\npublic_url = "bank.example"\n[database]\n', "public_url"),
        ('name = "x"\n[site]\nport = 1\npublic_url = "https://a.b/c"\n[database]\n', "public_url"),
    ],
)
def test_a_wrong_file_is_refused_and_the_key_is_named(
    tmp_path: Path, text: str, named: str
) -> None:
    with pytest.raises(SettingsError, match=named):
        load(write(tmp_path, text), Example)


def test_a_missing_and_an_oversized_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot read"):
        load(tmp_path / "absent.toml", Example)
    with pytest.raises(SettingsError, match="larger than"):
        load(write(tmp_path, "#" * 300_000), Example)


def test_a_secret_is_random_private_and_never_overwritten(tmp_path: Path) -> None:
    path, other = tmp_path / "a.key", tmp_path / "b.key"
    write_secret(path)
    write_secret(other)
    assert read_secret(path) != read_secret(other)
    assert len(read_secret(path)) == 64
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(SettingsError, match="already there"):
        write_secret(path)


def test_a_secret_that_others_can_read_or_that_is_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    write_secret(path, "short")
    with pytest.raises(SettingsError, match="shorter"):
        read_secret(path)
    path.chmod(0o640)
    with pytest.raises(SettingsError, match="chmod 600"):
        read_secret(path, minimum=1)
    with pytest.raises(SettingsError, match="cannot read"):
        read_secret(tmp_path / "absent.key")


@pytest.mark.parametrize(
    ("host", "public_url"),
    [
        ("127.0.0.1", "http://bank.example"),
        ("127.0.0.1", "http://192.168.1.5:8100"),
        ("127.0.0.1", "http://localhost.example"),
        ("0.0.0.0", ""),  # noqa: S104  # what must be refused
    ],
)
def test_plain_http_is_refused_where_others_can_read_along(host: str, public_url: str) -> None:
    with pytest.raises(SettingsError, match="https"):
        SiteSettings(8100, host=host, public_url=public_url)


@pytest.mark.parametrize(
    ("host", "public_url"),
    [
        ("127.0.0.1", ""),
        ("localhost", ""),
        ("127.0.0.1", "http://[::1]:8100"),
        ("127.0.0.1", "http://abcdefghij234567.onion"),
        ("0.0.0.0", "https://bank.example"),  # noqa: S104  # behind a proxy in a container
    ],
)
def test_plain_http_is_taken_on_this_machine_and_over_onion(host: str, public_url: str) -> None:
    assert SiteSettings(8100, host=host, public_url=public_url).url
