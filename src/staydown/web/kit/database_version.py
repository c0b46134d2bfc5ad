"""Whether this version of Staydown made a site's database: another one's is not carried over."""

from pkgutil import iter_modules

from django.apps import apps
from django.db import connection

from staydown.base.errors import SettingsError


def refuse_other_version(site: str) -> None:
    """Raise SettingsError if another version made the database that Django was set up for.

    ``site`` is the command by which a new one is made. A database without tables is no other's.
    Raises DatabaseError where it doesn't answer.
    """
    try:
        ours = _is_ours()
    finally:
        connection.close()  # who serves has a connection for each thread, and none is for this one
    if not ours:
        raise SettingsError(
            "this database was made by another version of Staydown, which this one cannot read: "
            f"make a new one with “staydown {site} init”"
        )


def _is_ours() -> bool:
    """Say whether the tables are those that the applications have, or none at all."""
    mine = [app for app in apps.get_app_configs() if app.name.startswith("staydown.")]
    wanted = {model._meta.db_table for app in mine for model in app.get_models()}
    tables = set(connection.introspection.table_names())
    known = {
        (app.label, name) for app in mine for _, name, _ in iter_modules([f"{app.path}/migrations"])
    }
    applied = _applied({app.label for app in mine}) if "django_migrations" in tables else set()
    # Tables of ours that no migration made are as strange as migrations that we don't have.
    return applied <= known and tables & wanted == (wanted if applied else set())


def _applied(labels: set[str]) -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return {(label, name) for label, name in cursor.fetchall() if label in labels}
