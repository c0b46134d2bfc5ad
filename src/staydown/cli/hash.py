"""``staydown hash``: the fingerprints of picture files, made on this machine alone."""

import errno
import json
import os
import re
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

#: What could break a line or steer a terminal: C0, DEL, and C1 in UTF-8.
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]|\xc2[\x80-\x9f]")


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
    try:
        failed = _print_all(files, as_json=as_json)
    except OSError as error:
        if error.errno == errno.EPIPE:  # the reader went away: click ends quietly
            raise
        raise click.ClickException(f"cannot write: {error.strerror}") from error
    if failed:
        raise SystemExit(1)


def _print_all(files: tuple[bytes, ...], *, as_json: bool) -> bool:
    """Print what comes of each file. Return whether one failed."""
    failed = False
    for result in _results(files):
        if result.fingerprint is None:
            failed = True
            _write(b"staydown: %b: %b" % _shown(result), err=True)
        if as_json:
            _write(json.dumps(_record(result)).encode())
        elif result.fingerprint is not None:
            _write(_line(result.name, result.fingerprint))
    return failed


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
        if sys.stdin is None:  # closed by whoever started us
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
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
    if not _CONTROL.search(name):
        return name
    named = {ord("\n"): b"\\n", ord("\r"): b"\\r", ord("\t"): b"\\t", ord("\\"): b"\\\\"}
    return re.sub(
        _CONTROL.pattern + rb"|\\",
        lambda found: b"".join(named.get(byte, b"\\x%02x" % byte) for byte in found[0]),
        name,
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


def _write(line: bytes, *, err: bool = False) -> None:
    """Write one line at once, so that the two streams keep their order in a terminal."""
    stream = sys.stderr if err else sys.stdout
    if stream is not None:  # closed by whoever started us
        click.echo(line, file=stream.buffer)  # click takes a stream of bytes too
