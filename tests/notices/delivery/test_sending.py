"""What was confirmed goes out, to the last byte, once; anything else stays here."""

from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from staydown.base.languages import Language
from staydown.net.errors import MailNotSent, MailUncertain, NetError
from staydown.net.smtp import MailServer, SmtpMailer
from staydown.notices.delivery.errors import NoMailAddress, NotConfirmed
from staydown.notices.delivery.sending import Confirmation, Message, prepare, send
from tests.net.mail_site import Post, at_home, serving
from tests.notices.delivery.letters import NOW, letter

SENDER = "letters@helpline.example"


def mailer(port: int) -> SmtpMailer:
    return SmtpMailer(
        MailServer("mail.example.org", port, "none"), allow_private=True, resolve=at_home
    )


def confirmed(message: Message) -> Confirmation:
    return Confirmation(message.to, message.digest)


def test_the_confirmed_message_arrives_as_it_was_shown_and_is_kept() -> None:
    post = Post()
    message = prepare(letter(), SENDER, NOW)
    with serving(post) as port:
        sent = send(message, confirmed(message), mailer(port), NOW)
    assert post.taken == [(SENDER, ["abuse@example.org"], message.raw)]
    assert (sent.raw, sent.message_id, sent.at, sent.to) == (
        message.raw, message.message_id, NOW, "abuse@example.org",
    )  # fmt: skip


@pytest.mark.parametrize("language", list(Language))
def test_a_message_reads_back_as_the_letter(language: Language) -> None:
    body = "Ünïcode — حميمة — निजी\n.a line with a dot\nFrom here on\n"
    notice = letter(language, body=body, subject="Objet — طلب")
    message = prepare(notice, SENDER, NOW)
    read = message_from_bytes(message.raw, policy=policy.default)
    text = read.get_body()
    assert text is not None
    assert text.get_content().replace("\r\n", "\n").strip() == body.strip()
    assert read["Subject"] == "Objet — طلب"
    assert (read["From"], read["To"], read["Message-ID"]) == (
        SENDER, "abuse@example.org", message.message_id,
    )  # fmt: skip
    assert read["Date"].datetime == NOW
    assert message.raw.isascii()


def test_each_message_has_an_id_of_its_own_that_names_no_machine() -> None:
    first, second = prepare(letter(), SENDER, NOW), prepare(letter(), SENDER, NOW)
    assert first.message_id != second.message_id
    assert first.message_id.endswith("@helpline.example>")
    assert first.digest != second.digest


def test_a_confirmation_fits_no_other_message_recipient_or_day() -> None:
    post = Post()
    notice = letter()
    message = prepare(notice, SENDER, NOW)
    other = replace(notice, to=replace(notice.to, email="other@example.org"))
    for wrong in (
        prepare(notice, SENDER, NOW),
        prepare(other, SENDER, NOW),
        replace(message, to="other@example.org"),
        replace(message, raw=message.raw + b" "),
    ):
        with serving(post) as port, pytest.raises(NotConfirmed):
            send(wrong, confirmed(message), mailer(port), NOW)
    assert post.tried == 0


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        ({"rcpt": "550 no"}, MailNotSent),
        ({"data": "554 no"}, MailNotSent),
        ({"data": "hang up"}, MailUncertain),
    ],
)
def test_what_went_wrong_is_never_sent_and_never_tried_twice(
    answers: dict[str, str], fault: type[NetError]
) -> None:
    post = Post(**answers)
    message = prepare(letter(), SENDER, NOW)
    with serving(post) as port, pytest.raises(fault):
        send(message, confirmed(message), mailer(port), NOW)
    assert post.tried <= 1


def test_a_recipient_without_an_address_gets_no_message() -> None:
    notice = letter()
    with pytest.raises(NoMailAddress):
        prepare(replace(notice, to=replace(notice.to, email="")), SENDER, NOW)


def test_nothing_of_a_message_shows_in_its_repr() -> None:
    message = prepare(letter(), SENDER, NOW)
    shown = repr(message) + repr(confirmed(message))
    assert "example" not in shown
