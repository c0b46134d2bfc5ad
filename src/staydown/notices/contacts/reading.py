"""Read answers of registries from bytes that nobody vouches for."""

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from staydown.notices.contacts.answers import FORMAT, Answer, Registration, SavedAnswers
from staydown.notices.contacts.errors import BadAnswer

#: Of a whole saved file. Answers of registries are some 5 to 50 kB each.
MAX_FILE_BYTES = 8 * 1024 * 1024


class _Either(BaseModel):
    """Tells a saved file from one answer that somebody saved or pasted by hand."""

    model_config = ConfigDict(extra="ignore")

    format: JsonValue = None
    objectClassName: JsonValue = None  # noqa: N815 - RFC 9083's name


def read_answers(untrusted: bytes) -> SavedAnswers:
    """Return what is in a saved file, or in one RDAP answer as it came from a registry.

    For the latter it isn't known when and where it was asked. Raises BadAnswer.
    """
    if len(untrusted) > MAX_FILE_BYTES:
        raise BadAnswer(f"the file is longer than {MAX_FILE_BYTES} bytes: save one site at a time")
    try:
        either = _Either.model_validate_json(untrusted)
        if either.format is None and either.objectClassName is not None:
            return _alone(read_registration(untrusted))
        return SavedAnswers.model_validate_json(untrusted)
    except ValidationError as error:
        raise BadAnswer(_reason(error)) from None


def read_registration(untrusted: bytes) -> Registration:
    """Return one RDAP answer about a domain or an IP network. Raises BadAnswer."""
    try:
        return Registration.model_validate_json(untrusted)
    except ValidationError as error:
        raise BadAnswer(_reason(error)) from None


def _alone(answer: Registration) -> SavedAnswers:
    about = answer.domain or answer.first or answer.network
    server = next((link.href for link in answer.links if link.rel == "self"), "")
    return SavedAnswers(
        format=FORMAT, host=about, answers=(Answer(about=about, server=server, answer=answer),)
    )


def _reason(error: ValidationError) -> str:
    """Say where it is wrong; never what stands there."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return "this is not an answer of a registry: it is not JSON, or nested too deep"
    place = ".".join(str(part) for part in first["loc"]) or "the top"
    return f"this is not an answer of a registry as RFC 9083 has it: see {place}"
