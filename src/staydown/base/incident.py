"""What happened, in controlled words: the same in the case file, a notice and a statistic.

After the taxonomy of the APC overview of NCII (2024). ``labels`` says each in plain words.
"""

from enum import StrEnum


class ContentCapture(StrEnum):
    """How a picture came to be."""

    CAPTURE_CONSENSUAL = "capture_consensual"
    CAPTURE_CONSENT_VOID = "capture_consent_void"
    CAPTURE_CLANDESTINE = "capture_clandestine"
    CAPTURE_KNOWN_TO_AT_LEAST_ONE_IN_FRAME = "capture_known_to_at_least_one_in_frame"
    CAPTURE_NONE_MANIPULATED = "capture_none_manipulated"
    CAPTURE_NONE_LOOKALIKE_MISATTRIBUTED = "capture_none_lookalike_misattributed"
    CAPTURE_SURVEILLANCE_FOOTAGE = "capture_surveillance_footage"


class ConsentVoid(StrEnum):
    """Why a consent to be pictured counted for nothing."""

    COERCION = "coercion"
    INTOXICATION = "intoxication"
    UNDERAGE = "underage"
    SEVERE_MENTAL_ILLNESS = "severe_mental_illness"
    SEVERE_INTELLECTUAL_DISABILITY = "severe_intellectual_disability"


class Manipulation(StrEnum):
    """What was done to make a picture that was never taken."""

    FACE_SUPERIMPOSED = "face_superimposed"
    NUDITY_ADDED = "nudity_added"
    DEEPFAKE = "deepfake"


class DistributionConsent(StrEnum):
    """Whether and to whom it was agreed to show a picture."""

    NONE_DISTRIBUTED = "none_distributed"
    PRIVATE_RECIPIENTS_ONLY = "private_recipients_only"
    PAID_RECIPIENTS_ONLY = "paid_recipients_only"
    DISTRIBUTED_WITHOUT_CONSENT = "distributed_without_consent"
    THREATENED_ONLY = "threatened_only"
    UNKNOWN = "unknown"


class Combination(StrEnum):
    """How a picture came to be, and how it came to be seen, in one word."""

    NONCONSENSUAL_CAPTURE_PRIVATE_STORAGE = "nonconsensual_capture_private_storage"
    NONCONSENSUAL_CAPTURE_DISTRIBUTED = "nonconsensual_capture_distributed"
    CONSENSUAL_CAPTURE_DISTRIBUTED_BY_PARTNER = "consensual_capture_distributed_by_partner"
    CONSENSUAL_CAPTURE_THREATENED_BY_PARTNER = "consensual_capture_threatened_by_partner"
    CONSENSUAL_CAPTURE_DISTRIBUTED_BY_THIRD_PARTY_ACCESS = (
        "consensual_capture_distributed_by_third_party_access"
    )
    CONSENSUAL_CAPTURE_DISTRIBUTED_BY_PAYING_CLIENT = (
        "consensual_capture_distributed_by_paying_client"
    )
    SURVEILLANCE_FOOTAGE_LEAKED = "surveillance_footage_leaked"
    MANIPULATED_DISTRIBUTED = "manipulated_distributed"
    MISATTRIBUTED_DISTRIBUTED = "misattributed_distributed"


class AccessRoute(StrEnum):
    """How somebody got hold of a picture."""

    SHARED_DEVICE_OR_ACCOUNT = "shared_device_or_account"
    HACKING = "hacking"
    REPAIR_TECHNICIAN = "repair_technician"
    RESOLD_OR_DISCARDED_DEVICE = "resold_or_discarded_device"
    HIDDEN_CAMERA_VENUE = "hidden_camera_venue"
    SPOUSEWARE = "spouseware"
    RECIPIENT = "recipient"
    PAID_SERVICE_RECORDING = "paid_service_recording"
    SURVEILLANCE_OPERATOR = "surveillance_operator"
    EXPOSE_OR_VIGILANTE_GROUP = "expose_or_vigilante_group"


class PerpetratorType(StrEnum):
    """Who did it, as far as it is known."""

    VENUE_OWNER_OR_STAFF = "venue_owner_or_staff"
    VOYEUR = "voyeur"
    STALKER = "stalker"
    CURRENT_OR_FORMER_PARTNER = "current_or_former_partner"
    REJECTED_PERSON = "rejected_person"
    CLIENT = "client"
    PERSON_WITH_VENDETTA_NOT_PARTNER = "person_with_vendetta_not_partner"
    KNOWN_PERSON_WITH_ACCESS = "known_person_with_access"
    UNKNOWN_HACKER = "unknown_hacker"
    DEVICE_REPAIR_OR_RESALE = "device_repair_or_resale"
    VIGILANTE_GROUP = "vigilante_group"
    UNKNOWN = "unknown"


class Motive(StrEnum):
    """Why it was done, for researchers and courts. Never asked of the person affected."""

    SHAMING_OR_DEFAMATION = "shaming_or_defamation"
    DISCREDITING_PUBLIC_FIGURE = "discrediting_public_figure"
    REVENGE_FOR_REJECTION = "revenge_for_rejection"
    REVENGE_OTHER = "revenge_other"
    SEXTORTION_SEXUAL = "sextortion_sexual"
    EXTORTION_MONEY = "extortion_money"
    OUTING_LGBTQIA = "outing_lgbtqia"
    SALE_OF_CONTENT = "sale_of_content"
    ADVERTISING_OR_SUBSCRIPTION_INCOME = "advertising_or_subscription_income"
    STATUS_OR_VALIDATION = "status_or_validation"
    PRIVATE_STORAGE_ONLY = "private_storage_only"
    UNKNOWN = "unknown"


class DistributionMode(StrEnum):
    """The kind of place where a picture is."""

    PORN_SITE = "porn_site"
    NCII_ONLY_SITE = "ncii_only_site"
    MESSAGING_GROUP_OR_CHANNEL = "messaging_group_or_channel"
    MESSAGING_PRIVATE = "messaging_private"
    SOCIAL_MEDIA = "social_media"
    MESSAGE_BOARD = "message_board"
    PEER_TO_PEER_OR_FILE_SHARING = "peer_to_peer_or_file_sharing"
    IMAGE_HOST = "image_host"
    EXTORTION_OR_DEFAMATION_SITE = "extortion_or_defamation_site"
    DARK_WEB = "dark_web"
    SEARCH_RESULT = "search_result"
    OFFLINE_DISC = "offline_disc"
    OFFLINE_USB_OR_MEMORY_CARD = "offline_usb_or_memory_card"
    DOWNSTREAM_REPOST = "downstream_repost"


class IdentifyingDetail(StrEnum):
    """What beside a picture says who is in it."""

    NAME = "name"
    ADDRESS = "address"
    CONTACT = "contact"
    WORKPLACE_OR_SCHOOL = "workplace_or_school"
    SOCIAL_HANDLES = "social_handles"
    FACE = "face"
    OTHER_MARK = "other_mark"
    NONE = "none"


class Repercussion(StrEnum):
    """What followed for the person."""

    STALKING_OR_PHYSICAL_HARM = "stalking_or_physical_harm"
    DEFAMATION = "defamation"
    EXTORTION = "extortion"
    CYBERBULLYING = "cyberbullying"
    JOB_LOSS = "job_loss"
    EDUCATION_LOSS = "education_loss"
    EVICTION = "eviction"
    RENTAL_REFUSAL = "rental_refusal"
    FAMILY_DISOWNMENT = "family_disownment"
    SOCIAL_OSTRACISM = "social_ostracism"
    THREATS = "threats"
    HARASSMENT = "harassment"
    FORCED_DISPLACEMENT = "forced_displacement"
    PSYCHOLOGICAL_HARM = "psychological_harm"
    CRIMINALISATION_OR_ARREST = "criminalisation_or_arrest"
    FINANCIAL_DISTRESS = "financial_distress"
    FAMILY_IMPACT = "family_impact"
    SUICIDAL_RISK = "suicidal_risk"
    MISIDENTIFICATION_OF_OTHER_PERSON = "misidentification_of_other_person"


class Right(StrEnum):
    """Which right of the person is touched."""

    PRIVACY = "privacy"
    FREEDOM_OF_SEXUAL_EXPRESSION = "freedom_of_sexual_expression"
    FREEDOM_FROM_VIOLENCE = "freedom_from_violence"
    HUMAN_DIGNITY = "human_dignity"
    TO_BE_FORGOTTEN = "to_be_forgotten"
    JUSTICE = "justice"
    CONSUMER = "consumer"
    COPYRIGHT = "copyright"


class Remedy(StrEnum):
    """What can be done."""

    PLATFORM_TAKEDOWN_REQUEST = "platform_takedown_request"
    LEGAL_NOTICE = "legal_notice"
    POLICE_REPORT = "police_report"
    COURT_ORDER_SEARCH = "court_order_search"
    COURT_ORDER_PLATFORM = "court_order_platform"
    COPYRIGHT_CLAIM = "copyright_claim"
    HASH_PREREGISTRATION = "hash_preregistration"
    SELF_SEARCH = "self_search"
    REVERSE_IMAGE_SEARCH = "reverse_image_search"
    DEVICE_SECURITY = "device_security"
    SUPPORT_MENTAL_HEALTH = "support_mental_health"
    SUPPORT_LEGAL = "support_legal"
    SUPPORT_FINANCIAL = "support_financial"


class LawArea(StrEnum):
    """Which part of the law an act may fall under."""

    PRIVACY = "privacy"
    CYBERCRIME = "cybercrime"
    CYBERBULLYING = "cyberbullying"
    DEFAMATION = "defamation"
    DATA_PROTECTION = "data_protection"
    UNLAWFUL_SURVEILLANCE = "unlawful_surveillance"
    COPYRIGHT = "copyright"
    VIOLENCE_AGAINST_WOMEN = "violence_against_women"
    STALKING = "stalking"
    EXTORTION = "extortion"
    HACKING = "hacking"
    SEXUAL_ASSAULT = "sexual_assault"
    CHILD_SEXUAL_EXPLOITATION = "child_sexual_exploitation"
    INTIMIDATION_OR_HARASSMENT = "intimidation_or_harassment"
