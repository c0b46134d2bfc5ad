"""A caller of HMA's paths without a network, and the files it sends."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from PIL import Image

from staydown.base.vocabulary import Kind
from staydown.fingerprint.value import Fingerprint
from staydown.web.desk_site.lookup.wsgi import Front
from tests.web.desk_site.support import SAMPLES

BOUNDARY = "b"

COFFEE = (SAMPLES / "coffee.jpg").read_bytes()


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        """The answer as JSON."""
        return json.loads(self.content)

    @property
    def text(self) -> str:
        """The answer as a text."""
        return self.content.decode()


@dataclass
class Caller:
    """Asks the callable in front of Django as a server would."""

    front: Front
    headers: dict[str, str] = field(default_factory=dict)
    sender: str = "127.0.0.1"
    protocol: str = "HTTP/1.1"

    def call(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        media: str = "",
        headers: Mapping[str, str] | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request; ``headers`` are added to the caller's own."""
        sent = {"Host": "desk.example"} | self.headers | dict(headers or {})
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": urlencode(parameters or {}),
            "REMOTE_ADDR": self.sender,
            "SERVER_PROTOCOL": self.protocol,
            "CONTENT_TYPE": media,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        environ |= {f"HTTP_{name.upper().replace('-', '_')}": sent[name] for name in sent}
        status, answered, content = self.front.answer(environ)
        return Answer(status.value, dict(answered), content)

    def get(self, path: str, **parameters: str) -> Answer:
        """Ask with parameters."""
        return self.call("GET", path, parameters=parameters)

    def post(self, path: str, file: bytes, field_name: str = "photo", **parameters: str) -> Answer:
        """Ask with a file."""
        return self.call("POST", path, form((field_name, file)), media=FORM, parameters=parameters)

    def look(self, fingerprint: Fingerprint, **parameters: str) -> Answer:
        """Look a fingerprint up."""
        return self.get("/m/lookup", **signal(fingerprint), **parameters)

    def raw(self, fingerprint: Fingerprint, **parameters: str) -> Answer:
        """Look a fingerprint up, whatever its state."""
        return self.get("/m/raw_lookup", **signal(fingerprint), **parameters)


FORM = f"multipart/form-data; boundary={BOUNDARY}"


def signal(fingerprint: Fingerprint) -> dict[str, str]:
    """Return the two parameters that name a fingerprint."""
    name = {Kind.PDQ: "pdq", Kind.MD5: "video_md5"}[fingerprint.kind]
    return {"signal": fingerprint.hex, "signal_type": name}


def form(*files: tuple[str, bytes]) -> bytes:
    """Return a multipart body of files, each with the name of its field."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="a"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n".encode()
        + data
        + b"\r\n"
        for name, data in files
    ]
    return b"".join([*parts, f"--{BOUNDARY}--\r\n".encode()])


def png(picture: Image.Image) -> bytes:
    """Return the picture as a PNG file."""
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
