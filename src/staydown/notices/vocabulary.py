"""The words of notices, one for each thing, as the directory, letters and clocks use them."""

from enum import StrEnum


class Element(StrEnum):
    """Something that a notice says. The directory lists which of them a regime asks for."""

    CLAIMANT_NAME = "claimant_name"
    CLAIMANT_EMAIL = "claimant_email"
    CONTACT = "contact"
    SIGNATURE = "signature"
    CONTENT_URL = "content_url"
    CONTENT_LOCATION_INFO = "content_location_info"
    CONTENT_DESCRIPTION = "content_description"
    IDENTIFICATION_OF_DEPICTED_PERSON = "identification_of_depicted_person"
    NON_CONSENT_STATEMENT = "non_consent_statement"
    NON_CONSENT_RELEVANT_INFORMATION = "non_consent_relevant_information"
    GOOD_FAITH_STATEMENT = "good_faith_statement"
    ACCURACY_STATEMENT = "accuracy_statement"
    PERJURY_STATEMENT = "perjury_statement"
    AUTHORITY_TO_ACT = "authority_to_act"
    EXPLANATION_OF_ILLEGALITY = "explanation_of_illegality"
    DECLARES_INTIMATE_IMAGE = "declares_intimate_image"
    COPYRIGHTED_WORK_IDENTIFICATION = "copyrighted_work_identification"
    PRIOR_REPORT_TO_PLATFORM = "prior_report_to_platform"
    SEARCH_QUERY = "search_query"
    LEGAL_GROUND = "legal_ground"
    CIRCUMSTANCES_OF_DISTRIBUTION = "circumstances_of_distribution"
    VULNERABILITY_STATEMENT = "vulnerability_statement"
    CRIMINAL_CHARGE_REFERENCE = "criminal_charge_reference"


class RecipientKind(StrEnum):
    """Whom a letter goes to."""

    PLATFORM = "platform"
    HOST = "host"
    REGISTRAR_OR_CDN = "registrar_or_cdn"
    SEARCH_ENGINE = "search_engine"
    APP_STORE = "app_store"
    REGULATOR = "regulator"
    POLICE = "police"
    COURT = "court"
    EMPLOYER_OR_SCHOOL = "employer_or_school"
    PRESERVATION = "preservation"
    DATA_BROKER = "data_broker"
    PAYMENT_OR_ADS = "payment_or_ads"
    INTERNET_PROVIDER = "internet_provider"
    #: Somebody who helps: a helpline, a hash bank, a hotline. No letter goes there.
    SUPPORT = "support"


class Letter(StrEnum):
    """The letters there are. Each lies in ``compose/letters/<language>/<letter>.txt``."""

    US_TIDA = "us-tida"
    US_DMCA = "us-dmca"
    GB_OSA_20A = "gb-osa-20a"
    EU_DSA_16 = "eu-dsa-16"
    EU_GDPR_17 = "eu-gdpr-17"
    IN_RULE_3_2_B = "in-rule-3-2-b"
    AU_ESAFETY = "au-esafety"
    BR_MCI_21 = "br-mci-21"
    #: The notice for everywhere else; it names the law of the place where that is confirmed.
    NEUTRAL = "neutral"
    #: A report under the service's own rules.
    TERMS = "terms"
    HOST = "host"
    REGISTRAR_OR_CDN = "registrar-or-cdn"
    SEARCH_ENGINE = "search-engine"
    APP_STORE = "app-store"
    REGULATOR = "regulator"
    POLICE = "police"
    COURT_DRAFT = "court-draft"
    EMPLOYER_OR_SCHOOL = "employer-or-school"
    PRESERVATION = "preservation"
    DATA_BROKER = "data-broker"
    PAYMENT_OR_ADS = "payment-or-ads"
    INTERNET_PROVIDER = "internet-provider"
    REMINDER = "reminder"


class PlaceKind(StrEnum):
    """What a place in the directory is."""

    PLATFORM = "platform"
    SEARCH_ENGINE = "search_engine"
    HOST = "host"
    CDN = "cdn"
    REGISTRAR = "registrar"
    APP_STORE = "app_store"
    ARCHIVE = "archive"
    DATA_BROKER = "data_broker"
    #: Not a host of pictures: a venue, say.
    OTHER = "other"


class AuthorityKind(StrEnum):
    """What an authority in the directory is."""

    REGULATOR = "regulator"
    POLICE = "police"
    COURT = "court"


class Severity(StrEnum):
    """How much a risk weighs, heaviest first."""

    STOP_AND_GET_ADVICE = "stop_and_get_advice"
    WARN = "warn"
    INFORM = "inform"


class Unit(StrEnum):
    """How a deadline is counted. They are not the same: a month is not 720 hours."""

    HOURS = "hours"
    CALENDAR_DAYS = "calendar_days"
    CALENDAR_MONTHS = "calendar_months"
    WORKING_DAYS = "working_days"


class StartsAt(StrEnum):
    """What starts a clock."""

    SENT = "sent"
    RECEIVED = "received"
    VALID = "valid"
    ORDER = "order"


class ClockEvent(StrEnum):
    """What happens to a notice, as far as its clock cares."""

    SENT = "sent"
    RECEIVED = "received"
    VALID = "valid"
    ORDER = "order"
    DEFECT_NOTIFIED = "defect_notified"
    DEFECT_MENDED = "defect_mended"
    REMOVED = "removed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Obliges(StrEnum):
    """What must have happened when a clock runs out."""

    REMOVAL = "removal"
    ANSWER = "answer"
    DECISION = "decision"


class Standing(StrEnum):
    """In what right somebody writes."""

    DEPICTED = "depicted"
    REPRESENTATIVE = "representative"


class TakenBy(StrEnum):
    """Who made the picture: it decides who owns the copyright."""

    DEPICTED_PERSON = "depicted_person"
    SOMEBODY_ELSE = "somebody_else"
    NOBODY = "nobody"


class Stage(StrEnum):
    """How far it has come."""

    THREAT_ONLY = "threat_only"
    POSTED = "posted"
    POSTED_AGAIN = "posted_again"


class StepKind(StrEnum):
    """The ladder: what to do next when a notice brought nothing."""

    REMINDER = "reminder"
    REGULATOR = "regulator"
    HOST = "host"
    REGISTRAR_OR_CDN = "registrar_or_cdn"
    SEARCH_ENGINES = "search_engines"
    PAYMENT_OR_ADS = "payment_or_ads"
    INTERNET_PROVIDER = "internet_provider"
