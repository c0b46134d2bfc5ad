"""A link for the mail program holds the whole letter or says that it can't."""

from dataclasses import replace
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.notices.delivery.errors import NoMailAddress, TooLongForMailClient
from staydown.notices.delivery.mail_client import MAX_LINK, mailto
from tests.notices.delivery.letters import letter

_letters = st.text(st.characters(exclude_categories=["Cs"]), max_size=150)


@given(_letters, _letters)
def test_a_letter_comes_out_of_the_link_as_it_went_in(subject: str, body: str) -> None:
    try:
        link = mailto(letter(subject=subject, body=body))
    except TooLongForMailClient:
        return
    parts = urlsplit(link)
    assert (parts.scheme, unquote(parts.path)) == ("mailto", "abuse@example.org")
    fields = parse_qs(parts.query, keep_blank_values=True, strict_parsing=True)
    lines = body.replace("\r\n", "\n").replace("\r", "\n")
    assert fields["body"][0].replace("\r\n", "\n") == lines
    assert set(fields) == {"subject", "body"}
    assert link.isascii()
    assert len(link) <= MAX_LINK


def test_line_ends_are_as_the_standard_asks() -> None:
    assert mailto(letter(subject="s", body="a\nb")).endswith("body=a%0D%0Ab")


def test_a_letter_that_would_be_cut_off_is_to_be_copied() -> None:
    with pytest.raises(TooLongForMailClient, match="copy"):
        mailto(letter(body="word " * 600))
    assert "body" not in mailto(letter(body="word " * 600), with_text=False)


def test_a_subject_cannot_add_a_recipient() -> None:
    link = mailto(letter(subject="x&bcc=c@example.net\r\nBcc: c@example.net"))
    assert set(parse_qs(urlsplit(link).query)) == {"subject", "body"}


@pytest.mark.parametrize("address", ["a@b.example,c@d.example", "a@b.example?bcc=c@d.example,e",
                                     "a@b.example\nc@d.example", "A <a@b.example>"])  # fmt: skip
def test_what_a_mail_program_could_take_for_two_addresses_gives_no_link(address: str) -> None:
    notice = letter()
    with pytest.raises(NoMailAddress):
        mailto(replace(notice, to=replace(notice.to, email=address)))


def test_without_an_address_there_is_no_link() -> None:
    notice = letter()
    with pytest.raises(NoMailAddress):
        mailto(replace(notice, to=replace(notice.to, email="")))
