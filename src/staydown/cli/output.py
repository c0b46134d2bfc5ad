"""Lines on standard output and standard error, with file names that cannot break or steer them."""

import os
import re
import sys

import click

#: What could break a line or steer a terminal: C0, DEL, and C1 in UTF-8.
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]|\xc2[\x80-\x9f]")


def escaped(name: bytes) -> bytes:
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


def named(key: str, name: bytes) -> dict[str, object]:
    """Return a file's name for JSON. One that is not UTF-8 is also given in hex, exactly."""
    text = name.decode("utf-8", errors="replace")
    return {key: text} if text == os.fsdecode(name) else {key: text, f"{key}_hex": name.hex()}


def write(line: bytes, *, err: bool = False) -> None:
    """Write one line at once, so that the two streams keep their order in a terminal."""
    stream = sys.stderr if err else sys.stdout
    if stream is not None:  # closed by whoever started us
        click.echo(line, file=stream.buffer)  # click takes a stream of bytes too


def complain(fault: str, name: bytes | None = None) -> None:
    """Write one line on standard error about a file, or about the command itself."""
    about = b"" if name is None else b"%b: " % escaped(name)
    write(b"staydown: %b%b" % (about, fault.encode()), err=True)
