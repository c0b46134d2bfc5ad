"""How fast a desk, or HMA, answers look-ups over HTTP: the same client, the same fingerprints.

    python -m benchmarks.lookup hashes 100000 > hashes.txt
    python -m benchmarks.lookup fill --settings desk.toml 1000000
    python -m benchmarks.lookup ask --url http://127.0.0.1:8200 --key-file key.txt --listed 1000000

``benchmarks/README.md`` says how HMA is set up beside it. Addresses are loopback or yours.
"""

import json
import multiprocessing
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection  # noqa: TID251 - a client to measure with
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import click
import numpy as np
from numpy.typing import NDArray

#: Everybody who draws from this seed lists the same fingerprints, in the same order.
_SEED = 20_260_101

#: Bits in which a near copy differs from what is listed.
_NEAR = 16

_BOUNDARY = "staydown-benchmark"

Words = NDArray[np.uint8]


def listed(count: int, width: int = 32) -> Words:
    """Return ``count`` random fingerprints of ``width`` bytes, shape (count, width)."""
    return np.random.default_rng(_SEED).integers(0, 256, (count, width), dtype=np.uint8)


@dataclass(frozen=True)
class Call:
    """One request, ready to send, and how many entries its answer must name."""

    method: str
    path: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    hits: int | None = None


@dataclass(frozen=True)
class Figures:
    """Milliseconds of single answers, and answers a second of all clients together."""

    call: str
    clients: int
    keep_alive: bool
    count: int
    p50: float
    p95: float
    p99: float
    rate: float


# --------------------------------------------------------------------------- what is asked


def by_hash(path: str, known: Words, count: int, *, near: bool) -> list[Call]:
    """Return look-ups of fingerprints: near copies of what is listed, or of nothing listed."""
    # Never the seed of what is listed: half of the bits differ from every listed fingerprint.
    random = np.random.default_rng(_SEED + 1)
    calls = []
    for _ in range(count):
        value = random.integers(0, 256, 32, dtype=np.uint8)
        if near:
            bits = np.unpackbits(known[random.integers(len(known))])
            bits[random.choice(256, _NEAR, replace=False)] ^= 1
            value = np.packbits(bits)
        query = urlencode({"signal": value.tobytes().hex(), "signal_type": "pdq"})
        calls.append(Call("GET", f"{path}?{query}", hits=int(near)))
    return calls


def by_picture(path: str, picture: bytes) -> list[Call]:
    """Return the look-up of a picture."""
    head = (
        f"--{_BOUNDARY}\r\n"
        'Content-Disposition: form-data; name="photo"; filename="photo.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    body = head.encode() + picture + f"\r\n--{_BOUNDARY}--\r\n".encode()
    return [
        Call("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"})
    ]


# --------------------------------------------------------------------------- asking


@dataclass(frozen=True)
class Server:
    """Whom to ask, and how."""

    host: str
    port: int
    key: str
    keep_alive: bool

    def headers(self) -> dict[str, str]:
        key = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return key | {"Connection": "keep-alive" if self.keep_alive else "close"}


def ask(server: Server, calls: Sequence[Call], count: int, first: int = 0) -> list[float]:
    """Send ``count`` requests one after the other and return the seconds that each took.

    The time of a new connection counts: where connections aren't kept, each answer needs one.
    """
    line = HTTPConnection(server.host, server.port, timeout=60)
    taken = []
    for number in range(first, first + count):
        call = calls[number % len(calls)]
        start = time.perf_counter()
        line.request(call.method, call.path, call.body, server.headers() | call.headers)
        answer = line.getresponse()
        body = answer.read()
        if answer.will_close:
            line.close()
        taken.append(time.perf_counter() - start)
        assert answer.status == 200, (answer.status, body[:200])
        assert call.hits is None or _named(json.loads(body)) == call.hits, body[:200]
    line.close()
    return taken


def _named(answer: Any) -> int:
    """Count the entries in an answer of either look-up."""
    if "matches" in answer:
        return len(answer["matches"])
    return sum(len(matches) for matches in answer.values())


def measure(
    name: str, server: Server, calls: Sequence[Call], *, clients: int, count: int
) -> Figures:
    """Ask with ``clients`` processes at once, ``count`` times together."""
    each = count // clients
    ask(server, calls, min(20, each))  # connections, caches and code are warm
    with multiprocessing.Pool(clients) as pool:
        pool.map(_ready, range(clients), chunksize=1)
        start = time.perf_counter()
        jobs = [(server, calls, each, number * each) for number in range(clients)]
        taken = sorted(one for part in pool.starmap(ask, jobs, chunksize=1) for one in part)
        whole = time.perf_counter() - start
    at = {share: 1000 * float(np.quantile(taken, share)) for share in (0.5, 0.95, 0.99)}
    rate = len(taken) / whole
    return Figures(name, clients, server.keep_alive, len(taken), at[0.5], at[0.95], at[0.99], rate)


def _ready(_: int) -> None:
    """Let every process of the pool start before the clock does."""
    time.sleep(0.2)


# --------------------------------------------------------------------------- commands


@click.group()
def main() -> None:
    """Measure look-ups over HTTP."""


@main.command()
@click.argument("count", type=int)
def hashes(count: int) -> None:
    """Print the COUNT fingerprints that are listed, one a line."""
    for row in listed(count):
        sys.stdout.write(row.tobytes().hex() + "\n")


@main.command()
@click.argument("count", type=int)
@click.option("--settings", "settings_file", required=True, type=click.Path(path_type=Path))
@click.option("--kind", type=click.Choice(["pdq", "copy1"]), default="pdq", show_default=True)
@click.option("--bank", default="BENCHMARK", show_default=True)
def fill(count: int, settings_file: Path, bank: str, kind: str) -> None:
    """List COUNT fingerprints in a desk's database, as if a bank had. Stop the desk before."""
    from staydown.base.settings import load
    from staydown.base.vocabulary import Kind
    from staydown.fingerprint.value import BITS, Fingerprint
    from staydown.review.settings import DeskSettings
    from staydown.web.desk_site.process import configure

    desk = configure(load(settings_file, DeskSettings))
    from django.db import transaction

    from staydown.review.models import Bank, BankEntry, Head

    def rows(number: int, change: int) -> Iterator[BankEntry]:
        for place, row in enumerate(listed(count, BITS[Kind(kind)] // 8), 1):
            quality = 100 if kind == Kind.PDQ else None
            sealed = desk.sealer.seal(Fingerprint(Kind(kind), row.tobytes(), quality))
            yield BankEntry(
                bank_id=number, entry_id=f"{bank}-{place}", kind=kind, sealed=sealed,
                state="listed", seq=place, change=change,
            )  # fmt: skip

    now = desk.clock.now()
    with transaction.atomic():
        made = Bank.objects.create(
            name=bank, url="https://bank.invalid", dialect="v2", subscription_key_file="none",
            function_key_file="none", active=False, created_at=now, next_try_at=now,
        )  # fmt: skip
        head, _ = Head.objects.get_or_create(pk=1)
        head.change += 1
        head.save()
        BankEntry.objects.bulk_create(rows(made.pk, head.change), batch_size=2000)


@main.command("ask")
@click.option("--url", required=True, help="http://HOST:PORT")
@click.option("--key-file", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--listed", "known", default=1_000_000, show_default=True, help="How many are listed."
)
@click.option("--picture", type=click.Path(path_type=Path, exists=True), help="A JPEG of 1 MP.")
@click.option("--count", default=2000, show_default=True, help="Look-ups by hash.")
@click.option("--pictures", default=400, show_default=True, help="Look-ups by picture.")
@click.option("--views", is_flag=True, help="Also with views and copy codes (ours alone).")
@click.option("--close", is_flag=True, help="A connection for each request.")
@click.option("--output", type=click.Path(path_type=Path), help="Write the figures as JSON.")
def ask_command(
    *, url: str, key_file: Path | None, known: int, picture: Path | None, count: int,
    pictures: int, views: bool, close: bool, output: Path | None,
) -> None:  # fmt: skip
    """Ask a server that runs, with one client and with four."""
    parts = urlsplit(url)
    key = key_file.read_text().strip() if key_file else ""
    server = Server(parts.hostname or "127.0.0.1", parts.port or 80, key, keep_alive=not close)
    rows = listed(known)
    plans: list[tuple[str, list[Call], int]] = []
    for path in ("/m/raw_lookup", "/m/lookup"):
        plans.append((f"{path}, nothing near", by_hash(path, rows, 500, near=False), count))
        plans.append((f"{path}, near copy", by_hash(path, rows, 500, near=True), count))
    if picture is not None:
        data = picture.read_bytes()
        plans.append(("POST /h/hash", by_picture("/h/hash", data), pictures))
        plans.append(("POST /m/lookup", by_picture("/m/lookup", data), pictures))
        if views:
            calls = by_picture("/m/lookup?views=true", data)
            plans.append(("POST /m/lookup, views", calls, pictures // 4))
    figures = []
    for name, calls, times in plans:
        for clients in (1, 4):
            figures.append(measure(name, server, calls, clients=clients, count=times))
            _print(figures[-1])
    if output is not None:
        output.write_text(json.dumps([asdict(one) for one in figures], indent=1) + "\n")


def _print(one: Figures) -> None:
    print(
        f"{one.call:28} {one.clients} clients, n={one.count}: p50 {one.p50:.2f} ms, "
        f"p95 {one.p95:.2f}, p99 {one.p99:.2f}, {one.rate:.0f}/s",
        flush=True,
    )


if __name__ == "__main__":
    main()
