"""``staydown notice send``: one notice to one recipient, after a person looked at it."""

from datetime import date
from pathlib import Path

import click

from staydown.base.clock import SystemClock
from staydown.base.errors import StaydownError
from staydown.base.languages import Language
from staydown.base.settings import load
from staydown.cli.asking import ask, confirm
from staydown.cli.new_file import save
from staydown.cli.notice.input_files import read_details, read_facts
from staydown.cli.notice.output_formats import told_missing
from staydown.cli.notice.recipient import read_recipient
from staydown.cli.notice.records import warn_of_record
from staydown.cli.notice.risks import risk_lines
from staydown.guidance.support.reading import load_support
from staydown.net.errors import MailUncertain, NetError
from staydown.notices.compose.addressee import addressees
from staydown.notices.compose.isolates import without_marks
from staydown.notices.compose.writing import lacking, write
from staydown.notices.delivery import sending
from staydown.notices.delivery.sending import Confirmation, Message, prepare
from staydown.notices.delivery.settings import MailSettings, mailer_of
from staydown.notices.details import Addressee, Notice
from staydown.notices.directory.directory import Directory
from staydown.notices.directory.reading import load_directory
from staydown.notices.facts import Facts
from staydown.notices.routes.finding import find_routes
from staydown.notices.routes.risks import needs_advice
from staydown.notices.routes.route import Route

#: A letter goes out by a person's own hand, so there is no option in place of these answers.
_PERSON = "run it in a terminal, since only a person can send a letter"


class CannotSend(StaydownError):
    """The notice cannot be sent like this. Nothing was sent."""


@click.command("send")
@click.option("--route", "route_id", required=True, metavar="ID",
              help="A route that `staydown notice routes` lists.")  # fmt: skip
@click.option("--facts", "facts_file", required=True, type=click.Path(path_type=Path),
              metavar="FILE", help="The file of facts (TOML).")  # fmt: skip
@click.option("--details", "details_file", required=True, type=click.Path(path_type=Path),
              metavar="FILE", help="What the letter is filled with (TOML).")  # fmt: skip
@click.option("--settings", "settings_file", required=True, type=click.Path(path_type=Path),
              metavar="FILE", help="How mail goes out (TOML).")  # fmt: skip
@click.option("--to", "to_file", type=click.Path(path_type=Path), metavar="FILE",
              help="A recipient that the directory does not know: name, email (TOML).")  # fmt: skip
@click.option("--language", type=click.Choice([member.value for member in Language]),
              default="en", show_default=True, help="The language of the letter.")  # fmt: skip
@click.option("--output", "-o", "kept", required=True, type=click.Path(path_type=Path),
              metavar="FILE", help="Where to keep the message as it goes out (.eml).")  # fmt: skip
def send(
    route_id: str,
    *,
    facts_file: Path,
    details_file: Path,
    settings_file: Path,
    to_file: Path | None,
    language: str,
    kept: Path,
) -> None:
    """Send one notice by e-mail to one recipient.

    The whole message is shown, and goes out only when the recipient's address is typed in again.
    There is no option that answers for a person.
    """
    settings = load(settings_file, MailSettings)
    mailer = mailer_of(settings)
    facts, details = read_facts(facts_file), read_details(details_file)
    directory = load_directory()
    route = _route(route_id, facts, directory)
    _weigh(route, SystemClock().now().date())
    to = read_recipient(to_file, route) if to_file else _addressee(route, directory)
    missing = lacking(route, details, facts, to)
    if missing:
        told_missing(missing)
        raise SystemExit(1)
    now = SystemClock().now()
    notice = write(
        route, details, facts=facts, to=to, language=Language(language), directory=directory,
        now=now,
    )  # fmt: skip
    message = prepare(notice, settings.sender, now)
    if to_file is None:
        warn_of_record(route, directory, now.date())
    confirmation = _confirmed(notice, message)
    _hand_in(message, confirmation, mailer, kept)


def _hand_in(
    message: Message, confirmation: Confirmation, mailer: sending.Mailer, kept: Path
) -> None:
    """Keep the message, send it, and keep it no longer where it certainly didn't go."""
    save(message.raw, kept)
    try:
        sent = sending.send(message, confirmation, mailer, SystemClock().now())
    except (MailUncertain, KeyboardInterrupt):
        click.echo(f"The message stays in {kept}, in case it went out.", err=True)
        raise
    except NetError:
        kept.unlink()
        raise
    click.echo(f"The mail server took it on {sent.at:%Y-%m-%d at %H:%M:%S} UTC.")
    click.echo(f"Message-ID: {sent.message_id}")
    click.echo(f"Kept in {kept}. It names people: store it safely.")


def _route(route_id: str, facts: Facts, directory: Directory) -> Route:
    found = find_routes(facts, directory, load_support(), SystemClock().now().date())
    route = found.get(route_id)
    if route is None or route.letter is None:
        letters = ", ".join(one.id for one in found.routes if one.letter is not None)
        raise CannotSend(f"no letter of that name is open here; open are: {letters or 'none'}")
    return route


def _weigh(route: Route, today: date) -> None:
    """Show the risks; the heaviest ask for a choice of their own."""
    for line in risk_lines(route.risks, today):
        click.echo(line)
    if needs_advice(route.risks):
        click.echo("Get advice before you go on: this may harm the person in the picture.")
        confirm("Go on all the same?", abort=True, err=False, instead=_PERSON)


def _addressee(route: Route, directory: Directory) -> Addressee:
    """Return the one recipient with an e-mail address; of several, a person says which."""
    with_mail = [one for one in addressees(route, directory) if one.email]
    if not with_mail:
        raise CannotSend(
            "no e-mail address of this recipient is known: use their form, or give one in a file "
            "with --to"
        )
    if len(with_mail) == 1:
        return with_mail[0]
    for number, one in enumerate(with_mail, start=1):
        click.echo(f"{number}. {one.name}: {one.email}")
    chosen = ask(
        "Which one",
        instead=f"give --to FILE with the one you mean, and then {_PERSON}",
        err=False,
        type=click.IntRange(1, len(with_mail)),
    )
    return with_mail[int(chosen) - 1]


def _confirmed(notice: Notice, message: Message) -> Confirmation:
    """Show everything, and take the recipient's address, typed in, as the person's word."""
    reviewed = "reviewed by a lawyer" if notice.reviewed else "not reviewed by a lawyer"
    click.echo("")
    click.echo(f"From: {message.sender}")
    click.echo(f"To: {message.to} ({notice.to.name})")
    click.echo(f"Subject: {notice.subject}")
    click.echo(f"\n{without_marks(notice.body)}\n")
    click.echo(f"This letter is {reviewed}. Nothing is sent yet. It cannot be called back.")
    typed = ask(
        "To send it, type the address it goes to",
        instead=_PERSON,
        err=False,
        default="",
        show_default=False,
    )
    if str(typed).strip() != message.to:
        raise CannotSend("that is not the address it would go to: nothing was sent")
    return Confirmation(message.to, message.digest)
