"""The services: each record by itself, and files that are not what they should be."""

import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from staydown.base.records import MAX_RECORD_BYTES, BadRecord
from staydown.guidance.record import read_record
from staydown.guidance.support.reading import FOLDER, load_support, read_folder
from staydown.guidance.support.record import Support

FILES = sorted(FOLDER.glob("*.toml"))
APPROVED = tomllib.loads(
    (Path(__file__).parents[2] / "vectors" / "support" / "addresses.toml").read_text("utf-8")
)
WHOLE = """\
id = "one"
name = "A helpline"
kind = "helpline"
country = "NL"
languages = ["nl"]
for_whom = "all"
takes_under18 = false
url = "https://example.org"
phone = "0800 1234"
channel = ["phone"]
notes = "Somebody to talk to."
named_by_apc = false
checked = 2026-11-22
confirmed = true
address_confirmed = true
source = "https://example.org/about"
"""


def _read(folder: Path, text: str, name: str = "one.toml") -> None:
    file = folder / name
    file.write_text(text, "utf-8")
    read_record(file, Support)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_record_is_whole_and_sends_people_where_a_person_approved_it(path: Path) -> None:
    record = read_record(path, Support)
    urls = [record.url, record.archive_url, *record.more_urls]
    sent_to = {urlsplit(url).hostname for url in urls if url}
    sent_to |= {record.phone, record.whatsapp, record.email} - {""}
    assert sent_to == set(APPROVED[record.id])


def test_nothing_was_lost_on_the_way_here() -> None:
    records = load_support().values()
    kinds = [record.kind for record in records]
    assert len(records) == len(APPROVED) == 100
    assert {kind: kinds.count(kind) for kind in sorted(set(kinds))} == {
        "escalation": 1, "government_guidance": 3, "hash_bank": 2, "helpline": 17,
        "hotline_minors": 3, "in_person": 1, "legal_aid": 1, "paid_service": 2, "police": 2,
        "reading": 52, "regulator": 5, "removal_service": 5, "tool": 6,
    }  # fmt: skip
    assert sum(record.named_by_apc for record in records) == 59
    assert sum(record.confirmed for record in records) == 52


def test_a_whole_record_is_read(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(WHOLE, "utf-8")
    assert read_folder(tmp_path)["one"].standing.confirmed


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("", 'fax = "1"\n', "fax"),
        ('"helpline"', '"oracle"', "kind"),
        ('"NL"', '"Holland"', "country"),
        ('"https://example.org"\n', '"javascript:alert(1)"\n', "url"),
        ('"0800 1234"', '"call\\nme"', "phone"),
        ('source = "https://example.org/about"', "", "source"),
        (
            "confirmed = true\naddress",
            'why = "Heard of it."\nconfirmed = false\naddress',
            "address",
        ),
        ('"all"\ntakes', '"under18"\ntakes', "under 18"),
        ("checked = 2026-11-22", 'checked = "2026-11-22"', "checked"),
        ('id = "one"', 'id = "other"', "id"),
        ("takes_under18 = false\n", "", "takes_under18"),
    ],
)
def test_what_is_wrong_is_named_by_file_and_key(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    text = WHOLE.replace(old, new, 1) if old else WHOLE + new
    assert text != WHOLE
    with pytest.raises(BadRecord, match=r"^one\.toml") as caught:
        _read(tmp_path, text)
    assert says in str(caught.value)


def test_an_error_never_repeats_what_the_file_says(tmp_path: Path) -> None:
    with pytest.raises(BadRecord) as caught:
        _read(tmp_path, WHOLE.replace('"NL"', '"a secret"'))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("text", ["= = =", "\0", "name = '" + "x" * MAX_RECORD_BYTES + "'"])
def test_a_file_that_is_no_record_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadRecord):
        _read(tmp_path, text)
