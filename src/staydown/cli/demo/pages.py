"""Walking a site's own forms without a browser: fetch a page, fill in its form, send it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin

from staydown.cli.demo.sites import DemoFailed
from staydown.net.message import Request, Transport

_REDIRECTS = frozenset({302, 303})


@dataclass
class _Form:
    action: str
    names: set[str] = field(default_factory=set)
    standing: dict[str, str] = field(default_factory=dict)


class _FormReader(HTMLParser):
    """Collects each form of a page that is sent by POST: its field names and hidden values."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("method", "").lower() == "post"
            if self._inside:
                self.forms.append(_Form(given.get("action", "")))
        elif self._inside and "name" in given:
            self.forms[-1].names.add(given["name"])
            if given.get("type") == "hidden":
                self.forms[-1].standing[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


@dataclass(frozen=True, slots=True)
class Page:
    """A page that came back with 200: where it was, and its text."""

    url: str
    text: str


class Visitor:
    """One visitor of one site, who keeps the site's cookies and follows its redirects."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._cookies: dict[str, str] = {}

    def visit(self, url: str) -> Page:
        """Return the page at ``url``. Raises DemoFailed unless the site answers 200."""
        return self._send("GET", url, b"")

    def submit(self, page: Page, filled: Mapping[str, str]) -> Page:
        """Send the form of ``page`` that has all of the fields ``filled``, and return the answer.

        Hidden fields keep the values they stand with. Raises DemoFailed when no form fits.
        """
        reader = _FormReader()
        reader.feed(page.text)
        for form in reader.forms:
            if set(filled) <= form.names:
                body = urlencode({**form.standing, **filled}).encode()
                return self._send("POST", urljoin(page.url, form.action), body)
        raise DemoFailed("a page has not the form that was looked for")

    def _send(self, method: str, url: str, body: bytes) -> Page:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        response = self._transport.send(Request(method, url, headers, body))
        for name, value in re.findall(
            r"(?:^|, )(csrftoken|sessionid)=([^;,]*)", response.headers.get("set-cookie", "")
        ):
            self._cookies[name] = value
        if response.status in _REDIRECTS:
            return self._send("GET", urljoin(url, response.headers["location"]), b"")
        if response.status != 200:
            raise DemoFailed(f"a page answered {response.status}")
        return Page(url, response.body.decode("utf-8"))
