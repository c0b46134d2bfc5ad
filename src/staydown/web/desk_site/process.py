"""One process of the desk: Django configured once, and what its views share."""

import logging
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from staydown.base.clock import Clock, SystemClock
from staydown.base.settings import read_secret
from staydown.fingerprint.kinds import BY_NETWORK
from staydown.fingerprint.sealing import Sealer
from staydown.media.limits import Limits
from staydown.media.turns import Caller, Lanes
from staydown.media.walls import Walls
from staydown.media.worker import PictureWorker
from staydown.review.settings import DeskSettings
from staydown.web.console import options
from staydown.web.desk_site.bodies import Bodies
from staydown.web.kit.django_options import PATIENCE, django_options
from staydown.web.kit.site import site_of, start

if TYPE_CHECKING:
    from staydown.review.api import LiveMatcher

log = logging.getLogger(__name__)

HERE = Path(__file__).parent

#: What one upload may cost. A small file can keep a decoder busy for minutes, and an honest one of
#: 100 MP is read in a few seconds.
LIMITS = Limits(seconds=10.0)

#: Large bodies in memory: four of the largest.
_BODIES = 4 * LIMITS.file_bytes


@dataclass(slots=True)
class Gate:
    """What the upload gate shares among its threads."""

    worker: PictureWorker
    live: "LiveMatcher"
    #: The network for copy codes, where there is one.
    model: Path | None = None
    #: How long an answer may take, waiting included.
    answer_seconds: float = 10.0
    #: Files that are fetched for callers at once; each holds a thread.
    fetches: int = 1
    bodies: Bodies = field(default_factory=lambda: Bodies(_BODIES))

    def caller(self, key: str, reference: str = "", since: float | None = None) -> Caller:
        """Return for whom a picture is opened, from now on or since its request came."""
        start = time.monotonic() if since is None else since
        return Caller(key, reference, start, start + self.answer_seconds)


@dataclass(slots=True)
class Desk:
    """What every view may use. ``gate`` is there once the process serves."""

    settings: DeskSettings
    sealer: Sealer
    clock: Clock = field(default_factory=SystemClock)
    gate: Gate | None = None
    _open: ExitStack = field(default_factory=ExitStack)

    def start_gate(self) -> None:
        """Start the picture worker, warm its hashers and load every entry. Raises SettingsError."""
        from staydown.fingerprint.registry import picture_worker
        from staydown.index.search_methods import warm as warm_searches
        from staydown.review.api import Saving

        model = self.settings.copy_network()
        worker = picture_worker(
            LIMITS,
            self.settings.picture_processes,
            model,
            lanes=_lanes(self.settings.picture_places()),
            must_be_closed=self.settings.require_sandbox,
        )
        self._open.enter_context(worker)
        worker.start()
        tell_walls(worker.walls)
        warm_searches()
        live = self.open_matcher()
        matcher = live.refresh()
        if self.settings.index is not None:
            saving = Saving(live)
            saving.start()
            self._open.callback(saving.stop)
        if model is None and any(map(matcher.count, BY_NETWORK)):
            log.warning(
                "banks list copy codes, and the network that makes them is not here: "
                "copies that only they find get through (docs/models.md)"
            )
        fetches = max(1, self.settings.site.threads // 4)
        self.gate = Gate(worker, live, model, self.settings.answer_seconds, fetches)

    def open_matcher(self, *, reads_only: bool = False) -> "LiveMatcher":
        """Return a matcher over the desk's entries, which begins with the index on disk.

        With ``reads_only`` the index is left for another process to write.
        """
        from staydown.review.api import IndexFolder, LiveMatcher

        index = self.settings.index
        folder = None if index is None else IndexFolder(index, self.clock, reads_only=reads_only)
        return LiveMatcher(self.sealer, self.settings.match_limits(), folder)

    def close(self) -> None:
        """Stop the picture worker, and save the index."""
        self._open.close()


def tell_walls(walls: Walls) -> None:
    """Log what stands round the processes that open pictures."""
    if walls.doubled:
        log.info("the picture decoder is closed in by two walls")
        return
    if walls.closed:
        log.warning(
            "the picture decoder is closed in by one wall, not two",
            extra={
                "fact": {
                    "seccomp": walls.calls,
                    "landlock": walls.files,
                    "no_new_privs": walls.privileges,
                }
            },
        )
    else:
        log.warning(
            "the picture decoder is not closed in on this machine: staydown desk doctor says why",
            extra={
                "fact": {
                    "seccomp": walls.calls,
                    "landlock": walls.files,
                    "no_new_privs": walls.privileges,
                }
            },
        )


def _lanes(places: int) -> Lanes:
    """Share the places for pictures: half at most is for those that are dear to open."""
    return Lanes(places=places, dear_places=max(1, places // 2))


def configure(settings: DeskSettings, patience: float = PATIENCE) -> Desk:
    """Set Django up for this process and return what its views share.

    ``patience``: how long the database is waited for, in seconds.
    """
    desk = Desk(settings, Sealer(read_secret(settings.secrets / "seal.key", minimum=32)))
    start(
        django_options(
            site=settings.site,
            database=settings.database,
            secret_key_file=settings.secrets / "django.key",
            urlconf="staydown.web.desk_site.urls",
            patience=patience,
            **desk_options(),
            STAYDOWN=desk,
        )
    )
    return desk


def desk_options() -> dict[str, Any]:
    """Return the Django settings that are the desk's own, whatever its settings file says."""
    return {
        "apps": (*options.APPS, "staydown.review"),
        "middleware": options.MIDDLEWARE,
        "templates": (HERE / "templates", options.TEMPLATES),
        "context_processors": (
            *options.CONTEXT_PROCESSORS,
            "staydown.web.desk_site.page.site_context",
        ),
        **options.OPTIONS,
        "STAYDOWN_CONSOLE": "staydown.web.desk_site.page.desk_console",
        # Uploads stay in memory: the handler that writes to disk is not among these.
        "FILE_UPLOAD_HANDLERS": ["django.core.files.uploadhandler.MemoryFileUploadHandler"],
    }


def current_site() -> Desk:
    """Return what the views of this process share."""
    return site_of(Desk)
