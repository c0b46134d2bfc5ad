"""Text written to exhaust the parser is refused before it is parsed; all that is ours is read."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from staydown.base.errors import SettingsError
from staydown.base.records import MAX_RECORD_BYTES, BadRecord, read_table
from staydown.base.settings import SiteSettings, load
from staydown.base.toml_text import MAX_DEPTH, MAX_KEY_PARTS, NotToml, read_tables, tables_of

SOURCES = Path(__file__).parents[2] / "src" / "staydown"
MOST = 1024 * 1024
MANY = 20_000

CRAFTED = {
    "a dotted key": ("a" + ".a" * MANY + " = 1", "more than 8 parts in line 1"),
    "a dotted key of quoted parts": ('""' + '.""' * MANY + " = 1", "more than 8 parts"),
    "a dotted key of literal parts": ("''" + ".''" * MANY + " = 1", "more than 8 parts"),
    "a dotted key with spaces": ("a" + " . a" * MANY + " = 1", "more than 8 parts"),
    "a dotted header": ("x = 1\n[a" + ".a" * MANY + "]", "more than 8 parts in line 2"),
    "a dotted header of a list": ("[[a" + ".a" * MANY + "]]", "more than 8 parts"),
    "a long header above many keys": (
        "[a" + ".a" * 9 + "]\n" + "".join(f"k{n} = 1\n" for n in range(MANY)),
        "more than 8 parts in line 1",
    ),
    "many headers that share a beginning": (
        "".join(f"[{'a.' * 50}k{n}]\n" for n in range(500)),
        "more than 8 parts",
    ),
    "a dotted key in a table in braces": ("x = {a" + ".a" * MANY + " = 1}", "more than 8 parts"),
    "a dotted key after a text with an escaped quote": (
        'x = "\\\\\\""\na' + ".a" * MANY + " = 1",
        "more than 8 parts in line 2",
    ),
    "a dotted key after a long text that ends in five quotes": (
        'x = """a"b""c\\"\n"""""\na' + ".a" * MANY + " = 1",
        "more than 8 parts in line 3",
    ),
    "a dotted key after a literal text": (
        "x = 'a\\'\ny = '''it's\n''''\na" + ".a" * MANY + " = 1",
        "more than 8 parts in line 4",
    ),
    "a dotted key after a comment with a quote": (
        "# it's\na" + ".a" * MANY + " = 1",
        "more than 8 parts in line 2",
    ),
    "lists in lists": ("x = " + "[" * MANY, "nested too deeply in line 1"),
    "lists in lists, closed": ("x = " + "[" * 400 + "]" * 400, "nested too deeply"),
    "tables in tables": ("x = " + "{a = " * MANY, "nested too deeply"),
    "lists and tables in each other": ("x = " + "[{a = " * MANY, "nested too deeply"),
    "a number of thousands of digits": ("x = " + "9" * 5_000, "too long in line 1"),
    "one with lines between": ("x = 1" + "_1" * 5_000, "too long"),
    "one in hex that could never be shown": ("x = 0x" + "f" * 9_000, "too long"),
    "one after the point": ("x = 1." + "1" * 9_000, "too long"),
    "a key of thousands of letters": ("kept_quiet" * 900 + " = 1", "too long"),
    "a text that never ends": ('x = """' + 'a"\\"""' * MANY, "not valid TOML"),
    "a literal text that never ends": ("x = '''" + "a''" * MANY, "not valid TOML"),
    "a key twice": ("kept_quiet = 1\nkept_quiet = 2\n", r"not valid TOML \(line 2, column 15\)"),
    "a header twice": ("[kept_quiet]\n[kept_quiet]", r"not valid TOML \(line 2, column 12\)"),
    "a text cut off": ('kept_quiet = "kept_quiet', r"not valid TOML \(end of document\)"),
    "too much": ("#" * (MOST + 1), "larger than 1048576 bytes"),
}


@pytest.mark.parametrize(("text", "said"), CRAFTED.values(), ids=CRAFTED)
def test_a_crafted_file_is_refused_with_a_clear_error(text: str, said: str) -> None:
    with pytest.raises(NotToml, match=said) as caught:
        tables_of(text.encode(), most=MOST)
    assert "kept_quiet" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("raw", [b"\xff\xfea", b'a = "\xed\xa0\x80"', b"\xef\xbb", b"\x80 = 1"])
def test_what_is_not_utf8_is_refused(raw: bytes) -> None:
    with pytest.raises(NotToml, match="not UTF-8"):
        tables_of(raw, most=MOST)


@pytest.mark.parametrize("text", ["a" + ".a" * MANY + " = 1", "a = " + "[" * MANY,
                                  "a = " + "9" * 5_000])  # fmt: skip
def test_records_and_settings_name_the_file_that_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "made.toml").write_text(text)
    with pytest.raises(BadRecord, match=r"^made\.toml (has a|is nested)"):
        read_table(tmp_path / "made.toml")
    with pytest.raises(SettingsError, match=r"made\.toml (has a|is nested)"):
        load(tmp_path / "made.toml", SiteSettings)


def test_no_more_of_a_file_is_read_than_it_may_have() -> None:
    with pytest.raises(NotToml, match="larger than 9 bytes"):
        read_tables(Path("/dev/zero"), most=9)


def test_a_byte_order_mark_is_no_fault() -> None:
    assert tables_of(b'\xef\xbb\xbfa = "b"\r\n', most=MOST) == {"a": "b"}


def test_a_key_and_a_list_may_be_as_long_and_deep_as_is_said() -> None:
    key, deep = ".".join("a" * MAX_KEY_PARTS), "[" * MAX_DEPTH + "]" * MAX_DEPTH
    text = f"{key} = 1\n[b.{key[2:]}]\nc = {deep}\nd = {deep}"
    assert tables_of(text.encode(), most=MOST) == tomllib.loads(text)


def test_every_file_that_ships_is_read_as_it_was() -> None:
    files = sorted(SOURCES.rglob("*.toml"))
    assert len(files) > 400
    for file in files:
        text = file.read_text("utf-8")
        assert tables_of(text.encode(), most=MAX_RECORD_BYTES) == tomllib.loads(text), file.name


#: What a text may hold that a careless reader takes for its end, a key or a bracket.
AWKWARD = st.text(alphabet=".\"'\\[]{}=#,\n a\N{SNOWMAN}", max_size=30)
URLS = st.just("https://a.b.c.d.e.f.g.h.i.example.org/1.2.3.4.5.6.7.8.9/x.y.z?q=[{")


def _basic(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _long(text: str) -> str:
    return '"""\n' + text.replace("\\", "\\\\").replace('"""', '""\\"') + '\\n"""'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "").replace("\n", "") + "'"


def _long_literal(text: str) -> str:
    return "'''\n" + text.replace("'''", "") + "\n'''"


TEXTS = st.builds(
    lambda how, text: how(text),
    st.sampled_from([_basic, _long, _literal, _long_literal]),
    AWKWARD | URLS,
)
SCALARS = TEXTS | st.sampled_from(["1.5", "true", "1979-05-27T07:32:00.5Z", "-0.1e-9", "0xff"])
VALUES = SCALARS | st.lists(SCALARS, max_size=12).map(lambda all_of: f"[{', '.join(all_of)}]")
PARTS = st.lists(st.sampled_from(["a", "1", '"."', "'.\"'", '"\\"."']), max_size=12)
STATEMENTS = st.tuples(PARTS, VALUES, st.sampled_from(["", " # it's [a.b.c"]))


@settings(deadline=None, max_examples=300)
@given(st.lists(STATEMENTS, max_size=8))
@example([(["a"] * 12, '"""a"\\""""', "")])
def test_a_file_is_refused_only_for_the_length_of_its_keys(
    statements: list[tuple[list[str], str, str]],
) -> None:
    text = "".join(
        f"{'.'.join([f'k{number}', *parts])} = {value}{comment}\n"
        for number, (parts, value, comment) in enumerate(statements)
    )
    expected = tomllib.loads(text)
    if any(len(parts) + 1 > MAX_KEY_PARTS for parts, _, _ in statements):
        with pytest.raises(NotToml, match="more than 8 parts"):
            tables_of(text.encode(), most=MOST)
    else:
        assert tables_of(text.encode(), most=MOST) == expected


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet=".\"'\\[]{}=#,\n a1", max_size=40) | st.text(max_size=20))
def test_any_text_is_read_as_the_parser_reads_it_or_refused_clearly(text: str) -> None:
    found: dict[str, Any] | None = None
    said = ""
    try:
        found = tables_of(text.encode(), most=MOST)
    except NotToml as error:
        said = str(error)
    if found is None:
        assert said.startswith(("is ", "has "))
    else:
        assert found == tomllib.loads(text)
