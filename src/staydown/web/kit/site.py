"""The site of this process: Django configured once, and the one object that its views share."""

from collections.abc import Mapping
from typing import Any, TypeVar

import django
from django.conf import settings as django_settings

from staydown.base.quietlog import take_over

#: The name in Django's settings under which the views find the site.
SHARED = "STAYDOWN"

S = TypeVar("S")


def start(options: Mapping[str, Any]) -> None:
    """Configure Django with ``options``, which hold the site itself. Call once a process."""
    django_settings.configure(**options)
    django.setup()
    take_over()


def site_of(kind: type[S], name: str = SHARED) -> S:
    """Return what this process shares under a name. Raises TypeError where it is something else."""
    site = getattr(django_settings, name, None)
    if not isinstance(site, kind):
        raise TypeError(f"this process has no {kind.__name__}")
    return site
