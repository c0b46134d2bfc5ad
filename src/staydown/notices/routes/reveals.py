"""What each letter tells whom, in plain words. Said before it is written, not after."""

from types import MappingProxyType

from staydown.base.reasons import Reason, reasons
from staydown.notices.directory.records import Place, Regime
from staydown.notices.routes.needs import needs_of
from staydown.notices.routes.route import Reveal
from staydown.notices.vocabulary import Element, Letter, RecipientKind

_say = reasons("notices.routes")

_WHERE = _say("reveals.where")
_WHO = _say("reveals.who")
_REACH = _say("reveals.reach")
_NAME = _say("reveals.name")
_COUNTRY = _say("reveals.country")

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
        Letter.REGULATOR: (_WHERE, _WHO, _REACH, _say("reveals.what_service_did")),
        Letter.POLICE: (_WHO, _REACH, _say("reveals.what_happened"), _say("reveals.who_did_it")),
        Letter.COURT_DRAFT: (_WHERE, _WHO, _REACH, _say("reveals.what_happened")),
        Letter.EMPLOYER_OR_SCHOOL: (_say("reveals.picture_shown"), _WHO, _REACH),
        Letter.PRESERVATION: (_WHERE, _WHO, _REACH),
        Letter.DATA_BROKER: (_say("reveals.your_data"), _REACH),
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
        Element.SEARCH_QUERY: _say("reveals.searched_name"),
        Element.COPYRIGHTED_WORK_IDENTIFICATION: _say("reveals.ownership"),
    }
)


def reveals_of(
    kind: RecipientKind,
    letter: Letter | None,
    regime: Regime | None,
    recipient: Reason | str,
    place: Place | None,
    *,
    country: bool = False,
) -> tuple[Reveal, ...]:
    """Return what this route tells whom. ``country``: the letter names a law of the person's."""
    told = [Reveal(what, recipient) for what in _said(letter, regime, kind)]
    if country:
        told.append(Reveal(_COUNTRY, recipient))
    if place is not None and place.account_needed == "true" and kind is not RecipientKind.SUPPORT:
        told.append(Reveal(_say("reveals.account"), recipient))
    if place is not None and place.asks_too_much:
        told.append(Reveal(_say("reveals.asks_too_much", what=place.asks_too_much), recipient))
    if regime is not None and regime.reveals_sender:
        told.append(Reveal(_say("reveals.name_and_contact"), _say("reveals.to.uploader")))
    if letter is Letter.US_DMCA:
        told.append(Reveal(_say("reveals.notice_published"), _say("reveals.to.anybody")))
    if place is not None and place.passes_on:
        told.append(Reveal(place.passes_on, _say("reveals.others_than", name=recipient)))
    else:
        told += _PASSED_ON.get(kind, ())
    return tuple(told)


def _said(letter: Letter | None, regime: Regime | None, kind: RecipientKind) -> tuple[Reason, ...]:
    if letter is None:
        return ()
    if letter in _SAYS:
        return _SAYS[letter]
    elements = needs_of(letter, regime, kind) if regime is not None else ()
    said = (_BY_ELEMENT[element] for element in elements if element in _BY_ELEMENT)
    return tuple(dict.fromkeys(said))


_PASSED_ON = MappingProxyType(
    {
        RecipientKind.POLICE: (Reveal(_say("reveals.your_report"), _say("reveals.to.court")),),
        RecipientKind.COURT: (
            Reveal(_say("reveals.name_and_story"), _say("reveals.to.other_side")),
        ),
        RecipientKind.HOST: (
            Reveal(_say("reveals.letter_host_passes_on"), _say("reveals.to.site_owner")),
        ),
        RecipientKind.REGISTRAR_OR_CDN: (
            Reveal(_say("reveals.letter_passed_on"), _say("reveals.to.site_owner")),
        ),
        RecipientKind.PAYMENT_OR_ADS: (
            Reveal(_say("reveals.letter_passed_on"), _say("reveals.to.site_owner")),
        ),
        RecipientKind.EMPLOYER_OR_SCHOOL: (
            Reveal(_say("reveals.that_it_happened"), _say("reveals.to.people_there")),
        ),
    }
)
