"""How it ends: by an answer about the age, or by closing."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from tests.case_server import RunningCase, running_case
from tests.web.case_site.cases import CASES, FILLED


@pytest.mark.parametrize("answer", ["yes", "not_sure"])
def test_for_people_under_18_nothing_is_kept_and_no_letter_written(
    tmp_path: Path, answer: str
) -> None:
    with running_case(tmp_path / "case") as served:
        person = served.enter()
        person.begin()
        person.send("/facts/", CASES["posted in the US"])
        person.send("/list/", {"addresses": "https://planted.example/1"})
        person.send("/letter/us-tida_facebook/", FILLED)
        shown = person.send("/age/", {"under18": answer})
        assert shown.url.path == "/who/"
        for path in ("/facts/", "/list/", "/ways/", "/many/", "/letter/us-tida_facebook/read/",
                     "/contacts/", "/dates/", "/search-sheet/", "/everything/"):  # fmt: skip
            assert person.get(path).url.path == "/who/", path
        person.send("/age/", {"under18": "no"})
        assert "planted" not in person.get("/list/").text
        person.client.close()


def test_letters_that_were_sent_stay_downloadable_after_an_answer_of_under_18(
    tmp_path: Path,
) -> None:
    with running_case(tmp_path / "case") as served:
        person = served.enter()
        person.begin()
        person.send("/facts/", CASES["posted in the US"])
        person.send(
            "/list/", {"addresses": "https://www.site.example/1\nhttps://planted.example/2"}
        )
        person.send("/letter/us-tida_facebook/", FILLED)
        person.send("/letter/us-tida_facebook/sent/", {"at": ""})
        shown = person.send("/age/", {"under18": "yes"})
        assert 'href="/everything/"' in shown.text
        assert 'href="/everything/"' in person.get("/close/").text
        packed = zipfile.ZipFile(io.BytesIO(person.get("/everything/").content))
        assert sorted(packed.namelist()) == ["letter-001.json", "letter-001.txt", "notes.json"]
        assert json.loads(packed.read("notes.json"))["list"] == []
        assert not [name for name in packed.namelist() if b"planted" in packed.read(name)]
        assert person.get("/dates/").url.path == "/who/"
        person.client.close()


def test_closing_forgets_ends_the_process_and_leaves_nothing_on_disk(tmp_path: Path) -> None:
    with running_case(tmp_path / "case") as served:
        person = served.enter()
        person.begin()
        person.send("/facts/", {**CASES["posted in the US"], "site": "planted.example"})
        person.send(
            "/list/",
            {
                "addresses": "\n".join(
                    f"https://planted.example/{n}/{'y' * 2000}" for n in range(400)
                )
            },
        )
        person.send("/letter/us-tida_facebook/", {**FILLED, "name": "Planted Name"})
        person.get("/letter/us-tida_facebook/file/pdf/")
        person.get("/planted-path/?planted=1")
        closed = person.send("/close/", {})
        assert "Nothing is kept" in closed.text
        assert person.client.get("/").status_code == 403
        assert served.process.wait(timeout=30) == 0
        person.client.close()
        assert_nothing_written(served)


def assert_nothing_written(served: RunningCase) -> None:
    """Only the two files that the test itself makes of what was printed."""
    files = [path for path in served.folder.rglob("*") if path.is_file()]
    own = {"printed.txt", "errors.txt"}
    assert [path for path in files if path.name not in own and "fontconfig" not in str(path)] == []
    said = b"".join(path.read_bytes() for path in files)
    assert b"lanted" not in said
    assert said.count(b"http://") == 1
