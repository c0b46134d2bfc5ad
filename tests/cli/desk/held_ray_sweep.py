"""``staydown`` with Ray workers that hold still to be killed: ``PLACE desk sweep …``.

The first two workers stand still in their start, and the next one when it has looked at a part and
is about to say so. Each leaves its number in a file of PLACE: ``first``, ``second``, ``working``.
"""

import contextlib
import os
import sys
import threading
from pathlib import Path
from typing import Any

from staydown.cli.main import main
from staydown.matching import sweep_ray
from staydown.matching.sweep import PartResult
from staydown.matching.sweep_list import Part


def held_worker(place: str) -> type[sweep_ray.Worker]:
    """Return the worker whose first ones hold still."""

    class HeldWorker(sweep_ray.Worker):
        def __init__(self, job: sweep_ray.Job, answerer: Any) -> None:
            _hold(Path(place, "first"))
            _hold(Path(place, "second"))
            super().__init__(job, answerer)

        def part(self, part: Part) -> PartResult:
            result = super().part(part)
            _hold(Path(place, "working"))
            return result

    return HeldWorker


def _hold(name: Path) -> None:
    own = name.with_name(f"{name.name}-{os.getpid()}-{threading.get_ident()}")
    own.write_text(str(os.getpid()))
    with contextlib.suppress(FileExistsError):
        os.link(own, name)  # whole at once, and for one worker alone
        threading.Event().wait()


if __name__ == "__main__":
    sweep_ray.Worker = held_worker(sys.argv.pop(1))  # type: ignore[misc]
    main()
