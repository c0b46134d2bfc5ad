"""Reading an upload: a picture (multipart or raw bytes) or ready fingerprints, never via a disk."""

import hashlib
from dataclasses import dataclass, field

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler, StopUpload
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from staydown.base.canonical import canonical_json
from staydown.fingerprint.value import Fingerprint
from staydown.media.limits import Limits
from staydown.web.desk_site.upload_json import parse_upload
from staydown.web.kit.http.body import BodyRefused, read_body, read_json

#: Room for the fields and boundaries of a multipart body around the picture.
_AROUND = 64 * 1024
_JSON_BYTES = 256 * 1024
MAX_REFERENCE = 500


@dataclass(frozen=True, slots=True)
class Received:
    """What arrived: a picture's bytes, or fingerprints when ``picture`` is None."""

    picture: bytes | None = field(default=None, repr=False)
    fingerprints: tuple[Fingerprint, ...] = field(default=(), repr=False)
    reference: str = field(default="", repr=False)
    preview_url: str = field(default="", repr=False)

    def content(self) -> bytes:
        """Return bytes that are equal for equal requests, however they were wrapped."""
        return canonical_json(
            {
                "picture": None
                if self.picture is None
                else hashlib.sha256(self.picture).hexdigest(),
                "fingerprints": [
                    [item.kind.value, item.hex, item.quality] for item in self.fingerprints
                ],
                "reference": self.reference,
                "preview_url": self.preview_url,
            }
        )


def read_upload(request: HttpRequest, limits: Limits) -> Received:
    """Return what arrived. Raises BodyRefused."""
    if "Content-Length" not in request.headers:
        raise BodyRefused(400, "send a Content-Length: chunked bodies are not taken")
    kind = (request.content_type or "").lower()
    if kind == "application/json":
        fingerprints, reference, preview = parse_upload(read_json(request, limit=_JSON_BYTES))
        received = Received(None, fingerprints, reference, preview)
    elif kind == "multipart/form-data":
        received = _multipart(request, limits)
    elif kind.startswith("image/") or kind == "application/octet-stream":
        received = Received(
            read_body(request, limit=limits.file_bytes),
            reference=request.headers.get("X-Staydown-Reference", ""),
            preview_url=request.headers.get("X-Staydown-Preview", ""),
        )
    else:
        raise BodyRefused(415, "send multipart/form-data, image/… or application/json")
    if received.picture == b"":
        raise BodyRefused(400, "the picture is empty")
    if len(received.reference) > MAX_REFERENCE:
        raise BodyRefused(422, f"the reference is longer than {MAX_REFERENCE} characters")
    if not received.reference.isprintable():
        raise BodyRefused(422, "the reference holds characters that can't be shown")
    return received


class _BoundedMemory(MemoryFileUploadHandler):
    """Keeps the file in memory and stops at the limit, whatever the sender declared."""

    def __init__(self, request: HttpRequest, limit: int) -> None:
        super().__init__(request)
        self._left = limit
        self.exceeded = False

    def handle_raw_input(self, *args: object, **kwargs: object) -> None:
        # Django's own would leave a large file to the handler that writes to disk.
        self.activated = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self._left -= len(raw_data)
        if self._left < 0:
            self.exceeded = True
            raise StopUpload(connection_reset=True)
        return super().receive_data_chunk(raw_data, start)


def _multipart(request: HttpRequest, limits: Limits) -> Received:
    declared = request.headers["Content-Length"]
    if not declared.isdigit() or int(declared) > limits.file_bytes + _AROUND:
        raise BodyRefused(413, f"the picture is larger than {limits.file_bytes} bytes")
    handler = _BoundedMemory(request, limits.file_bytes)
    request.upload_handlers = [handler]
    try:
        fields, files = request.POST, request.FILES
    except (MultiPartParserError, UnreadablePostError, SuspiciousOperation, BadRequest) as error:
        raise BodyRefused(400, "the multipart body could not be read: send it again") from error
    if handler.exceeded:
        raise BodyRefused(413, f"the picture is larger than {limits.file_bytes} bytes")
    if set(fields) - {"reference", "preview_url"} or set(files) != {"picture"}:
        raise BodyRefused(
            422, "send one file field, picture, and at most the fields reference and preview_url"
        )
    picture = files["picture"]
    if len(files.getlist("picture")) != 1 or not isinstance(picture, UploadedFile):
        raise BodyRefused(422, "send exactly one picture")
    return Received(
        picture.read(),
        reference=str(fields.get("reference", "")),
        preview_url=str(fields.get("preview_url", "")),
    )
