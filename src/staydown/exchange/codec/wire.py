"""Bits that every dialect's parser shares: strict models and errors that repeat nothing."""

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from staydown.exchange.errors import WireError

#: Sequence numbers and time stamps must fit a database's signed 64-bit column.
Counter = Annotated[int, Field(ge=0, le=2**63 - 1)]
ShortText = Annotated[str, Field(max_length=256)]
Tags = Annotated[list[Annotated[str, Field(max_length=128)]], Field(max_length=64)]

ModelT = TypeVar("ModelT", bound=BaseModel)


class Received(BaseModel):
    """What another program sent as an answer: fields we don't know are passed over."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", hide_input_in_errors=True)


class Asked(BaseModel):
    """What somebody asks of us: a field we don't know is refused."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", hide_input_in_errors=True)


def check(adapter: TypeAdapter[ModelT], value: Any) -> ModelT:
    """Return ``value`` as the adapter's model. Raises WireError."""
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        raise WireError(fault(error)) from None


def fault(error: ValidationError) -> str:
    """Say where the first fault is, in the wire's own field names, and repeat nothing sent."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    if first["type"] == "extra_forbidden":
        return "there is a field that does not belong here: leave it out"
    place = ".".join(str(part) for part in first["loc"] if isinstance(part, int) or _ours(part))
    if first["type"] == "missing":
        return f"the field {place} is missing"
    if not place:
        return "an object of the agreed form was expected"
    return f"the field {place} is not of the agreed form"


def _ours(name: str) -> bool:
    """Whether a part of a location is a field name of ours and not a key that the sender chose."""
    return name in _FIELDS


_FIELDS: set[str] = set()


def adapter_for(model: type[ModelT]) -> TypeAdapter[ModelT]:
    """Return a TypeAdapter and remember the model's field names as fit for messages."""
    for name, info in model.model_fields.items():
        _FIELDS.add(info.alias or name)
    return TypeAdapter(model)
