"""What all records of guidance share."""

from datetime import date
from pathlib import Path

import pytest

from staydown.base.records import BadRecord, Standing
from staydown.guidance.record import Advice, Checked, read_record, read_records
from staydown.guidance.safety_plan import reading as steps
from staydown.guidance.safety_plan.record import Step
from staydown.guidance.self_search import engine as engines
from staydown.guidance.self_search.engine import Engine
from staydown.guidance.support import reading as support
from staydown.guidance.support.record import Support

SHIPPED = [(steps.FOLDER, Step), (engines.FOLDER, Engine), (support.FOLDER, Support)]
WHOLE = {"checked": "2026-11-22", "confirmed": "true", "source": '"https://example.org/"'}


class Note(Checked):
    """A shape of a test."""

    text: str


def written(folder: Path, name: str, **changed: str | None) -> Path:
    """Write a note as a file, with some of its keys set to other TOML values (None: left out)."""
    keys = {"id": f'"{name}"', "text": '"Something."'} | WHOLE | changed
    path = folder / f"{name}.toml"
    lines = [f"{key} = {value}" for key, value in keys.items() if value is not None]
    path.write_text("\n".join(lines), "utf-8")
    return path


@pytest.mark.parametrize(("folder", "shape"), SHIPPED)
def test_every_shipped_folder_is_read_whole_and_by_id(folder: Path, shape: type[Checked]) -> None:
    records = read_records(folder, shape)
    assert list(records) == sorted(path.stem for path in folder.glob("*.toml")) != []
    assert all(key == record.id for key, record in records.items())


@pytest.mark.parametrize(("folder", "shape"), SHIPPED)
def test_what_a_record_says_stands_before_where_it_is_from(
    folder: Path, shape: type[Checked]
) -> None:
    shared = list(Checked.model_fields)
    for record in read_records(folder, shape).values():
        keys = list(record.model_dump())
        assert keys[0] == "id"
        assert keys[1 - len(shared) :] == shared[1:]
        assert set(keys) == set(shape.model_fields)
        assert shape.model_validate(record.model_dump()) == record


def test_a_record_stands_as_its_file_says(tmp_path: Path) -> None:
    path = written(
        tmp_path, "one", confirmed="false", why='"Not seen."', source=None,
        unconfirmed='["A point."]', recheck_after="2027-01-01",
    )  # fmt: skip
    assert read_record(path, Note).standing == Standing(
        date(2026, 11, 22), False, "", "Not seen.", ("A point.",), date(2027, 1, 1)
    )


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"source": None}, "the record: Value error, a confirmed record names its source"),
        (
            {"confirmed": "false"},
            "the record: Value error, a record that is not confirmed says why",
        ),
        ({"id": '"two"'}, "id: the file is named after the id"),
        ({"id": '"One"'}, "id: "),
        ({"checked": '"2026-11-22"'}, "checked: "),
        ({"checked": None}, "checked: "),
        ({"confirmed": "1"}, "confirmed: "),
        ({"unconfirmed": "[1]"}, "unconfirmed.0: "),
        ({"text": "5"}, "text: "),
        ({"secret": '"secret"'}, "secret: "),
    ],
)
def test_what_is_wrong_is_named_by_file_and_key(
    tmp_path: Path, changed: dict[str, str | None], says: str
) -> None:
    written(tmp_path, "one", **changed)
    written(tmp_path, "three")
    with pytest.raises(BadRecord) as caught:
        read_records(tmp_path, Note)
    assert str(caught.value).startswith(f"one.toml: {says}")


def test_an_error_never_repeats_what_the_file_says(tmp_path: Path) -> None:
    path = written(tmp_path, "one", checked='"secret"')
    with pytest.raises(BadRecord) as caught:
        read_record(path, Note)
    assert "secret" not in str(caught.value)


def test_only_advice_needs_a_page_as_its_source(tmp_path: Path) -> None:
    path = written(tmp_path, "one", text=None, source='"overview: a report"')
    assert read_record(path, Checked).standing.source == "overview: a report"
    with pytest.raises(BadRecord, match=r"^one\.toml: source"):
        read_record(path, Advice)


def test_other_files_of_the_folder_are_left_alone(tmp_path: Path) -> None:
    written(tmp_path, "two")
    written(tmp_path, "one")
    (tmp_path / "README.md").write_text("# Notes", "utf-8")
    assert list(read_records(tmp_path, Note)) == ["one", "two"]
