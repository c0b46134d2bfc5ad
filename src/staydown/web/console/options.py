"""Django's settings of a site that people sign in to."""

from datetime import timedelta
from pathlib import Path
from typing import Any

TEMPLATES = Path(__file__).parent / "templates"

APPS = (
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "staydown.accounts",
)

MIDDLEWARE = (
    "django.contrib.sessions.middleware.SessionMiddleware",
    "staydown.web.kit.security.origin.StatedOrigin",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
)

CONTEXT_PROCESSORS = ("staydown.web.console.site.frame",)

_VALIDATORS = "django.contrib.auth.password_validation."

#: The rest, by Django's own names.
OPTIONS: dict[str, Any] = {
    "AUTH_USER_MODEL": "accounts.Staff",
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
    "AUTH_PASSWORD_VALIDATORS": [
        {"NAME": _VALIDATORS + "MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
        {
            "NAME": _VALIDATORS + "UserAttributeSimilarityValidator",
            "OPTIONS": {"user_attributes": ["username"]},
        },
        {"NAME": _VALIDATORS + "CommonPasswordValidator"},
        {"NAME": _VALIDATORS + "NumericPasswordValidator"},
    ],
    "SESSION_COOKIE_AGE": int(timedelta(hours=12).total_seconds()),
    "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
    "CSRF_FAILURE_VIEW": "staydown.web.console.sign_in.form_refused",
}
