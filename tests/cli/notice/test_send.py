"""A person sees the message and types its address, or nothing goes out."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from staydown.cli.main import cli
from staydown.cli.notice.send import _hand_in
from staydown.net.errors import MailNotSent, MailUncertain
from staydown.notices.delivery.sending import Confirmation, Message
from tests.net.mail_site import Post, serving

FACTS = """
where = "social_media"
place = "facebook"
person_country = "NL"
under18 = "no"
stage = "posted"
standing = "depicted"
"""
DETAILS = """
name = "A. B."
email = "a.b@example.net"
contact = "a.b@example.net"
signature = "/s/ A. B."
standing = "depicted"
states_no_consent = true
states_good_faith = true
states_accurate = true

[[locations]]
url = "https://example.org/page/1"
description = "a photograph"
"""
TO = 'name = "Example"\nemail = "abuse@example.org"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("facts", FACTS), ("details", DETAILS), ("to", TO)):
        (tmp_path / f"{name}.toml").write_text(text)
    return tmp_path


def run(
    folder: Path,
    port: int,
    typed: str,
    *,
    facts: str = FACTS,
    route: str = "eu-dsa-16_facebook",
    named: bool = True,
) -> Result:
    (folder / "facts.toml").write_text(facts)
    (folder / "mail.toml").write_text(
        f'host = "127.0.0.1"\nport = {port}\nsender = "letters@helpline.example"\n'
        'security = "none"\nallow_private = true\n'
    )
    files = [
        word
        for name in (("facts", "details", "to") if named else ("facts", "details"))
        for word in (f"--{name}", str(folder / f"{name}.toml"))
    ]
    return CliRunner().invoke(
        cli,
        ["notice", "send", "--route", route, *files,
         "--settings", str(folder / "mail.toml"), "-o", str(folder / "kept.eml")],
        input=typed,
    )  # fmt: skip


def test_it_goes_out_once_the_address_is_typed_and_is_kept_as_it_went(folder: Path) -> None:
    post = Post()
    with serving(post) as port:
        result = run(folder, port, "abuse@example.org\n")
    assert result.exit_code == 0, result.output
    kept = folder / "kept.eml"
    assert [entry[2] for entry in post.taken] == [kept.read_bytes()]
    assert kept.stat().st_mode & 0o077 == 0
    message = message_from_bytes(kept.read_bytes(), policy=policy.default)
    assert message["Message-ID"] in result.output
    assert "not reviewed by a lawyer" in result.output
    assert "https://example.org/page/1" in result.output


@pytest.mark.parametrize("typed", ["", "\n", "y\n", "yes\n", "other@example.org\n"])
def test_without_the_address_typed_nothing_goes_out_and_nothing_is_kept(
    folder: Path, typed: str
) -> None:
    post = Post()
    with serving(post) as port:
        result = run(folder, port, typed)
    assert result.exit_code != 0
    assert post.tried == 0
    assert not (folder / "kept.eml").exists()


def test_what_was_refused_is_not_kept_as_if_it_were_sent(folder: Path) -> None:
    with serving(Post(data="554 no")) as port:
        result = run(folder, port, "abuse@example.org\n")
    assert isinstance(result.exception, MailNotSent)
    assert not (folder / "kept.eml").exists()


def test_what_may_have_gone_out_is_kept_and_not_sent_again_over_it(folder: Path) -> None:
    post = Post(data="hang up")
    with serving(post) as port:
        result = run(folder, port, "abuse@example.org\n")
        assert isinstance(result.exception, MailUncertain)
        again = run(folder, port, "abuse@example.org\n")
    assert (folder / "kept.eml").exists()
    assert again.exit_code != 0
    assert post.tried == 1


def test_under_18_there_is_no_letter_to_send(folder: Path) -> None:
    post = Post()
    with serving(post) as port:
        result = run(folder, port, "abuse@example.org\n", facts=FACTS.replace('"no"', '"yes"'))
    assert result.exit_code != 0
    assert post.tried == 0
    assert "open are: none" in str(result.exception)


def test_a_letter_that_lacks_something_is_not_sent_and_says_what(folder: Path) -> None:
    (folder / "details.toml").write_text(DETAILS.replace("states_good_faith = true", ""))
    post = Post()
    with serving(post) as port:
        result = run(folder, port, "abuse@example.org\n")
    assert result.exit_code == 1
    assert "good_faith_statement" in result.output
    assert post.tried == 0


@pytest.mark.parametrize("typed", ["n\n", "\n", ""])
def test_where_advice_comes_first_going_on_is_a_choice_of_its_own(folder: Path, typed: str) -> None:
    post = Post()
    facts = FACTS.replace('"NL"', '"ID"')
    with serving(post) as port:
        result = run(folder, port, typed, facts=facts, route="police_id-police")
    assert "Get advice before you go on" in result.output
    assert "From: " not in result.output, "the letter isn't even shown"
    assert result.exit_code == (1 if typed else 2)
    assert post.tried == 0


def test_an_address_that_nobody_confirmed_is_called_so_before_it_is_typed(folder: Path) -> None:
    facts = FACTS.replace('"facebook"', '"reddit"')
    result = run(folder, 1, "", facts=facts, route="eu-dsa-16_reddit", named=False)
    assert "The address of this recipient is not confirmed." in result.output
    assert result.output.index("not confirmed") < result.output.index("To send it")


class Interrupted:
    """Somebody presses Ctrl-C while the message is on its way."""

    def send(self, sender: str, to: str, raw: bytes) -> None:
        raise KeyboardInterrupt


def test_whoever_breaks_it_off_is_told_that_it_may_have_gone_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    message = Message(b"Subject: x\r\n\r\n", "<1@example.org>", "a@example.org", "b@example.org")
    kept = tmp_path / "kept.eml"
    with pytest.raises(KeyboardInterrupt):
        _hand_in(message, Confirmation(message.to, message.digest), Interrupted(), kept)
    assert "in case it went out" in capsys.readouterr().err
    assert kept.exists()
