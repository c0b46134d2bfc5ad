"""``staydown guide words``."""

import json

import click

from staydown.base.labels import LISTS, heading, label, languages, may_be_asked
from staydown.base.languages import Language


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(LISTS)), metavar="[LIST]...")
@click.option(
    "--language",
    type=click.Choice([language.value for language in languages()]),
    default=Language.EN.value,
    show_default=True,
    help="The language of the plain words.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each word.")
def words(names: tuple[str, ...], language: str, as_json: bool) -> None:
    """Print the words for what happened, and what each means in plain language."""
    tongue = Language(language)
    for name in names or LISTS:
        found = LISTS[name]
        if not as_json:
            asked = "" if may_be_asked(found) else " (never asked of a person)"
            click.echo(f"{name}: {heading(found, tongue)}{asked}")
        for member in found:
            plain = label(member, tongue)
            row = {"list": name, "word": member, "label": plain, "asked": may_be_asked(found)}
            click.echo(json.dumps(row, ensure_ascii=False) if as_json else f"    {member}: {plain}")
