"""What each letter cannot do without."""

from types import MappingProxyType

from staydown.notices.directory.records import Regime
from staydown.notices.vocabulary import Element, Letter, RecipientKind

E = Element

_WHERE = E.CONTENT_LOCATION_INFO
_WHO = E.IDENTIFICATION_OF_DEPICTED_PERSON
_CORE = (_WHERE, _WHO, E.NON_CONSENT_STATEMENT)
_ABUSE = (*_CORE, E.GOOD_FAITH_STATEMENT, E.CONTACT)

#: Letters that no law lays down. What they need is our choice: enough to act on, nothing more.
OURS = MappingProxyType(
    {
        Letter.NEUTRAL: (*_ABUSE, E.ACCURACY_STATEMENT),
        Letter.TERMS: _CORE,
        Letter.HOST: _ABUSE,
        Letter.REGISTRAR_OR_CDN: _ABUSE,
        Letter.SEARCH_ENGINE: (
            E.CONTENT_URL, _WHO, E.NON_CONSENT_STATEMENT, E.GOOD_FAITH_STATEMENT, E.CONTACT,
        ),
        Letter.APP_STORE: _ABUSE,
        Letter.REGULATOR: (*_CORE, E.PRIOR_REPORT_TO_PLATFORM, E.CONTACT),
        # A threat has no address yet, and no regulator or court form is the law of everywhere.
        Letter.POLICE: (_WHO, E.NON_CONSENT_STATEMENT, E.CIRCUMSTANCES_OF_DISTRIBUTION, E.CONTACT),
        Letter.COURT_DRAFT: (*_CORE, E.CIRCUMSTANCES_OF_DISTRIBUTION, E.CONTACT),
        Letter.EMPLOYER_OR_SCHOOL: (_WHO, E.NON_CONSENT_STATEMENT, E.CONTACT),
        Letter.PRESERVATION: (_WHERE, _WHO, E.CONTACT),
        Letter.DATA_BROKER: (_WHERE, _WHO, E.CONTACT),
        Letter.PAYMENT_OR_ADS: _ABUSE,
        Letter.INTERNET_PROVIDER: _ABUSE,
        Letter.REMINDER: (_WHERE, E.NON_CONSENT_STATEMENT, E.PRIOR_REPORT_TO_PLATFORM, E.CONTACT),
    }
)  # fmt: skip


def needs_of(
    letter: Letter, regime: Regime | None, to: RecipientKind | None = None
) -> tuple[Element, ...]:
    """Return what a letter cannot do without, in the order in which a form asks.

    ``regime`` counts only for the letter that it lays down. ``to``: the publisher of a page needs
    no search query, which the GDPR's de-listing by a search engine does. Raises ValueError for a
    regime's letter without that regime.
    """
    if letter in OURS:
        return OURS[letter]
    if regime is None or regime.id != letter:
        raise ValueError(f"the letter {letter} needs its own regime")
    if letter is Letter.EU_GDPR_17 and to not in (None, RecipientKind.SEARCH_ENGINE):
        return tuple(element for element in regime.elements if element is not E.SEARCH_QUERY)
    if letter is Letter.US_TIDA:
        # The Act lets the depicted person, or one with authority, ask: so the letter says which.
        return (*regime.elements, E.AUTHORITY_TO_ACT)
    return regime.elements
