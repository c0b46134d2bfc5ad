"""A notice that a machine can take in: JSON, after ``schema/notice-1.json``.

It holds the letter itself and, apart, what the letter says, so that a desk need not read prose. It
holds nothing that the letter doesn't say. There is no field for an identity paper.
"""

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from staydown.base.errors import StaydownError
from staydown.notices.details import Details, Location, Notice
from staydown.notices.field_limits import MARKS, fault_of_text, is_email, is_web_address
from staydown.notices.wire.schema_check import fault

SCHEMA = Path(__file__).parent / "notice-1.json"
MAX_BYTES = 16 * 1024 * 1024

#: The statements a letter may make, as the record calls them.
_STATEMENTS = {
    "states_no_consent": "no_consent",
    "states_good_faith": "good_faith",
    "states_accurate": "accurate",
    "states_intimate": "intimate_image",
    "states_perjury": "under_penalty_of_perjury",
    "states_vulnerable": "vulnerable",
}
_TEXTS = (
    "consent_information", "explanation", "legal_ground", "circumstances", "copyrighted_work",
    "prior_report", "police_reference", "first_message_id",
)  # fmt: skip
_NO_MARKS = dict.fromkeys(map(ord, MARKS))
_OF_SENDER = ("name", "email", "contact", "signature")


class BadNotice(StaydownError):
    """Bytes that are no machine-readable notice. Says what is wrong, never what was sent."""


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the record."""
    loaded: dict[str, Any] = json.loads(SCHEMA.read_text("utf-8"))
    return loaded


def as_record(notice: Notice) -> dict[str, Any]:
    """Return the notice as a record that fits the schema. Times are in UTC."""
    details, shown = notice.details, notice.shown
    return {
        "schema": schema()["$id"],
        "letter": notice.letter.value,
        "language": notice.language.value,
        "written": _moment(notice.written),
        "recipient": {"kind": notice.to.kind.value, "name": notice.to.name},
        "law": {
            "citation": notice.law,
            "regime": notice.regime,
            "certain": notice.law_certain,
        },
        "subject": notice.subject,
        "text": notice.body,
        "acting_as": details.standing.value if details.standing and "standing" in shown else None,
        "depicted": details.depicted.strip() if "depicted" in shown else "",
        "locations": [
            _location(location, shown) for location in details.locations if _has_locations(notice)
        ],
        "statements": [
            word for name, word in _STATEMENTS.items() if name in shown and getattr(details, name)
        ],
        "synthetic": details.synthetic if "synthetic" in shown else None,
        "capture": details.capture.value if details.capture and "capture" in shown else None,
        "consent": details.consent.value if details.consent and "consent" in shown else None,
        "sender": {name: _carried(details, name, shown) for name in _OF_SENDER},
        "said": {name: _carried(details, name, shown) for name in _TEXTS},
        "first_sent": _moment(details.first_sent)
        if details.first_sent and "first_sent" in shown
        else None,
    }


def as_json(notice: Notice) -> bytes:
    """Return the record as JSON in UTF-8."""
    return json.dumps(as_record(notice), ensure_ascii=False, indent=2).encode() + b"\n"


def read_record(untrusted: bytes) -> dict[str, Any]:
    """Read a record that somebody sent: at most 16 MiB, exactly after the schema.

    Raises BadNotice, which names the place of the fault and never its content.
    """
    if len(untrusted) > MAX_BYTES:
        raise BadNotice(f"a notice is at most {MAX_BYTES // 1024 // 1024} MiB")
    try:
        record = json.loads(
            untrusted.decode("utf-8"), object_pairs_hook=_no_doubles, parse_constant=_no_constant
        )
        json.dumps(record, ensure_ascii=False).encode()  # no half of a surrogate pair
    except (ValueError, RecursionError) as error:
        raise BadNotice("a notice is one JSON object in UTF-8, no key twice") from error
    wrong = fault(record, schema())
    if wrong:
        raise BadNotice(f"this is no notice after {schema()['$id']}: {wrong}")
    if any(_unsafe(location) for location in record["locations"]):
        raise BadNotice("a location is no web address, or holds signs that cannot be seen")
    wrong = _misshapen(record)
    if wrong:
        raise BadNotice(f"{wrong} holds signs that cannot be seen, or is not what it should be")
    found: dict[str, Any] = record
    return found


def _unsafe(location: dict[str, str]) -> bool:
    """What a desk shows as a link has to be one, and nothing may forge a line beside it."""
    return bool(location["url"] and not is_web_address(location["url"])) or any(
        fault_of_text(text, len(text)) for text in location.values()
    )


def _misshapen(record: dict[str, Any]) -> str:
    """Return the name of a part that could forge a header, a line or a moment; "" for none.

    The letter's own text may hold the marks that set a field apart, and no other.
    """
    lines = {
        "recipient.name": record["recipient"]["name"],
        "law.citation": record["law"]["citation"],
        "law.regime": record["law"]["regime"] or "",
        **{name: record[name] for name in ("subject", "depicted")},
        **{f"sender.{name}": text for name, text in record["sender"].items()},
    }
    texts = {f"said.{name}": text for name, text in record["said"].items()}
    texts["text"] = record["text"].translate(_NO_MARKS)
    for name, text in (*lines.items(), *texts.items()):
        if fault_of_text(text, len(text), several_lines=name in texts):
            return name
    if record["sender"]["email"] and not is_email(record["sender"]["email"]):
        return "sender.email"
    return next((name for name in ("written", "first_sent") if not _is_moment(record[name])), "")


def _is_moment(text: str | None) -> bool:
    try:
        return text is None or bool(datetime.fromisoformat(text))
    except ValueError:
        return False


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key twice")
    return found


def _no_constant(_name: str) -> None:
    raise ValueError("no number")


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _has_locations(notice: Notice) -> bool:
    return "locations.url" in notice.shown


def _carried(details: Details, name: str, shown: tuple[str, ...]) -> str:
    text: str = getattr(details, name)
    return text.strip() if name in shown else ""


def _location(location: Location, shown: tuple[str, ...]) -> dict[str, str]:
    names = ("url", "info", "description", "evidence", "ground", "search_query")
    carried = {
        name: getattr(location, name).strip() if f"locations.{name}" in shown else ""
        for name in names
    }
    return {"id": location.id, **carried}
