"""A look-up request, read as strictly as anything foreign, and why one is refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl

from staydown.base.canonical import JSONValue
from staydown.base.errors import StaydownError
from staydown.web.kit.http.body import declared_length
from staydown.web.kit.http.roots import one_slash

#: A look-up has a handful of parameters.
_MOST_PARAMETERS = 50

#: Set in the environment of a request whose body was read to its end.
_WAS_READ = "staydown.body_was_read"

_TRUE = frozenset({"true", "1", "yes", "on", "t", "y"})
_FALSE = frozenset({"false", "0", "no", "off", "f", "n"})


class Text(str):
    """An answer that is no JSON: HMA has two of a word."""

    __slots__ = ()


class Refused(StaydownError):
    """A request that isn't answered; ``status`` says so to programs, the message to people.

    ``code`` is the word for machines where a file is at fault. ``plain``: the message is all that
    is answered.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        code: str = "",
        plain: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})
        self.code = code
        self.plain = plain

    @property
    def body(self) -> JSONValue | Text:
        """The answer's JSON, in HMA's form."""
        if self.plain:
            return Text(self)
        return {"message": str(self)} | ({"code": self.code} if self.code else {})


class Body(Protocol):
    """What a WSGI server gives to read a body from."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. Its parameters and headers stay out of ``repr``: they hold keys and hashes."""

    method: str
    path: str
    parameters: Mapping[str, str] = field(repr=False)
    environ: dict[str, Any] = field(repr=False)
    #: The number of the last change of entries, where it was read since the request came.
    head: int | None = None
    #: Tells callers apart while their requests are worked on: a digest of the key.
    key: str = field(default="", repr=False)

    @classmethod
    def read(cls, environ: dict[str, Any]) -> "Asked":
        """Read a WSGI environment. Raises Refused."""
        try:
            pairs = parse_qsl(
                environ.get("QUERY_STRING", ""),
                keep_blank_values=True,
                max_num_fields=_MOST_PARAMETERS,
            )
        except ValueError:
            raise Refused(400, f"send at most {_MOST_PARAMETERS} parameters") from None
        parameters: dict[str, str] = {}
        for name, value in pairs:
            parameters.setdefault(name, value)
        path = one_slash(environ.get("PATH_INFO", "/"))
        return cls(environ["REQUEST_METHOD"], path, parameters, environ)

    def text(self, name: str) -> str:
        """Return a parameter that must be there. Raises Refused."""
        if name not in self.parameters:
            raise Refused(422, f"the parameter {name} is missing")
        return self.parameters[name]

    def flag(self, name: str) -> bool:
        """Return a parameter that is true or false, which is what it is when absent.

        Raises Refused.
        """
        value = self.parameters.get(name, "false").lower()
        if value not in _TRUE | _FALSE:
            raise Refused(422, f"the parameter {name} is true or false")
        return value in _TRUE

    def banks(self) -> frozenset[str] | None:
        """Return the banks that the caller wants to hear of; None for all."""
        names = self.parameters.get("banks")
        return frozenset(names.split(",")) if names else None

    def header(self, name: str) -> str:
        """Return a header; "" where there is none."""
        return str(self.environ.get("HTTP_" + name.upper().replace("-", "_"), ""))

    def has_header(self, *beginnings: str) -> bool:
        """Say whether there is a header whose name begins like one of ``beginnings``."""
        starts = tuple("HTTP_" + name.upper().replace("-", "_") for name in beginnings)
        return any(name.startswith(starts) for name in self.environ)

    def length(self, limit: int) -> int:
        """Return how long the body says that it is, ``limit`` where it is longer or doesn't say."""
        declared = str(self.environ.get("CONTENT_LENGTH", ""))
        return min(int(declared), limit) if declared.isdecimal() and len(declared) < 20 else limit

    def body(self, limit: int) -> bytes:
        """Return the body of at most ``limit`` bytes. Raises Refused."""
        declared = declared_length(self.environ.get("CONTENT_LENGTH"))
        if declared is not None and declared > limit:
            raise too_large(limit)
        stream: Body = self.environ["wsgi.input"]
        try:
            body = stream.read(limit + 1)
        except OSError:
            raise Refused(400, "the body broke off: send it again") from None
        if len(body) > limit:
            raise too_large(limit)
        if declared is not None and len(body) < declared:
            raise Refused(400, "the body broke off: send it again")
        self.environ[_WAS_READ] = True
        return body


def too_large(limit: int) -> Refused:
    """Return the refusal of a body; what follows of it is never read."""
    return Refused(413, f"send at most {limit} bytes", headers={"Connection": "close"})


def left_unread(environ: Mapping[str, Any]) -> bool:
    """Say whether a request has a body that nobody read.

    What is left of it would be taken for the next request on the same connection.
    """
    sent = environ.get("CONTENT_LENGTH") or "0"
    has_one = sent != "0" or "HTTP_TRANSFER_ENCODING" in environ
    return has_one and _WAS_READ not in environ


def names(text: str) -> list[str]:
    """Return the names in a comma list, without blanks."""
    return [name for part in text.split(",") if (name := part.strip())]


def listed(words: Iterable[str]) -> str:
    """Return words for a message."""
    return ", ".join(words)
