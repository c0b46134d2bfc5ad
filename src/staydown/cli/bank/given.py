"""What somebody says of what they hand in: by options, or asked at the terminal."""

from dataclasses import dataclass
from pathlib import Path

import click

from staydown.bank.errors import PinRefused
from staydown.base.settings import read_secret
from staydown.base.vocabulary import ActingFor, Under18
from staydown.cli.asking import ask, confirm, give
from staydown.cli.bank.handing_in import Attempt, new_attempt, read_code


@dataclass(frozen=True, slots=True)
class Given:
    """The options. What they leave open is asked, in this order."""

    adult_confirmed: bool
    acting_for: str | None
    pin_file: Path | None
    generate_pin: bool
    repeat: bool
    code_file: Path | None

    def __post_init__(self) -> None:
        if self.code_file is not None and not self.repeat:
            raise click.UsageError("--code-file goes with --repeat")

    def for_whom(self, url: str) -> ActingFor:
        """Return whose pictures they are; where somebody may be under 18 the command ends."""
        if not self.adult_confirmed and self._under18() is not Under18.NO:
            click.echo(
                "Nothing was sent. For pictures of people under 18 there are other services: "
                f"see {url.rstrip('/')}/under-18/",
                err=True,
            )
            raise SystemExit(1)
        return ActingFor(self.acting_for) if self.acting_for else self._asked_for_whom()

    def attempt(self) -> tuple[str, Attempt]:
        """Return the PIN and the handing in. Raises PinRefused for a weak PIN."""
        before = self._code() if self.repeat else None
        if before is not None and before.made_pin is not None:
            return before.made_pin, before
        if self.pin_file is not None:
            pin = read_secret(self.pin_file, minimum=1).decode("utf-8", "replace")
        elif self.generate_pin and before is None:
            pin = ""
        else:
            pin = self._asked_pin()
        if pin:
            _check(pin)
            return pin, before or new_attempt(None)
        from staydown.bank.values import made_up_pin

        pin = made_up_pin()
        return pin, before or new_attempt(pin)

    def _under18(self) -> Under18:
        answer = ask(
            "Was anyone in the pictures under 18 when they were taken?",
            instead=self._instead("age"),
            type=click.Choice([word.value for word in Under18]),
        )
        return Under18(answer)

    def _asked_for_whom(self) -> ActingFor:
        yes = confirm("Is it you in the pictures?", instead=self._instead("whom"))
        return ActingFor.SELF if yes else ActingFor.OTHER

    def _code(self) -> Attempt:
        if self.code_file is not None:
            return read_code(read_secret(self.code_file, minimum=1).decode("utf-8", "replace"))
        return read_code(ask("Code", instead=self._instead("code")))

    def _asked_pin(self) -> str:
        typed: str = ask(
            "PIN (leave empty to have one made up)",
            instead=self._instead("pin"),
            hidden=True,
            default="",
            show_default=False,
            confirmation_prompt=True,
        )
        return typed

    def _instead(self, asked: str) -> str:
        """Say what to give in place of this question and of those that would come after it."""
        pin = "--pin-file FILE" + ("" if self.repeat else " or --generate-pin")
        options = {
            "age": (self.adult_confirmed, "--adult-confirmed (if nobody was under 18)"),
            "whom": (self.acting_for, "--acting-for self or --acting-for other"),
            "code": (self.code_file or not self.repeat, "--code-file FILE"),
            # A code may bring the PIN: then there is nothing to give.
            "pin": (self.pin_file or self.generate_pin or (self.repeat and asked != "pin"), pin),
        }
        left = list(options)[list(options).index(asked) :]
        return give([option for given, option in (options[one] for one in left) if not given])


def _check(pin: str) -> None:
    """Raise PinRefused, with a better one where there is one, for a PIN that is easy to guess."""
    from staydown.bank.values import choose_pin

    try:
        choose_pin(pin)
    except PinRefused as error:
        offer = f" You could use this one: {error.offered}" if error.offered else ""
        raise PinRefused(f"{error}{offer}") from error
