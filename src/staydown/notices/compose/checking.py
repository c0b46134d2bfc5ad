"""Names everything that a letter lacks or that is filled in wrongly, before it is written."""

from collections.abc import Iterator
from typing import Any

from staydown.base.reasons import Reason, reasons
from staydown.base.vocabulary import Under18
from staydown.notices.compose.elements import alternatives, names_depicted, required
from staydown.notices.details import Details, Location, Missing
from staydown.notices.directory.records import Regime
from staydown.notices.field_limits import (
    MAX_LOCATIONS,
    fault_of_moment,
    fault_of_text,
    is_email,
    is_web_address,
)
from staydown.notices.fields import FIELDS, SUPPLIERS, FieldSpec, Kind, how_to_supply
from staydown.notices.vocabulary import Element, Letter, RecipientKind, Standing

_say = reasons("notices.fields")

E = Element
_LOCATING = (E.CONTENT_URL, E.CONTENT_LOCATION_INFO)
_IN_EACH = {E.CONTENT_DESCRIPTION: "description", E.SEARCH_QUERY: "search_query"}
_AGE = _say("age")
_HOTLINE = _say("hotline")


def missing(
    letter: Letter,
    regime: Regime | None,
    details: Details,
    under18: Under18 | None,
    to: RecipientKind | None = None,
    *,
    needed: tuple[Element, ...] | None = None,
) -> tuple[Missing, ...]:
    """Return everything that stops this letter from being written; () when nothing does.

    Where somebody may be under 18, that is the only answer: nothing else is asked. A thing that is
    filled in wrongly is named once, with the field; it is not also said to be missing. ``needed``:
    what the letter needs on this way, where that is not what ``required`` says. Raises ValueError
    for a regime's letter without its regime.
    """
    needed = required(letter, regime, to) if needed is None else needed
    if under18 not in (None, Under18.NO):
        return (Missing("not_under_18", ("under18",), _HOTLINE),)
    found: list[Missing] = []
    if under18 is None:
        found.append(Missing("age", ("under18",), _AGE))
    if len(details.locations) > MAX_LOCATIONS:
        how = _say("fault.too_many", n=MAX_LOCATIONS)
        return (*found, Missing(E.CONTENT_LOCATION_INFO, ("locations",), how))
    wrong = tuple(_misshapen(details))
    ill = {name for one in wrong for name in one.fields}
    found += wrong
    groups = alternatives(letter, regime)
    locating = tuple(element for element in needed if element in _LOCATING)
    found += _unlocated(
        locating, any(set(_LOCATING) <= set(group) for group in groups), details.locations, ill
    )
    for element in needed:
        if element not in _LOCATING:
            found += _lacking(letter, element, _group_of(element, needed, groups), details, ill)
    found += _without_leave(letter, regime, details, ill)
    return tuple(found)


def _group_of(
    element: Element, needed: tuple[Element, ...], groups: tuple[tuple[Element, ...], ...]
) -> tuple[Element, ...]:
    """Return what may stand in for an element; () when another member names the group."""
    group = next((group for group in groups if element in group), (element,))
    first = next(one for one in needed if one in group)
    return group if element is first else ()


def _misshapen(details: Details) -> Iterator[Missing]:
    for field in FIELDS.values():
        if not field.each:
            how = _fault(field, getattr(details, field.name))
            if how:
                yield Missing(field.element, (field.name,), how)
    for place, location in enumerate(details.locations):
        for field in FIELDS.values():
            how = _fault(field, getattr(location, field.bare)) if field.each else None
            if how:
                yield Missing(field.element, (f"locations[{place}].{field.bare}",), how)


def _fault(field: FieldSpec, said: Any) -> Reason | None:
    """Return what is wrong with what is filled in, as advice; None when nothing is."""
    if field.kind is Kind.MOMENT:
        return None if said is None else fault_of_moment(said)
    if not field.typed or not said:
        return None
    how = fault_of_text(said, field.longest, several_lines=field.kind is Kind.LINES)
    if not how and field.kind is Kind.EMAIL and not is_email(said):
        return _say("fault.email")
    if not how and field.kind is Kind.URL and not is_web_address(said):
        return _say("fault.address")
    return how


def _unlocated(
    locating: tuple[Element, ...], one_is_enough: bool, locations: tuple[Location, ...],
    ill: set[str],
) -> Iterator[Missing]:  # fmt: skip
    """Find locations that lack what the letter needs to find them.

    "Information that finds it" is what an address is too, so where both are listed the address is
    asked for unless the law says that one is enough; where the information alone is, either does.
    """
    if not locating:
        return
    url_alone = E.CONTENT_URL in locating and not one_is_enough
    what = E.CONTENT_URL if url_alone else E.CONTENT_LOCATION_INFO
    if not locations:
        yield Missing(what, ("locations",), how_to_supply(what))
    for place, location in enumerate(locations):
        url, info = f"locations[{place}].url", f"locations[{place}].info"
        if url_alone and not location.url.strip():
            yield Missing(what, (url,), how_to_supply(what))
        elif url_alone or location.url.strip() or location.info.strip() or {url, info} & ill:
            continue
        else:
            yield Missing(what, (url, info), how_to_supply(what))


def _lacking(
    letter: Letter, element: Element, group: tuple[Element, ...], details: Details, ill: set[str]
) -> Iterator[Missing]:
    if not group or any(_supplied(letter, one, details) for one in group):
        return
    if element in _IN_EACH:
        name = _IN_EACH[element]
        for place, location in enumerate(details.locations):
            field = f"locations[{place}].{name}"
            if field not in ill and not getattr(location, name).strip():
                yield Missing(element, (field,), how_to_supply(element))
        return
    fields = tuple(dict.fromkeys(name for one in group for name in SUPPLIERS[one]))
    if element is E.PRIOR_REPORT_TO_PLATFORM and letter is Letter.REMINDER:
        fields = ("first_sent",)
    elif element is E.PRIOR_REPORT_TO_PLATFORM and letter is Letter.REGULATOR:
        fields = ("prior_report", "first_sent")
    if not set(fields) & ill:
        yield Missing(element, fields, how_to_supply(element))


def _supplied(letter: Letter, element: Element, details: Details) -> bool:
    if element is E.PRIOR_REPORT_TO_PLATFORM:
        told = letter is not Letter.REMINDER and bool(details.prior_report.strip())
        return told or (letter in _AFTER_A_FIRST and details.first_sent is not None)
    return any(
        _says(field, details)
        for field in FIELDS.values()
        if element in field.elements or element is field.stands_in_for
    )


_AFTER_A_FIRST = (Letter.REMINDER, Letter.REGULATOR)


def _says(field: FieldSpec, details: Details) -> bool:
    """Whether a field says anything that supplies what it is for."""
    if field.each:
        return all(getattr(one, field.bare).strip() for one in details.locations)
    said = getattr(details, field.name)
    return bool(said.strip() if field.typed else said) and said not in field.silent


def _without_leave(
    letter: Letter, regime: Regime | None, details: Details, ill: set[str]
) -> Iterator[Missing]:
    """Ask a representative to say that leave was given, whatever the law asks; never papers."""
    if details.standing is not Standing.REPRESENTATIVE:
        return
    if not details.authorised:
        yield Missing(E.AUTHORITY_TO_ACT, ("authorised",), _say("authorised.how"))
    unnamed = "depicted" not in ill and not details.depicted.strip()
    if names_depicted(letter, regime) and unnamed:
        how = _say("depicted.how")
        yield Missing(E.IDENTIFICATION_OF_DEPICTED_PERSON, ("depicted",), how)
