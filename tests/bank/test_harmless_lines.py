"""Lists of harmless pictures: what ``staydown hash`` prints, or plain hex; bad lines are named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.bank.harmless_lines import read
from staydown.base.vocabulary import Kind
from staydown.fingerprint.value import BITS, Fingerprint
from tests.bank.making import copy1, pdq
from tests.fingerprint.made import made_bits

MD5, SHA = Fingerprint(Kind.MD5, made_bits(1, 128)), Fingerprint(Kind.SHA256, made_bits(1))


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (f"pdq {pdq(1).hex} 100 logo one.png", pdq(1, None)),
        (f"\\pdq {pdq(1).hex} 100 odd\\nname.png", pdq(1, None)),
        (f"copy1 {copy1(1).hex} - logo.png", copy1(1)),
        (f"md5 {MD5.hex} - film.mp4", MD5),
        (f"sha256 {SHA.hex} - logo.png", SHA),
        (pdq(1).hex, pdq(1, None)),
        (f"  {pdq(1).hex.upper()}\r", pdq(1, None)),
        (copy1(1).hex, copy1(1)),
        (MD5.hex, MD5),
    ],
)
def test_a_line_in_each_form_is_read(line: str, found: Fingerprint) -> None:
    assert read(f"# logos\n\n{line}\n{line}\n") == ((found,), ())


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("pdq", "no fingerprint"),
        ("pdq 12ab", "64 lower-case hex digits"),
        ("12ab", "so many digits"),
        ("z" * 64, "hex digits"),
        ("https://example.org/meme.png", "so many digits"),
        ("vpdq 0,100,aa,0.0 100 film.mp4", "videos"),
        ("0" * 64, "all its bits are the same"),
        (f"pdq {'5' * 64} 100 checks.png", "repeats itself"),
        ("md5 d41d8cd98f00b204e9800998ecf8427e - empty", "empty file"),
    ],
)
def test_a_bad_line_is_named_by_its_number_and_not_repeated(line: str, reason: str) -> None:
    (found,), (bad,) = read(f"{pdq(1).hex}\n{line}\n")
    assert (found, bad.number) == (pdq(1, None), 2)
    assert reason in bad.reason
    assert line not in bad.reason


@given(st.text())
def test_any_text_is_read_or_named_line_by_line(text: str) -> None:
    found, bad = read(text)
    assert len(found) + len(bad) <= len(text.splitlines())
    assert all(len(one.bits) * 8 == BITS[one.kind] for one in found)
