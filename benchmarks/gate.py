"""What an honest upload waits for beside hostile clients, at a desk that serves already.

    python -m benchmarks.gate --url http://127.0.0.1:8200 --key-file KEY --other-key-file OTHER

Each kind of file is sent by several client processes, as fast as they are answered, while one
honest client sends a photograph every 0.1 s. Before and after that it sends the same while nobody
else does: the machine's speed changes, so only the two together say anything.
"""

import itertools
import json
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from http.client import HTTPConnection, HTTPException  # noqa: TID251 - a client to measure with
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

import click

from benchmarks.gate_files import HOSTILE
from staydown import cli

#: Whose key and reference the hostile clients send.
SENDERS = ("same key, fresh references", "same key, one reference", "other key, fresh references")

#: How often each answer came, from each process.
Heard: TypeAlias = "multiprocessing.Queue[dict[str, int]]"

_PAUSE = 0.1
_WARM_SECONDS = 1.0


@dataclass(frozen=True)
class Desk:
    """Where the desk is, and the keys of two platforms."""

    url: str
    key: str
    other: str


@dataclass(frozen=True)
class Figures:
    """Seconds, of one kind of file and of sender."""

    hostile: str
    sender: str
    clients: int
    bytes: int
    quiet_p50: float
    quiet_p95: float
    beside_p50: float
    beside_p95: float
    honest: dict[str, int]
    answers: dict[str, int]

    @property
    def ratio(self) -> float:
        """How many times longer the honest upload waits, at p95."""
        return self.beside_p95 / self.quiet_p95


def upload(desk: Desk, data: bytes, key: str, reference: str) -> str:
    """Offer a picture over a new connection; return the status, and the code of a refusal."""
    line = HTTPConnection(urlsplit(desk.url).netloc, timeout=120)
    try:
        headers = {
            "Authorization": f"Bearer {key}",
            "Content-Type": "image/jpeg",
            "X-Staydown-Reference": reference,
        }
        line.request("POST", "/api/v1/uploads", data, headers)
        answer = line.getresponse()
        body = answer.read()
        code = json.loads(body).get("code", "") if answer.status >= 400 else ""
        return f"{answer.status} {code}".strip()
    except (OSError, HTTPException) as error:
        return type(error).__name__
    finally:
        line.close()


def attack(desk: Desk, data: bytes, sender: str, over: Event, heard: Heard) -> None:
    """Send a file again and again until told to stop. One process."""
    key = desk.other if sender.startswith("other") else desk.key
    answers: Counter[str] = Counter()
    while not over.is_set():
        reference = "user" if "one" in sender else f"h{os.getpid()}-{time.monotonic_ns()}"
        answers[upload(desk, data, key, reference)] += 1
    heard.put(dict(answers))


def honest(desk: Desk, data: bytes, seconds: float) -> tuple[list[float], Counter[str]]:
    """Send a photograph every 0.1 s; return how long each answer took, and what they were."""
    taken, answers = [], Counter[str]()
    end = time.monotonic() + seconds
    for number in itertools.count():
        start = time.monotonic()
        if start >= end:
            break
        answers[upload(desk, data, desk.key, f"honest-{number}-{time.monotonic_ns()}")] += 1
        taken.append(time.monotonic() - start)
        time.sleep(_PAUSE)
    return taken, answers


@dataclass(frozen=True)
class Attack:
    """Who sends what."""

    name: str
    data: bytes
    sender: str
    clients: int


def measure(desk: Desk, hostile: Attack, seconds: float, photo: bytes) -> Figures:
    """Measure one kind of file: quiet, beside the clients, quiet again."""
    args = (desk, hostile.data, hostile.sender)
    quiet, _ = honest(desk, photo, seconds / 2)
    over = multiprocessing.Event()
    heard: Heard = multiprocessing.Queue()
    processes = [
        multiprocessing.Process(target=attack, args=(*args, over, heard))
        for _ in range(hostile.clients)
    ]
    for process in processes:
        process.start()
    try:
        time.sleep(_WARM_SECONDS)
        beside, answers = honest(desk, photo, seconds)
    finally:
        over.set()
    told: Counter[str] = Counter()
    for _ in processes:
        told.update(heard.get(timeout=180))
    for process in processes:
        process.join(60)
    again, _ = honest(desk, photo, seconds / 2)
    quiet += again
    return Figures(
        hostile.name, hostile.sender, hostile.clients, len(hostile.data), at(quiet, 0.5),
        at(quiet, 0.95), at(beside, 0.5), at(beside, 0.95), dict(answers), dict(told),
    )  # fmt: skip


def at(values: Sequence[float], share: float) -> float:
    """Return a percentile: the value that such a share lies at or below."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def rows(figures: Sequence[Figures]) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    yield "| hostile file | bytes | sender | clients | quiet p50 · p95, ms | beside, p50 · p95, ms | ratio | honest answers | hostile answers |"  # noqa: E501
    yield "|---|---|---|---|---|---|---|---|---|"
    for one in figures:
        honest_ones = ", ".join(f"{count} × {code}" for code, count in sorted(one.honest.items()))
        others = ", ".join(f"{count} × {code}" for code, count in sorted(one.answers.items()))
        yield (
            f"| {one.hostile} | {one.bytes:,} | {one.sender} | {one.clients} "
            f"| {1000 * one.quiet_p50:.0f} · {1000 * one.quiet_p95:.0f} "
            f"| {1000 * one.beside_p50:.0f} · {1000 * one.beside_p95:.0f} "
            f"| {one.ratio:.1f} | {honest_ones} | {others} |"
        )


@click.command()
@click.option("--url", required=True)
@click.option("--key-file", type=click.Path(path_type=Path), required=True)
@click.option("--other-key-file", type=click.Path(path_type=Path), required=True)
@click.option("--only", multiple=True, help="Part of a kind's name; may be given several times.")
@click.option("--senders", default=1, show_default=True, help="How many of the three senders.")
@click.option("--clients", default="4,8", show_default=True)
@click.option("--seconds", default=10.0, show_default=True, help="Beside each kind, and quiet.")
@click.option("--output", type=click.Path(path_type=Path), help="Where all figures go, as JSON.")
def main(
    *, url: str, key_file: Path, other_key_file: Path, only: tuple[str, ...], senders: int,
    clients: str, seconds: float, output: Path | None,
) -> None:  # fmt: skip
    """Measure a desk on loopback, or one of yours."""
    desk = Desk(url, key_file.read_text().strip(), other_key_file.read_text().strip())
    photo = (Path(cli.__file__).parent / "samples/moon.jpg").read_bytes()
    names = [name for name in HOSTILE if not only or any(part in name for part in only)]
    figures = []
    for name in names:
        data = HOSTILE[name]()
        for sender, count in itertools.product(SENDERS[:senders], clients.split(",")):
            figures.append(measure(desk, Attack(name, data, sender, int(count)), seconds, photo))
            click.echo(list(rows(figures[-1:]))[-1])
    click.echo("\n".join(rows(figures)))
    if output is not None:
        output.write_text(json.dumps([asdict(one) for one in figures], indent=1) + "\n")


if __name__ == "__main__":
    main()
