"""What the sites tell Django about cookies, keys and databases."""

import sqlite3
from pathlib import Path

import pytest

from staydown.base.settings import DatabaseSettings, SiteSettings, write_secret
from staydown.web.kit.django_options import database_options, django_options


@pytest.mark.parametrize(
    ("public_url", "secure"),
    [("", False), ("http://localhost:8200", False), ("https://desk.example", True)],
)
def test_cookies_are_secure_except_on_loopback(
    public_url: str, secure: bool, tmp_path: Path
) -> None:
    write_secret(tmp_path / "django.key")
    made = django_options(
        site=SiteSettings(8200, public_url=public_url),
        database=DatabaseSettings(path=tmp_path / "x"),
        secret_key_file=tmp_path / "django.key",
        urlconf="staydown.web.desk_site.urls",
        apps=(),
        middleware=(),
        templates=(tmp_path,),
    )
    for name in ("SESSION", "CSRF"):
        assert made[f"{name}_COOKIE_SECURE"] is secure
        assert made[f"{name}_COOKIE_HTTPONLY"] is True
        assert made[f"{name}_COOKIE_SAMESITE"] == "Strict"


def test_a_site_that_keeps_nothing_has_no_database_and_a_new_key_each_time() -> None:
    first, second = (
        django_options(
            site=SiteSettings(8300), database=None, secret_key_file=None,
            urlconf="staydown.web.case_site.urls", apps=(), middleware=(), templates=(Path(),),
        )
        for _ in range(2)
    )  # fmt: skip
    assert first["DATABASES"] == {}
    assert len(first["SECRET_KEY"]) >= 64
    assert first["SECRET_KEY"] != second["SECRET_KEY"]


def test_sqlite_keeps_what_it_sorts_in_memory(tmp_path: Path) -> None:
    """Nothing goes into the folder for temporary files."""
    options = database_options(DatabaseSettings(path=tmp_path / "x"))
    connection = sqlite3.connect(tmp_path / "x")
    connection.executescript(options["OPTIONS"]["init_command"])
    assert connection.execute("PRAGMA temp_store").fetchone() == (2,)
    connection.close()
