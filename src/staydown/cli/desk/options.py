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
    """Set Django up from a settings file."""
    from staydown.web.desk_site.process import configure
    from staydown.web.kit.django_options import LONG_PATIENCE

    return configure(load(settings_file, DeskSettings), LONG_PATIENCE)
