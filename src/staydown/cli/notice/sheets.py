"""The sheet for a place's own form, as text: what to paste where, and what to leave empty."""

from collections.abc import Iterator

from staydown.base.errors import StaydownError
from staydown.base.wording import text
from staydown.cli.notice.records import checked_in_words
from staydown.notices.delivery.sheet import FieldSheet, SheetField, field_sheet
from staydown.notices.details import Notice
from staydown.notices.directory.directory import Directory


class NoForm(StaydownError):
    """No form of this recipient is known."""


def sheet_text(notice: Notice, directory: Directory) -> str:
    """Return the sheet for the form of whom the notice goes to. Raises NoForm."""
    place = directory.places.get(notice.to.place or "")
    sheet = field_sheet(notice, place, notice.details)
    if not sheet.form_url:
        raise NoForm(
            "no form of this recipient is known: copy the letter, or name one with form_url in "
            "the file of --to"
        )
    return "\n".join(_lines(sheet, notice)) + "\n"


def _lines(sheet: FieldSheet, notice: Notice) -> Iterator[str]:
    yield f"Form: {sheet.form_url}"
    if sheet.standing is not None:
        yield checked_in_words(sheet.standing, notice.written.date())
    yield ""
    yield from (f"! {text(remark)}" for remark in sheet.remarks)
    for one in sheet.fields:
        yield ""
        yield from _field_lines(one)
    yield ""
    yield "Leave empty:"
    yield from (f"- {text(one)}" for one in sheet.leave_empty)


def _field_lines(one: SheetField) -> Iterator[str]:
    yield f"{text(one.label)}:"
    yield from (f"    {line}" for line in one.paste.splitlines())
    if one.note:
        yield f"  ({text(one.note)})"
