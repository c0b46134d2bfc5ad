"""The mail settings of a helpline: one TOML file, the password in a file of its own."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from staydown.base.errors import SettingsError
from staydown.base.settings import read_secret
from staydown.net.smtp import MailServer, SmtpMailer


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How the helpline's own mail goes out.

    ``sender`` is the address that recipients see and answer to. ``security`` "none" is taken only
    for a mail server on this machine itself, and needs ``allow_private``.
    """

    host: str
    port: int
    sender: str = field(repr=False)
    security: Literal["tls", "starttls", "none"] = "tls"
    user: str = field(default="", repr=False)
    password_file: Path | None = None
    allow_private: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.port <= 65535:
            raise SettingsError("port is a number from 1 to 65535: mail is 465 or 587 mostly")
        if not self.host or "@" not in self.sender.strip("@"):
            raise SettingsError("host is the mail server's name, sender an e-mail address")
        if bool(self.user) != (self.password_file is not None):
            raise SettingsError("user and password_file go together: set both or none")
        if self.user and self.security == "none":
            raise SettingsError("a password is never sent without TLS: set security")


def mailer_of(settings: MailSettings) -> SmtpMailer:
    """Return the mailer. Raises SettingsError for a password file that can't be used."""
    password = ""
    if settings.password_file is not None:
        try:
            password = read_secret(settings.password_file, minimum=1).decode("ascii")
        except UnicodeDecodeError as error:
            raise SettingsError(
                "the password holds letters that mail servers don't take"
            ) from error
    server = MailServer(settings.host, settings.port, settings.security, settings.user, password)
    return SmtpMailer(server, allow_private=settings.allow_private)
