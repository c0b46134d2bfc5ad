"""A request's scope, as the HTTP library hands it over, made into a WSGI environment."""

import io
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import unquote_to_bytes


class Input(Protocol):
    """What a request's body is read from."""

    def read(self, size: int = -1, /) -> bytes: ...

    def readline(self, size: int = -1, /) -> bytes: ...


class Unread:
    """A body that was too large to be taken in: reading it fails, as if it had broken off."""

    def read(self, size: int = -1, /) -> bytes:
        raise OSError("the body was not taken in")

    def readline(self, size: int = -1, /) -> bytes:
        return self.read(size)


def environ_of(scope: Mapping[str, Any]) -> dict[str, Any]:
    """Return the environment (PEP 3333), with an empty body.

    A header whose name has an underscore is left out: it would be taken for the one with a hyphen.
    """
    client, server = scope["client"] or ("", 0), scope["server"] or ("", None)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0] or "localhost",
        "SERVER_PORT": str(server[1] or 80),
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.input_terminated": True,
        "wsgi.errors": io.StringIO(),  # what goes there may repeat what was sent: it isn't kept
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for raw, value in scope["headers"]:
        if b"_" in raw:
            continue
        name = raw.decode("latin-1").upper().replace("-", "_")
        key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + name
        text = value.decode("latin-1")
        if key in environ:
            text = environ[key] + ("; " if key == "HTTP_COOKIE" else ",") + text
        environ[key] = text
    return environ
