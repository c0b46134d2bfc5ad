"""What may be wrong with a desk's machine or settings: a list of checks.

Each check gives findings, as a word with values; sentences are made where they are shown.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from staydown.fingerprint.registry import picture_worker
from staydown.media.doors import DOORS, inspect
from staydown.media.errors import MediaError
from staydown.media.walls import Walls
from staydown.review.settings import DeskSettings
from staydown.web.desk_site.reporting import reporting


class State(StrEnum):
    """How much it matters."""

    FINE = "fine"
    #: The desk works, and could be better off.
    BETTER = "better"
    #: Somebody should do something now.
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found. ``values`` fill in its sentence."""

    code: str
    state: State
    values: Mapping[str, int | str] = field(default_factory=dict)


Check = Callable[[DeskSettings], Iterator[Finding]]


def examine(settings: DeskSettings) -> Iterator[Finding]:
    """Give what every check finds, in their order."""
    for check in CHECKS:
        yield from check(settings)


def decoder(settings: DeskSettings) -> Iterator[Finding]:
    """Whether somebody who takes over the picture decoder stays in it."""
    from staydown.web.desk_site.process import LIMITS

    try:
        with picture_worker(LIMITS, model=settings.copy_network()) as worker:
            inspection = inspect(worker)
    except MediaError as error:
        yield Finding("decoder_unavailable", State.WRONG, {"error": error.code})
        return
    if inspection.open:
        yield Finding("decoder_open", State.WRONG, {"doors": ", ".join(inspection.open)})
    else:
        yield Finding("decoder_closed", State.FINE, {"tried": len(DOORS)})
    yield from _walls(inspection.walls)


def _walls(walls: Walls) -> Iterator[Finding]:
    if walls.calls:
        yield Finding("seccomp", State.FINE)
    else:
        yield Finding("no_seccomp", State.WRONG)
    if walls.files and not walls.alone:
        yield Finding("landlock_in_part", State.BETTER)
    elif walls.files:
        yield Finding("landlock", State.FINE, {"version": walls.files})
    else:
        yield Finding("no_landlock", State.BETTER)
    if walls.privileges:
        yield Finding("no_new_privileges", State.FINE)
    else:
        yield Finding("new_privileges", State.WRONG)


def country(settings: DeskSettings) -> Iterator[Finding]:
    """Whether moderators are shown where to report a picture that may show somebody under 18."""
    if not settings.country:
        yield Finding("no_country", State.BETTER)
    elif reporting(settings.country).own:
        yield Finding("hotline_known", State.FINE, {"country": settings.country})
    else:
        yield Finding("no_hotline_known", State.FINE, {"country": settings.country})


CHECKS: tuple[Check, ...] = (decoder, country)
