"""What the commands that write notices share: forms, files, and what is said beside them."""

import os
import secrets
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import click

from staydown.base.errors import StaydownError
from staydown.notices.compose.details import Missing, Notice
from staydown.notices.compose.machine import as_json
from staydown.notices.compose.mail import NoAddress, as_email
from staydown.notices.compose.pdf import as_pdf
from staydown.notices.compose.text import as_text
from staydown.notices.directory.directory import Directory
from staydown.notices.directory.records import Record, Risk
from staydown.notices.routes.route import Route
from staydown.notices.words import Severity

FORMS = ("text", "eml", "json", "pdf")
ENDINGS = {"text": "txt", "eml": "eml", "json": "json", "pdf": "pdf"}


class CannotSave(StaydownError):
    """The file is there already, or cannot be written."""


class RisksFirst(StaydownError):
    """A risk of this way says to get advice first, and nobody said that this was done."""


def needs_name(form: str, output: Path | None) -> None:
    """Refuse to print a PDF on a terminal, before anything is read."""
    if form == "pdf" and output is None:
        raise CannotSave("a PDF needs a file: add -o letter.pdf")


def rendered(notice: Notice, form: str) -> bytes:
    """Return the notice as text, e-mail message, JSON or PDF."""
    if form == "text":
        return as_text(notice).encode()
    if form == "json":
        return as_json(notice)
    if form == "pdf":
        return as_pdf(notice)
    sender = notice.details.email.strip()
    if not sender:
        raise NoAddress('an e-mail needs "email" in the details: the address it is sent from')
    domain = sender.rpartition("@")[2]
    return as_email(notice, sender, f"<{secrets.token_hex(16)}@{domain}>").as_bytes()


def save(content: bytes, output: Path | None) -> None:
    """Write a new file that only its owner can read, or print. Never writes over a file."""
    if output is None:
        sys.stdout.buffer.write(content)
        return
    try:
        handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise CannotSave("the file is there already; choose another name") from error
    except OSError as error:
        raise CannotSave(f"cannot write the file: {error.strerror}") from error
    with os.fdopen(handle, "wb") as file:
        file.write(content)


def told_missing(found: Iterable[Missing]) -> None:
    """Say on standard error what is missing, and how to supply it."""
    for one in found:
        click.echo(f"{one.what} ({', '.join(one.fields)}): {one.how}", err=True)


def warn(notice: Notice) -> None:
    """Say on standard error what somebody should know before the letter goes out."""
    if notice.reviewed is None:
        name = notice.language.own_name
        click.echo(f"No lawyer has reviewed this letter in this language ({name}).", err=True)
    if not notice.to.email and not notice.to.form_url:
        click.echo("The address of this recipient is not known: see `notice contacts`.", err=True)


def warn_of_risks(risks: Iterable[Risk], *, weighed: bool) -> None:
    """Show the risks on standard error. Raises RisksFirst for one that asks for advice before."""
    stop = False
    for risk in risks:
        click.echo(f"! {risk.text}", err=True)
        stop = stop or risk.severity is Severity.STOP_AND_GET_ADVICE
    if stop and not weighed:
        raise RisksFirst(
            "this way may harm the person in the picture: get advice first, then add "
            "--risks-weighed if you still want the letter"
        )


def warn_of_record(route: Route, directory: Directory, today: date) -> None:
    """Say where an address comes from when nobody saw it confirmed, or not for a long time."""
    place = directory.places.get(route.place or "")
    record: Record | None = place or directory.authorities.get(route.authority or "")
    if record is None:
        return
    if not record.confirmed:
        click.echo(f"The address of this recipient is not confirmed. {record.why}", err=True)
    elif record.standing.is_stale(today):
        click.echo(f"This recipient was last checked on {record.checked}: look again.", err=True)
