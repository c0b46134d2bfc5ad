"""Read answers of registries from bytes that nobody vouches for."""

from pydantic import JsonValue, ValidationError
from pydantic_core import from_json

from staydown.base.plain_text import NotText, text_of
from staydown.notices.contacts.answers import (
    Answer,
    KeptFile,
    SavedAnswers,
    Unanswered,
)
from staydown.notices.contacts.errors import BadAnswer
from staydown.notices.contacts.registrations import (
    NotARegistration,
    Registration,
    read_registration,
)

#: Of a whole saved file. Answers of registries are some 5 to 50 kB each.
MAX_FILE_BYTES = 8 * 1024 * 1024


def read_answers(untrusted: bytes) -> SavedAnswers:
    """Return what is in a saved file, or in one RDAP answer as it came from a registry.

    For the latter it isn't known when and where it was asked. Raises BadAnswer.
    """
    if len(untrusted) > MAX_FILE_BYTES:
        raise BadAnswer(f"the file is longer than {MAX_FILE_BYTES} bytes: save one site at a time")
    value = read_json(untrusted)
    if isinstance(value, dict) and "format" in value:
        return _saved(_text(untrusted))
    return _alone(registration_of(value))


def read_json(untrusted: bytes) -> JsonValue:
    """Return what the bytes say. Letters in another encoding are shown as U+FFFD, none is fatal.

    Raises BadAnswer for what is not JSON, or nested so deep that nobody means it.
    """
    try:
        value: JsonValue = from_json(_text(untrusted), allow_inf_nan=False)
    except ValueError:
        raise BadAnswer(
            "this isn't an answer from a registry: it isn't JSON, or is nested too deeply. Copy it "
            "whole, from the first { to the last }"
        ) from None
    return value


def _text(untrusted: bytes) -> str:
    """Return the text, as editors and terminals save it, without what was copied around it."""
    try:
        text = text_of(untrusted)
    except NotText:
        text = untrusted.decode("utf-8", "replace")
    start, end = text.find("{"), text.rfind("}")
    return text[start : end + 1] if 0 <= start < end else text


def registration_of(value: JsonValue) -> Registration:
    """Return one RDAP answer. Raises BadAnswer, which says what it is instead."""
    try:
        return read_registration(value)
    except NotARegistration as error:
        raise BadAnswer(str(error)) from None


def _saved(text: str) -> SavedAnswers:
    try:
        kept = KeptFile.model_validate_json(text)
    except ValidationError as error:
        raise BadAnswer(_reason(error)) from None
    answers: list[Answer] = []
    unanswered = list(kept.unanswered)
    for one in kept.answers:
        try:
            read = read_registration(one.answer)
        except NotARegistration as error:  # one of several: the others are still good
            unanswered.append(Unanswered(about=one.about, why=str(error)))
        else:
            answers.append(Answer(one.about, one.server, one.asked, read))
    return SavedAnswers(
        host=kept.host,
        asked=kept.asked,
        addresses=kept.addresses,
        registries=kept.registries,
        answers=tuple(answers),
        unanswered=tuple(unanswered),
    )


def _alone(answer: Registration) -> SavedAnswers:
    about = answer.name or answer.first or answer.handle
    server = next((link.href for link in answer.links if link.rel == "self"), "")
    return SavedAnswers(host=about, answers=(Answer(about, server, None, answer),))


def _reason(error: ValidationError) -> str:
    """Say where it is wrong; never what stands there."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "the top"
    return f"this isn't a file of saved answers in the form that this program writes: see {place}"
