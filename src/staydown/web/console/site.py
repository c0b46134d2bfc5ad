"""What a site that mounts the console says of itself, and what its views have in common."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from staydown.accounts.roles import Permission
from staydown.accounts.staff import Workplace
from staydown.base.clock import Clock
from staydown.fingerprint.sealing import Sealer
from staydown.web.kit import guards
from staydown.web.kit.guards import View
from staydown.web.kit.pages import Pages

#: The name in Django's settings of the address of a function that returns the site's console.
SETTING = "STAYDOWN_CONSOLE"


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the site in the menu. ``title`` is translated where it is shown.

    ``permission``: only who has it is shown it; everybody, where there is none.
    """

    address: str
    title: object
    permission: Permission | None = None


@dataclass(frozen=True, slots=True)
class Console:
    """A site's console: its name, its own pages, its menu, and where its staff work.

    ``home`` is the name of the address where somebody begins who has just signed in. ``notice`` is
    the template of what stands above every page for those who are in; none unless given.
    """

    name: str
    pages: Pages
    home: str
    tabs: tuple[Tab, ...]
    place: Workplace
    sealer: Sealer
    clock: Clock
    notice: str = ""


def console() -> Console:
    """Return the console of this process."""
    made = import_string(getattr(settings, SETTING))()
    if not isinstance(made, Console):
        raise TypeError("this process has no console")
    return made


def frame(request: HttpRequest) -> Mapping[str, Any]:
    """Context processor: the console, for the frame of every page."""
    del request
    return {"console": console()}


def takes(*methods: str) -> Callable[[View], View]:
    """Let only these methods in, and only forms of plain text."""
    return guards.takes(_refused, *methods)


def _refused(request: HttpRequest, reason: str, /, *, status: int) -> HttpResponse:
    return console().pages.refused(request, reason, status=status)
