"""``staydown bank submit``: an advocate hashes pictures on their own machine and hands them in."""

import json
from pathlib import Path

import click

from staydown.bank.credentials import choose_pin, made_up_pin
from staydown.bank.errors import PinRefused
from staydown.base.errors import SettingsError
from staydown.base.settings import read_secret
from staydown.base.vocabulary import ActingFor, Kind, Under18
from staydown.cli.bank.handing_in import hand_in, new_attempt, read_code, say_working
from staydown.cli.output import one_line
from staydown.exchange.client import PublicBankClient
from staydown.exchange.codec import MAX_PICTURES
from staydown.exchange.records import CaseOpened, CaseRequest, Picture
from staydown.fingerprint.degenerate import DegenerateFingerprint, refuse_degenerate
from staydown.fingerprint.value import PDQ_LISTING_QUALITY

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@click.command()
@click.argument("url")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE…",
)
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
    as_json: bool,
) -> None:
    """Make fingerprints of the picture FILEs here, and hand them to the bank at URL.

    Each picture is listed by its PDQ and, where the network for it is installed, by its copy code,
    which finds crops and tilts too. Only the fingerprints are sent. The case number, the recovery
    phrase and a PIN that was made up are printed once.

    When the answer gets lost on the way, the command tries again by itself; nothing is listed
    twice. If it gives up, or is stopped, run it again with --repeat within 24 hours.
    """
    _refuse_open_road(url)
    if len(files) > MAX_PICTURES:
        raise click.UsageError(f"at most {MAX_PICTURES} pictures at once")
    if not adult_confirmed and _ask_under18() is not Under18.NO:
        click.echo(
            "Nothing was sent. For pictures of people under 18 there are other services: "
            f"see {url.rstrip('/')}/under-18/",
            err=True,
        )
        raise SystemExit(1)
    for_whom = ActingFor(acting_for or _ask_for_whom())
    attempt = read_code(click.prompt("Code", err=True)) if repeat else None
    if attempt is not None and attempt.made_pin is not None:
        pin = attempt.made_pin
    else:
        pin, made_up = _pin(pin_file, generate=generate_pin and attempt is None)
        attempt = attempt or new_attempt(pin if made_up else None)
    pictures = _hash(files, _model(copy_model))
    request = CaseRequest(Under18.NO, for_whom, pictures, pin)
    _print(hand_in(_client(url), request, attempt), attempt.made_pin, as_json)


def _refuse_open_road(url: str) -> None:
    """Fingerprints and the PIN never travel unencrypted, except within this machine.

    Raises AddressRefused for what is no address.
    """
    from staydown.net import guard

    place = guard.read(url)
    if place.scheme != "https" and place.host not in _LOOPBACK:
        raise click.BadParameter("the bank's address starts with https://")


def _ask_under18() -> Under18:
    answer = click.prompt(
        "Was anyone in the pictures under 18 when they were taken?",
        type=click.Choice([word.value for word in Under18]),
        err=True,
    )
    return Under18(answer)


def _ask_for_whom() -> str:
    yes = click.confirm("Is it you in the pictures?", err=True)
    return (ActingFor.SELF if yes else ActingFor.OTHER).value


def _pin(pin_file: Path | None, *, generate: bool) -> tuple[str, bool]:
    """Return the PIN and whether it was made up here. Raises PinRefused for a weak one."""
    if pin_file is not None:
        pin = read_secret(pin_file, minimum=1).decode("utf-8", "replace")
    elif generate:
        pin = ""
    else:
        pin = click.prompt(
            "PIN (leave empty to have one made up)", default="", hide_input=True,
            show_default=False, confirmation_prompt=True, err=True,
        )  # fmt: skip
    if not pin:
        return made_up_pin(), True
    try:
        choose_pin(pin)
    except PinRefused as error:
        offer = f" You could use this one: {error.offered}" if error.offered else ""
        raise PinRefused(f"{error}{offer}") from error
    return pin, False


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


def _hash(files: tuple[Path, ...], model: Path | None) -> tuple[Picture, ...]:
    """Return each file's fingerprints. Raises SettingsError when one cannot be handed in."""
    from staydown.fingerprint.registry import fingerprint_kinds, picture_worker
    from staydown.media.errors import MediaError

    kinds = [Kind.PDQ] if model is None else [Kind.PDQ, Kind.COPY1]
    found: dict[bytes, Picture] = {}
    with picture_worker(model=model) as worker:
        for file in files:
            try:
                picture = Picture(*fingerprint_kinds(file.read_bytes(), worker, kinds, model=model))
            except (MediaError, OSError) as error:
                raise SettingsError(f"{file}: {error}; nothing was sent") from error
            if (picture.pdq.quality or 0) < PDQ_LISTING_QUALITY:
                raise SettingsError(f"{file}: too plain to be told from others; nothing was sent")
            try:
                for one in picture.fingerprints:
                    refuse_degenerate(one)
            except DegenerateFingerprint as error:
                raise SettingsError(f"{file}: {error}; nothing was sent") from error
            click.echo(f"{one_line(str(file))}: quality {picture.pdq.quality}", err=True)
            found.setdefault(picture.pdq.bits, picture)
    return tuple(found.values())


def _client(url: str) -> PublicBankClient:
    from staydown.net.http import HttpTransport

    return PublicBankClient(url, HttpTransport(allow_private=True), working=say_working)


def _print(opened: CaseOpened, pin: str | None, as_json: bool) -> None:
    values: dict[str, object] = {
        "case_number": opened.case_number,
        "recovery_phrase": opened.recovery_phrase,
        "like_harmless": list(opened.like_harmless),
    }
    if pin is not None:
        values["pin"] = pin
    if as_json:
        click.echo(json.dumps(values))
        return
    click.echo(f"case number:      {one_line(opened.case_number)}")
    if pin is not None:
        click.echo(f"PIN:              {pin}")
    click.echo(f"recovery phrase:  {one_line(opened.recovery_phrase)}")
    click.echo("Write this down now: it is shown only once.")
    for number in opened.like_harmless:
        click.echo(
            f"The fingerprint of picture {number} looks like a well-known harmless one, such as a "
            "logo or a meme. It may be a coincidence: the picture is treated like any other. On "
            "the status page its owner can ask for a review.",
            err=True,
        )
