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
from staydown.base.reasons import Reason, reasons
from staydown.notices.details import Details, Location
from staydown.notices.field_limits import MAX_EMAIL, MAX_URL
from staydown.notices.field_spec import EACH, FieldSpec, Gap, Kind, SheetRow
from staydown.notices.vocabulary import Element, Standing

E = Element
_say = reasons("notices.fields")

__all__ = [
    "EACH", "FIELDS", "SUPPLIERS", "FieldSpec", "Gap", "Kind", "SheetRow", "how_to_supply",
]  # fmt: skip

_WHOLE = ("locations",)
_ADDRESSES = ("locations", "addresses")
_UNSAID = _say("shared.unsaid")
_BOX = _say("shared.box")
_SHORT = _say("shared.short")
_OPTIONAL = _say("shared.optional")

_LOCATIONS = (
    FieldSpec(
        name="locations.id", kind=Kind.TEXT, element=E.CONTENT_LOCATION_INFO, supplies=(),
        longest=60, record="locations.id", shown_in=_ADDRESSES,
        description="The number of the item in the letter.",
    ),
    FieldSpec(
        name="locations.url", kind=Kind.URL, element=E.CONTENT_URL, longest=MAX_URL, personal=True,
        supplies=(E.CONTENT_URL, E.CONTENT_LOCATION_INFO),
        how=_say("locations.url.how"), shown_in=_ADDRESSES, record="locations.url",
        sheet=SheetRow(
            _say("locations.url.form_label"),
            filled=_say("locations.url.form_filled"),
        ),
    ),
    FieldSpec(
        name="locations.info", kind=Kind.TEXT, element=E.CONTENT_LOCATION_INFO, longest=1000,
        personal=True, shown_in=_ADDRESSES, label="label_where", record="locations.info",
        how=_say("locations.info.how"),
        description="Where it is, in words, when an address does not do.",
        sheet=SheetRow(_say("locations.info.form_label")),
    ),
    FieldSpec(
        name="locations.description", kind=Kind.TEXT, element=E.CONTENT_DESCRIPTION, longest=300,
        personal=True, shown_in=_WHOLE, label="label_shows", record="locations.description",
        legend=_say("locations.description.legend"),
        help=_say("locations.description.help"),
        how=_say("locations.description.how"),
        sheet=SheetRow(
            _say("locations.description.form_label"),
            _say("locations.description.form_empty"),
        ),
    ),
    FieldSpec(
        name="locations.search_query", kind=Kind.TEXT, element=E.SEARCH_QUERY, longest=200,
        personal=True, shown_in=_WHOLE, label="label_search", record="locations.search_query",
        legend=_say("locations.search_query.legend"),
        help=_say("locations.search_query.help"),
        how=_say("locations.search_query.how"),
        sheet=SheetRow(
            _say("locations.search_query.form_label"), _say("locations.search_query.form_empty")
        ),
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
        legend=_say("standing.legend"),
        how=_say("standing.how"),
        shown_in=("standing_line", "owner_line", "concern_line", "listing_line"),
        sheet=SheetRow(
            _say("standing.form_label"),
            _say("standing.form_empty"),
        ),
    ),
    FieldSpec(
        name="authorised", kind=Kind.TICK, element=E.AUTHORITY_TO_ACT, supplies=(),
        legend=_say("authorised.legend"),
        help=_say("authorised.help"),
        how=_say("authorised.how"),
        shown_in=("standing_line", "owner_line", "listing_line"),
    ),
    FieldSpec(
        name="name", kind=Kind.TEXT, element=E.CLAIMANT_NAME, longest=200, personal=True,
        kept=True, offered=True, legend=_say("name.legend"), help=_say("name.help"),
        how=_say("name.how"),
        shown_in=("sender",), label="label_name", record="sender.name",
        sheet=SheetRow(_say("name.form_label"), _say("name.form_empty")),
    ),
    FieldSpec(
        name="email", kind=Kind.EMAIL, element=E.CLAIMANT_EMAIL, stands_in_for=E.CONTACT,
        longest=MAX_EMAIL, personal=True, kept=True,
        legend=_say("email.legend"), help=_say("email.help"),
        how=_say("email.how"),
        shown_in=("sender",), label="label_email", record="sender.email",
        sheet=SheetRow(_say("email.form_label"), _say("email.form_empty")),
    ),
    FieldSpec(
        name="contact", kind=Kind.TEXT, element=E.CONTACT, longest=500, personal=True, kept=True,
        legend=_say("contact.legend"),
        help=_say("contact.help"),
        how=_say("contact.how"),
        shown_in=("sender",), label="label_contact", record="sender.contact",
        sheet=SheetRow(_say("contact.form_label"), _say("contact.form_empty")),
    ),
    FieldSpec(
        name="signature", kind=Kind.TEXT, element=E.SIGNATURE, longest=200, personal=True,
        kept=True, legend=_say("signature.legend"), help=_say("signature.help"),
        how=_say("signature.how"),
        shown_in=("sender",), label="label_signature", record="sender.signature",
        sheet=SheetRow(_say("signature.form_label"), _say("signature.form_empty")),
    ),
    FieldSpec(
        name="depicted", kind=Kind.TEXT, element=E.IDENTIFICATION_OF_DEPICTED_PERSON, supplies=(),
        longest=200, personal=True, kept=True,
        legend=_say("depicted.legend"),
        help=_say("depicted.help"),
        how=_say("depicted.how"),
        shown_in=("standing_line",), record="depicted",
        description="How the letter calls the person depicted: a role or initials.",
    ),
)  # fmt: skip

_STATEMENTS = (
    FieldSpec(
        name="states_no_consent", kind=Kind.TICK, element=E.NON_CONSENT_STATEMENT,
        supplies=(E.NON_CONSENT_STATEMENT, E.EXPLANATION_OF_ILLEGALITY, E.LEGAL_GROUND),
        legend=_say("states_no_consent.legend"),
        how=_say("states_no_consent.how"),
        gaps=(Gap("no_consent_line", "Statement that there was no consent.", "no_consent"),),
        record="statements.no_consent",
        sheet=SheetRow(_say("states_no_consent.form_label"), _UNSAID, _BOX, ("no_consent_threat",)),
    ),
    FieldSpec(
        name="states_good_faith", kind=Kind.TICK, element=E.GOOD_FAITH_STATEMENT,
        legend=_say("states_good_faith.legend"),
        how=_say("states_good_faith.how"),
        gaps=(
            Gap("good_faith_line", "Statement of good faith.", "good_faith"),
            Gap("good_faith_copyright_line", "Statement of good faith, in the words of the DMCA.",
                "good_faith_copyright"),
        ),
        record="statements.good_faith",
        sheet=SheetRow(_say("states_good_faith.form_label"), _UNSAID, _BOX),
    ),
    FieldSpec(
        name="states_accurate", kind=Kind.TICK, element=E.ACCURACY_STATEMENT,
        legend=_say("states_accurate.legend"),
        how=_say("states_accurate.how"),
        gaps=(
            Gap("accuracy_line", "Statement that what is said is accurate and complete.",
                "accuracy"),
            Gap("accuracy_copyright_line", "The same, in the words of the DMCA.",
                "accuracy_copyright"),
        ),
        record="statements.accurate",
        sheet=SheetRow(_say("states_accurate.form_label"), _UNSAID, _BOX),
    ),
    FieldSpec(
        name="states_intimate", kind=Kind.TICK, element=E.DECLARES_INTIMATE_IMAGE,
        legend=_say("states_intimate.legend"), how=_say("states_intimate.how"),
        gaps=(Gap("intimate_line", "Declaration that it is an intimate image.", "intimate"),),
        record="statements.intimate_image",
        sheet=SheetRow(_say("states_intimate.form_label"), _UNSAID, _BOX),
    ),
    FieldSpec(
        name="states_perjury", kind=Kind.TICK, element=E.PERJURY_STATEMENT,
        legend=_say("states_perjury.legend"),
        help=_say("states_perjury.help"),
        how=_say("states_perjury.how"),
        gaps=(Gap("perjury_line", "Statement under penalty of perjury: the DMCA notice alone.",
                  "perjury"),),
        record="statements.under_penalty_of_perjury",
    ),
    FieldSpec(
        name="states_vulnerable", kind=Kind.TICK, element=E.VULNERABILITY_STATEMENT,
        legend=_say("states_vulnerable.legend"),
        how=_say("states_vulnerable.how"),
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
        element=E.NON_CONSENT_RELEVANT_INFORMATION, legend=_say("capture.legend"),
        shown_in=("consent_information",), record="capture",
    ),
    FieldSpec(
        name="consent", kind=Kind.CHOICE, choices=DistributionConsent, offered=True,
        silent=frozenset({DistributionConsent.UNKNOWN, DistributionConsent.NONE_DISTRIBUTED}),
        element=E.NON_CONSENT_RELEVANT_INFORMATION, legend=_say("consent.legend"),
        shown_in=("consent_information",), record="consent",
    ),
    FieldSpec(
        name="synthetic", kind=Kind.YES_NO, offered=True,
        element=E.NON_CONSENT_RELEVANT_INFORMATION, legend=_say("synthetic.legend"),
        shown_in=("synthetic_line",), record="synthetic",
        description="Whether software made or changed it, if that was said.",
    ),
    FieldSpec(
        name="consent_information", kind=Kind.LINES, longest=1000, personal=True, offered=True,
        element=E.NON_CONSENT_RELEVANT_INFORMATION,
        legend=_say("consent_information.legend"), help=_SHORT,
        how=_say("consent_information.how"),
        shown_in=("consent_information",), record="said.consent_information",
    ),
    FieldSpec(
        name="explanation", kind=Kind.LINES, element=E.EXPLANATION_OF_ILLEGALITY, longest=4000,
        personal=True, offered=True, legend=_say("explanation.legend"), help=_OPTIONAL,
        how=_say("explanation.how"),
        gaps=(Gap("explanation", "Why it is unlawful: the sender's words, or a sentence of ours.",
                  instead="explanation"),),
        record="said.explanation",
        sheet=SheetRow(_say("explanation.form_label"),
                       instead=("explanation", "no_consent")),
    ),
    FieldSpec(
        name="legal_ground", kind=Kind.TEXT, element=E.LEGAL_GROUND, longest=500,
        legend=_say("legal_ground.legend"), help=_OPTIONAL,
        how=_say("legal_ground.how"),
        gaps=(Gap("legal_ground",
                  "Which ground of the GDPR: the sender's words, or a sentence of ours.",
                  instead="legal_ground"),),
        record="said.legal_ground",
        # Never the law's name alone: the letter may name one that is not certain.
        sheet=SheetRow(
            _say("legal_ground.form_label"),
            _say("legal_ground.form_empty"),
            instead=("legal_ground",),
        ),
    ),
    FieldSpec(
        name="circumstances", kind=Kind.LINES, element=E.CIRCUMSTANCES_OF_DISTRIBUTION,
        longest=4000, personal=True, legend=_say("circumstances.legend"), help=_SHORT,
        how=_say("circumstances.how"),
        gaps=(Gap("circumstances", "What happened, in the sender's words."),),
        record="said.circumstances",
    ),
    FieldSpec(
        name="copyrighted_work", kind=Kind.LINES, element=E.COPYRIGHTED_WORK_IDENTIFICATION,
        longest=4000, personal=True, legend=_say("copyrighted_work.legend"), help=_SHORT,
        how=_say("copyrighted_work.how"),
        gaps=(Gap("copyrighted_work",
                  "The work whose copyright is infringed, in the sender's words."),),
        record="said.copyrighted_work",
        sheet=SheetRow(_say("copyrighted_work.form_label"),
                       _say("copyrighted_work.form_empty")),
    ),
    FieldSpec(
        name="prior_report", kind=Kind.LINES, element=E.PRIOR_REPORT_TO_PLATFORM, longest=2000,
        personal=True, offered=True, legend=_say("prior_report.legend"), help=_SHORT,
        how=_say("prior_report.how"),
        gaps=(Gap("prior_report", "An earlier report, in the sender's words.", "prior_report"),),
        record="said.prior_report",
    ),
    FieldSpec(
        name="police_reference", kind=Kind.TEXT, element=E.CRIMINAL_CHARGE_REFERENCE, longest=200,
        personal=True, kept=True, offered=True,
        legend=_say("police_reference.legend"), help=_say("police_reference.help"),
        how=_say("police_reference.how"),
        gaps=(Gap("police_line", "The reference of the police; empty without one.",
                  "police_reference"),),
        record="said.police_reference",
    ),
    FieldSpec(
        name="first_sent", kind=Kind.MOMENT, element=E.PRIOR_REPORT_TO_PLATFORM, supplies=(),
        legend=_say("first_sent.legend"), help=_say("first_sent.help"),
        shown_in=("first_notice_line",), record="first_sent",
        description="For a reminder or a complaint: when the first notice went, in UTC.",
    ),
    FieldSpec(
        name="first_message_id", kind=Kind.TEXT, element=E.PRIOR_REPORT_TO_PLATFORM, supplies=(),
        longest=250, personal=True, offered=True, legend=_say("first_message_id.legend"),
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


def how_to_supply(element: Element) -> Reason:
    """Return how an element is supplied, by the field that is meant for it."""
    named = [(FIELDS[name].element, FIELDS[name].how) for name in SUPPLIERS[element]]
    known = [(meant, how) for meant, how in named if how is not None]
    return next((how for meant, how in known if meant is element), known[0][1])
