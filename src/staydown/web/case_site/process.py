"""Turning Django on for one case: no database, no files, a key that is gone with the process."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from staydown.base.clock import Clock, SystemClock
from staydown.base.quietlog import logging_config
from staydown.base.settings import SiteSettings
from staydown.cases.keeper import InMemory, Keeper
from staydown.web.case_site.access_token import Door
from staydown.web.case_site.opaque_ids import NeutralNames
from staydown.web.case_site.post_redirect_get import Held
from staydown.web.kit.django_options import django_options
from staydown.web.kit.site import site_of, start

TEMPLATES = Path(__file__).parent / "templates"

#: Where *Exit this page* leads.
EXIT_URL = "https://www.wikipedia.org/"

#: The longest form: 500 addresses of 4,000 characters, or a saved answer of a registry.
MAX_BODY = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class CaseSite:
    """What the views need beside Django: found at ``django.conf.settings.STAYDOWN``."""

    port: int
    keeper: Keeper = field(default_factory=InMemory)
    held: Held = field(default_factory=Held)
    names: NeutralNames = field(default_factory=NeutralNames)
    door: Door = field(default_factory=Door)
    clock: Clock = field(default_factory=SystemClock)
    exit_url: str = EXIT_URL
    #: Ends the process, a moment after the answer that says so went out.
    stop: Callable[[], None] = lambda: None

    @property
    def cookie(self) -> str:
        """The session cookie's name: neutral, and another one for each port."""
        return f"page-{self.port}"

    def new_address(self) -> str:
        """Return an address that opens the pages once."""
        return f"http://127.0.0.1:{self.port}/open/{self.door.new_token()}/"


def options(site: CaseSite) -> dict[str, Any]:
    """Return everything Django is configured with."""
    made = django_options(
        site=SiteSettings(port=site.port),
        database=None,
        secret_key_file=None,
        urlconf="staydown.web.case_site.urls",
        apps=(),
        middleware=(
            "staydown.web.kit.security.origin.SameOriginForms",
            "staydown.web.kit.security.origin.StatedOrigin",
            "django.middleware.csrf.CsrfViewMiddleware",
            "staydown.web.case_site.session_middleware.Inside",
        ),
        templates=(TEMPLATES,),
        context_processors=("staydown.web.case_site.page.site_context",),
        CSRF_COOKIE_NAME=f"form-{site.port}",
        CSRF_COOKIE_AGE=None,
        CSRF_FAILURE_VIEW="staydown.web.case_site.page.form_refused",
        # No form takes a file: what a form holds is text, and stays in memory.
        FILE_UPLOAD_HANDLERS=[],
        STAYDOWN=site,
        # What is said below that (how far a PDF has come) nobody asked for.
        LOGGING=logging_config("WARNING"),
    )
    # There are no Django apps here that a library of template tags could be found in.
    made["TEMPLATES"][0]["OPTIONS"]["libraries"] = {"case_tags": "staydown.web.case_site.tags"}
    return {**made, "DATA_UPLOAD_MAX_MEMORY_SIZE": MAX_BODY, "DATA_UPLOAD_MAX_NUMBER_FIELDS": 2000}


def configure(site: CaseSite) -> None:
    """Configure Django for this case. Call once a process."""
    start(options(site))


def current_site() -> CaseSite:
    """Return the runtime objects of this process."""
    return site_of(CaseSite)
