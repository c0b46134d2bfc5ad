"""Writes tests/vectors/letters: every letter in every language, as plain text.

Run with ``python -m tests.notices.compose.make_letters``, and read what changed.
"""

from pathlib import Path

from staydown.base.languages import Language
from staydown.notices.compose.letters.reading import written_in
from staydown.notices.compose.text import as_text
from staydown.notices.vocabulary import Letter
from tests.notices.compose.samples import written

FOLDER = Path(__file__).parent.parent.parent / "vectors" / "letters"


def golden(letter: Letter, language: Language) -> str:
    """Return what the file of a letter holds."""
    return as_text(written(letter, language))


def main() -> None:
    """Write all of them."""
    for language in written_in():
        (FOLDER / language).mkdir(parents=True, exist_ok=True)
        for letter in Letter:
            (FOLDER / language / f"{letter}.txt").write_text(golden(letter, language), "utf-8")


if __name__ == "__main__":
    main()
