"""Options that several of the desk's commands take."""

from pathlib import Path
from typing import TYPE_CHECKING

from staydown.base.settings import load
from staydown.cli.site import settings_option as settings_file_option
from staydown.review.settings import DeskSettings

if TYPE_CHECKING:
    from staydown.web.desk_site.process import Desk

settings_option = settings_file_option("desk.toml")


def open_desk(settings_file: Path) -> "Desk":
    """Set Django up from a settings file.

    Raises SettingsError, also for the database of another version.
    """
    from staydown.web.desk_site.process import configure
    from staydown.web.kit.database_version import refuse_other_version
    from staydown.web.kit.django_options import LONG_PATIENCE

    desk = configure(load(settings_file, DeskSettings), LONG_PATIENCE)
    refuse_other_version("desk")
    return desk
