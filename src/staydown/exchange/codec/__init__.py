"""JSON values to records and back: the one place where the wire's form is believed or refused.

Every function is pure. A ``parse_…`` takes a value that ``json.loads`` gave; a ``render_…`` returns
one that ``json.dumps`` takes. A body of the wrong form raises WireError, whose message names the
field and never what was in it. In lists, each bad record is set aside by itself.
"""

from staydown.exchange.codec.case import (
    MAX_PICTURES,
    PIN_LENGTH,
    parse_case_opened,
    parse_case_request,
    parse_case_status,
    parse_pictures,
    parse_recover_request,
    parse_review_request,
    parse_status_request,
    parse_withdraw_request,
    render_case_opened,
    render_case_request,
    render_case_status,
    render_pictures,
    render_recover_request,
    render_status_request,
    render_withdraw_request,
)
from staydown.exchange.codec.feed import (
    MAX_FEED_LIMIT,
    parse_feed_feedback,
    parse_feed_page,
    render_feed_feedback,
    render_feed_page,
)
from staydown.exchange.codec.payment import (
    parse_demand,
    payment_of,
    render_demand,
    render_payment,
)
from staydown.exchange.codec.v1 import (
    TAKING_BACK,
    V1_KINDS,
    V1_MAX_PAGE,
    V1_SIGNAL_TYPES,
    parse_v1_feedback,
    parse_v1_page,
    parse_v1_submissions,
    render_v1_feedback,
    render_v1_page,
    render_v1_submissions,
    v1_fingerprint,
    v1_fingerprints,
)

__all__ = [
    "MAX_FEED_LIMIT",
    "MAX_PICTURES",
    "PIN_LENGTH",
    "TAKING_BACK",
    "V1_KINDS",
    "V1_MAX_PAGE",
    "V1_SIGNAL_TYPES",
    "parse_case_opened",
    "parse_case_request",
    "parse_case_status",
    "parse_demand",
    "parse_feed_feedback",
    "parse_feed_page",
    "parse_pictures",
    "parse_recover_request",
    "parse_review_request",
    "parse_status_request",
    "parse_v1_feedback",
    "parse_v1_page",
    "parse_v1_submissions",
    "parse_withdraw_request",
    "payment_of",
    "render_case_opened",
    "render_case_request",
    "render_case_status",
    "render_demand",
    "render_feed_feedback",
    "render_feed_page",
    "render_payment",
    "render_pictures",
    "render_recover_request",
    "render_status_request",
    "render_v1_feedback",
    "render_v1_page",
    "render_v1_submissions",
    "render_withdraw_request",
    "v1_fingerprint",
    "v1_fingerprints",
]
