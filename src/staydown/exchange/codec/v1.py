"""StopNCII v1, as the public client in the ``threatexchange`` package speaks it.

Reading is forgiving where real servers have been seen to err (an empty list for no cases, a null
for no feedback, a feedback word nobody documented): one odd record must not stall the rest, and
an odd remark on a record must not hide that it is withdrawn.
Writing keeps to what every shipped client takes: lists never null, only documented words.
"""

import contextlib
from typing import Annotated, Any

from pydantic import Field

from staydown.base.vocabulary import Feedback
from staydown.exchange.codec.wire import Counter, Received, ShortText, Tags, adapter_for, check
from staydown.exchange.errors import WireError
from staydown.exchange.records import (
    SetAside,
    V1Feedback,
    V1FeedbackReport,
    V1Page,
    V1Record,
    V1SignalType,
    V1Status,
    V1Submission,
)
from staydown.fingerprint.degenerate import refuse_degenerate
from staydown.fingerprint.kinds import KINDS
from staydown.fingerprint.value import BadFingerprint, Fingerprint

#: The most records in one page or one submission.
V1_MAX_PAGE = 5000

#: The types of the wire that are fingerprints of ours.
V1_KINDS = {V1SignalType(row.v1): kind for kind, row in KINDS.items() if row.v1 is not None}
V1_SIGNAL_TYPES = {kind: signal_type for signal_type, kind in V1_KINDS.items()}

#: A sender's words on its own listing that take it back.
TAKING_BACK = (Feedback.WITHDRAWN, Feedback.DELETED)

#: The same as the status of a record that is handed in.
_GONE = (V1Status.WITHDRAWN, V1Status.DELETED)

#: Cases and words of one record that are read; more say nothing more.
_MOST_SAID = 1000

#: The reference client sends Python's ``str()`` of an enum member.
_ENUM_PREFIX = "StopNCIISignalType."


class _Page(Received):
    next_page_token: Annotated[str, Field(max_length=1024)] | None = Field(
        default=None, alias="nextPageToken"
    )
    next_set_timestamp: Counter = Field(alias="nextSetTimestamp")
    has_more: bool = Field(alias="hasMoreRecords")
    records: Annotated[list[Any], Field(max_length=V1_MAX_PAGE)] = Field(
        default=[], alias="hashRecords"
    )


class _Feedback(Received):
    value: ShortText = Field(alias="feedbackValue")
    source: ShortText | None = ""
    tags: Tags | None = None


class _Record(Received):
    modified: Counter = Field(alias="lastModtimestamp")
    signal_type: ShortText = Field(alias="signalType")
    hash_value: Annotated[str, Field(max_length=65536)] = Field(alias="hashValue")
    status: ShortText = Field(alias="hashStatus")
    # What is said about the hash must not cost the hash itself, which may be a withdrawal.
    cases: Any = Field(default=None, alias="caseNumbers")
    feedback: Any = Field(default=None, alias="CSPFeedbacks")


class _Submissions(Received):
    records: Annotated[list[Any], Field(max_length=V1_MAX_PAGE)] = Field(alias="hashRecords")


class _Submission(Received):
    signal_type: ShortText = Field(alias="signalType")
    hash_value: Annotated[str, Field(max_length=65536)] = Field(alias="hashValue")
    #: The reference client sends none. Others send what a fetched record has.
    status: ShortText | None = Field(default=None, alias="hashStatus")
    feedback: Annotated[list[_Feedback], Field(max_length=16)] | None = Field(
        default=None, alias="CSPFeedbacks"
    )


class _Reports(Received):
    reports: Annotated[list[Any], Field(max_length=V1_MAX_PAGE)] = Field(alias="hashFeedbacks")


class _Report(_Feedback):
    hash_value: Annotated[str, Field(min_length=1, max_length=65536)] = Field(alias="hashValue")


_PAGE = adapter_for(_Page)
_RECORD = adapter_for(_Record)
_FEEDBACK = adapter_for(_Feedback)
_SUBMISSIONS = adapter_for(_Submissions)
_SUBMISSION = adapter_for(_Submission)
_REPORTS = adapter_for(_Reports)
_REPORT = adapter_for(_Report)


def v1_fingerprint(signal_type: V1SignalType, value: str) -> Fingerprint:
    """Return the fingerprint that a v1 hash stands for; exact ones may be in either case, PDQ not.

    Raises BadFingerprint for other types and for values that are none.
    """
    kind = V1_KINDS.get(signal_type)
    if kind is None:
        raise BadFingerprint(f"only {' and '.join(V1_KINDS)} are fingerprints here")
    return Fingerprint.parse(kind, value.lower() if KINDS[kind].exact else value)


# --------------------------------------------------------------------------- FetchHashes


def parse_v1_page(value: Any) -> tuple[V1Page, tuple[SetAside, ...]]:
    """Return the page and what was set aside in it. Raises WireError for a bad envelope.

    A page that says there is more without a token is a bad envelope: it would be fetched for ever.
    """
    page = check(_PAGE, value)
    if page.has_more and not page.next_page_token:
        raise WireError("hasMoreRecords without a nextPageToken")
    records: list[V1Record] = []
    aside: list[SetAside] = []
    for position, item in enumerate(page.records):
        try:
            records.append(_record(item))
        except (WireError, BadFingerprint) as error:
            aside.append(SetAside(position, str(error)))
    read = V1Page(
        tuple(records), page.next_page_token or None, page.next_set_timestamp, page.has_more
    )
    return read, tuple(aside)


def render_v1_page(page: V1Page) -> dict[str, Any]:
    """Return the JSON object of a FetchHashes answer."""
    return {
        "count": len(page.records),
        "nextPageToken": page.next_page_token,
        "nextSetTimestamp": page.next_set_timestamp,
        "hasMoreRecords": page.has_more,
        "hashRecords": [
            {
                "lastModtimestamp": record.modified,
                "signalType": record.signal_type.value,
                "hashValue": record.value,
                "hashStatus": record.status.value,
                "caseNumbers": {case: status.value for case, status in record.cases},
                "CSPFeedbacks": [
                    {"source": word.source, **_feedback_object(word)} for word in record.feedback
                ],
            }
            for record in page.records
        ],
    }


def _record(value: Any) -> V1Record:
    item = check(_RECORD, value)
    signal_type = _signal_type(item.signal_type)
    text = item.hash_value
    if signal_type in V1_KINDS:
        text = v1_fingerprint(signal_type, text).hex
    return V1Record(
        modified=item.modified,
        signal_type=signal_type,
        value=text,
        status=_status(item.status),
        cases=_cases(item.cases),
        feedback=_feedback(item.feedback),
    )


# --------------------------------------------------------------------------- SubmitHashes


def parse_v1_submissions(
    value: Any,
) -> tuple[tuple[tuple[int, V1Submission], ...], tuple[SetAside, ...]]:
    """Return the submissions, each with its position, and what was refused.

    Raises WireError for a bad envelope. Types that are no fingerprints of ours are refused, and
    so are fingerprints that are no picture's, unless they are taken back.
    """
    taken: list[tuple[int, V1Submission]] = []
    aside: list[SetAside] = []
    for position, item in enumerate(check(_SUBMISSIONS, value).records):
        try:
            record = check(_SUBMISSION, item)
            signal_type = _signal_type(record.signal_type.removeprefix(_ENUM_PREFIX))
            fingerprint = v1_fingerprint(signal_type, record.hash_value)
            words = tuple(_word(word, strict=True) for word in record.feedback or ())
            if record.status is not None and _status(record.status) in _GONE:
                words = (*words, V1Feedback(Feedback.WITHDRAWN))
            if not any(word.value in TAKING_BACK for word in words):
                refuse_degenerate(fingerprint)
        except (WireError, BadFingerprint) as error:
            aside.append(SetAside(position, str(error)))
        else:
            taken.append((position, V1Submission(signal_type, fingerprint.hex, words)))
    return tuple(taken), tuple(aside)


def render_v1_submissions(submissions: tuple[V1Submission, ...], *, now: int) -> dict[str, Any]:
    """Return the body of SubmitHashes; ``now`` is in unix seconds."""
    return {
        "count": len(submissions),
        "hashRecords": [
            {
                "lastModtimestamp": now,
                "signalType": submission.signal_type.value,
                "hashValue": submission.value,
                "CSPFeedbacks": [_feedback_object(word) for word in submission.feedback],
            }
            for submission in submissions
        ],
    }


# --------------------------------------------------------------------------- SubmitFeedback


def parse_v1_feedback(
    value: Any,
) -> tuple[tuple[tuple[int, V1FeedbackReport], ...], tuple[SetAside, ...]]:
    """Return the reports, each with its position, and what was refused.

    Raises WireError for a bad envelope. The value's type is not on the wire, so hexadecimal
    digits are all that is asked of it.
    """
    taken: list[tuple[int, V1FeedbackReport]] = []
    aside: list[SetAside] = []
    for position, item in enumerate(check(_REPORTS, value).reports):
        try:
            report = check(_REPORT, item)
            word = _word(report, strict=True)
        except WireError as error:
            aside.append(SetAside(position, str(error)))
        else:
            taken.append((position, V1FeedbackReport(report.hash_value.lower(), word)))
    return tuple(taken), tuple(aside)


def v1_fingerprints(value: str) -> tuple[Fingerprint, ...]:
    """Return every fingerprint that a value without a type may stand for."""
    found = []
    for kind, row in KINDS.items():
        if len(value) == row.digits:
            try:
                found.append(Fingerprint.parse(kind, value))
            except BadFingerprint:
                continue
    return tuple(found)


def render_v1_feedback(reports: tuple[V1FeedbackReport, ...]) -> dict[str, Any]:
    """Return the body of SubmitFeedback."""
    return {
        "count": len(reports),
        "hashFeedbacks": [
            {**_feedback_object(report.feedback), "hashValue": report.value} for report in reports
        ],
    }


# --------------------------------------------------------------------------- parts


def _signal_type(text: str) -> V1SignalType:
    try:
        return V1SignalType(text)
    except ValueError:
        raise WireError("a signalType that this version does not know") from None


def _status(text: str) -> V1Status:
    try:
        return V1Status(text)
    except ValueError:
        raise WireError("a status that this version does not know") from None


def _cases(value: Any) -> tuple[tuple[str, V1Status], ...]:
    """Read what can be read; a status that nobody documented is ``Unknown``."""
    given = list(value.items())[:_MOST_SAID] if isinstance(value, dict) else []
    known = {status.value: status for status in V1Status}
    return tuple((case[:128], known.get(str(status), V1Status.UNKNOWN)) for case, status in given)


def _feedback(value: Any) -> tuple[V1Feedback, ...]:
    """Read what can be read, and pass over the rest."""
    words: list[V1Feedback] = []
    for word in value[:_MOST_SAID] if isinstance(value, list) else []:
        with contextlib.suppress(WireError):
            words.append(_word(check(_FEEDBACK, word), strict=False))
    return tuple(words)


def _word(item: _Feedback, *, strict: bool) -> V1Feedback:
    """Read one word; the real API has sent ``Undefined``, which is read as ``Unknown``."""
    try:
        word = Feedback(item.value)
    except ValueError:
        if strict:
            raise WireError("a feedbackValue that is not in the agreed list") from None
        word = Feedback.UNKNOWN
    if strict and any("\0" in tag for tag in item.tags or ()):
        raise WireError("a tag with a null character, which no database keeps")
    return V1Feedback(word, item.source or "", tuple(sorted(set(item.tags or ()))))


def _feedback_object(word: V1Feedback) -> dict[str, Any]:
    return {"tags": list(word.tags), "feedbackValue": word.value.value}
