"""Every language says the same, with the same gaps."""

import re
from pathlib import Path

import pytest

from staydown.base.languages import Language
from staydown.notices.compose.gaps import GAPS
from staydown.notices.compose.letters.reading import (
    FOLDER,
    NoSuchLetter,
    letter_text,
    phrases,
    read_letter,
    read_phrases,
    written_in,
)
from staydown.notices.compose.template import gaps_in
from staydown.notices.vocabulary import Letter

#: Languages that somebody has begun; the others are not there yet.
BEGUN = [language for language in Language if (FOLDER / language).is_dir()]
#: Languages that bend the word before a citation ("da Lei", "au Code"), and the sender's gender.
_BENDING = [Language.ES, Language.FR, Language.PT]
_PERJURY = {Language.EN: "perjury", Language.ES: "perjur", Language.FR: "parjur",
            Language.PT: "perjúr"}  # fmt: skip
#: Papers that no letter needs, and words that hurt, in the languages where the English ones differ.
_UNWANTED = (
    "revenge porn", "porno vengativo", "vengeance", "venganza", "vingança",
    "passport", "pasaporte", "passeport", "passaporte",
    "date of birth", "fecha de nacimiento", "date de naissance", "data de nascimento",
    "victim", "víctima", "vítima",
)  # fmt: skip
_CLDR = {"zero", "one", "two", "few", "many", "other"}


def test_every_letter_is_written_in_every_language() -> None:
    assert written_in() == tuple(Language)


@pytest.mark.parametrize("language", BEGUN)
@pytest.mark.parametrize("letter", Letter)
def test_a_letter_has_the_same_gaps_in_every_language(letter: Letter, language: Language) -> None:
    text = letter_text(letter, language)
    english = letter_text(letter, Language.EN)
    assert sorted(gaps_in(text.body)) == sorted(gaps_in(english.body))
    assert set(gaps_in(text.body)) <= set(GAPS)
    assert 0 < len(text.subject.strip()) <= 150
    assert "\n" not in text.subject
    assert not gaps_in(text.subject)


@pytest.mark.parametrize("language", BEGUN)
@pytest.mark.parametrize("letter", Letter)
def test_a_letter_has_the_same_paragraphs_in_every_language(
    letter: Letter, language: Language
) -> None:
    def shape(body: str) -> list[tuple[str, ...]]:
        return [gaps_in(paragraph) for paragraph in body.split("\n\n")]

    english = letter_text(letter, Language.EN).body
    assert shape(letter_text(letter, language).body) == shape(english)


@pytest.mark.parametrize("language", BEGUN)
def test_a_language_has_every_sentence_with_the_same_gaps(language: Language) -> None:
    said, english = phrases(language), phrases(Language.EN)
    assert said.sentences.keys() == english.sentences.keys()
    for name, sentence in said.sentences.items():
        assert sorted(gaps_in(sentence)) == sorted(gaps_in(english.sentences[name])), name
    for unit, forms in said.lengths.items():
        assert forms.keys() <= _CLDR, unit
        assert "{n}" in forms["other"]


@pytest.mark.parametrize("language", BEGUN)
def test_a_folder_holds_letters_sentences_and_at_most_notes_for_reviewers(
    language: Language,
) -> None:
    names = {file.name for file in (FOLDER / language).iterdir()}
    assert names - {"NOTES.md"} == {"phrases.toml", *(f"{letter}.txt" for letter in Letter)}


def test_every_gap_that_is_explained_is_used() -> None:
    used = {gap for letter in Letter for gap in gaps_in(letter_text(letter, Language.EN).body)}
    assert used == set(GAPS)


def test_only_the_copyright_notice_speaks_of_perjury() -> None:
    speaking = [
        letter for letter in Letter
        if "perjury" in letter_text(letter, Language.EN).body.lower()
    ]  # fmt: skip
    assert speaking == [Letter.US_DMCA]


@pytest.mark.parametrize("language", _PERJURY)
def test_one_sentence_alone_speaks_of_perjury(language: Language) -> None:
    sentences = phrases(language).sentences
    word = _PERJURY[language]
    assert [name for name, text in sentences.items() if word in text.lower()] == ["perjury"]


@pytest.mark.parametrize("language", _BENDING)
def test_a_law_stands_behind_a_colon_where_a_word_before_it_would_have_to_bend(
    language: Language,
) -> None:
    citing = [text for text in phrases(language).sentences.values() if "{law}" in text]
    assert len(citing) == 4
    for text in citing:
        assert text.partition("{law}")[0].endswith(": "), text


@pytest.mark.parametrize("language", _BENDING)
def test_no_letter_needs_brackets_to_fit_the_gender_of_whoever_sends_it(
    language: Language,
) -> None:
    for file in (FOLDER / language).glob("*.t*"):
        bracketed = re.findall(r"[^\W\d_]\((?:e|a|o|as|os|es)\)", file.read_text("utf-8"))
        assert not bracketed, file.name


@pytest.mark.parametrize("language", BEGUN)
def test_no_letter_asks_for_papers_or_calls_it_by_a_hurtful_name(language: Language) -> None:
    for file in (FOLDER / language).glob("*.t*"):
        text = file.read_text("utf-8").lower()
        for word in _UNWANTED:
            assert word not in text, file.name


@pytest.mark.parametrize(
    "content",
    ["", "no head", "+++\nsubject = 1\n+++\nx", '+++\nsubject = "x"\nother = 1\n+++\nx',
     '+++\nsubject = "x"\nreviewed = true\n+++\nx', "+++\n=\n+++\nx", "x" * 70_000],
)  # fmt: skip
def test_a_broken_letter_is_refused_by_its_name(tmp_path: Path, content: str) -> None:
    file = tmp_path / "host.txt"
    file.write_text(content)
    with pytest.raises(NoSuchLetter, match=r"host\.txt"):
        read_letter(file)


def test_a_reviewed_letter_says_when_and_in_what_capacity(tmp_path: Path) -> None:
    file = tmp_path / "host.txt"
    file.write_text(
        '+++\nsubject = "x"\nreviewed = 2026-11-30\nreviewed_by = "a lawyer"\n+++\nText.\n'
    )
    text = read_letter(file)
    assert text.reviewed is not None
    assert (text.reviewed.isoformat(), text.reviewed_by) == ("2026-11-30", "a lawyer")


def test_broken_sentences_and_missing_files_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "phrases.toml"
    with pytest.raises(NoSuchLetter, match="choose English"):
        read_phrases(file)
    file.write_text("a = 1\n")
    with pytest.raises(NoSuchLetter, match=r"phrases\.toml"):
        read_phrases(file)
    file.write_bytes(b"a = '\xff'\n")
    with pytest.raises(NoSuchLetter, match="UTF-8"):
        read_phrases(file)
