"""Whether a site's database answers, asked before the site starts and without Django."""

import sqlite3
import time
from contextlib import closing

import psycopg

from staydown.base.settings import DatabaseSettings
from staydown.base.trouble import Trouble, trouble_of
from staydown.web.kit.django_options import database_options

#: How long a server that is just starting is waited for, in seconds, and between two tries.
WAIT_SECONDS, _AGAIN_SECONDS = 20.0, 0.5


def wait_for_database(database: DatabaseSettings, seconds: float = WAIT_SECONDS) -> None:
    """Return once the database answers.

    Raises SettingsError, or what the database's own library raises: at once where waiting is no
    use, and else when the seconds are over.
    """
    ends = time.monotonic() + seconds
    while True:
        try:
            return _ask(database)
        except (psycopg.Error, sqlite3.Error) as error:
            if trouble_of(error) is not Trouble.AWAY or time.monotonic() > ends:
                raise
        time.sleep(_AGAIN_SECONDS)


def _ask(database: DatabaseSettings) -> None:
    options = database_options(database)
    if database.engine == "sqlite":
        path = f"file:{options['NAME']}?mode=rw"  # never made anew by asking
        with closing(sqlite3.connect(path, uri=True)) as file:
            file.execute("PRAGMA schema_version")
        return
    with psycopg.connect(
        dbname=options["NAME"],
        host=options["HOST"],
        port=options["PORT"],
        user=options["USER"],
        password=options["PASSWORD"],
        **options["OPTIONS"],
    ) as connection:
        connection.execute("SELECT 1")
