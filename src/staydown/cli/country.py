"""The code of a country, as options take it."""

import click

from staydown.base.country import is_country_code
from staydown.cli.asking import ask, at_a_terminal


def country_code(_ctx: click.Context, _parameter: click.Parameter, given: str | None) -> str | None:
    """Return a code such as NL or US-CA in capital letters. Raises BadParameter for another word.

    UK, which many people write, isn't the code of the United Kingdom, and would find nothing.
    """
    if given is None:
        return None
    code = given.upper()
    if not is_country_code(code):
        raise click.BadParameter("give a code such as NL, GB or US-CA")
    return code


def ask_country(question: str) -> str:
    """Ask somebody at a terminal for a code; "" for the return key alone, and where nobody sits."""
    if not at_a_terminal():
        return ""
    while True:
        typed = (
            ask(question, instead="give --country CODE", default="", show_default=False)
            .strip()
            .upper()
        )
        if not typed or is_country_code(typed):
            return str(typed)
        click.echo("Give a code such as NL, GB or US-CA, or press return.", err=True)
