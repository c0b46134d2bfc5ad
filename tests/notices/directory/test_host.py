"""A host name is found in whatever people paste, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.notices.directory.host import host_of


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("example.org", "example.org"),
        ("example.org/page?a=b", "example.org"),
        ("https://M.Example.org:8443/x", "m.example.org"),
        ("https://user@example.org/", "example.org"),
        ("example.org.", "example.org"),
        ("", None),
        ("localhost", None),
        ("two words.org", None),
        ("https://[::1", None),
        ("a" * 260 + ".org", None),
    ],
)
def test_the_host_of_what_was_typed(text: str, host: str | None) -> None:
    assert host_of(text) == host


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    found = host_of(text)
    assert found is None or found
