"""``staydown hash``: the fingerprints of picture files, made on this machine alone."""

import json
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import click

from staydown.fingerprint.registry import fingerprint_picture, picture_worker
from staydown.fingerprint.value import Fingerprint
from staydown.media.errors import MediaError, TooLarge
from staydown.media.limits import Limits
from staydown.media.worker import PictureWorker

_STDIN = b"-"
_MOST_PROCESSES = 4


@dataclass(frozen=True, slots=True)
class _Result:
    """One file, and its fingerprint or what is wrong with it (a word and a sentence)."""

    name: bytes
    fingerprint: Fingerprint | None = None
    code: str = ""
    fault: str = ""


@click.command("hash")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=bytes), metavar="FILE…")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def hash_files(files: tuple[bytes, ...], as_json: bool) -> None:
    """Print the PDQ fingerprint of each picture FILE; - reads one from standard input.

    A line is: pdq, 64 hex digits, quality (0 to 100), the file's name. The name of a file that
    holds control characters is escaped, and its line begins with a backslash. A file that fails
    gets one line on standard error, and the others are still printed; the exit code is then 1.
    """
    failed = False
    for result in _results(files):
        if result.fingerprint is None:
            failed = True
            _write(sys.stderr.buffer, b"staydown: %b: %b" % _shown(result))
        if as_json:
            _write(sys.stdout.buffer, json.dumps(_record(result)).encode())
        elif result.fingerprint is not None:
            _write(sys.stdout.buffer, _line(result.name, result.fingerprint))
    if failed:
        raise SystemExit(1)


def _results(files: tuple[bytes, ...]) -> Iterator[_Result]:
    """Hash the files side by side and give the results in the order of the files."""
    processes = min(os.cpu_count() or 1, _MOST_PROCESSES, len(files))
    with (
        picture_worker(processes=processes) as worker,
        ThreadPoolExecutor(max_workers=processes) as threads,
    ):
        yield from threads.map(lambda name: _hash(name, worker), files)


def _hash(name: bytes, worker: PictureWorker) -> _Result:
    try:
        data = _read(name, worker.limits)
        return _Result(name, fingerprint_picture(data, worker))
    except MediaError as error:
        return _Result(name, code=error.code, fault=str(error))
    except OSError as error:
        return _Result(name, code="unreadable", fault=f"cannot be read: {error.strerror}")
    except ValueError:  # a NUL byte in a name
        return _Result(name, code="unreadable", fault="cannot be read: no file has such a name")


def _read(name: bytes, limits: Limits) -> bytes:
    """Read a whole file, but never more than one byte over the limit."""
    if name == _STDIN:
        data = sys.stdin.buffer.read(limits.file_bytes + 1)
    else:
        with open(name, "rb") as file:  # noqa: PTH123 - a Path cannot hold a name of odd bytes
            data = file.read(limits.file_bytes + 1)
    if len(data) > limits.file_bytes:
        raise TooLarge
    return data


def _line(name: bytes, fingerprint: Fingerprint) -> bytes:
    safe = _escaped(name)
    mark = b"\\" if safe != name else b""
    head = f"{fingerprint.kind.value} {fingerprint.hex} {fingerprint.quality} "
    return mark + head.encode() + safe


def _shown(result: _Result) -> tuple[bytes, bytes]:
    return _escaped(result.name), result.fault.encode()


def _escaped(name: bytes) -> bytes:
    """Write control characters so that a name stays on its line and cannot steer a terminal.

    A backslash is doubled only in a name that needs escaping, as ``sha256sum`` does.
    """
    if not any(byte < 32 or byte == 127 for byte in name):
        return name
    named = {ord("\n"): b"\\n", ord("\r"): b"\\r", ord("\t"): b"\\t", ord("\\"): b"\\\\"}
    return b"".join(
        named.get(byte, b"\\x%02x" % byte if byte < 32 or byte == 127 else bytes([byte]))
        for byte in name
    )


def _record(result: _Result) -> dict[str, object]:
    """One result for machines. A name that is not UTF-8 is also given in hex, exactly."""
    record: dict[str, object] = {"file": result.name.decode("utf-8", errors="replace")}
    if record["file"] != os.fsdecode(result.name):
        record["file_hex"] = result.name.hex()
    if result.fingerprint is None:
        return {**record, "error": result.code, "message": result.fault}
    fingerprint = result.fingerprint
    return {
        **record,
        "kind": fingerprint.kind.value,
        fingerprint.kind.value: fingerprint.hex,
        "quality": fingerprint.quality,
    }


def _write(stream: object, line: bytes) -> None:
    """Write one line at once, so that the two streams keep their order in a terminal."""
    click.echo(line, file=stream)  # type: ignore[arg-type]  # click takes a stream of bytes too
