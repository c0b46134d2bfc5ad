"""Texts that people write with whatever editor they have, and lists of a line each.

Editors on Windows put a mark before UTF-8, or write UTF-16, and end lines with CR LF; a shell there
writes UTF-16 into every file it makes. Whatever reads a text that somebody wrote reads it here.
"""

import codecs
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from staydown.base.errors import StaydownError

#: Marks, the longest first: that of UTF-32 begins like that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: So many bytes tell an encoding.
_TOLD_BY = 4

#: Bytes of other encodings that are read at once.
_CHUNK = 64 * 1024


class NotText(StaydownError):
    """Bytes that are no text, or a line that is too long for one. Goes after the file's name."""


def text_of(raw: bytes) -> str:
    """Return a text, without its mark and with lines that end in ``\\n``. Raises NotText."""
    encoding, mark = _encoding(raw)
    try:
        text = raw[mark:].decode(encoding)
    except UnicodeDecodeError as error:
        raise NotText("is not UTF-8 text; save it as UTF-8") from error
    return text.replace("\r\n", "\n")


def lines_in(file: BinaryIO, *, most: int) -> Iterator[tuple[int, bytes]]:
    """Yield each line that has something in it: its number from 1, and its bytes without their end.

    A line in UTF-8 may hold odd bytes, as names of files do; one in another encoding is turned into
    UTF-8. The file is read a line at a time. Raises NotText for a line that has ``most`` bytes or
    more, or a zero byte, and names it.
    """
    # Read on from there, since a pipe can't be read twice.
    start = file.read(_TOLD_BY)
    encoding, mark = _encoding(start)
    lines = _odd_lines if encoding == "utf-8" else _decoded_lines
    for number, line in enumerate(lines(start[mark:], file, encoding, most), start=1):
        if len(line) >= most or b"\0" in line:
            raise NotText(f"line {number} is too long, or not text")
        plain = line.removesuffix(b"\n").removesuffix(b"\r")
        if plain.strip():
            yield number, plain


def without_mark(line: bytes) -> bytes:
    """Return a line without the mark that a second file had before it was put after the first."""
    return line.removeprefix(codecs.BOM_UTF8)


def _odd_lines(start: bytes, file: BinaryIO, encoding: str, most: int) -> Iterator[bytes]:
    """Yield lines as they are, whatever bytes they hold."""
    del encoding
    *whole, rest = start.split(b"\n")
    yield from (line + b"\n" for line in whole)
    if line := rest + file.readline(most):
        yield line
    yield from iter(lambda: file.readline(most), b"")


def _decoded_lines(start: bytes, file: BinaryIO, encoding: str, most: int) -> Iterator[bytes]:
    """Yield lines in UTF-8. Raises NotText."""
    decoder = codecs.getincrementaldecoder(encoding)()
    number, text = 0, ""
    for more in chain([start], iter(lambda: file.read(_CHUNK), b""), [None]):
        try:
            text += decoder.decode(more or b"", final=more is None)
        except UnicodeDecodeError as error:
            raise NotText(f"line {number + 1} is not text; save it as UTF-8") from error
        *whole, text = text.split("\n")
        number += len(whole)
        yield from (f"{line}\n".encode() for line in whole)
        if len(text) >= most:
            break
    if text:
        yield text.encode()


def _encoding(start: bytes) -> tuple[str, int]:
    """Return the encoding of what begins so, and how many bytes its mark has.

    No text of ours has zero bytes, so where every second one is zero they are halves of letters.
    """
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding, len(mark)
    halves = [byte == 0 for byte in start[:_TOLD_BY]]
    if halves == [False, True, False, True]:
        return "utf-16-le", 0
    return ("utf-16-be" if halves == [True, False, True, False] else "utf-8"), 0
