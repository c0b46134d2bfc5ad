"""Mail settings that would send a password in the clear, or can't work, are refused."""

import dataclasses
import re
from pathlib import Path

import pytest

from staydown.base.errors import SettingsError
from staydown.base.settings import load
from staydown.notices.delivery.settings import MailSettings, mailer_of

GOOD = 'host = "mail.example.org"\nport = 587\nsender = "letters@example.org"\n'


def read(folder: Path, text: str) -> MailSettings:
    path = folder / "mail.toml"
    path.write_text(text)
    return load(path, MailSettings)


def test_the_password_lies_in_a_file_of_its_own(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("open sesame\n")
    secret.chmod(0o600)
    text = GOOD + 'security = "starttls"\nuser = "letters"\npassword_file = "password"\n'
    mailer_of(read(tmp_path, text))
    secret.write_bytes("sésame\n".encode())
    with pytest.raises(SettingsError, match="letters"):
        mailer_of(read(tmp_path, text))
    secret.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod"):
        mailer_of(read(tmp_path, text))


@pytest.mark.parametrize(
    "text",
    [
        GOOD + 'user = "letters"\n',
        GOOD + 'password_file = "password"\n',
        GOOD + 'security = "plain"\n',
        GOOD + 'password = "here"\n',
        GOOD + 'security = "none"\nuser = "letters"\npassword_file = "password"\n',
        GOOD.replace("587", "0"),
        GOOD.replace("letters@example.org", "letters"),
        GOOD.replace("mail.example.org", ""),
    ],
)
def test_what_cannot_work_or_is_not_safe_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError):
        read(tmp_path, text)


def test_every_setting_is_in_the_guide_and_no_other() -> None:
    guide = Path(__file__).parents[3] / "docs/guides/sending.md"
    table = guide.read_text("utf-8").split("### Settings")[1].split("\n##")[0]
    shown = set(re.findall(r"`([a-z_]+)`", "\n".join(re.findall(r"^\|([^|]*)\|", table, re.M))))
    assert shown == {field.name for field in dataclasses.fields(MailSettings)}
