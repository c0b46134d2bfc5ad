"""Ports for the servers of tests, which nothing else takes between choosing and listening."""

import os
from itertools import count

from staydown.net.ports import is_free

#: Below the ports that a kernel gives to outgoing connections (from 32768 on Linux): one of those
#: may belong to any test's client by the time that the server has started.
_FIRST, _EACH, _WORKERS = 12_000, 500, 40

_taken = count(os.getpid())  # two runs side by side begin at different places


def free_port() -> int:
    """Return a port of 127.0.0.1 that no other worker of this run is given."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    place = int(worker.removeprefix("gw")) % (_WORKERS - 1) + 1 if worker else 0
    for _ in range(_EACH):
        port = _FIRST + place * _EACH + next(_taken) % _EACH
        if is_free("127.0.0.1", port):
            return port
    raise RuntimeError(f"none of {_EACH} ports is free")
