import re
from contextlib import suppress
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staydown.base.incident import DistributionMode, IdentifyingDetail
from staydown.cli.notice.input_files import (
    MAX_FILE_BYTES,
    BadGiven,
    details_of,
    facts_of,
    read_details,
    read_facts,
    read_given,
)
from staydown.guidance.support.reading import load_support
from staydown.notices.compose.addressee import addressees
from staydown.notices.compose.writing import lacking
from staydown.notices.details import Details
from staydown.notices.directory.reading import load_directory
from staydown.notices.routes.finding import find_routes
from staydown.notices.vocabulary import Standing

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "notices.md"
SECRET = "kept-quiet"


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "given.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_uk_is_no_code_of_a_country() -> None:
    """It has the shape of one: no law and no risk of the United Kingdom would be found."""
    for key in ("person_country", "place_country", "uploader_country"):
        with pytest.raises(BadGiven, match="GB"):
            facts_of({"where": "social_media", key: "UK"})


def test_facts_are_read_from_a_file(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        'where = "image_host"\nperson_country = "US-CA"\nsynthetic = false\n'
        'beside = ["name", "face"]\nsite = "example.org"\n',
    )
    facts = read_facts(path)
    assert facts.where is DistributionMode.IMAGE_HOST
    assert facts.synthetic is False
    assert facts.beside == {IdentifyingDetail.NAME, IdentifyingDetail.FACE}


def test_details_are_read_from_a_file_and_locations_are_numbered(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        'name = "A. B."\nstanding = "depicted"\nfirst_sent = 2026-11-22T10:00:00Z\n'
        '[[locations]]\nurl = "https://example.org/1"\n'
        '[[locations]]\nid = "second"\ninfo = "message 7"\n',
    )
    details = read_details(path)
    assert [one.id for one in details.locations] == ["1", "second"]
    assert details.standing is Standing.DEPICTED
    assert details.first_sent == datetime(2026, 11, 22, 10, tzinfo=UTC)


def test_the_files_of_the_guide_make_a_complete_letter(tmp_path: Path) -> None:
    texts = re.findall(r"^```toml\n(.*?)^```", GUIDE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    facts = read_facts(written(tmp_path, texts[0]))
    details = read_details(written(tmp_path, texts[1]))
    directory = load_directory()
    routes = find_routes(facts, directory, load_support(), date(2026, 11, 22))
    route = routes.get("us-tida_imgur")
    assert route is not None
    to = addressees(route, directory)[0]
    assert not lacking(route, details, facts, to)


def test_a_hyphen_reads_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = SimpleNamespace(buffer=BytesIO(b'where = "dark_web"'))
    monkeypatch.setattr("sys.stdin", stdin)
    assert read_facts(Path("-")).where is DistributionMode.DARK_WEB


def test_a_closed_standard_input_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(BadGiven, match="name a file"):
        read_facts(Path("-"))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", '"where" is missing'),
        (f'where = "{SECRET}"', "one of porn_site"),
        (f'where = "dark_web"\n{SECRET} = 1', "entry 2"),
        (f'where = "dark_web"\nperson_country = "{SECRET}"', "person_country"),
        (f'where = "dark_web"\nsite = "https://{SECRET}/x"', '"site"'),
        (f'where = "dark_web"\nplace = "{SECRET}!"', '"place"'),
        (f'where = "dark_web"\nsynthetic = "{SECRET}"', "true or false"),
        (f'where = "dark_web"\nbeside = "{SECRET}"', "must be a list"),
        (f'where = "dark_web"\nbeside = ["{SECRET}"]', "one of name"),
        (f'where = "{SECRET}', "not valid TOML"),
        ("where = " + "[" * 50_000, "nested too deeply"),
        ("a." * 200_000 + "b = 1", "more than 8 parts"),
        ("where = " + "9" * 5_000, "too long"),
        (b"\xff\x00", "not UTF-8"),
        ("#" * (MAX_FILE_BYTES + 1), "larger than"),
    ],
)
def test_a_bad_file_of_facts_is_named_and_never_repeated(
    tmp_path: Path, text: str | bytes, named: str
) -> None:
    with pytest.raises(BadGiven, match=named) as caught:
        read_facts(written(tmp_path, text))
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("table", "named"),
    [
        ({"name": 7}, '"name"'),
        ({"states_no_consent": "yes"}, "true or false"),
        ({"locations": "https://example.org"}, "must be a list"),
        ({"locations": ["https://example.org"]}, r"\[\[locations\]\]"),
        ({"locations": [{"url": 7}]}, r"locations\[1\].url"),
        ({"locations": [{}, {"link": "x"}]}, r"locations\[2\]"),
        ({"locations": [{}] * 10_001}, "more than 10000"),
        ({"first_sent": datetime(2026, 11, 22, tzinfo=UTC).replace(tzinfo=None)}, "time zone"),
        ({"first_sent": "2026-11-22"}, "must be a time"),
        ({"date_of_birth": "x"}, "not known here"),
    ],
)
def test_bad_details_are_named(table: dict[str, object], named: str) -> None:
    with pytest.raises(BadGiven, match=named):
        details_of(table)


def test_a_missing_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(BadGiven, match="cannot read"):
        read_given(tmp_path / "none.toml")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=5,
)


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["where", "place", "site", "beside", "synthetic", "stage"]) | st.text(),
        VALUES | st.just("dark_web"),
    )
)
def test_any_table_gives_facts_or_a_clear_error(table: dict[str, object]) -> None:
    with suppress(BadGiven):
        assert facts_of(table).where in DistributionMode


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([*Details.__dataclass_fields__, "x"]), VALUES))
def test_any_table_gives_details_or_a_clear_error(table: dict[str, object]) -> None:
    with suppress(BadGiven):
        assert isinstance(details_of(table), Details)
