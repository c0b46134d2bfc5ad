"""Django's settings, made from a site's own frozen settings: one place, all sites."""

import secrets
from pathlib import Path
from typing import Any

from staydown.base.errors import SettingsError
from staydown.base.quietlog import logging_config
from staydown.base.settings import DatabaseSettings, SiteSettings, read_secret
from staydown.web.kit.security.hosts import names_of

KIT = Path(__file__).parent

#: How long a request waits for a lock of the database or for its server, in seconds: people get an
#: answer within five. A command that nobody waits for can take longer.
PATIENCE, LONG_PATIENCE = 2.5, 20.0

#: The longest that one statement of a page may take on PostgreSQL.
STATEMENT_MILLISECONDS = 20_000

_STATIC_FILES = {
    "STATIC_URL": "/static/",
    "WHITENOISE_ROOT": None,
    "WHITENOISE_USE_FINDERS": True,
    "WHITENOISE_AUTOREFRESH": False,
    "WHITENOISE_ALLOW_ALL_ORIGINS": False,
    "STATICFILES_DIRS": [KIT.parent / "static"],
    "STATICFILES_FINDERS": ["django.contrib.staticfiles.finders.FileSystemFinder"],
}

_LANGUAGES_AND_TIME = {
    "LANGUAGE_CODE": "en",
    # Only languages that the pages are really written in: a page must not claim another one.
    "LANGUAGES": [("en", "English")],
    "USE_I18N": True,
    "USE_TZ": True,
    "TIME_ZONE": "UTC",
}


def django_options(
    *,
    site: SiteSettings,
    database: DatabaseSettings | None,
    secret_key_file: Path | None,
    urlconf: str,
    apps: tuple[str, ...],
    middleware: tuple[str, ...],
    templates: tuple[Path, ...],
    context_processors: tuple[str, ...] = (),
    patience: float = PATIENCE,
    **more: Any,
) -> dict[str, Any]:
    """Return keyword arguments for ``django.conf.settings.configure``.

    ``middleware`` comes after static files and before the views. A site that keeps nothing has no
    ``database`` and no ``secret_key_file``: its key is made up here and gone with the process.
    ``patience``: see ``database_options``.
    """
    https = site.url.startswith("https://")
    return {
        "DEBUG": False,
        "SECRET_KEY": _secret_key(secret_key_file),
        "ALLOWED_HOSTS": sorted(f"[{name}]" if ":" in name else name for name in names_of(site)),
        "DATABASES": {} if database is None else {"default": database_options(database, patience)},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "INSTALLED_APPS": list(apps),
        "MIDDLEWARE": [
            "whitenoise.middleware.WhiteNoiseMiddleware",
            "django.middleware.locale.LocaleMiddleware",
            *middleware,
        ],
        "ROOT_URLCONF": urlconf,
        "TEMPLATES": [_templates(templates, context_processors)],
        **_STATIC_FILES,
        **_LANGUAGES_AND_TIME,
        "APPEND_SLASH": False,
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 1024 * 1024,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 500,
        **_cookies(secure=https),
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if https else None,
        "LOGGING": logging_config(),
        **more,
    }


def _secret_key(file: Path | None) -> str:
    if file is None:
        return secrets.token_urlsafe(48)
    return read_secret(file, minimum=32).decode("ascii")


def _templates(folders: tuple[Path, ...], context_processors: tuple[str, ...]) -> dict[str, Any]:
    """The kit's templates first, then the site's own."""
    processors = (
        "django.template.context_processors.request",
        "django.template.context_processors.i18n",
        *context_processors,
    )
    return {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [KIT / "templates", *folders],
        "OPTIONS": {"context_processors": list(processors)},
    }


def _cookies(*, secure: bool) -> dict[str, Any]:
    """No script reads a cookie, no other site sends one, and https ones stay on https."""
    return {
        f"{cookie}_COOKIE_{name}": value
        for cookie in ("CSRF", "SESSION")
        for name, value in (("SECURE", secure), ("HTTPONLY", True), ("SAMESITE", "Strict"))
    }


def database_options(database: DatabaseSettings, patience: float = PATIENCE) -> dict[str, Any]:
    """Return Django's ``DATABASES`` entry. Raises SettingsError when SQLite has no path.

    ``patience`` is how long a lock that somebody else holds, or a server that doesn't answer, is
    waited for, in seconds.
    """
    if database.engine == "sqlite":
        if database.path is None:
            raise SettingsError("[database] engine 'sqlite' needs a path")
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(database.path),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                # Take the write lock when a transaction starts: two writers then wait for each
                # other instead of one failing half-way with "database is locked".
                "transaction_mode": "IMMEDIATE",
                "timeout": patience,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
                    # A large sort would put rows into the folder for temporary files.
                    "PRAGMA temp_store=MEMORY;"
                ),
            },
        }
    password = ""
    if database.password_file is not None:
        password = read_secret(database.password_file, minimum=1).decode()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database.name,
        "HOST": database.host,
        "PORT": database.port,
        "USER": database.user,
        "PASSWORD": password,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": _postgresql_limits(patience),
    }


def _postgresql_limits(patience: float) -> dict[str, Any]:
    """Ends to what PostgreSQL and the way to it would wait for without any."""
    limits = {
        "lock_timeout": round(patience * 1000),
        # Somebody who vanished in the middle of a transaction must not keep its locks.
        "idle_in_transaction_session_timeout": 60_000,
    }
    if patience <= PATIENCE:  # a page; a command may count or change millions of rows
        limits["statement_timeout"] = STATEMENT_MILLISECONDS
    return {
        "connect_timeout": max(2, int(patience)),
        "tcp_user_timeout": 10_000,
        "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
    }
