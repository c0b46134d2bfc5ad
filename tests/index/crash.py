"""Kills a process that saves an index, again and again, and looks at what it left behind.

Run as a program by ``test_crash``: children are made by fork, so that none of them has to load
anything, and this process must have no threads then.

What the index holds at each cursor is known beforehand: step n puts and drops keys that only
depend on n. A child goes on from the cursor that it finds, and says each cursor that was saved
through a pipe, until it is killed.
"""

import json
import os
import select
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from staydown.index import search_methods, segments, store
from staydown.index.store import LiveIndex
from tests.index.contents import contents

#: Steps between two savings.
STRIDE = 3
START = datetime(2026, 1, 1, tzinfo=UTC)


def change(number: int) -> tuple[list[tuple[int, bytes]], list[int]]:
    """What step ``number`` puts and drops."""
    rng = Random(number)  # noqa: S311 - a test's own, repeatable
    put = [(rng.randrange(4000), rng.randbytes(8)) for _ in range(rng.choice([1, 20, 150]))]
    return put, [rng.randrange(4000) for _ in range(60)]


def write(folder: Path, pipe: int) -> None:
    """Change and save until killed; say each cursor that has been saved."""
    index = LiveIndex.open(folder, "pdq", 64, writable=True)
    number = index.cursor
    while True:
        number += 1
        put, drop = change(number)
        index.change(put=put, drop=drop)
        if number % STRIDE == 0:
            # Each saving is half a day later, so that what has left is often written anew.
            index.save(number, origin="crash", now=START + timedelta(hours=12 * number))
            os.write(pipe, number.to_bytes(8))


def run_and_kill(folder: Path, rng: Random) -> list[int]:
    """Let a child write for a random while; return the cursors that it said were saved."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            write(folder, writing)
        finally:
            os._exit(1)
    os.close(writing)
    # As often before the first saving is done as in the middle of later ones.
    time.sleep(rng.choice([0.001, 0.02, 0.1]) * rng.random())
    if rng.random() < 0.7:
        select.select([reading], [], [], 10)
        time.sleep(0.03 * rng.random())
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the child ended by itself"
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    return [int.from_bytes(said[at : at + 8]) for at in range(0, len(said) - 7, 8)]


def main() -> None:
    folder, kills = Path(sys.argv[1]), int(sys.argv[2])
    segments.TAIL_ROWS = 64
    store.__dict__.update(TAIL_ROWS=64, _BULK=32)
    search_methods.LEAST_ROWS_IN_BUCKETS = 512
    search_methods.warm()
    for number in range(8):  # whatever else is compiled or imported late
        index = LiveIndex(64, background=False)
        index.change(put=change(number)[0])
        index.query(bytes(8), 5)
    rng = Random()  # noqa: S311 - other moments in each run
    plain: dict[int, bytes] = {}
    at = acknowledged = saved = 0
    unseen = 0
    for _ in range(kills):
        said = run_and_kill(folder, rng)
        acknowledged = max([acknowledged, *said])
        saved += len(said)
        index = LiveIndex.open(folder, "pdq", 64, writable=False)
        assert acknowledged <= index.cursor <= acknowledged + STRIDE, "a saved cursor was lost"
        unseen += index.cursor > acknowledged
        acknowledged = index.cursor
        for number in range(at + 1, index.cursor + 1):
            put, drop = change(number)
            for key in drop:
                plain.pop(key, None)
            plain.update(put)
        at = index.cursor
        assert contents(index) == plain, "the index holds something else"
    segment_files = len(list(folder.glob("*.segment")))
    told = {"kills": kills, "saved": saved, "cursor": at, "unseen": unseen, "files": segment_files}
    print(json.dumps(told | {"rows": len(plain)}))


if __name__ == "__main__":
    main()
