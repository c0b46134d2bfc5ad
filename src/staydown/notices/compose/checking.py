"""Names everything that a letter lacks or that is filled in wrongly, before it is written."""

from collections.abc import Iterator

from staydown.base.incident import ContentCapture, DistributionConsent
from staydown.base.vocabulary import Under18
from staydown.notices.compose.elements import FIELDS, alternatives, names_depicted, required
from staydown.notices.compose.hints import HOW
from staydown.notices.details import Details, Location, Missing
from staydown.notices.directory.records import Regime
from staydown.notices.field_limits import (
    LONGEST,
    LONGEST_IN_LOCATION,
    MAX_LOCATIONS,
    SEVERAL_LINES,
    fault_of_moment,
    fault_of_text,
    is_email,
    is_web_address,
)
from staydown.notices.words import Element, Letter, RecipientKind, Standing

E = Element
_LOCATING = (E.CONTENT_URL, E.CONTENT_LOCATION_INFO)
_IN_EACH = {E.CONTENT_DESCRIPTION: "description", E.SEARCH_QUERY: "search_query"}

#: Which element a field belongs to, for what is filled in wrongly.
_ELEMENT_OF = {
    "name": E.CLAIMANT_NAME, "email": E.CLAIMANT_EMAIL, "contact": E.CONTACT,
    "signature": E.SIGNATURE, "depicted": E.IDENTIFICATION_OF_DEPICTED_PERSON,
    "consent_information": E.NON_CONSENT_RELEVANT_INFORMATION,
    "explanation": E.EXPLANATION_OF_ILLEGALITY, "legal_ground": E.LEGAL_GROUND,
    "circumstances": E.CIRCUMSTANCES_OF_DISTRIBUTION,
    "copyrighted_work": E.COPYRIGHTED_WORK_IDENTIFICATION,
    "prior_report": E.PRIOR_REPORT_TO_PLATFORM, "first_message_id": E.PRIOR_REPORT_TO_PLATFORM,
    "first_sent": E.PRIOR_REPORT_TO_PLATFORM, "police_reference": E.CRIMINAL_CHARGE_REFERENCE,
    "id": E.CONTENT_LOCATION_INFO, "url": E.CONTENT_URL, "info": E.CONTENT_LOCATION_INFO,
    "description": E.CONTENT_DESCRIPTION, "evidence": E.CONTENT_LOCATION_INFO,
    "ground": E.LEGAL_GROUND, "search_query": E.SEARCH_QUERY,
}  # fmt: skip


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
        return (Missing("not_under_18", ("under18",), HOW["not_under_18"]),)
    found: list[Missing] = []
    if under18 is None:
        found.append(Missing("age", ("under18",), HOW["age"]))
    if len(details.locations) > MAX_LOCATIONS:
        how = f"Put at most {MAX_LOCATIONS} addresses into one letter. Write several letters."
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
    for name, longest in LONGEST.items():
        text = getattr(details, name)
        how = fault_of_text(text, longest, several_lines=name in SEVERAL_LINES)
        if not how and name == "email" and text and not is_email(text):
            how = "Write one e-mail address, such as name@example.org, and nothing else."
        if how:
            yield Missing(_ELEMENT_OF[name], (name,), how)
    how = "" if details.first_sent is None else fault_of_moment(details.first_sent)
    if how:
        yield Missing(E.PRIOR_REPORT_TO_PLATFORM, ("first_sent",), how)
    for place, location in enumerate(details.locations):
        for name, longest in LONGEST_IN_LOCATION.items():
            text = getattr(location, name)
            how = fault_of_text(text, longest)
            if not how and name == "url" and text and not is_web_address(text):
                how = (
                    "Copy the whole address from the browser; it begins with https:// or http://. "
                    "If it has none, say in other words where it is."
                )
            if how:
                yield Missing(_ELEMENT_OF[name], (f"locations[{place}].{name}",), how)


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
        yield Missing(what, ("locations",), HOW[what])
    for place, location in enumerate(locations):
        url, info = f"locations[{place}].url", f"locations[{place}].info"
        if url_alone and not location.url.strip():
            yield Missing(what, (url,), HOW[what])
        elif url_alone or location.url.strip() or location.info.strip() or {url, info} & ill:
            continue
        else:
            yield Missing(what, (url, info), HOW[what])


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
                yield Missing(element, (field,), HOW[element])
        return
    fields = tuple(dict.fromkeys(name for one in group for name in FIELDS[one]))
    if element is E.PRIOR_REPORT_TO_PLATFORM and letter is Letter.REMINDER:
        fields = ("first_sent",)
    elif element is E.PRIOR_REPORT_TO_PLATFORM and letter is Letter.REGULATOR:
        fields = ("prior_report", "first_sent")
    if not set(fields) & ill:
        yield Missing(element, fields, HOW[element])


def _supplied(letter: Letter, element: Element, details: Details) -> bool:
    if element in _STATED:
        return bool(getattr(details, _STATED[element]))
    if element in _TYPED:
        return any(getattr(details, name).strip() for name in _TYPED[element])
    if element in _IN_EACH:
        return all(getattr(one, _IN_EACH[element]).strip() for one in details.locations)
    if element is E.PRIOR_REPORT_TO_PLATFORM:
        told = letter is not Letter.REMINDER and bool(details.prior_report.strip())
        return told or (letter in _AFTER_A_FIRST and details.first_sent is not None)
    if element is E.NON_CONSENT_RELEVANT_INFORMATION:
        return _tells_of_consent(details)
    if element in (E.EXPLANATION_OF_ILLEGALITY, E.LEGAL_GROUND):
        own = (
            details.explanation if element is E.EXPLANATION_OF_ILLEGALITY else details.legal_ground
        )
        return details.states_no_consent or bool(own.strip())
    return details.standing is not None  # who is depicted, and whether one may act


_AFTER_A_FIRST = (Letter.REMINDER, Letter.REGULATOR)

_STATED = {
    E.NON_CONSENT_STATEMENT: "states_no_consent",
    E.GOOD_FAITH_STATEMENT: "states_good_faith",
    E.ACCURACY_STATEMENT: "states_accurate",
    E.PERJURY_STATEMENT: "states_perjury",
    E.DECLARES_INTIMATE_IMAGE: "states_intimate",
    E.VULNERABILITY_STATEMENT: "states_vulnerable",
}
_TYPED = {
    E.CLAIMANT_NAME: ("name",),
    E.CLAIMANT_EMAIL: ("email",),
    E.CONTACT: ("contact", "email"),
    E.SIGNATURE: ("signature",),
    E.COPYRIGHTED_WORK_IDENTIFICATION: ("copyrighted_work",),
    E.CIRCUMSTANCES_OF_DISTRIBUTION: ("circumstances",),
    E.CRIMINAL_CHARGE_REFERENCE: ("police_reference",),
}


def _tells_of_consent(details: Details) -> bool:
    """Say whether anything besides the bare statement helps to see that there was no consent."""
    return (
        bool(details.consent_information.strip())
        or details.synthetic is True
        or details.capture not in (None, ContentCapture.CAPTURE_CONSENSUAL)
        or details.consent
        not in (None, DistributionConsent.UNKNOWN, DistributionConsent.NONE_DISTRIBUTED)
    )


def _without_leave(
    letter: Letter, regime: Regime | None, details: Details, ill: set[str]
) -> Iterator[Missing]:
    """Ask a representative to say that leave was given, whatever the law asks; never papers."""
    if details.standing is not Standing.REPRESENTATIVE:
        return
    if not details.authorised:
        yield Missing(E.AUTHORITY_TO_ACT, ("authorised",), HOW["leave"])
    unnamed = "depicted" not in ill and not details.depicted.strip()
    if names_depicted(letter, regime) and unnamed:
        how = HOW["depicted"]
        yield Missing(E.IDENTIFICATION_OF_DEPICTED_PERSON, ("depicted",), how)
