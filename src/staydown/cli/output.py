"""What reaches the terminal: one door, behind which nothing steers it or is hidden.

Names of files, answers of banks and registries, records, settings, arguments and the messages of
libraries all come from elsewhere. So the streams themselves are the door: ``stand_at_the_door``
puts one before standard output and one before standard error, and every text that anybody writes
there (click's complaints and tracebacks too) has what can't be seen written out.
"""

import io
import json
import os
import sys
from collections.abc import Iterable, Mapping
from typing import TextIO

import click

from staydown.base.visible import signs, visible

_WRITTEN = {"\n": b"\\n", "\r": b"\\r", "\t": b"\\t", "\\": b"\\\\"}


class Door(io.TextIOWrapper):
    """A text stream on which only lines and tabs are obeyed; all else that can't be seen is shown.

    What is written out is written as in JSON, so that a line of JSON stays one.
    """

    def write(self, text: str, /) -> int:
        super().write(visible(text, keep="\n\t"))
        return len(text)

    def writelines(self, lines: Iterable[str], /) -> None:  # type: ignore[override]
        for line in lines:
            self.write(line)

    def steer(self, text: str) -> None:
        """Write a text of our own that the terminal shall obey."""
        super().write(text)


def stand_at_the_door() -> None:
    """From now on, let everything written to standard output and error pass through a door."""
    sys.stdout, sys.stderr = _door(sys.stdout), _door(sys.stderr)


def _door(stream: TextIO) -> TextIO:
    if not isinstance(stream, io.TextIOWrapper) or isinstance(stream, Door):
        return stream  # closed by whoever started us, say
    stream.flush()
    return Door(
        stream.buffer,
        encoding=stream.encoding,
        errors="backslashreplace",  # a terminal that can't show a letter must not end a command
        newline="\n",
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


def steer(stream: TextIO, text: str) -> None:
    """Write a text of our own that a terminal shall obey, and show it at once."""
    if isinstance(stream, Door):
        stream.steer(text)
    else:
        stream.write(text)
    stream.flush()


def one_line(text: str) -> str:
    """Return a text from elsewhere as a part of one line: it can't begin a line of its own."""
    return visible(text)


def escaped(name: bytes) -> bytes:
    """Write what can't be seen so that a name stays on its line and cannot steer a terminal.

    A backslash is doubled only in a name that needs escaping, as ``sha256sum`` does. Bytes that
    are no UTF-8 stay, but for those that an old terminal takes for control characters.
    """
    text = name.decode("utf-8", "surrogateescape")
    told = [(sign, hidden and not "\udca0" <= sign <= "\udcff") for sign, hidden in signs(text)]
    if not any(hidden for _, hidden in told):
        return name
    return b"".join(
        _escaped(sign) if hidden or sign == "\\" else sign.encode("utf-8", "surrogateescape")
        for sign, hidden in told
    )


def _escaped(sign: str) -> bytes:
    sent = sign.encode("utf-8", "surrogateescape")
    return _WRITTEN.get(sign) or b"".join(b"\\x%02x" % byte for byte in sent)


def named(key: str, name: bytes) -> dict[str, object]:
    """Return a file's name for JSON. One that is not UTF-8 is also given in hex, exactly."""
    text = name.decode("utf-8", errors="replace")
    return {key: text} if text == os.fsdecode(name) else {key: text, f"{key}_hex": name.hex()}


def json_line(record: Mapping[str, object]) -> bytes:
    """Return a record as one line of JSON in which nothing steers a terminal."""
    return visible(json.dumps(record)).encode()  # JSON itself leaves DEL as it is


def write(line: bytes, *, err: bool = False) -> None:
    """Write one line at once, so that the two streams keep their order in a terminal.

    It goes past the door: names in it must have been ``escaped``, for they are given exactly.
    """
    stream = sys.stderr if err else sys.stdout
    if stream is not None:  # closed by whoever started us
        click.echo(line, file=stream.buffer)  # click takes a stream of bytes too


def write_whole(content: bytes) -> None:
    """Write a text as it is, for a file or another program; at a terminal through the door."""
    if sys.stdout is not None and sys.stdout.isatty():
        sys.stdout.write(content.decode("utf-8", "backslashreplace"))
        sys.stdout.flush()
    else:
        click.echo(content, nl=False)


def complain(fault: str, name: bytes | None = None) -> None:
    """Write one line on standard error about a file, or about the command itself."""
    about = b"" if name is None else b"%b: " % escaped(name)
    # A second line, our own or not, can't be taken for a line that was printed by itself.
    said = visible(fault, keep="\n").replace("\n", "\n  ")
    write(b"staydown: %b%b" % (about, said.encode()), err=True)
