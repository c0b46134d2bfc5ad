"""Work of many banks side by side, in few threads: one that is slow holds up only itself."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Generic, TypeVar

from django.db import connections

log = logging.getLogger(__name__)

T = TypeVar("T")


class Part(StrEnum):
    """What a tick is made of."""

    FOLLOW = "follow"
    FEEDBACK = "feedback"
    LOOK_BACK = "look_back"
    TIDY = "tidy"


class Threads:
    """Runs parts of the tick: each part of each bank once at a time, and ``most`` at once.

    Threads are daemons, because work that is cut off at any point is taken up again later.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._running: dict[tuple[Part, int | None], threading.Thread] = {}

    def start(self, part: Part, work: Callable[[], object], bank_id: int | None = None) -> bool:
        """Start ``work``. Return False, with nothing begun, where there is no room for it now."""
        name = (part, bank_id)
        self._running = {one: thread for one, thread in self._running.items() if thread.is_alive()}
        if name in self._running or len(self._running) >= self._most:
            return False
        self._running[name] = threading.Thread(
            target=_guarded, args=(work, part, bank_id), name=f"tick {part.value}", daemon=True
        )
        try:
            self._running[name].start()
        except RuntimeError:  # the machine has no thread left
            del self._running[name]
            log.exception(
                "a part of the tick failed: it is tried again",
                extra={"fact": {"part": part, "bank_number": bank_id}},
            )
            return False
        return True


def _guarded(work: Callable[[], object], part: Part, bank_id: int | None) -> None:
    try:
        work()
    except Exception:
        # A fault nobody foresaw must not end the loop; it is logged and tried again.
        log.exception(
            "a part of the tick failed: it is tried again",
            extra={"fact": {"part": part, "bank_number": bank_id}},
        )
    finally:
        connections.close_all()


def all_of(work: Iterable[Callable[[], T]], most: int) -> list[T]:
    """Do everything, at most so much at once, and return what came of each, in order.

    What one piece raises comes out once all the others are done.
    """
    pieces = [_Piece(one) for one in work]
    if len(pieces) == 1:  # there is nothing to stand beside
        pieces[0].run()
    else:
        waiting = deque(pieces)
        threads = [
            threading.Thread(target=_work_off, args=(waiting,), daemon=True)
            for _ in range(min(most, len(pieces)))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return [piece.result() for piece in pieces]


class _Piece(Generic[T]):
    """One piece of work, and what came of it."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._results: list[T] = []
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._results.append(self._work())
        except BaseException as error:  # handed to whoever waits for it
            self._error = error

    def result(self) -> T:
        if self._error is not None:
            raise self._error
        return self._results[0]


def _work_off(waiting: "deque[_Piece[T]]") -> None:
    try:
        while True:
            try:
                piece = waiting.popleft()
            except IndexError:
                return
            piece.run()
    finally:
        connections.close_all()
