"""A message that says what the letter says, and nothing of the machine that made it."""

from dataclasses import replace
from email import message_from_bytes
from email.policy import SMTP

import pytest

from staydown.base.languages import Language
from staydown.notices.compose.letters.reading import written_in
from staydown.notices.compose.mail import Attachment, NoAddress, as_email
from staydown.notices.vocabulary import Letter
from tests.notices.compose.samples import written

FROM = "letters@helpline.example.org"
ID = "<1@helpline.example.org>"


@pytest.mark.parametrize("language", written_in())
@pytest.mark.parametrize("letter", Letter)
def test_a_message_reads_as_the_letter(letter: Letter, language: Language) -> None:
    notice = written(letter, language)
    raw = as_email(notice, FROM, ID).as_bytes()
    read = message_from_bytes(raw, policy=SMTP)
    assert read["Subject"] == notice.subject
    assert read["To"] == notice.to.email
    assert read["Message-ID"] == ID
    assert read.get_content().replace("\r\n", "\n") == notice.body + "\n"
    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))


def test_a_message_has_only_the_headers_it_needs() -> None:
    message = as_email(written(Letter.HOST), FROM, ID)
    assert set(message.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Content-Language", "MIME-Version",
        "Content-Type", "Content-Transfer-Encoding",
    }  # fmt: skip
    assert message["Date"].endswith("+0000")


def test_a_file_may_go_with_it() -> None:
    file = Attachment("notice.json", "application/json", b"{}")
    message = as_email(written(Letter.HOST), FROM, ID, [file])
    attached = list(message.iter_attachments())
    assert [one.get_filename() for one in attached] == ["notice.json"]


@pytest.mark.parametrize(
    ("sender", "message_id"),
    [
        ("", ID), ("a", ID), ("a@example.org\nBcc: b@example.org", ID), ("A <a@example.org>", ID),
        ("ü@example.org", ID), (FROM, ""), (FROM, "1@example.org"),
        (FROM, "<1@example.org>\nBcc: b@example.org"), (FROM, "<1 @example.org>"),
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(sender: str, message_id: str) -> None:
    with pytest.raises(NoAddress):
        as_email(written(Letter.HOST), sender, message_id)


@pytest.mark.parametrize("email", ["", "x", "a@example.org\nBcc: b@example.org"])
def test_a_recipient_without_an_address_gets_no_message(email: str) -> None:
    notice = written(Letter.HOST)
    with pytest.raises(NoAddress, match="copy the text"):
        as_email(replace(notice, to=replace(notice.to, email=email)), FROM, ID)
