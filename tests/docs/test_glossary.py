"""The glossary's tables are read, and a word that isn't ours is found."""

from pathlib import Path

import pytest

from tests.docs import glossary

TABLE = [["somebody", "someone", ""], ["once more", "again", "`case/kept.html`: a reason"]]


@pytest.mark.parametrize(
    ("name", "said", "found"),
    [
        ("a.toml", 'line = "Ask Somebody."', 1),
        ("a.toml", 'somebody = "Ask someone."', 0),
        ("a.html", "<p>Ask\n  somebody.</p>", 1),
        ("a.html", "<p>{{ somebody }} {# somebody #}</p>", 0),
        ("kept.html", "<p>Try once\n more.</p>", 0),
        ("other.html", "<p>Try once\n more.</p>", 1),
    ],
)
def test_a_phrase_is_found_where_people_read_it_and_may_stand_where_the_table_says(
    tmp_path: Path, name: str, said: str, found: int
) -> None:
    path = tmp_path / "case" / name
    path.parent.mkdir()
    path.write_text(said, "utf-8")
    assert len(list(glossary.phrases([path], TABLE))) == found


def test_names_are_those_that_code_gives_to_things() -> None:
    source = "def look_faces(worked_out):\n    self.asked = around_it\n    kept = 1\n"
    assert set(glossary.names(source)) == {"look_faces", "worked_out", "asked", "kept"}


def test_both_tables_hold_something_and_nothing_breaks_them() -> None:
    assert len(glossary.rows(glossary._PHRASES)) > 5
    assert len(glossary.rows(glossary._NAMES)) > 5
    assert glossary.faults() == []
