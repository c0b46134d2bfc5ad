"""A made-up charset is not heard of, nor endless parameters; the rest of the type stays."""

from typing import Any

import pytest

from staydown.web.http.charset import MAX_LENGTH, utf8_only


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
        ('application/json; charset="no-such"; x=y', "application/json; x=y"),
        ("multipart/form-data; charset=idna; boundary=abc", "multipart/form-data; boundary=abc"),
        ("multipart/form-data; boundary=abc; charset=hex", "multipart/form-data; boundary=abc"),
        ("a/b; x*=nope''y", "a/b"),
        ("a/b; charset*0*=nope''y; x=1", "a/b; x=1"),
        ("multipart/form-data; boundary=a*b", "multipart/form-data; boundary=a*b"),
        ('a/b; x="' + ";" * 390_000, "a/b"),
        ("x" * 390_000, "x" * MAX_LENGTH),
    ],
)
def test_only_what_is_made_up_is_left_out(stated: str | None, left: str | None) -> None:
    assert heard(stated) == left
