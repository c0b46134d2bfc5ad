"""Both sites' applications in one Django, for tests that work inside the process.

The flow tests don't use this: they run the real sites as processes of their own.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from staydown.base.settings import DatabaseSettings, SiteSettings, write_secret
from staydown.web.kit.django_options import django_options

_folder = Path(tempfile.mkdtemp(prefix="staydown-tests-"))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
write_secret(_folder / "django.key")
_pg = os.environ.get("STAYDOWN_TEST_POSTGRES")  # "host:port" of a throw-away server
_database = (
    DatabaseSettings("postgresql", host=_pg.rsplit(":", 1)[0], port=int(_pg.rsplit(":", 1)[1]))
    if _pg
    else DatabaseSettings("sqlite", path=_folder / "tests.sqlite3")
)

globals().update(
    django_options(
        site=SiteSettings(port=8000),
        database=_database,
        secret_key_file=_folder / "django.key",
        urlconf="staydown.web.bank_site.urls",
        apps=(
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "staydown.accounts",
            "staydown.bank",
            "staydown.review",
        ),
        middleware=(),
        templates=(_folder,),
        AUTH_USER_MODEL="accounts.Staff",
    )
)

if not _pg:
    # A file, for Django never closes a database in memory: the connection of each thread that ended
    # would be left open. One for each process that runs tests, as the folder is.
    globals()["DATABASES"]["default"]["TEST"] = {"NAME": str(_folder / "tested.sqlite3")}
