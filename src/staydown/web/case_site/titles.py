"""What a way is, in a few plain words, for lists where one recipient stands several times."""

from django.utils.translation import gettext as _

from staydown.notices.routes.route import Route
from staydown.notices.vocabulary import Letter, RecipientKind


def title_of(route: Route) -> str:
    """Return what is done on this way."""
    if route.letter in _letters():
        return _letters()[route.letter]
    return _kinds()[route.recipient_kind]


def _letters() -> dict[Letter | None, str]:
    return {
        Letter.TERMS: _("Report under the service’s own rules"),
        Letter.US_DMCA: _("Copyright notice"),
        Letter.NEUTRAL: _("Letter that asks for removal"),
        Letter.REMINDER: _("Reminder"),
        Letter.EU_GDPR_17: _("Letter about your personal data"),
        # Whoever they go to: a host or a search engine is written to without a law too.
        **dict.fromkeys((Letter.EU_DSA_16, Letter.IN_RULE_3_2_B), _("Notice by law")),
    }


def _kinds() -> dict[RecipientKind, str]:
    return {
        RecipientKind.PLATFORM: _("Notice by law"),
        RecipientKind.HOST: _("Letter to the host"),
        RecipientKind.REGISTRAR_OR_CDN: _("Letter to the registrar or delivery network"),
        RecipientKind.SEARCH_ENGINE: _("Ask a search engine not to show it"),
        RecipientKind.APP_STORE: _("Letter to the app store"),
        RecipientKind.REGULATOR: _("Complaint to an authority"),
        RecipientKind.POLICE: _("Report to the police"),
        RecipientKind.COURT: _("Draft for a court, for a lawyer to finish"),
        RecipientKind.EMPLOYER_OR_SCHOOL: _("Letter to your work or school"),
        RecipientKind.PRESERVATION: _("Ask them to keep the data"),
        RecipientKind.DATA_BROKER: _("Ask a data site to take you out"),
        RecipientKind.PAYMENT_OR_ADS: _("Letter to the site’s payment or ad provider"),
        RecipientKind.INTERNET_PROVIDER: _("Letter to the internet provider"),
        RecipientKind.SUPPORT: _("Someone who helps"),
    }
