"""What each letter cannot do without, and which fields a form has to show for it."""

from staydown.notices.directory.records import Regime
from staydown.notices.fields import SUPPLIERS
from staydown.notices.routes.needs import OURS, needs_of
from staydown.notices.routes.route import Route
from staydown.notices.vocabulary import Element, Letter, RecipientKind, Standing

E = Element

_WHO = E.IDENTIFICATION_OF_DEPICTED_PERSON


def required(
    letter: Letter, regime: Regime | None, to: RecipientKind | None = None
) -> tuple[Element, ...]:
    """Return what a letter cannot do without, in the order in which a form asks.

    ``regime`` counts only for the letter that it lays down. ``to``: the publisher of a page needs
    no search query, which the GDPR's de-listing by a search engine does. Raises ValueError for a
    regime's letter without that regime.
    """
    return needs_of(letter, regime, to)


def alternatives(letter: Letter, regime: Regime | None) -> tuple[tuple[Element, ...], ...]:
    """Return the groups of elements of which one is enough."""
    if letter in OURS or regime is None:
        return ((E.CONTACT, E.CLAIMANT_EMAIL),)
    return regime.one_of


def fields_asked(
    letter: Letter,
    regime: Regime | None,
    standing: Standing | None,
    to: RecipientKind | None = None,
    *,
    needed: tuple[Element, ...] | None = None,
) -> tuple[str, ...]:
    """Return the fields of Details that a form has to show for this letter, and nothing more.

    ``needed``: what the letter needs on this way, where that is not what ``required`` says.
    "locations.url" means the ``url`` of each location. A field that only helps is not among them:
    ``staydown.notices.compose.filling.fields_offered`` lists those.
    """
    needed = required(letter, regime, to) if needed is None else needed
    asked: list[str] = []
    for element in needed:
        if element is E.CONTACT and E.CLAIMANT_EMAIL in needed:
            continue
        asked += SUPPLIERS[element]
    if letter is Letter.REMINDER:
        asked[asked.index("prior_report")] = "first_sent"
    if "standing" in asked and standing is Standing.REPRESENTATIVE:
        asked.insert(asked.index("standing") + 1, "authorised")
        if _WHO in needed and letter not in _UNNAMED:
            asked.insert(asked.index("authorised") + 1, "depicted")
    return tuple(dict.fromkeys(asked))


#: Letters that don't say who the person is, not even by a role.
_UNNAMED = frozenset({Letter.EMPLOYER_OR_SCHOOL, Letter.DATA_BROKER, Letter.US_DMCA})


def needed_on(route: Route) -> tuple[Element, ...] | None:
    """Return what the letter needs on this way; None where ``required`` says it.

    Some regulators ask for an earlier report to the service, and others don't. A way that doesn't
    say what it needs (a next step to somebody else) needs all that is usual.
    """
    return (route.needs or None) if route.letter is Letter.REGULATOR else None


def names_depicted(letter: Letter, regime: Regime | None) -> bool:
    """Say whether a representative has to say how the depicted person is called."""
    return _WHO in required(letter, regime) and letter not in _UNNAMED
