"""Every word of what happened has plain words, in every language that there is a file for."""

import re
import tomllib
from enum import StrEnum
from pathlib import Path

import pytest

from staydown.base.incident import DistributionMode, Motive
from staydown.base.labels import LISTS, heading, label, languages, may_be_asked
from staydown.base.languages import Language

FOLDER = Path(__file__).parents[3] / "src/staydown/base/labels"
MEMBERS = [member for words in LISTS.values() for member in words]
FILES = sorted(FOLDER.glob("*.toml"))
#: Words that blame, or call an act of violence a kind of film.
FORBIDDEN = re.compile(
    r"revenge porn|child porn|porn[oô] (?:vengativo|de vingança)|vengeance|venganza|vingança"
    r"|amateur|amador|hidden cam\b|scandal|escándalo|escândalo|victim|víctima|vítima",
    re.IGNORECASE,
)


class Other(StrEnum):
    """A list that nobody labelled."""

    WORD = "word"


def test_there_is_english_and_every_file_is_of_a_language_we_write() -> None:
    assert Language.EN in languages()
    assert {file.stem for file in FILES} == set(languages())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_labels_exactly_the_words_that_there_are(file: Path) -> None:
    tables = tomllib.loads(file.read_text("utf-8"))
    wanted = {name: {"heading", *words} for name, words in LISTS.items()}
    assert {name: set(table) for name, table in tables.items()} == wanted


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_label_is_one_short_line_without_a_full_stop(file: Path) -> None:
    for table in tomllib.loads(file.read_text("utf-8")).values():
        for text in table.values():
            assert isinstance(text, str)
            assert text == " ".join(text.split())
            assert 2 <= len(text) <= 120
            assert text[-1] not in ".।"
            assert text != "heading"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_two_words_of_a_list_never_have_the_same_label(file: Path) -> None:
    for table in tomllib.loads(file.read_text("utf-8")).values():
        assert len(set(table.values())) == len(table)


@pytest.mark.parametrize("language", [Language.EN, Language.ES, Language.FR, Language.PT])
def test_labels_blame_nobody(language: Language) -> None:
    for member in MEMBERS:
        assert not FORBIDDEN.search(label(member, language)), member
    for words in LISTS.values():
        assert not FORBIDDEN.search(heading(words, language))


@pytest.mark.parametrize("language", list(Language))
def test_every_word_has_a_label_in_every_language(language: Language) -> None:
    for member in MEMBERS:
        assert label(member, language)


def test_other_words_than_those_of_an_incident_have_no_label() -> None:
    with pytest.raises(KeyError, match=r"Other\.word has no label"):
        label(Other.WORD)


def test_nobody_is_ever_asked_for_a_motive() -> None:
    assert not may_be_asked(Motive)
    assert may_be_asked(DistributionMode)
