"""Of a Content-Type only the type and a form's boundary are heard of, whatever else is stated."""

import sys
from typing import Any

import pytest
from django.utils.http import parse_header_parameters
from hypothesis import example, given
from hypothesis import strategies as st

from staydown.web.kit.http.charset import _BOUNDARY_SIGNS, MAX_LENGTH, utf8_only


def heard(content_type: str | None) -> Any:
    """Return the type that the application inside is told."""
    told: list[Any] = []

    def inside(environ: dict[str, Any], start: Any) -> list[bytes]:
        told.append(environ.get("CONTENT_TYPE"))
        return []

    utf8_only(inside)({} if content_type is None else {"CONTENT_TYPE": content_type}, print)
    return told[0]


@pytest.mark.parametrize(
    ("stated", "left"),
    [
        (None, None),
        ("", ""),
        ("application/json", "application/json"),
        ("text/plain; charset=rot13", "text/plain"),
        ("text/plain;CHARSET=utf-8", "text/plain"),
        ('application/json; charset="no-such"; x=y', "application/json"),
        ("multipart/form-data; charset=idna; boundary=abc", 'multipart/form-data; boundary="abc"'),
        ("multipart/form-data; boundary=abc; charset=hex", 'multipart/form-data; boundary="abc"'),
        ('Multipart/Form-Data;BOUNDARY="a b:c"', 'Multipart/Form-Data; boundary="a b:c"'),
        ("multipart/form-data; boundary=a=b", 'multipart/form-data; boundary="a=b"'),
        ("multipart/form-data; boundary=abc; boundary=abd", "multipart/form-data"),
        ("multipart/form-data; boundary=a*b", "multipart/form-data"),
        ("multipart/form-data; boundary*=utf-8''abc", "multipart/form-data"),
        ("multipart/form-data; boundary*0=abc; boundary*1=def", "multipart/form-data"),
        ('multipart/form-data; boundary="abc ', "multipart/form-data"),
        ('multipart/form-data; boundary="abc "', "multipart/form-data"),
        ('multipart/form-data; boundary="a\\"b"', "multipart/form-data"),
        ("multipart/form-data; boundary=", "multipart/form-data"),
        ("multipart/form-data; boundary=" + "b" * 71, "multipart/form-data"),
        ("multipart/form-data; boundary=abc" + ";" * 1000, "multipart/form-data"),
        ("a/b; x*=nope''y", "a/b"),
        ("a/b; charset*0*=nope''y; x=1", "a/b"),
        (" text/plain ", "text/plain"),
        ('a/b; x="' + ";" * 390_000, "a/b"),
        ("x" * 390_000, "x" * MAX_LENGTH),
    ],
)
def test_nothing_but_the_type_and_the_boundary_is_heard_of(
    stated: str | None, left: str | None
) -> None:
    assert heard(stated) == left


#: What reading a header may turn on, and what is told from what.
SIGNS = st.text(st.sampled_from("ab;=*\"\\' /\t%é") | st.characters(max_codepoint=255), max_size=80)


@given(SIGNS, st.sampled_from(["a/b", "multipart/form-data", "", "charset", "boundary=abc"]))
@example('; boundary=abc; charset="', "multipart/form-data")
@example("; x*1*=nope''y; boundary=abc", "multipart/form-data")
def test_django_takes_whatever_is_left_of_a_type(parameters: str, plain: str) -> None:
    left = heard(plain + parameters)
    _, named = parse_header_parameters(left)
    assert set(named) <= {"boundary"}
    assert heard(left) == left


@given(st.text(st.sampled_from(sorted(_BOUNDARY_SIGNS - {" "})), min_size=1, max_size=70))
def test_every_boundary_that_is_allowed_comes_through(boundary: str) -> None:
    for stated in (
        f"multipart/form-data; boundary={boundary}",
        f'multipart/x;boundary="{boundary}"',
    ):
        assert parse_header_parameters(heard(stated))[1] == {"boundary": boundary}


@pytest.mark.parametrize(
    "run", [";", "*", " ", "\t", '"', "\\", "=", ";*", ";=", '";', "; ", ";a*0*=", "; boundary=b"]
)
def test_a_long_type_costs_as_little_as_a_short_one(run: str) -> None:
    def lines(length: int) -> int:
        """Count the steps, in lines of Python and calls, of our reading and of Django's."""
        steps = 0

        def count(*_: object) -> Any:
            nonlocal steps
            steps += 1
            return count

        before = sys.gettrace()
        sys.settrace(count)
        try:
            for plain in ("a/b;", "multipart/form-data;"):
                parse_header_parameters(heard(plain + run * (length // len(run))))
        finally:
            sys.settrace(before)
        return steps

    longest = MAX_LENGTH - 30
    assert lines(longest) <= 3 * lines(longest // 2)
    assert lines(100 * MAX_LENGTH) <= lines(longest)
