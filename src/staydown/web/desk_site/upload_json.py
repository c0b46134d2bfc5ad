"""The JSON form of an upload at the desk's gate: fingerprints that the platform made itself."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from staydown.base.vocabulary import Kind
from staydown.fingerprint.kinds import KINDS
from staydown.fingerprint.value import BadFingerprint, Fingerprint
from staydown.web.kit.http.body import BodyRefused

#: A picture has a handful of fingerprints: one of each kind, and views of it.
MAX_FINGERPRINTS = 64


class _Fingerprint(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    kind: Annotated[str, Field(max_length=16)]
    value: Annotated[str, Field(max_length=max(row.digits for row in KINDS.values()))]
    quality: Annotated[int, Field(ge=0, le=100)] | None = None


class _Upload(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    fingerprints: Annotated[list[_Fingerprint], Field(min_length=1, max_length=MAX_FINGERPRINTS)]
    reference: Annotated[str, Field(max_length=500)] = ""
    preview_url: Annotated[str, Field(max_length=2000)] = ""


_UPLOAD = TypeAdapter(_Upload)


def parse_upload(value: Any) -> tuple[tuple[Fingerprint, ...], str, str]:
    """Return fingerprints, reference and preview URL. Raises BodyRefused (422)."""
    try:
        upload = _UPLOAD.validate_python(value)
        fingerprints = tuple(
            Fingerprint.parse(Kind(item.kind), item.value, item.quality)
            for item in upload.fingerprints
        )
    except ValidationError:
        raise BodyRefused(
            422,
            'send {"fingerprints": [{"kind", "value", "quality"}], "reference", "preview_url"}',
        ) from None
    except BadFingerprint as error:
        raise BodyRefused(422, str(error)) from None
    except ValueError:
        *most, last = Kind
        raise BodyRefused(422, f"a fingerprint's kind is {', '.join(most)} or {last}") from None
    return fingerprints, upload.reference, upload.preview_url
