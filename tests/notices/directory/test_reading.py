"""Every file that ships is read strictly; a bad one is named, and its key, not its words."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.base.records import MAX_RECORD_BYTES, BadRecord
from staydown.notices.directory import reading
from staydown.notices.directory.reading import (
    SHAPES,
    SHIPPED,
    RecordFile,
    load_directory,
    read_directory,
    read_record,
    record_files,
)
from tests.notices.directory.records import change, small_directory

LAW = "laws/nl-a-law.toml"


@pytest.mark.parametrize("file", record_files(SHIPPED), ids=lambda file: file.name)
def test_every_shipped_file_is_a_record_of_its_folder(file: RecordFile) -> None:
    record = read_record(file)
    assert isinstance(record, SHAPES[file.folder])
    assert record.standing.checked == record.checked


def test_the_shipped_directory_is_read_once_and_whole() -> None:
    directory = load_directory()
    assert directory is load_directory()
    total = sum(len(getattr(directory, folder)) for folder in SHAPES)
    assert total == len(record_files(SHIPPED))
    assert all(code == one.code for code, one in directory.jurisdictions.items())
    assert all(code == one.jurisdiction for code, one in directory.calendars.items())


def test_what_is_read_cannot_be_changed() -> None:
    directory = load_directory()
    with pytest.raises(TypeError):
        directory.laws["another"] = next(iter(directory.laws.values()))  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        directory.laws = {}  # type: ignore[misc]


BAD = {
    "an unknown key": ("", 'colour = "red"', "colour"),
    "a key that is missing": ("year = 2020\n", "", "year"),
    "a number as text": ("year = 2020", 'year = "2020"', "year"),
    "a truth as text": ("ground = true", 'ground = "true"', "ground"),
    "an unknown word": ('kind = "criminal"', 'kind = "canonical"', "kind"),
    "a day that isn't one": ("checked = 2026-11-22", 'checked = "soon"', "checked"),
    "a moment for a day": ("checked = 2026-11-22", "checked = 2026-11-22T10:00:00", "checked"),
    "a code in small letters": ('jurisdiction = "NL"', 'jurisdiction = "nl"', "jurisdiction"),
    "an id that isn't the name": ('id = "nl-a-law"', 'id = "nl-b-law"', "id"),
    "an id with capitals": ('id = "nl-a-law"', 'id = "NL-a-law"', "id"),
    "confirmed without a source": ('source = "https://example.org/law"\n', "", "source"),
    "not confirmed without a why": ("confirmed = true", "confirmed = false", "why"),
    "a text too long": ("Art. 1", "A" * 4001, "citation"),
    "an empty text": ('citation = "Art. 1 of an Act"', 'citation = ""', "citation"),
    "not TOML": ("year = 2020", "year = = 2020", "TOML"),
    "a number that isn't one": ("year = 2020", "year = nan", "year"),
    "thousands of brackets": ("year = 2020", f"year = {'[' * 20_000}", "nested too deeply"),
    "a number of thousands of digits": ("year = 2020", f"year = {'9' * 20_000}", "too long"),
    "such a number in hex": ("year = 2020", f"year = 0x{'f' * 20_000}", "too long"),
    "thousands of nested tables": ("", f"{'a.' * 1_500}b = 1", "more than 8 parts"),
    "a file too large": ("Sharing", "S" * MAX_RECORD_BYTES, "larger"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_named_with_its_key(case: str, tmp_path: Path) -> None:
    old, new, word = BAD[case]
    folder = small_directory(tmp_path)
    read_directory(folder)
    change(folder, LAW, old, new)
    with pytest.raises(BadRecord) as caught:
        read_directory(folder)
    said = str(caught.value)
    assert LAW in said
    assert word in said
    assert len(said) < 300


def test_what_stood_there_is_never_repeated(tmp_path: Path) -> None:
    folder = small_directory(tmp_path)
    change(folder, LAW, 'kind = "criminal"', 'kind = "somebody private"')
    with pytest.raises(BadRecord) as caught:
        read_directory(folder)
    assert "somebody private" not in str(caught.value)


def test_bytes_that_are_not_text_are_a_bad_record(tmp_path: Path) -> None:
    folder = small_directory(tmp_path)
    (folder / LAW).write_bytes(b'id = "\xff\xfe"')
    with pytest.raises(BadRecord, match=r"laws/nl-a-law\.toml"):
        read_directory(folder)


@given(junk=st.binary(max_size=200))
def test_any_bytes_give_a_record_or_a_clear_error(
    junk: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "junk.toml"
    path.write_bytes(junk)
    with pytest.raises(BadRecord, match=r"^laws/junk\.toml"):
        read_record(RecordFile("laws", path))


def test_a_folder_that_does_not_belong_is_refused(tmp_path: Path) -> None:
    folder = small_directory(tmp_path)
    (folder / "opinions").mkdir()
    with pytest.raises(BadRecord, match="opinions"):
        read_directory(folder)


def test_a_file_that_is_no_record_is_refused_and_hidden_ones_are_passed_over(
    tmp_path: Path,
) -> None:
    folder = small_directory(tmp_path)
    (folder / "laws/.keep").touch()
    (folder / ".DS_Store").touch()
    read_directory(folder)
    (folder / "laws/notes.md").touch()
    with pytest.raises(BadRecord, match=r"laws/notes\.md"):
        read_directory(folder)


def test_a_folder_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(BadRecord, match="nowhere"):
        read_directory(tmp_path / "nowhere")


def test_a_folder_with_too_many_files_is_refused_before_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_FILES", 5)
    with pytest.raises(BadRecord, match="more than 5 records"):
        read_directory(small_directory(tmp_path))
