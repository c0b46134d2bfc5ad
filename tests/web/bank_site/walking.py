"""Walking through the pages as a browser does: every hidden field is taken along."""

import html
import json
import re
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase
from django.test import Client

from staydown.fingerprint.value import Fingerprint
from tests.bank.making import PIN, pdq

FORM = "application/x-www-form-urlencoded"


def post(client: Client, path: str, values: dict[str, Any], **more: Any) -> HttpResponse:
    """Post a form as a browser does."""
    response = client.post(path, urlencode(values, doseq=True), content_type=FORM, **more)
    assert isinstance(response, HttpResponse)
    return response


def text(response: HttpResponseBase) -> str:
    """The page, with its entities read."""
    return html.unescape(_body(response))


def _body(response: HttpResponseBase) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def hidden(response: HttpResponseBase, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', _body(response))
    assert found, f"no hidden field {name}"
    return html.unescape(found.group(1))


def shown(response: HttpResponseBase, element: str) -> str:
    """The text of the element with this id."""
    found = re.search(rf'id="{element}">([^<]*)<', _body(response))
    assert found, f"no element {element}"
    return html.unescape(found.group(1))


def wire(*fingerprints: Fingerprint) -> str:
    """What the pictures page's script puts into its field."""
    return json.dumps(
        [{"kind": "pdq", "value": item.hex, "quality": item.quality} for item in fingerprints]
    )


def to_pin(client: Client, *fingerprints: Fingerprint) -> HttpResponse:
    """Answer every question up to the PIN; return its page."""
    page = post(client, "/start/who/", {"under18": "no"})
    page = post(client, "/start/pictures/", {"state": hidden(page, "state"), "acting_for": "self"})
    sent = {"state": hidden(page, "state"), "fingerprints": wire(*(fingerprints or (pdq(1),)))}
    page = post(client, "/start/check/", sent)
    return post(client, "/start/pin/", {"state": hidden(page, "state")})


def to_done(client: Client, *fingerprints: Fingerprint) -> HttpResponse:
    """Go the whole way."""
    state = hidden(to_pin(client, *fingerprints), "state")
    return post(client, "/start/done/", {"state": state, "pin": PIN, "pin_again": PIN})
