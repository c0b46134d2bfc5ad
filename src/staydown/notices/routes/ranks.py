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


FIXED_CLOCK_WHY = "This law gives the service a fixed time, so it comes before weaker notices."
DUTY_WHY = "This law makes the service deal with your notice, but sets no number of hours."
HOME_LAW_WHY = (
    "It is the law of where you are, so it goes out beside the quicker notice under the law of "
    "another place, which may not count for you."
)
SLOW_CLOCK_WHY = (
    "The service must answer, but it may take weeks, so quicker notices come first. It is also "
    "about your data, not only about the picture."
)
NOT_YET_WHY = (
    "This law is passed, but we have not seen that it is in force. Notices that bind the service "
    "today come first."
)
NEUTRAL_WHY = (
    "We know of no law in force that lays down a notice for this place and your country, so this "
    "one says what most laws ask for."
)
NEUTRAL_BESIDE_WHY = (
    "The notice before it stands on the law of another place. We know of none that your own "
    "country's law lays down, so this one says what most laws ask for."
)
OWN_RULES_WHY = (
    "Most services forbid this in their own rules. On one large service, 0 of 25 reports under "
    "its own rules were acted on, so where a law helps, the law comes first."
)
HOSTILE_WHY = (
    "Sites like this often answer nobody, and a letter shows them that it matters to you. Try "
    "those who carry the site first."
)
CASE_NAMED_WHY = (
    "You have a police reference: say so in it. On six hostile sites in Korea, 33 % came down on "
    "a request and 94 % when the request named a criminal case."
)
POLICE_HOSTILE_WHY = (
    "A police reference may be what moves a site like this: on six hostile sites in Korea, 33 % "
    "came down on a request and 94 % when the request named a criminal case."
)
COPYRIGHT_WHY = (
    "Copyright notices are acted on often (25 of 25 in one test on X), but they give your name "
    "and contact to the uploader and may be published. So it stands behind every way that "
    "doesn't."
)

PRESERVATION_WHY = (
    "It asks the service to keep what it knows of the account and the upload. Once something is "
    "taken down, that may be deleted. Send it with the first notice, or just before."
)
SEARCH_WHY = (
    "Side by side with the notice to the site: most people find pictures through a search, and a "
    "link can go even where the page stays."
)
DELISTING_WHY = (
    "After the search engine's own way, which is quicker. It takes away results for a search on "
    "the name; the page stays."
)
HASH_BANK_WHY = (
    "At once, side by side: a fingerprint made on your own device lets the services that take "
    "part find copies. The picture never leaves your device."
)
REMOVAL_SERVICE_WHY = "At any time: it helps to have pictures taken down."
HELPLINE_WHY = "At any time: you don't have to do this alone. Some write to services for you."
ADVICE_WHY = "Talk to somebody first: something here could be turned against you."
THREAT_ADVICE_WHY = "Talk to somebody first. They know what helps when somebody threatens."
THREAT_REPORT_WHY = (
    "Nothing is there to take down yet, but many services act on a threat too. Keep what was "
    "written before you report or block."
)
ONLY_AFTER_ADVICE_WHY = (
    "Last, and only after advice: in this country it could be turned against you. Read the risks."
)
POLICE_FIRST_WHY = (
    "If you want a criminal case, speak to them before you report the picture: what they need "
    "may be gone once it is taken down. If you don't, leave this out."
)
POLICE_THREAT_WHY = "A threat can be a crime by itself, and they can act before anything is shown."
POLICE_WHY = "A criminal case takes longer than a notice. It can go on beside it, if you want it."
POLICE_AGAIN_WHY = "You have a reference already. This is for telling them of more places."
CARRIER_WHY = (
    "If the site does nothing, the companies that carry it can act. For a site that we don't "
    "know, `staydown notice contacts` finds them."
)
CARRIER_HOSTILE_WHY = (
    "Sites like this seldom answer, so write to the companies that carry them at once."
)
HOST_DUTY_WHY = (
    "A law of the European Union makes a host deal with this notice. It names you to the host; "
    "the plain report to the same company is the other choice. One of the two is enough."
)
REGULATOR_WHY = "It watches over the service, and comes in when the service hasn't acted."
REGULATOR_NOW_WHY = "You wrote to the service and nothing happened: now it is the regulator's turn."
DATA_BROKER_WHY = (
    "Your details stand beside the picture. Taking them out of people-search sites makes it "
    "harder to find you. It does nothing about the picture itself."
)
APP_STORE_WHY = "If an app made the picture, or spreads such pictures, its shop can take it out."
COURT_WHY = (
    "Slow, and it costs money, but an order binds those who ignore letters. The text is a draft "
    "for a lawyer to finish."
)
EMPLOYER_WHY = (
    "Only if you want it: your work or school is named beside the picture, and a short letter "
    "may get ahead of talk. It tells people who know you, so it stands late."
)
