"""How fast pictures become fingerprints, beside the packages that others use for it.

    python -m benchmarks.fingerprint [SECTION...] [--photos FOLDER] [--rounds 15] [--json FILE]

One process, one core. What is compared runs by turns on the same picture, round after round, so
that whatever else the machine does disturbs all alike; of each, the fastest round counts. A row is
one size of picture: the median over the pictures of the milliseconds and of the ratios, and the
smallest ratio of any picture. ``--photos`` adds real photographs to the three that come with
Staydown; all are resized to each size.

A section is a function from a ``Setting`` to a ``Table``, named in ``SECTIONS``.
"""

import argparse
import io
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pdqhash
from numpy.typing import NDArray
from PIL import Image
from threatexchange.signal_type.pdq.pdq_hasher import pdq_from_bytes

import staydown.cli
from staydown.base.vocabulary import Kind
from staydown.fingerprint.pdq import pdq, pdq_turns, warm
from staydown.fingerprint.value import Fingerprint
from staydown.media.decode import decode, prepare
from staydown.media.form import Form
from staydown.media.limits import Limits

Pixels = NDArray[np.uint8]

SAMPLES = Path(staydown.cli.__file__).parent / "samples"
LIMITS = Limits()

#: Width and height by the name of a size.
SIZES = {
    "0.3 MP": (640, 480),
    "1 MP": (1156, 867),
    "2 MP": (1640, 1230),
    "12 MP": (4000, 3000),
}


@dataclass(frozen=True)
class Setting:
    """What a section measures on."""

    photographs: Sequence[Path]
    rounds: int

    def pictures(self, size: str) -> Iterator[Pixels]:
        """Every photograph at one size, with a little grain, as a sensor leaves it."""
        width, height = SIZES[size]
        for number, path in enumerate(self.photographs):
            with Image.open(path) as image:
                upright = image.convert("RGB").resize((width, height), Image.Resampling.BICUBIC)
            grain = np.random.default_rng(number).normal(0, 3, (height, width, 1))
            yield np.clip(np.asarray(upright) + grain, 0, 255).astype(np.uint8)


@dataclass
class Table:
    """One section's figures: a row is a size, a cell is text."""

    title: str
    columns: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)

    def markdown(self) -> str:
        """The table as Markdown."""
        lines = [self.columns, ["---"] * len(self.columns), *self.rows]
        return f"### {self.title}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)


def fastest(rounds: int, *tasks: Callable[[], object]) -> list[float]:
    """Run the tasks by turns and return the least milliseconds of each."""
    best = [float("inf")] * len(tasks)
    for _ in range(rounds):
        for number, task in enumerate(tasks):
            start = time.perf_counter()
            task()
            best[number] = min(best[number], 1000 * (time.perf_counter() - start))
    return best


def row(size: str, times: Sequence[Sequence[float]]) -> list[str]:
    """Of (ours, theirs) for each picture: medians, the median ratio and the smallest."""
    ours, theirs = (statistics.median(column) for column in zip(*times, strict=True))
    ratios = [their / our for our, their in times]
    return [
        size,
        str(len(times)),
        f"{ours:.2f}",
        f"{theirs:.2f}",
        f"{statistics.median(ratios):.1f} ×",
        f"{min(ratios):.1f} ×",
    ]


def peer(value: Any) -> Fingerprint:
    """What ``pdqhash`` or ``threatexchange`` answered."""
    bits, quality = value
    text = (
        bits if isinstance(bits, str) else np.packbits(np.asarray(bits, np.uint8)).tobytes().hex()
    )
    return Fingerprint.parse(Kind.PDQ, text, quality)


def kernel(setting: Setting) -> Table:
    """Pixels to bits, beside ``pdqhash``."""
    table = Table(
        "PDQ of pixels (RGB), `pdqhash` beside it",
        ["size", "pictures", "ours, ms", "theirs, ms", "ratio", "least ratio", "bits apart"],
    )
    for size in SIZES:
        times, apart = [], 0
        for pixels in setting.pictures(size):
            apart = max(apart, pdq(pixels).distance(peer(pdqhash.compute(pixels))))
            ours, theirs = partial(pdq, pixels), partial(pdqhash.compute, pixels)
            times.append(fastest(setting.rounds, ours, theirs))
        table.rows.append([*row(size, times), str(apart)])
    return table


def turns(setting: Setting) -> Table:
    """Eight fingerprints for the price of one."""
    table = Table(
        "All eight turns of a picture, one fingerprint beside them",
        ["size", "pictures", "one, ms", "eight, ms", "ratio", "least ratio"],
    )
    for size in SIZES:
        times = [
            fastest(setting.rounds, partial(pdq, pixels), partial(pdq_turns, pixels))
            for pixels in setting.pictures(size)
        ]
        table.rows.append(row(size, times))
    return table


def _file(pixels: Pixels) -> bytes:
    """A JPEG as a camera writes it."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def _pdq_of_file(data: bytes, form: Form) -> Fingerprint:
    return pdq(decode(data, LIMITS, form).pixels)


def files(setting: Setting, form: Form = Form.QUICK_GREY) -> Table:
    """A JPEG file to bits, beside threatexchange."""
    table = Table(
        f"JPEG file to PDQ, form `{form}`, `threatexchange.pdq_from_bytes` beside it",
        ["size", "pictures", "ours, ms", "theirs, ms", "ratio", "least ratio", "bits apart"],
    )
    for size in SIZES:
        times, apart = [], []
        for pixels in setting.pictures(size):
            data = _file(pixels)
            ours, theirs = partial(_pdq_of_file, data, form), partial(pdq_from_bytes, data)
            apart.append(ours().distance(peer(theirs())))
            times.append(fastest(setting.rounds, ours, theirs))
        median = f"{statistics.median(apart):.0f}, at most {max(apart)}"
        table.rows.append([*row(size, times), median])
    return table


def exact_files(setting: Setting) -> Table:
    """The same in full."""
    return files(setting, Form.FULL)


SECTIONS: dict[str, Callable[[Setting], Table]] = {
    "kernel": kernel,
    "turns": turns,
    "files": files,
    "exact_files": exact_files,
}


def machine() -> dict[str, str]:
    """What the figures were measured on and with."""
    names = ["pdqhash", "threatexchange", "numpy", "numba", "llvmlite", "pillow", "simplejpeg"]
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "system": platform.platform(),
        "python": platform.python_version(),
        **{name: version(name) for name in names},
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if sys.platform == "linux" else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor()


def main() -> None:
    """Measure, print Markdown, and write JSON where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--photos", type=Path, help="a folder of photographs, searched in full")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    if unknown := set(given.sections) - set(SECTIONS):
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    photographs = sorted(SAMPLES.glob("*.jpg"))
    if given.photos:
        photographs += sorted(path for path in given.photos.rglob("*.jp*g") if path.is_file())
    prepare(LIMITS)
    warm()
    setting = Setting(photographs, given.rounds)
    tables = [SECTIONS[name](setting) for name in given.sections or SECTIONS]
    facts = machine()
    text = "\n\n".join([table.markdown() for table in tables])
    sys.stdout.write(f"{', '.join(f'{key} {value}' for key, value in facts.items())}\n\n{text}\n")
    if given.json:
        answer = {"machine": facts, "rounds": given.rounds, "tables": [asdict(t) for t in tables]}
        given.json.write_text(json.dumps(answer, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
