"""Looking up host names without waiting for ever.

The system's resolver takes no time limit and can't be interrupted. So it is asked in a thread of
its own, which is left behind when it doesn't answer in time. Few of those can pile up: one for each
name, and no more than ``MOST`` in the whole process.
"""

import threading
from collections.abc import Sequence
from concurrent.futures import Future

from staydown.net.deadline import Deadline
from staydown.net.errors import NoAnswer
from staydown.net.guard import Address, Resolver

#: The longest that one look-up is waited for, in seconds.
LOOK_UP_SECONDS = 10.0

#: Look-ups of different names at once; those that nobody waits for any more count too.
MOST = 32

_Found = Future[Sequence[Address]]

_lock = threading.Lock()
_running: dict[tuple[Resolver, str, int], _Found] = {}


def within(
    deadline: Deadline, resolve: Resolver, *, most_seconds: float = LOOK_UP_SECONDS
) -> Resolver:
    """Return ``resolve`` with an end: it raises NoAnswer when ``deadline`` comes first."""

    def in_time(host: str, port: int) -> Sequence[Address]:
        try:
            return _asked(resolve, host, port).result(deadline.left(most_seconds))
        except TimeoutError:
            raise NoAnswer("the host name was not found in time: try again later") from None

    return in_time


def _asked(resolve: Resolver, host: str, port: int) -> _Found:
    """Start a look-up, or join the one for this name that is already on its way."""
    key = (resolve, host, port)
    with _lock:
        if key in _running:
            return _running[key]
        if len(_running) >= MOST:
            raise NoAnswer("host names are not being found at the moment: try again later")
        found: _Found = Future()
        thread = threading.Thread(target=_ask, args=(key, found), name="look-up", daemon=True)
        thread.start()
        _running[key] = found
    return found


def _ask(key: tuple[Resolver, str, int], found: _Found) -> None:
    resolve, host, port = key
    try:
        result = resolve(host, port)
    except Exception as error:  # handed on as it is to whoever asked
        outcome: tuple[Sequence[Address], Exception | None] = ((), error)
    else:
        outcome = (result, None)
    with _lock:
        _running.pop(key, None)
    if outcome[1] is not None:
        found.set_exception(outcome[1])
    else:
        found.set_result(outcome[0])
