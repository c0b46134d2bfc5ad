"""What the commands that write notices share: forms, and what is said beside them."""

import secrets
from collections.abc import Iterable
from pathlib import Path

import click

from staydown.base.wording import text
from staydown.cli.new_file import CannotSave, save
from staydown.cli.notice.sheets import sheet_text
from staydown.notices.compose.mail import NoAddress, as_email
from staydown.notices.compose.pdf import as_pdf
from staydown.notices.compose.text import as_text
from staydown.notices.delivery.mail_client import mailto
from staydown.notices.details import Missing, Notice
from staydown.notices.directory.directory import Directory
from staydown.notices.wire.codec import as_json

#: The forms of a notice, and how a file of each ends.
ENDINGS = {
    "text": "txt",
    "eml": "eml",
    "json": "json",
    "pdf": "pdf",
    "sheet": "sheet.txt",
    "mailto": "mailto.txt",
}
FORMS = tuple(ENDINGS)


def needs_name(form: str, output: Path | None) -> None:
    """Refuse to print a PDF on a terminal, before anything is read."""
    if form == "pdf" and output is None:
        raise CannotSave("a PDF needs a file: add -o letter.pdf")


def rendered(notice: Notice, form: str, directory: Directory) -> bytes:
    """Return the notice in one of ``FORMS``: the letter, a sheet for their form, or a mail link."""
    if form == "text":
        return as_text(notice).encode()
    if form == "json":
        return as_json(notice)
    if form == "pdf":
        return as_pdf(notice)
    if form == "sheet":
        return sheet_text(notice, directory).encode()
    if form == "mailto":
        return f"{mailto(notice)}\n".encode()
    sender = notice.details.email.strip()
    if not sender:
        raise NoAddress('an e-mail needs "email" in the details: the address it is sent from')
    domain = sender.rpartition("@")[2]
    return as_email(notice, sender, f"<{secrets.token_hex(16)}@{domain}>").as_bytes()


def text_instead(notice: Notice, output: Path | None) -> None:
    """Save the letter as text beside where its PDF would have been, and say so."""
    if output is not None:
        beside = output.with_suffix(".txt")
        save(as_text(notice).encode(), beside)
        click.echo(f"The letter is in {beside.name}, as text.", err=True)


def told_missing(found: Iterable[Missing]) -> None:
    """Say on standard error what is missing, and how to supply it."""
    for one in found:
        click.echo(f"{one.what} ({', '.join(one.fields)}): {text(one.how)}", err=True)


def warn(notice: Notice) -> None:
    """Say on standard error what somebody should know before the letter goes out."""
    if notice.reviewed is None:
        name = notice.language.own_name
        click.echo(f"No lawyer has reviewed this letter in this language ({name}).", err=True)
    if not notice.to.email and not notice.to.form_url:
        click.echo("The address of this recipient is not known: see `notice contacts`.", err=True)
