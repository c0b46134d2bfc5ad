"""``staydown guide search-sheet``."""

from pathlib import Path

import click

from staydown.base.clock import SystemClock
from staydown.base.vocabulary import Under18
from staydown.cli.asking import ask, at_a_terminal
from staydown.cli.guide.prompts import ask_under18, under18_of
from staydown.cli.new_file import output_option, save
from staydown.cli.notice.input_files import read_given
from staydown.guidance.self_search.sheet import make_sheet
from staydown.guidance.self_search.sheet_text import as_text
from staydown.guidance.self_search.terms import BadTerm, SelfSearch, terms_of

_PROMPTS = {
    "names": "Names",
    "former_names": "Former names",
    "handles": "Names of accounts",
    "emails": "E-mail addresses",
    "phones": "Phone numbers, with +country code",
    "addresses": "Streets and numbers",
    "towns": "Towns",
}

#: For who can't be asked.
_INSTEAD = "give --terms FILE"


@click.command("search-sheet")
@click.option(
    "--terms",
    "given",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help='TOML with lists, such as: names = ["A. B."]. Without it, you are asked.',
)
@output_option("Write to a new file that only you can read.")
def search_sheet(given: Path | None, output: Path | None) -> None:
    """Print what to search for and how to do it safely. Nothing is searched for here."""
    under18: Under18 | None = None
    if given is not None:
        table = dict(read_given(given))
        under18 = under18_of(table)
        terms = terms_of(table)
    elif at_a_terminal():
        under18 = ask_under18(_INSTEAD)
        terms = _ask()
    else:
        raise click.UsageError(f"{_INSTEAD}, or run it in a terminal to be asked")
    sheet = as_text(make_sheet(terms, under18=under18), SystemClock().now().date())
    save(sheet.encode(), output)


def _ask() -> SelfSearch:
    """Ask on standard error; what is typed stays out of the shell's history."""
    click.echo(
        "Several with commas between; the return key alone skips one. Nothing is kept.", err=True
    )
    return terms_of({kind: _ask_one(kind, words) for kind, words in _PROMPTS.items()})


def _ask_one(kind: str, words: str) -> list[str]:
    """Ask until what is typed can be searched for: the answers before it must not be lost."""

    def parts(typed: str) -> list[str]:
        several = typed.split(",")
        try:
            terms_of({kind: several})
        except BadTerm as error:
            raise click.UsageError(str(error)) from None
        return several

    found: list[str] = ask(
        words, instead=_INSTEAD, default="", show_default=False, value_proc=parts
    )
    return found
