"""What the fields of a letter are: one row each, from which all else that knows them is made.

The limits, the checks, what a letter shows of a field, the notice for machines, the sheets for the
forms of others and the questions of our own forms read this table. A field is added with a line in
``Details`` (or ``Location``), a row here, and its gap and sentences in the letters. The order is
the order in which a form asks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from types import MappingProxyType

from staydown.base.incident import ContentCapture, DistributionConsent
from staydown.notices.details import Details, Location
from staydown.notices.field_limits import MAX_EMAIL, MAX_URL
from staydown.notices.field_spec import EACH, FieldSpec, Gap, Kind, SheetRow
from staydown.notices.vocabulary import Element, Standing

E = Element

__all__ = [
    "EACH", "FIELDS", "SUPPLIERS", "FieldSpec", "Gap", "Kind", "SheetRow", "how_to_supply",
]  # fmt: skip

_WHOLE = ("locations",)
_ADDRESSES = ("locations", "addresses")
_UNSAID = "Your letter does not state this. Tick it only if it is true."
_BOX = "Or tick it, where there is a box."
_SHORT = "A sentence is enough. Tell no more than is needed."
_OPTIONAL = "You may leave it empty."

_LOCATIONS = (
    FieldSpec(
        name="locations.id", kind=Kind.TEXT, element=E.CONTENT_LOCATION_INFO, supplies=(),
        longest=60, record="locations.id", shown_in=_ADDRESSES,
        description="The number of the item in the letter.",
    ),
    FieldSpec(
        name="locations.url", kind=Kind.URL, element=E.CONTENT_URL, longest=MAX_URL, personal=True,
        supplies=(E.CONTENT_URL, E.CONTENT_LOCATION_INFO),
        how="Give the exact address of each item.", shown_in=_ADDRESSES, record="locations.url",
        sheet=SheetRow(
            "Web addresses of the content",
            filled="One a line. If the form takes one at a time, send it once for each.",
        ),
    ),
    FieldSpec(
        name="locations.info", kind=Kind.TEXT, element=E.CONTENT_LOCATION_INFO, longest=1000,
        personal=True, shown_in=_ADDRESSES, label="label_where", record="locations.info",
        how="Give the address of each item, or say how it can be found: the channel, the account, "
        "the message, the time.",
        description="Where it is, in words, when an address does not do.",
        sheet=SheetRow("Where it is (channel, account, message, time)"),
    ),
    FieldSpec(
        name="locations.description", kind=Kind.TEXT, element=E.CONTENT_DESCRIPTION, longest=300,
        personal=True, shown_in=_WHOLE, label="label_shows", record="locations.description",
        legend="What it shows, in a few neutral words",
        help="For those on the list that have no words of their own.",
        how="Say in a few neutral words what the item is, such as “a photograph of a person "
        "without clothes”. No more is needed.",
        sheet=SheetRow(
            "What it shows",
            'A few neutral words are enough: "an intimate picture of a person".',
        ),
    ),
    FieldSpec(
        name="locations.search_query", kind=Kind.TEXT, element=E.SEARCH_QUERY, longest=200,
        personal=True, shown_in=_WHOLE, label="label_search", record="locations.search_query",
        legend="The search that finds it",
        help="For those on the list that have no words of their own.",
        how="Write for each item the words of the search that finds it, mostly a name.",
        sheet=SheetRow("Search that finds it", "The words of the search."),
    ),
    FieldSpec(
        name="locations.ground", kind=Kind.TEXT, element=E.LEGAL_GROUND, supplies=(), longest=200,
        shown_in=_WHOLE, label="label_ground", record="locations.ground",
        description="The law for this item, where it differs from the letter's.",
    ),
    FieldSpec(
        name="locations.evidence", kind=Kind.TEXT, element=E.CONTENT_LOCATION_INFO, supplies=(),
        longest=60, shown_in=_ADDRESSES, label="label_evidence", record="locations.evidence",
        description="The label of evidence that the sender keeps; never the evidence.",
    ),
)  # fmt: skip

_WHO = (
    FieldSpec(
        name="standing", kind=Kind.CHOICE, choices=Standing, kept=True, record="acting_as",
        element=E.IDENTIFICATION_OF_DEPICTED_PERSON,
        supplies=(E.IDENTIFICATION_OF_DEPICTED_PERSON, E.AUTHORITY_TO_ACT),
        legend="Is it you in the picture?",
        how="Say whether you are the person shown, or write for that person.",
        shown_in=("standing_line", "owner_line", "concern_line", "listing_line"),
        sheet=SheetRow(
            "Who is shown",
            "Say whether you are shown, or write for that person with leave. Nothing more.",
        ),
    ),
    FieldSpec(
        name="authorised", kind=Kind.TICK, element=E.AUTHORITY_TO_ACT, supplies=(),
        legend="The person has agreed that I write for them",
        help="Say it only if it is so. No papers are sent.",
        how="Write for somebody only with that person's leave. Tick that you have it. No paper is "
        "needed.",
        shown_in=("standing_line", "owner_line", "listing_line"),
    ),
    FieldSpec(
        name="name", kind=Kind.TEXT, element=E.CLAIMANT_NAME, longest=200, personal=True,
        kept=True, offered=True, legend="Your name", help="It stands in the letter.",
        how="Write the name that the letter goes out under.",
        shown_in=("sender",), label="label_name", record="sender.name",
        sheet=SheetRow("Name", "Your letter gives no name. Think before you give one here."),
    ),
    FieldSpec(
        name="email", kind=Kind.EMAIL, element=E.CLAIMANT_EMAIL, stands_in_for=E.CONTACT,
        longest=MAX_EMAIL, personal=True, kept=True,
        legend="Your e-mail address", help="Use one that only you can read.",
        how="Give an e-mail address that is safe for you. It may be a new one.",
        shown_in=("sender",), label="label_email", record="sender.email",
        sheet=SheetRow("E-mail address", "An address that is safe for you; it may be a new one."),
    ),
    FieldSpec(
        name="contact", kind=Kind.TEXT, element=E.CONTACT, longest=500, personal=True, kept=True,
        legend="A safe way to reach you",
        help="Such as an e-mail address or a number. Never a home address.",
        how="Give one way to reach you that is safe. It need not be your home or your own.",
        shown_in=("sender",), label="label_contact", record="sender.contact",
        sheet=SheetRow("How to reach you", "A way that is safe for you; it may be a new one."),
    ),
    FieldSpec(
        name="signature", kind=Kind.TEXT, element=E.SIGNATURE, longest=200, personal=True,
        kept=True, legend="Signature", help="Type your name, or what you sign with.",
        how="Type a name as a signature, such as /s/ A. B.",
        shown_in=("sender",), label="label_signature", record="sender.signature",
        sheet=SheetRow("Signature", "Type a name."),
    ),
    FieldSpec(
        name="depicted", kind=Kind.TEXT, element=E.IDENTIFICATION_OF_DEPICTED_PERSON, supplies=(),
        longest=200, personal=True, kept=True,
        legend="How the letter calls the person in the picture",
        help="Initials or “the person depicted” are enough.",
        how="Say how the letter should call the person. A role or initials will do.",
        shown_in=("standing_line",), record="depicted",
        description="How the letter calls the person depicted: a role or initials.",
    ),
)  # fmt: skip

_STATEMENTS = (
    FieldSpec(
        name="states_no_consent", kind=Kind.TICK, element=E.NON_CONSENT_STATEMENT,
        supplies=(E.NON_CONSENT_STATEMENT, E.EXPLANATION_OF_ILLEGALITY, E.LEGAL_GROUND),
        legend="The person in the picture did not agree that it is shown",
        how="Tick that it was shown without consent, if that is so.",
        gaps=(Gap("no_consent_line", "Statement that there was no consent.", "no_consent"),),
        record="statements.no_consent",
        sheet=SheetRow("No consent", _UNSAID, _BOX, ("no_consent_threat",)),
    ),
    FieldSpec(
        name="states_good_faith", kind=Kind.TICK, element=E.GOOD_FAITH_STATEMENT,
        legend="I write this in good faith",
        how="Tick that you believe this in good faith, if you do.",
        gaps=(
            Gap("good_faith_line", "Statement of good faith.", "good_faith"),
            Gap("good_faith_copyright_line", "Statement of good faith, in the words of the DMCA.",
                "good_faith_copyright"),
        ),
        record="statements.good_faith", sheet=SheetRow("Good faith", _UNSAID, _BOX),
    ),
    FieldSpec(
        name="states_accurate", kind=Kind.TICK, element=E.ACCURACY_STATEMENT,
        legend="What I say here is accurate and complete, as far as I know",
        how="Tick that what you write is accurate, if it is.",
        gaps=(
            Gap("accuracy_line", "Statement that what is said is accurate and complete.",
                "accuracy"),
            Gap("accuracy_copyright_line", "The same, in the words of the DMCA.",
                "accuracy_copyright"),
        ),
        record="statements.accurate", sheet=SheetRow("Accuracy", _UNSAID, _BOX),
    ),
    FieldSpec(
        name="states_intimate", kind=Kind.TICK, element=E.DECLARES_INTIMATE_IMAGE,
        legend="It is an intimate picture", how="Tick that it is an intimate image, if it is.",
        gaps=(Gap("intimate_line", "Declaration that it is an intimate image.", "intimate"),),
        record="statements.intimate_image", sheet=SheetRow("Intimate image", _UNSAID, _BOX),
    ),
    FieldSpec(
        name="states_perjury", kind=Kind.TICK, element=E.PERJURY_STATEMENT,
        legend="Under penalty of perjury: I may act for the owner of the copyright",
        help="A false statement here is an offence. This letter gives your contact to whoever "
        "showed the picture.",
        how="Tick the statement under penalty of perjury only if every word of it is true. Think "
        "of another way if you are not sure.",
        gaps=(Gap("perjury_line", "Statement under penalty of perjury: the DMCA notice alone.",
                  "perjury"),),
        record="statements.under_penalty_of_perjury",
    ),
    FieldSpec(
        name="states_vulnerable", kind=Kind.TICK, element=E.VULNERABILITY_STATEMENT,
        legend="The person is in a vulnerable position",
        how="Tick that the person is in a vulnerable position, if that is so. You need not say "
        "why.",
        gaps=(Gap("vulnerable_line",
                  "Statement of a vulnerable position; empty unless the law asks for it.",
                  "vulnerable"),),
        record="statements.vulnerable",
    ),
)  # fmt: skip

_ABOUT = (
    FieldSpec(
        name="capture", kind=Kind.CHOICE, choices=ContentCapture, offered=True,
        silent=frozenset({ContentCapture.CAPTURE_CONSENSUAL}),
        element=E.NON_CONSENT_RELEVANT_INFORMATION, legend="How did the picture come to be?",
        shown_in=("consent_information",), record="capture",
    ),
    FieldSpec(
        name="consent", kind=Kind.CHOICE, choices=DistributionConsent, offered=True,
        silent=frozenset({DistributionConsent.UNKNOWN, DistributionConsent.NONE_DISTRIBUTED}),
        element=E.NON_CONSENT_RELEVANT_INFORMATION, legend="Who was it meant for?",
        shown_in=("consent_information",), record="consent",
    ),
    FieldSpec(
        name="synthetic", kind=Kind.YES_NO, offered=True,
        element=E.NON_CONSENT_RELEVANT_INFORMATION, legend="Did a program make or change it?",
        shown_in=("synthetic_line",), record="synthetic",
        description="Whether software made or changed it, if that was said.",
    ),
    FieldSpec(
        name="consent_information", kind=Kind.LINES, longest=1000, personal=True, offered=True,
        element=E.NON_CONSENT_RELEVANT_INFORMATION,
        legend="What helps to see that nobody agreed", help=_SHORT,
        how="Choose or write what shows that there was no consent. One short sentence is enough.",
        shown_in=("consent_information",), record="said.consent_information",
    ),
    FieldSpec(
        name="explanation", kind=Kind.LINES, element=E.EXPLANATION_OF_ILLEGALITY, longest=4000,
        personal=True, offered=True, legend="Why it is unlawful, in your words", help=_OPTIONAL,
        how="Tick that it was shown without consent, or write why it is against the law.",
        gaps=(Gap("explanation", "Why it is unlawful: the sender's words, or a sentence of ours.",
                  instead="explanation"),),
        record="said.explanation",
        sheet=SheetRow("Why it is against the law, or their rules",
                       instead=("explanation", "no_consent")),
    ),
    FieldSpec(
        name="legal_ground", kind=Kind.TEXT, element=E.LEGAL_GROUND, longest=500,
        legend="The legal ground", help=_OPTIONAL,
        how="Tick that it was shown without consent, or name the ground in the law.",
        gaps=(Gap("legal_ground",
                  "Which ground of the GDPR: the sender's words, or a sentence of ours.",
                  instead="legal_ground"),),
        record="said.legal_ground",
        # Never the law's name alone: the letter may name one that is not certain.
        sheet=SheetRow(
            "Legal ground",
            "Your letter gives none. Leave it empty, or choose what fits from their list.",
            instead=("legal_ground",),
        ),
    ),
    FieldSpec(
        name="circumstances", kind=Kind.LINES, element=E.CIRCUMSTANCES_OF_DISTRIBUTION,
        longest=4000, personal=True, legend="How it was shown", help=_SHORT,
        how="Say in a few sentences when, where and how it was shown. Leave out why it was made.",
        gaps=(Gap("circumstances", "What happened, in the sender's words."),),
        record="said.circumstances",
    ),
    FieldSpec(
        name="copyrighted_work", kind=Kind.LINES, element=E.COPYRIGHTED_WORK_IDENTIFICATION,
        longest=4000, personal=True, legend="Which picture or film of yours it is", help=_SHORT,
        how="Say which work it is, such as “a photograph that I took of myself”. Do not attach "
        "it.",
        gaps=(Gap("copyrighted_work",
                  "The work whose copyright is infringed, in the sender's words."),),
        record="said.copyrighted_work",
        sheet=SheetRow("Work whose copyright is infringed",
                       "Leave it empty: this report does not rest on copyright."),
    ),
    FieldSpec(
        name="prior_report", kind=Kind.LINES, element=E.PRIOR_REPORT_TO_PLATFORM, longest=2000,
        personal=True, offered=True, legend="When and how it was reported before", help=_SHORT,
        how="Say when, and how, the service was asked before.",
        gaps=(Gap("prior_report", "An earlier report, in the sender's words.", "prior_report"),),
        record="said.prior_report",
    ),
    FieldSpec(
        name="police_reference", kind=Kind.TEXT, element=E.CRIMINAL_CHARGE_REFERENCE, longest=200,
        personal=True, kept=True, offered=True,
        legend="Reference number of the police", help="If there is one.",
        how="Give the reference that the police gave you.",
        gaps=(Gap("police_line", "The reference of the police; empty without one.",
                  "police_reference"),),
        record="said.police_reference",
    ),
    FieldSpec(
        name="first_sent", kind=Kind.MOMENT, element=E.PRIOR_REPORT_TO_PLATFORM, supplies=(),
        legend="When did the first letter go?", help="By your own clock.",
        shown_in=("first_notice_line",), record="first_sent",
        description="For a reminder or a complaint: when the first notice went, in UTC.",
    ),
    FieldSpec(
        name="first_message_id", kind=Kind.TEXT, element=E.PRIOR_REPORT_TO_PLATFORM, supplies=(),
        longest=250, personal=True, offered=True, legend="Its Message-ID, if you know it",
        shown_in=("first_notice_line",), record="said.first_message_id",
    ),
)  # fmt: skip


def _by_name(*specs: FieldSpec) -> Mapping[str, FieldSpec]:
    """Return the table by name. Raises ValueError where it is not total: a mistake of ours."""
    found = {spec.name: spec for spec in specs}
    held = [one.name for one in fields(Details) if one.name != "locations"]
    held += [EACH + one.name for one in fields(Location)]
    if len(found) != len(specs) or found.keys() != set(held):
        raise ValueError(f"each field of a letter has one row: {found.keys() ^ set(held)}")
    for spec in specs:
        if spec.typed is not (spec.longest > 0) or (spec.kind is Kind.CHOICE) is not bool(
            spec.choices
        ):
            raise ValueError(f"{spec.name}: a text has a longest length, a choice its choices")
        if not (spec.legend or spec.each) or not (spec.gaps or spec.shown_in):
            raise ValueError(f"{spec.name}: a form asks for each, and each is shown in some letter")
    supplied = {element for spec in specs for element in spec.elements}
    if supplied != set(Element):
        raise ValueError(f"no field supplies {set(Element) - supplied}")
    return MappingProxyType(found)


#: Every field of a letter by its name, in the order in which a form asks.
FIELDS = _by_name(*_LOCATIONS, *_WHO, *_STATEMENTS, *_ABOUT)


def _suppliers() -> Iterator[tuple[Element, tuple[str, ...]]]:
    for element in Element:
        yield element, tuple(one.name for one in FIELDS.values() if element in one.elements)


#: The fields that supply an element, each alone or together, as the table orders them.
SUPPLIERS: Mapping[Element, tuple[str, ...]] = MappingProxyType(dict(_suppliers()))


def how_to_supply(element: Element) -> str:
    """Return how an element is supplied, in plain words, by the field that is meant for it."""
    named = [FIELDS[name] for name in SUPPLIERS[element] if FIELDS[name].how]
    return next((one.how for one in named if one.element is element), named[0].how)
