"""``staydown bank submit``: an advocate hashes pictures on their own machine and hands them in."""

from pathlib import Path

import click

from staydown.base.errors import StaydownError
from staydown.base.vocabulary import Under18
from staydown.cli.asking import at_a_terminal, confirm
from staydown.cli.bank.chosen import Chosen, choose
from staydown.cli.bank.given import Given
from staydown.cli.bank.handing_in import hand_in, say_working
from staydown.cli.output import json_line, one_line, write
from staydown.exchange.client import PublicBankClient
from staydown.exchange.records import CaseOpened, CaseRequest

_LOOPBACK = ("localhost", "127.0.0.1", "::1")

#: The exit code when the good files were handed in, and others were not.
_SOME_LEFT_OUT = 3


class CannotHandIn(StaydownError):
    """There is nothing to hand in. Nothing was sent."""


@click.command()
@click.argument("url")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--adult-confirmed", is_flag=True, help="Nobody in the pictures was under 18.")
@click.option("--acting-for", type=click.Choice(["self", "other"]), help="Whose pictures they are.")
@click.option(
    "--pin-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read the PIN from a file that only you can read.",
)
@click.option("--generate-pin", is_flag=True, help="Make up a PIN and print it.")
@click.option(
    "--copy-model",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The network for copy codes, in place of the installed one.",
)
@click.option(
    "--repeat",
    is_flag=True,
    help="Continue after no answer came; asks for the code that was printed.",
)
@click.option(
    "--code-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="With --repeat: read the code from a file that only you can read.",
)
@click.option(
    "--first-frame",
    is_flag=True,
    help="Of an animation, list the first frame alone.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def submit(
    *,
    url: str,
    files: tuple[Path, ...],
    adult_confirmed: bool,
    acting_for: str | None,
    pin_file: Path | None,
    generate_pin: bool,
    copy_model: Path | None,
    repeat: bool,
    code_file: Path | None,
    first_frame: bool,
    as_json: bool,
) -> None:
    """Make fingerprints of the picture FILEs here, and hand them to the bank at URL.

    Each picture is listed by its PDQ and, where the network for it is installed, by its copy code,
    which finds crops and tilts too. Only the fingerprints are sent. The case number, the recovery
    phrase and a PIN that was made up are printed once.

    Of a file that holds several pictures, as an animation does, up to 8 that differ are listed, and
    each is named. So is a picture as its colour profile shows it, where that is another one.

    A file that can't be listed is named and left out. At a terminal you are asked before the
    others are handed in; elsewhere they are.

    When the answer gets lost on the way, the command tries again by itself; nothing is listed
    twice. If it gives up, or is stopped, run it again with --repeat within 24 hours.

    The exit code is 0 when all was handed in, 3 when some files were left out, 1 when nothing was
    handed in or that isn't known, 2 when the command was wrong.
    """
    _refuse_open_road(url)
    given = Given(adult_confirmed, acting_for, pin_file, generate_pin, repeat, code_file)
    for_whom = given.for_whom(url)
    pin, attempt = given.attempt()
    chosen = choose(files, _model(copy_model), first_frame=first_frame)
    _go_on(chosen, asked=not repeat, as_json=as_json)
    request = CaseRequest(Under18.NO, for_whom, tuple(chosen.pictures), pin)
    opened = hand_in(_client(url), request, attempt)
    _print(opened, chosen, attempt.made_pin, as_json)
    raise SystemExit(_SOME_LEFT_OUT if chosen.left_out else 0)


def _refuse_open_road(url: str) -> None:
    """Fingerprints and the PIN never travel unencrypted, except within this machine.

    Raises AddressRefused for what is no address.
    """
    from staydown.net import guard

    place = guard.read(url)
    if place.scheme != "https" and place.host not in _LOOPBACK:
        raise click.BadParameter("the bank's address starts with https://")


def _model(path: Path | None) -> Path | None:
    """Return the network for copy codes; without one, say what is missing, and go on with PDQ.

    Raises CopyUnavailable for a file that was named and can't be used.
    """
    from staydown.fingerprint.model import CopyUnavailable, find_model

    try:
        return find_model(path)
    except CopyUnavailable as error:
        if path is not None:
            raise
        click.echo(f"Only PDQ is made, which finds fewer altered copies: {error}", err=True)
        return None


def _go_on(chosen: Chosen, *, asked: bool, as_json: bool) -> None:
    """End the command where nothing can be handed in, or the person wants to hand in all or none.

    Who repeats has been asked before, and what is handed in must be the same again.
    """
    if not chosen.pictures:
        if as_json:
            write(json_line(chosen.records()))
        raise CannotHandIn("none of these files can be listed; nothing was sent")
    if not (chosen.left_out and asked and at_a_terminal()):
        return
    how_many = len(chosen.pictures)
    others = "the other picture" if how_many == 1 else f"the other {how_many} pictures"
    if not confirm(f"Hand in {others}?", instead="run it again"):
        click.echo("Nothing was sent.", err=True)
        raise SystemExit(1)


def _client(url: str) -> PublicBankClient:
    from staydown.net.http import HttpTransport

    return PublicBankClient(url, HttpTransport(allow_private=True), working=say_working)


def _print(opened: CaseOpened, chosen: Chosen, pin: str | None, as_json: bool) -> None:
    values: dict[str, object] = {
        "case_number": opened.case_number,
        "recovery_phrase": opened.recovery_phrase,
        "like_harmless": list(opened.like_harmless),
    } | chosen.records()
    if pin is not None:
        values["pin"] = pin
    if as_json:
        write(json_line(values))
        return
    click.echo(f"case number:      {one_line(opened.case_number)}")
    if pin is not None:
        click.echo(f"PIN:              {pin}")
    click.echo(f"recovery phrase:  {one_line(opened.recovery_phrase)}")
    for line in chosen.lines():
        click.echo(line)
    click.echo("Write this down now: it is shown only once.")
    for number in opened.like_harmless:
        click.echo(
            f"The fingerprint of picture {number} looks like a well-known harmless one, such as a "
            "logo or a meme. It may be a coincidence: the picture is treated like any other. On "
            "the status page its owner can ask for a review.",
            err=True,
        )
