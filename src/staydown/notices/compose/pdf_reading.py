"""Reads a PDF's words back, as the programs of those do who receive it."""

import importlib
import io
import logging
import unicodedata
from typing import Any


def load_reader() -> Any:
    """Return the package that reads, and silence it. Raises ImportError."""
    module = importlib.import_module("pypdf")
    # Its warnings may quote what is in the file.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    return module


def words_lost(pdf: bytes, letter: str) -> int:
    """Return how many words of a letter can't be found in its PDF, in their own order.

    A word may go over a line's end, and a program may turn round what runs from right to left.
    Raises pypdf.errors.PyPdfError where the file can't be read at all.
    """
    pages = load_reader().PdfReader(io.BytesIO(pdf)).pages
    taken = "".join(words_of("".join(page.extract_text() for page in pages)))
    return sum(word not in taken and word[::-1] not in taken for word in set(words_of(letter)))


def words_of(text: str) -> list[str]:
    """Return runs of letters, marks and figures, each character in one form.

    What only steers vanishes first, so that it parts no word.
    """
    folded = unicodedata.normalize("NFKC", text)
    seen = (sign for sign in folded if unicodedata.category(sign) != "Cf")
    return "".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in seen).split()
