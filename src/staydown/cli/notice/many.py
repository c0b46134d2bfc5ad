"""``staydown notice many``: the notices for a list of locations, each group confirmed."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from staydown.base.clock import SystemClock
from staydown.base.languages import Language
from staydown.cli.new_file import CannotSave, save
from staydown.cli.notice.input_files import BadGiven, details_of, facts_of, read_details, read_given
from staydown.cli.notice.output_formats import (
    ENDINGS,
    FORMS,
    rendered,
    told_missing,
)
from staydown.cli.notice.output_formats import warn as warn_of
from staydown.cli.notice.records import warn_of_record
from staydown.cli.notice.risks import warn_of_risks
from staydown.guidance.support.reading import load_support
from staydown.notices.compose.many import (
    Bundle,
    LocatedFacts,
    group,
    left_over,
    located,
    write_bundles,
)
from staydown.notices.compose.writing import Incomplete
from staydown.notices.details import Location, Notice
from staydown.notices.directory.directory import Directory
from staydown.notices.directory.reading import load_directory
from staydown.notices.vocabulary import RecipientKind

_SHORT = 12
_KINDS = (RecipientKind.PLATFORM, RecipientKind.SEARCH_ENGINE, RecipientKind.HOST)


@click.command("many")
@click.argument("items_file", metavar="ITEMS", type=click.Path(path_type=Path))
@click.option("--kind", "kinds", multiple=True, type=click.Choice([kind.value for kind in _KINDS]),
              default=["platform"], show_default=True, help="Whom to write to.")  # fmt: skip
@click.option("--confirm", "confirmed", multiple=True, metavar="ID",
              help="Write this group: once for each that you have looked at.")  # fmt: skip
@click.option("--details", "details_file", type=click.Path(path_type=Path),
              help="TOML file of what the letters are filled with.")  # fmt: skip
@click.option("--language", type=click.Choice([one.value for one in Language]), default="en",
              show_default=True)  # fmt: skip
@click.option("--as", "form", type=click.Choice(FORMS), default="text", show_default=True)
@click.option("--risks-weighed", is_flag=True,
              help="You have read the risks and taken advice, and want the letters.")  # fmt: skip
@click.option("--folder", type=click.Path(path_type=Path), help="Where the files go.")
def many(
    items_file: Path,
    *,
    kinds: tuple[str, ...],
    confirmed: tuple[str, ...],
    details_file: Path | None,
    language: str,
    form: str,
    risks_weighed: bool,
    folder: Path | None,
) -> None:
    """Group the locations in ITEMS by recipient, then write the groups that you confirm.

    ITEMS is a TOML file: a table [facts] for all, and an [[items]] table for each location with
    url, info, description, evidence, ground, search_query, and its own facts where they differ.
    Without --confirm, the groups are listed and nothing is written. Nothing is ever sent.
    """
    directory, now = load_directory(), SystemClock().now()
    items = read_items(items_file)
    chosen = [RecipientKind(kind) for kind in kinds]
    bundles = group(items, directory, load_support(), now.date(), chosen)
    if not confirmed:
        _show(bundles, len(left_over(items, bundles)), directory, now.date())
        return
    if details_file is None or folder is None:
        raise click.UsageError("to write letters, give --details and --folder")
    full = _named(confirmed, bundles)
    details = read_details(details_file)
    for bundle in bundles:
        if bundle.id in full:
            warn_of_risks(bundle.route.risks, now.date(), weighed=risks_weighed)
            warn_of_record(bundle.route, directory, now.date())
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise CannotSave(f"cannot make the folder: {error.strerror}") from error
    try:
        notices = write_bundles(
            bundles, full, details, language=Language(language), directory=directory, now=now
        )
    except Incomplete as error:
        told_missing(error.missing)
        raise SystemExit(1) from None
    _save_all(notices, [one.id for one in bundles if one.id in full], form, folder, directory)


def _save_all(
    notices: Sequence[Notice], ids: Sequence[str], form: str, folder: Path, directory: Directory
) -> None:
    """Write each notice to a file named after its group. Raises CannotSave."""
    names = [f"letter-{one[:_SHORT]}.{ENDINGS[form]}" for one in ids]
    if any((folder / name).exists() for name in names):
        raise CannotSave("a letter of these is in the folder already; nothing was written")
    # All of them are made before the first is saved, so that a fault leaves no half of them.
    letters = [rendered(notice, form, directory) for notice in notices]
    for notice, letter, name in zip(notices, letters, names, strict=True):
        warn_of(notice)
        save(letter, folder / name)


def read_items(path: Path) -> tuple[LocatedFacts, ...]:
    """Read the file of locations. Raises BadGiven."""
    table = read_given(path)
    common, listed = table.get("facts", {}), table.get("items")
    if not table.keys() <= {"facts", "items"} or not isinstance(common, dict):
        raise BadGiven("the file holds a table [facts] and tables [[items]], and nothing else")
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise BadGiven("put each location under a line [[items]]")
    return tuple(_item(number, one, common) for number, one in enumerate(listed, 1))


def _item(number: int, table: Mapping[str, Any], common: Mapping[str, Any]) -> LocatedFacts:
    here = {key: value for key, value in table.items() if key in _OF_LOCATION}
    facts = {key: value for key, value in table.items() if key not in _OF_LOCATION}
    location = details_of({"locations": [{"id": str(number), **here}]}).locations[0]
    made = facts_of({**common, **facts}, f"items[{number}].")
    if "place" not in facts and "site" not in facts:
        return located(made, location, load_directory())
    return LocatedFacts(made, location)


_OF_LOCATION = frozenset(Location.__dataclass_fields__)


def _show(bundles: tuple[Bundle, ...], without: int, directory: Directory, today: date) -> None:
    """Print a line for each group: whom it goes to is what a person confirms."""
    for bundle in bundles:
        count, to = len(bundle.locations), bundle.to
        where = " ".join(filter(None, (to.name, to.email or to.form_url)))
        place = directory.places.get(to.place or "")
        if place is not None and not place.confirmed:
            where += " (not confirmed)"
        elif place is not None and place.standing.is_stale(today):
            where += f" (last checked on {place.checked}: look again)"
        click.echo(
            f"{bundle.id[:_SHORT]}  {where}: {bundle.route.letter}, {count} "
            f"location{'s' if count != 1 else ''}"
        )
    if without:
        click.echo(f"{without} without a letter: look at `staydown notice routes` for them.")
    click.echo("Nothing is written yet. Look at each, and give --confirm ID for it.", err=True)


def _named(confirmed: tuple[str, ...], bundles: tuple[Bundle, ...]) -> set[str]:
    """Turn the short ids that were shown into whole ones. Raises CannotSave."""
    found = set()
    for short in confirmed:
        meant = [one.id for one in bundles if one.id.startswith(short)]
        if len(short) < _SHORT or len(meant) != 1:
            raise CannotSave("a confirmed id is not among the groups; list them again")
        found.add(meant[0])
    return found
