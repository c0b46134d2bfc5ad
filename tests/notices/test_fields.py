"""A field of a letter is told in one row; a new one needs that row, and its words, alone."""

import os
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from staydown.base.languages import Language
from staydown.base.wording import text
from staydown.notices.details import Details, Location
from staydown.notices.fields import EACH, FIELDS, SUPPLIERS, how_to_supply
from staydown.notices.vocabulary import Element

SRC = Path(__file__).parents[2] / "src/staydown"
NOTICES = Path("notices")

ROW = """
    FieldSpec(
        name="ticket", kind=Kind.TEXT, element=E.PRIOR_REPORT_TO_PLATFORM, supplies=(),
        longest=20, personal=True, offered=True, legend="The number of your first report",
        gaps=(Gap("ticket_line", "The number of an earlier report.", "ticket"),),
        record="said.ticket", sheet=SheetRow("Number of your first report", "If there was one."),
    ),
)  # fmt: skip


def _by_name("""

WALK = """
import json
from dataclasses import replace
from staydown.notices.compose.checking import missing
from staydown.notices.compose.filling import fields_offered
from staydown.notices.delivery.sheet import field_sheet
from staydown.notices.fields import FIELDS
from staydown.notices.wire.codec import as_json, read
from staydown.notices.vocabulary import Letter
from staydown.base.vocabulary import Under18
from staydown.notices.directory.reading import load_directory
from tests.notices.compose.samples import DETAILS, written

notice = written(Letter.NEUTRAL, ticket="T-1")
assert "\\nNumber: T-1\\n" in notice.body
assert read(as_json(notice)).details.ticket == "T-1"
assert "ticket" in fields_offered(Letter.NEUTRAL)
assert FIELDS["ticket"].legend == "The number of your first report"
long = replace(DETAILS, ticket="T" * 21)
(wrong,) = missing(Letter.NEUTRAL, None, long, Under18.NO)
assert wrong.fields == ("ticket",)
place = next(one for one in load_directory().places.values() if one.asks_for)
asking = place.model_copy(update={"asks_for": ("prior_report_to_platform",)})
(row,) = field_sheet(notice, asking, notice.details).fields
assert (row.label, row.paste) == ("Number of your first report", "T-1")
print("walked")
"""


def with_a_field(
    folder: Path, *, words: bool = True, row: bool = True
) -> subprocess.CompletedProcess[str]:
    """Walk through a copy of the program in which letters have one field more."""
    program = folder / "staydown"
    program.mkdir()
    for part in SRC.iterdir():
        if part.name != "notices":
            (program / part.name).symlink_to(part)
    shutil.copytree(SRC / NOTICES, program / NOTICES)

    def edit(name: str, old: str, new: str) -> None:
        path = program / NOTICES / name
        text = path.read_text("utf-8")
        assert text.count(old) == 1, name
        path.write_text(text.replace(old, new), "utf-8")

    first = (
        "    #: For a reminder or a complaint: when the first notice went, and its Message-ID.\n"
    )
    edit("details.py", first, f'    ticket: str = field(default="", repr=False)\n{first}')
    if row:
        edit("fields.py", ")  # fmt: skip\n\n\ndef _by_name(", ROW.lstrip("\n"))
    for language in Language if words else ():
        edit(f"compose/letters/{language}/phrases.toml", "\nlabel_to_copy",
             '\nticket = "Number: {text}"\nlabel_to_copy')  # fmt: skip
        edit(f"compose/letters/{language}/neutral.txt", "{police_line}",
             "{police_line}\n\n{ticket_line}")  # fmt: skip
    paths = os.pathsep.join([str(folder), str(SRC.parents[1])])
    return subprocess.run(
        [sys.executable, "-c", WALK], capture_output=True, text=True, timeout=300,
        env={**os.environ, "PYTHONPATH": paths}, check=False,
    )  # fmt: skip


def test_a_field_more_is_in_the_letter_the_record_the_sheet_and_the_questions(
    tmp_path: Path,
) -> None:
    result = with_a_field(tmp_path)
    assert result.stdout == "walked\n", result.stderr


def test_a_field_without_a_row_is_an_error_at_import(tmp_path: Path) -> None:
    assert "each field of a letter has one row" in with_a_field(tmp_path, row=False).stderr


def test_a_field_without_its_sentences_is_an_error_at_import(tmp_path: Path) -> None:
    assert "en has no sentence for ticket" in with_a_field(tmp_path, words=False).stderr


@pytest.mark.parametrize("kind", [Details, Location])
def test_what_is_personal_is_never_shown_in_a_traceback(kind: type[Details | Location]) -> None:
    start = EACH if kind is Location else ""
    for one in fields(kind):
        if one.name != "locations":
            assert FIELDS[start + one.name].personal is not one.repr, one.name


@pytest.mark.parametrize("element", Element)
def test_every_element_is_supplied_and_says_how(element: Element) -> None:
    assert SUPPLIERS[element]
    assert text(how_to_supply(element)).endswith(".")
