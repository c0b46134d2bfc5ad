"""A back catalogue against everything listed, part by part: the same function on any machine.

A part is worked on as a whole, and its result is saved as a whole, once (``review.sweeps``). So a
part may be worked on twice, after a crash, and is never counted twice.
"""

import io
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from staydown.base.vocabulary import GateAnswer
from staydown.fingerprint.exact import exact
from staydown.fingerprint.face_tasks import LEFT_OUT
from staydown.fingerprint.kinds import EXACT
from staydown.fingerprint.query import Query
from staydown.matching.cascade import Examined, look_over
from staydown.matching.limits import DEFAULT, MatchLimits
from staydown.matching.matcher import KnownEntries
from staydown.matching.rules import Finding, answer, judge, strength
from staydown.matching.sweep_list import DAMAGED, IN_PART, Part, Source
from staydown.matching.sweep_source import Catalogue, Unreadable, identity, preview, reference
from staydown.media.errors import DecoderUnavailable, MediaError
from staydown.media.form import Form
from staydown.media.worker import PictureWorker
from staydown.net.message import Transport

#: The findings of one file that are passed on, the strongest first: ten times what an item shows.
_MOST_FINDINGS = 500

#: Words for a file that isn't there, or isn't any more.
_LOST = frozenset({"missing", "unreadable"})

#: Threads for each decoder process: while one waits for a file to be read, the other keeps it busy.
THREADS_A_PROCESS = 2


@dataclass(frozen=True, slots=True)
class Matched:
    """A file that came close to something; ``place`` is where it stands in the list, from 0."""

    place: int
    identity: bytes = field(repr=False)
    reference: str = field(repr=False)
    preview: str = field(repr=False)
    findings: tuple[Finding, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class PartResult:
    """What came of a part: matches, and for each file that couldn't be looked at, why.

    A file of which only a part was looked at may be among both.
    """

    number: int
    files: int
    matched: tuple[Matched, ...]
    faults: tuple[tuple[int, str], ...]


class Sweeper:
    """Works on parts; safe for many threads.

    ``current`` gives what is listed as of now, so that what is withdrawn meanwhile is no longer
    found. ``model`` is the copy code's network, if there is one.
    """

    def __init__(
        self,
        source: Source,
        worker: PictureWorker,
        current: Callable[[], KnownEntries],
        *,
        limits: MatchLimits = DEFAULT,
        model: Path | None = None,
        transport: Transport | None = None,
    ) -> None:
        self._source = source
        self._worker = worker
        self._current = current
        self._limits = limits
        self._model = model
        self._catalogue = Catalogue(source, transport, worker.limits.file_bytes)

    def part(self, part: Part) -> PartResult:
        """Look at every file of a part.

        Raises DecoderUnavailable, where no file could be looked at here, CatalogueGone where none
        can be had any more, and what ``current`` does.
        """
        matched: list[Matched] = []
        faults: list[tuple[int, str]] = []
        for place, name in enumerate(part.names, part.first):
            try:
                examined = self._findings(name)
            except DecoderUnavailable:
                raise
            except (MediaError, Unreadable) as error:
                faults.append((place, error.code))
                continue
            except OSError:  # the disk gave out in the middle of the file
                faults.append((place, "unreadable"))
                continue
            if examined.findings:
                matched.append(self._matched(place, name, examined.findings))
            if examined.looked_at and set(examined.looked_at.left_out) & LEFT_OUT:
                faults.append((place, IN_PART))
            elif examined.looked_at and examined.looked_at.damage.any:
                faults.append((place, DAMAGED))
        if len([code for _, code in faults if code in _LOST]) == len(part.names):
            self._catalogue.check_there()  # or a mount that breaks off would end the sweep
        return PartResult(part.number, len(part.names), tuple(matched), tuple(faults))

    def _findings(self, name: bytes) -> Examined:
        """Return what is said of one file, and what of it was looked at.

        Raises a MediaError, Unreadable, OSError.
        """
        matcher = self._current()
        limit = self._worker.limits.file_bytes
        with self._catalogue.open(name) as file:
            data = file.read(limit + 1)
            same = self._same_file(file, data, matcher)
        if answer(same) is GateAnswer.HELD:
            return Examined(same)
        try:
            with self._worker.open(data, Form.QUICK_COLOUR) as opened:
                seen = look_over(opened, matcher, self._limits, self._model)
        except DecoderUnavailable:
            raise
        except MediaError:
            if same:  # a video, say, that is listed by its bytes
                return Examined(same)
            raise
        found = sorted((*same, *seen.findings), key=strength, reverse=True)
        return Examined(tuple(found), seen.looked_at)

    def _same_file(self, file: BinaryIO, data: bytes, matcher: KnownEntries) -> tuple[Finding, ...]:
        """Look the file's bytes up, where a bank lists any: a file of any kind and any length."""
        kinds = [kind for kind in EXACT if matcher.count(kind)]
        if not kinds:
            return ()
        whole: BinaryIO = io.BytesIO(data)
        if len(data) > self._worker.limits.file_bytes:
            file.seek(0)
            whole = file
        queries = [Query(one) for one in exact(whole, kinds).values()]
        return judge(matcher.look_up(queries, self._limits).evidence, self._limits)

    def _matched(self, place: int, name: bytes, findings: tuple[Finding, ...]) -> Matched:
        return Matched(
            place,
            identity(self._source, name),
            reference(name),
            preview(self._source, name),
            findings[:_MOST_FINDINGS],
        )


def over_threads(
    parts: Iterable[Part],
    function: Callable[[Part], PartResult],
    threads: int,
    stop: threading.Event,
) -> Iterator[PartResult]:
    """Yield ``function(part)`` for each part, as they are ready, computed by ``threads`` threads.

    Once ``stop`` is set no part is begun, and those begun are waited for. Raises what ``function``
    raises.
    """
    waiting = iter(parts)
    with ThreadPoolExecutor(max_workers=threads) as pool:
        busy: set[Future[PartResult]] = set()
        try:
            while True:
                if not stop.is_set():
                    busy |= {
                        pool.submit(function, part) for part in islice(waiting, threads - len(busy))
                    }
                if not busy:
                    return
                done, busy = wait(busy, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
