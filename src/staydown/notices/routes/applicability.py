"""Whom a law's notice reaches, and who may send it: one small rule for each law.

What a rule leans on stands in the regime's record (``addressed_to``, ``may_be_sent_by``,
``unconfirmed``). Where the record leaves it open, the notice is offered and the doubt is said.
"""

from collections.abc import Callable
from types import MappingProxyType

from staydown.base.incident import DistributionMode
from staydown.base.reasons import Reason, reasons
from staydown.notices.directory.records import Regime
from staydown.notices.routes.situation import Situation
from staydown.notices.vocabulary import Letter, Standing

_say = reasons("notices.routes")

_PUBLISHERS = frozenset(
    {
        DistributionMode.PORN_SITE,
        DistributionMode.NCII_ONLY_SITE,
        DistributionMode.SOCIAL_MEDIA,
        DistributionMode.MESSAGE_BOARD,
        DistributionMode.IMAGE_HOST,
        DistributionMode.MESSAGING_GROUP_OR_CHANNEL,
        DistributionMode.MESSAGING_PRIVATE,
        DistributionMode.PEER_TO_PEER_OR_FILE_SHARING,
        DistributionMode.DOWNSTREAM_REPOST,
        DistributionMode.EXTORTION_OR_DEFAMATION_SITE,
    }
)


def reaches(regime: Regime, letter: Letter, here: Situation) -> bool:
    """Whether the notice of this law can be sent to this place by this person."""
    if here.facts.synthetic and regime.covers_synthetic == "false":
        return False
    return _RULES[letter](here)


def _tida(here: Situation) -> bool:
    """Covered platforms, wherever the person is; the FTC's letters and the place say which."""
    if here.dark or here.facts.where not in _PUBLISHERS:
        return False
    covered = here.place.tida_covered if here.place is not None else "unknown"
    if covered == "unknown":
        return "US" in (*here.person, *here.place_law)
    return covered != "false"


def _dsa(here: Situation) -> bool:
    """Any hosting service offered in the Union. Messages between people are not hosted there."""
    return "EU" in here.everywhere and not here.private and not here.dark


def _erasure(here: Situation) -> bool:
    """Whoever publishes a person's data: of somebody in the Union, or by somebody in it."""
    return "EU" in (*here.person, *here.place_law) and not here.private and not here.dark


def _rule_3_2_b(here: Situation) -> bool:
    """Any intermediary, for a person in India or a service there."""
    return "IN" in (*here.person, *here.place_law) and not here.dark


def _osa(here: Situation) -> bool:
    """User-to-user services, for a person in the UK or a service there."""
    return "GB" in (*here.person, *here.place_law) and not here.dark


def _marco_civil(here: Situation) -> bool:
    """Providers that hold what others post. Private messages need a court's order."""
    return "BR" in here.everywhere and not here.private and not here.dark


_RULES: MappingProxyType[Letter, Callable[[Situation], bool]] = MappingProxyType(
    {
        Letter.US_TIDA: _tida,
        Letter.EU_DSA_16: _dsa,
        Letter.EU_GDPR_17: _erasure,
        Letter.IN_RULE_3_2_B: _rule_3_2_b,
        Letter.GB_OSA_20A: _osa,
        Letter.BR_MCI_21: _marco_civil,
    }
)


def doubts_of(regime: Regime, letter: Letter, here: Situation) -> tuple[Reason, ...]:
    """Return what isn't known and would change whether this notice can be used."""
    doubts = []
    if letter is Letter.US_TIDA:
        doubts += _tida_doubts(here)
    elif regime.jurisdiction not in here.person and letter is not Letter.EU_DSA_16:
        doubts.append(_say("depends.outside_its_reach"))
    if regime.depicted_only and here.facts.standing is not Standing.DEPICTED:
        doubts.append(_say("depends.person_only"))
    if here.facts.synthetic and regime.covers_synthetic != "true":
        doubts.append(_say("depends.software_not_certain"))
    return tuple(doubts)


def _tida_doubts(here: Situation) -> list[Reason]:
    doubts = []
    if here.place is None or here.place.tida_covered != "true":
        doubts.append(_say("depends.public_posting"))
    if here.person and "US" not in here.person:
        doubts.append(_say("depends.us_law"))
    if here.private:
        doubts.append(_say("depends.private_disputed"))
    return doubts
