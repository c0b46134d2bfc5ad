"""What each letter tells whom, in plain words. Said before it is written, not after."""

from types import MappingProxyType

from staydown.notices.directory.records import Place, Regime
from staydown.notices.routes.needs import needs_of
from staydown.notices.routes.route import Reveal
from staydown.notices.words import Element, Letter, RecipientKind

_WHERE = "where the picture is"
_WHO = "that you, or the person you act for, are in it"
_REACH = "a way to reach you, one that you choose"
_NAME = "the name you give"
_COUNTRY = "which law protects you, and so perhaps the country you are in"

#: Letters that name the laws of the person's country, and may go to somebody elsewhere.
NAMES_LAWS = frozenset(
    {Letter.NEUTRAL, Letter.EU_DSA_16, Letter.HOST, Letter.REGISTRAR_OR_CDN, Letter.SEARCH_ENGINE,
     Letter.INTERNET_PROVIDER, Letter.REGULATOR}
)  # fmt: skip

#: What a letter that isn't a law's says.
_SAYS = MappingProxyType(
    {
        Letter.NEUTRAL: (_WHERE, _WHO, _REACH),
        Letter.TERMS: (_WHERE, _WHO),
        Letter.HOST: (_WHERE, _WHO, _REACH),
        Letter.REGISTRAR_OR_CDN: (_WHERE, _WHO, _REACH),
        Letter.SEARCH_ENGINE: (_WHERE, _WHO, _REACH),
        Letter.APP_STORE: (_WHERE, _WHO, _REACH),
        Letter.REGULATOR: (_WHERE, _WHO, _REACH, "what the service did, or didn't do"),
        Letter.POLICE: (_WHO, _REACH, "what happened", "who you think did it, if you say so"),
        Letter.COURT_DRAFT: (_WHERE, _WHO, _REACH, "what happened"),
        Letter.EMPLOYER_OR_SCHOOL: ("that somebody is showing a private picture", _WHO, _REACH),
        Letter.PRESERVATION: (_WHERE, _WHO, _REACH),
        Letter.DATA_BROKER: ("which of your data it shows", _REACH),
        Letter.PAYMENT_OR_ADS: (_WHERE, _WHO, _REACH),
        Letter.INTERNET_PROVIDER: (_WHERE, _WHO, _REACH),
    }
)
_BY_ELEMENT = MappingProxyType(
    {
        Element.CLAIMANT_NAME: _NAME,
        Element.SIGNATURE: _NAME,
        Element.CLAIMANT_EMAIL: _REACH,
        Element.CONTACT: _REACH,
        Element.CONTENT_URL: _WHERE,
        Element.CONTENT_LOCATION_INFO: _WHERE,
        Element.IDENTIFICATION_OF_DEPICTED_PERSON: _WHO,
        Element.NON_CONSENT_STATEMENT: _WHO,
        Element.SEARCH_QUERY: "the name that people search for",
        Element.COPYRIGHTED_WORK_IDENTIFICATION: "that you own the picture",
    }
)


def reveals_of(
    kind: RecipientKind,
    letter: Letter | None,
    regime: Regime | None,
    recipient: str,
    place: Place | None,
    *,
    country: bool = False,
) -> tuple[Reveal, ...]:
    """Return what this route tells whom. ``country``: the letter names a law of the person's."""
    told = [Reveal(what, recipient) for what in _said(letter, regime, kind)]
    if country:
        told.append(Reveal(_COUNTRY, recipient))
    if place is not None and place.account_needed == "true" and kind is not RecipientKind.SUPPORT:
        told.append(Reveal("your account there, which its form asks for", recipient))
    if place is not None and place.asks_too_much:
        told.append(Reveal(f"more than is needed, if you let it: {place.asks_too_much}", recipient))
    if regime is not None and regime.reveals_sender:
        told.append(Reveal("your name and contact", "whoever put the picture there"))
    if letter is Letter.US_DMCA:
        told.append(Reveal("your notice, which may be published", "anybody who looks it up"))
    if place is not None and place.passes_on:
        told.append(Reveal(place.passes_on, f"others than {recipient}"))
    else:
        told += _PASSED_ON.get(kind, ())
    return tuple(told)


def _said(letter: Letter | None, regime: Regime | None, kind: RecipientKind) -> tuple[str, ...]:
    if letter is None:
        return ()
    if letter in _SAYS:
        return _SAYS[letter]
    elements = needs_of(letter, regime, kind) if regime is not None else ()
    said = (_BY_ELEMENT[element] for element in elements if element in _BY_ELEMENT)
    return tuple(dict.fromkeys(said))


_PASSED_ON = MappingProxyType(
    {
        RecipientKind.POLICE: (
            Reveal("what you report", "later perhaps a court, and the person you accuse"),
        ),
        RecipientKind.COURT: (
            Reveal("your name and what happened", "the other side, and perhaps the public"),
        ),
        RecipientKind.HOST: (
            Reveal("your letter, which a host may pass on", "whoever runs the site"),
        ),
        RecipientKind.REGISTRAR_OR_CDN: (
            Reveal("your letter, which it may pass on", "whoever runs the site"),
        ),
        RecipientKind.PAYMENT_OR_ADS: (
            Reveal("your letter, which it may pass on", "whoever runs the site"),
        ),
        RecipientKind.EMPLOYER_OR_SCHOOL: (
            Reveal("that this happened", "people who know you there"),
        ),
    }
)
