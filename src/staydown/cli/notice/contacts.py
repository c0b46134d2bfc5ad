"""``staydown notice contacts``: whom to write to about a site that no record knows."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

import click

from staydown.base.wording import text
from staydown.cli.asking import ask as ask_person
from staydown.cli.asking import confirm
from staydown.cli.new_file import CannotSave, save
from staydown.net.http import HttpTransport
from staydown.notices.contacts.answers import SavedAnswers
from staydown.notices.contacts.asking import ask, host_of
from staydown.notices.contacts.contacts import Beside, Contact, beside_of, contacts_of
from staydown.notices.contacts.errors import BadAnswer
from staydown.notices.contacts.reading import MAX_FILE_BYTES, read_answers

_WARNING = """\
This asks on the Internet who stands behind the site. These learn that somebody at this address
asked about it: your name server, the lists at iana.org, the registry of the name, its registrar,
and the registries of its addresses. The site itself is not visited."""


@click.command("contacts")
@click.option("--saved", type=click.Path(path_type=Path), metavar="FILE",
              help="Answers that were saved before, or one RDAP answer as it came.")  # fmt: skip
@click.option("--ask", "host", is_flag=False, flag_value="", metavar="[HOST]",
              help="Ask the registries about a site; without HOST it is asked for, so that it "
              "stays out of the shell's history.")  # fmt: skip
@click.option("--yes", is_flag=True, help="With --ask: ask without waiting for a yes. It still "
              "says who will know.")  # fmt: skip
@click.option("--save", "output", type=click.Path(path_type=Path), metavar="FILE",
              help="Where to keep the answers.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def contacts(
    saved: Path | None, host: str | None, output: Path | None, *, yes: bool, as_json: bool
) -> None:
    """List the host, the network, the registrar and the operator of a site, each by itself.

    With --saved nothing leaves this machine. With --ask, who is told is said first.
    """
    if saved is not None and host is None and output is None:
        answers = read_answers(_read(saved))
    elif host is not None and output is not None and saved is None:
        answers = _ask(host, output, yes=yes)
    else:
        raise click.UsageError("give either --saved FILE, or --ask and --save FILE")
    if as_json:
        click.echo(json.dumps(_record(answers), ensure_ascii=False))
        return
    for line in _lines(answers):
        click.echo(line)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise BadAnswer(f"cannot read the file: {error.strerror}") from error


def _ask(given: str, output: Path, *, yes: bool) -> SavedAnswers:
    host = host_of(
        given or str(ask_person("Site (such as example.org)", instead="give --ask HOST"))
    )
    if output.exists():
        raise CannotSave("the file is there already; choose another name")
    if not output.parent.is_dir():  # found out afterwards, the answer would be lost
        raise CannotSave("there is no such folder for the file; make it, or choose another")
    click.echo(_WARNING, err=True)
    if not yes:
        confirm("Ask now?", abort=True, instead="give --yes if they may learn that")
    kept = ask(host, HttpTransport())
    save(kept, output)
    return read_answers(kept)


def _lines(answers: SavedAnswers) -> Iterator[str]:
    found = contacts_of(answers)
    for scope, together in groupby(found, key=lambda one: one.scope):
        yield f"{scope.value.capitalize()}. {text(scope.advice)}"
        for contact in together:
            yield from _contact_lines(contact)
        yield ""
    yield from _beside_lines(beside_of(answers))
    if not found:
        yield "No contact is named in these answers."


def _contact_lines(contact: Contact) -> Iterator[str]:
    within = f" (listed under {contact.within})" if contact.within else ""
    hidden = " - the registry or a privacy service hides who it is" if contact.hidden else ""
    role = contact.role or "no role given"
    yield f"  {role}: {contact.name or 'no name given'}{within}{hidden}"
    for label, values in (
        ("also named", contact.also_named), ("e-mail", contact.emails), ("page", contact.pages),
        ("phone", contact.phones), ("fax", contact.faxes), ("number", contact.ids),
        ("mentioned in a remark", contact.mentioned), ("hidden", contact.redacted),
    ):  # fmt: skip
        yield from (f"      {label}: {value}" for value in values)
    if contact.is_bare and contact.handle:
        yield f"      no address given; the registry knows them as {contact.handle}"
    yield from (f"      the registry may say more at: {link}" for link in contact.ask_at)
    yield from (f"      could not be read ({one.what}): {one.text}" for one in contact.unread)
    day = contact.asked.date().isoformat() if contact.asked else "on an unknown day"
    yield f"      about {contact.about}; from {contact.source or 'an unknown server'}, asked {day}"


def _beside_lines(beside: Beside) -> Iterator[str]:
    for remark in beside.remarks:
        addresses = ", ".join((*remark.emails, *remark.pages))
        yield f"Mentioned, but not whose it is: {addresses} ({remark.text})"
    if beside.nameservers:
        names = ", ".join(beside.nameservers)
        yield f"Name servers: {names}. They may show which delivery network is used."
    if beside.redacted:
        yield f"The registry says it hides: {'; '.join(beside.redacted)}"
    yield from (f"Could not be read ({one.what}): {one.text}" for one in beside.unread)
    yield from (f"We have no answer about {about}: {why}" for about, why in beside.unanswered)


def _record(answers: SavedAnswers) -> dict[str, object]:
    beside = beside_of(answers)
    return {
        "host": answers.host,
        "asked": answers.asked.isoformat() if answers.asked else None,
        "contacts": [
            {**asdict(one), "asked": one.asked.isoformat() if one.asked else None}
            for one in contacts_of(answers)
        ],
        **asdict(beside),
        "unanswered": [{"about": about, "why": why} for about, why in beside.unanswered],
    }
