"""Options that several of the desk's commands take."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from staydown.base.settings import load
from staydown.review.settings import DeskSettings

if TYPE_CHECKING:
    from staydown.web.desk_site.process import Desk

settings_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--settings",
    "settings_file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("desk.toml"),
    show_default=True,
    help="The desk's settings file.",
)


def open_desk(settings_file: Path) -> "Desk":
    """Set Django up from a settings file."""
    from staydown.web.desk_site.process import configure

    return configure(load(settings_file, DeskSettings))
