"""The one file of a multipart form, whose field name says what it is: ``photo`` or ``video``."""

import io
from dataclasses import dataclass, field

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.datastructures import MultiValueDict

from staydown.web.desk_site.lookup.request import Asked, Refused, too_large
from staydown.web.kit.http.charset import media_type

#: Room for the boundaries of a form around its file.
_AROUND = 64 * 1024


@dataclass(frozen=True, slots=True)
class Content:
    """A file and what its sender calls it."""

    content_type: str
    data: bytes = field(repr=False)


class _Memory(MemoryFileUploadHandler):
    """Keeps every file in memory: the body was bounded before it was read."""

    def handle_raw_input(self, *args: object, **kwargs: object) -> None:
        # Django's own would leave a large file to the handler that writes to disk.
        self.activated = True


def read_form(asked: Asked, limit: int) -> Content:
    """Return the file of a form, of at most ``limit`` bytes. Raises Refused."""
    media = media_type(str(asked.environ.get("CONTENT_TYPE", "")))
    if media.partition(";")[0].lower() != "multipart/form-data":
        raise Refused(400, "send multipart/form-data with one file, in a field named photo")
    body = asked.body(limit + _AROUND)
    try:
        about = {"CONTENT_TYPE": media, "CONTENT_LENGTH": str(len(body))}
        _, files = MultiPartParser(about, io.BytesIO(body), [_Memory()], "utf-8").parse()
    except (MultiPartParserError, SuspiciousOperation, BadRequest, ValueError):
        # ValueError: an unknown charset of a part's name (RFC 2231), among others.
        raise Refused(400, "the form could not be read: send it again") from None
    return _only(files, limit)


def _only(files: "MultiValueDict[str, UploadedFile[bytes]]", limit: int) -> Content:
    found = [(name, file) for name in files for file in files.getlist(name)]
    if len(found) != 1:
        raise Refused(400, "send exactly one file, in a field named photo or video")
    ((name, file),) = found
    data = file.read()
    if len(data) > limit:
        raise too_large(limit)
    if not data:
        raise Refused(400, "the file is empty")
    return Content(name, data)
