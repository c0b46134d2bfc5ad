"""Names on lines: they cannot break a line, steer a terminal or get lost."""

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from staydown.cli.output import escaped, named

NAMES = st.one_of(
    st.binary(max_size=30), st.text(max_size=20).map(lambda t: t.encode("utf-8", "ignore"))
)


def unescaped(text: bytes) -> bytes:
    """Read an escaped name back, as ``sha256sum`` does."""
    plain = {b"\\n": b"\n", b"\\r": b"\r", b"\\t": b"\t", b"\\\\": b"\\"}
    return re.sub(
        rb"\\(?:x([0-9a-f]{2})|.)",
        lambda found: bytes([int(found[1], 16)]) if found[1] else plain[found[0]],
        text,
    )


@given(NAMES)
def test_an_escaped_name_holds_no_control_characters_and_says_the_same(name: bytes) -> None:
    """And one that needs no escaping is left alone."""
    safe = escaped(name)
    assert not re.search(rb"[\x00-\x1f\x7f]|\xc2[\x80-\x9f]", safe)
    assert safe == name or unescaped(safe) == name


@given(NAMES)
def test_a_name_in_json_is_exact(name: bytes) -> None:
    """Either as text or in hex beside it, and always ASCII on the line."""
    line = json.dumps(named("file", name))
    assert line.isascii()
    record = json.loads(line)
    exact = bytes.fromhex(record["file_hex"]) if "file_hex" in record else record["file"].encode()
    assert exact == name
