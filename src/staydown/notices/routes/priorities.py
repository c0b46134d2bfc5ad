"""The order of the routes, and the reason for each place in it.

One rule decides: what is most likely to have the picture down soonest, for the least given away.
Where that is known from data, the data decide:

- Reports of the same pictures to X: 25 of 25 sent as copyright came down, 0 of 25 sent as
  non-consensual nudity under the service's own rules. So a law with a clock stands before a
  service's own rules. Copyright still stands low: it gives the sender away to the uploader.
- Six hostile sites in Korea: 33 % came down on a request, 94 % when the request named a criminal
  case. So on hostile sites the police stand early, unless that is dangerous in this country.
- About one in ten pictures that a national helpline reports stays up, mostly on sites abroad that
  answer nobody. So search engines are asked side by side with the site, not after it.

Routes of one rank go out side by side.
"""

from enum import IntEnum

from staydown.base.reasons import reasons


class Rank(IntEnum):
    """Lower stands earlier. The gaps leave room; only the order counts."""

    #: Talk to somebody first: something here can hurt the person, or somebody is threatening them.
    ADVICE = 10
    #: What costs nothing to do at once: the strongest notice, search engines, hash banks, keeping
    #: the data, an authority that orders removal itself.
    TOGETHER = 20
    #: The next strongest notices to the same place, one after the other.
    NEXT_LETTER = 30
    #: Whoever carries the site: host, registrar, network.
    CARRIER = 40
    #: A letter to a site that lives on such pictures.
    HOSTILE_SITE = 42
    POLICE = 50
    #: Who can make the service obey, once it hasn't.
    REGULATOR = 55
    DATA_BROKER = 60
    APP_STORE = 65
    #: The sender is given away.
    COPYRIGHT = 70
    COURT = 75
    #: Tells people who know the person.
    EMPLOYER_OR_SCHOOL = 80
    #: Dangerous here without advice.
    ONLY_AFTER_ADVICE = 90


class Strength(IntEnum):
    """How strong a notice to the place itself is. Lower is stronger."""

    FIXED_CLOCK = 0
    DUTY = 1
    #: It must answer, in weeks.
    SLOW_CLOCK = 2
    NEUTRAL = 3
    NOT_YET_IN_FORCE = 4
    OWN_RULES = 5


_say = reasons("notices.routes")

FIXED_CLOCK_WHY = (_say("why.fixed_clock"),)
DUTY_WHY = (_say("why.duty"),)
HOME_LAW_WHY = (_say("why.home_law"),)
SLOW_CLOCK_WHY = (_say("why.slow_clock"),)
NOT_YET_WHY = (_say("why.not_yet"),)
NEUTRAL_WHY = (_say("why.neutral"),)
NEUTRAL_BESIDE_WHY = (_say("why.neutral_beside"),)
OWN_RULES_WHY = (_say("why.own_rules"),)
HOSTILE_WHY = (_say("why.hostile"),)
CASE_NAMED_WHY = (_say("why.case_named"),)
POLICE_HOSTILE_WHY = (_say("why.police_hostile"),)
COPYRIGHT_WHY = (_say("why.copyright"),)
PRESERVATION_WHY = (_say("why.preservation"),)
SEARCH_WHY = (_say("why.search"),)
DELISTING_WHY = (_say("why.delisting"),)
HASH_BANK_WHY = (_say("why.hash_bank"),)
REMOVAL_SERVICE_WHY = (_say("why.removal_service"),)
HELPLINE_WHY = (_say("why.helpline"),)
ADVICE_WHY = (_say("why.advice"),)
THREAT_ADVICE_WHY = (_say("why.threat_advice"),)
THREAT_REPORT_WHY = (_say("why.threat_report"),)
ONLY_AFTER_ADVICE_WHY = (_say("why.only_after_advice"),)
POLICE_FIRST_WHY = (_say("why.police_first"),)
POLICE_THREAT_WHY = (_say("why.police_threat"),)
POLICE_WHY = (_say("why.police"),)
POLICE_AGAIN_WHY = (_say("why.police_again"),)
CARRIER_WHY = (_say("why.carrier"),)
CARRIER_HOSTILE_WHY = (_say("why.carrier_hostile"),)
HOST_DUTY_WHY = (_say("why.host_duty"),)
REGULATOR_WHY = (_say("why.regulator"),)
REGULATOR_NOW_WHY = (_say("why.regulator_now"),)
DATA_BROKER_WHY = (_say("why.data_broker"),)
APP_STORE_WHY = (_say("why.app_store"),)
COURT_WHY = (_say("why.court"),)
EMPLOYER_WHY = (_say("why.employer"),)
