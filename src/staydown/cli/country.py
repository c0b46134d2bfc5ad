"""The code of a country, as options take it."""

import re

import click

_CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")


def country_code(_ctx: click.Context, _parameter: click.Parameter, given: str | None) -> str | None:
    """Return a code such as NL or US-CA in capital letters. Raises BadParameter for another word.

    UK, which many people write, isn't the code of the United Kingdom, and would find nothing.
    """
    if given is None:
        return None
    code = given.upper()
    if code == "UK" or not _CODE.fullmatch(code):
        raise click.BadParameter("give a code such as NL, GB or US-CA")
    return code
