"""Nothing that could point to a person is written where it doesn't belong."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from staydown.fingerprint.registry import fingerprint_picture, picture_worker
from tests.bank_server import running_bank
from tests.desk_server import FollowedBank, running_desk
from tests.flows.sites import ALTERED_COPY, LISTED, within

#: Where the person, and the platform, call from. The whole of 127/8 is this machine on Linux.
PERSON_ADDRESS = "127.77.88.99"
PLATFORM_ADDRESS = "127.66.55.44"
FORWARDED = "203.0.113.77"
PIN = "plantedpin7301"
REFERENCE = "planted-reference-5512"
ORIGIN = "https://previews.example"
PREVIEW = f"{ORIGIN}/planted-preview-8841"


@dataclass(frozen=True)
class Walked:
    """The folder that the sites wrote into, and what was said to them."""

    folder: Path
    fingerprints: tuple[str, ...]
    case_number: str
    phrase: str

    def files(self, *, logs: bool) -> dict[str, bytes]:
        """Everything written, or only what the processes printed."""
        found = [path for path in self.folder.rglob("*") if path.is_file()]
        chosen = [path for path in found if not logs or path.suffix in (".log", ".txt")]
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in chosen}


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walked]:
    """The walk of a picture over HTTP, with much that goes wrong on the way."""
    folder = tmp_path_factory.mktemp("written")
    with picture_worker() as worker:
        listed = fingerprint_picture(LISTED.read_bytes(), worker).hex
        offered = fingerprint_picture(ALTERED_COPY.read_bytes(), worker).hex
    with (
        client(PERSON_ADDRESS) as person,
        client(PLATFORM_ADDRESS) as platform,
        running_bank(folder / "bank") as bank,
    ):
        keys = bank.add_partner("Example platform")
        followed = FollowedBank("example", bank.url, keys.subscription_key, keys.function_key)
        with running_desk(folder / "desk", [followed], preview_origin=ORIGIN) as desk:
            picture = {"kind": "pdq", "value": listed, "quality": 100}
            case = {
                "under18": "no",
                "acting_for": "self",
                "fingerprints": [picture],
                "pin": PIN,
            }
            answer = person.post(f"{bank.url}/api/public/cases", json=case)
            assert answer.status_code == 201
            opened = answer.json()
            number = opened["case_number"]
            upload = {
                **desk.headers,
                "Content-Type": "image/jpeg",
                "X-Staydown-Reference": REFERENCE,
                "X-Staydown-Preview": PREVIEW,
            }

            def held() -> bool:
                body = ALTERED_COPY.read_bytes()
                sent = platform.post(f"{desk.url}/api/v1/uploads", content=body, headers=upload)
                return sent.status_code == 451

            within(60, held)
            faults(person, bank.url, {**case, "surprise": listed}, number)
            platform.headers.update(desk.headers)
            faults(platform, desk.url, {**case, "surprise": listed}, number)
            known = {"case_number": number, "pin": PIN}
            assert person.post(f"{bank.url}/api/public/status", json=known).status_code == 200
            wrong = {"case_number": number, "pin": PIN + "9"}
            assert person.post(f"{bank.url}/api/public/status", json=wrong).status_code != 200
            back = {**known, "numbers": None}
            # A wrong PIN makes the next try wait a little.
            withdraw = f"{bank.url}/api/public/withdraw"
            within(60, lambda: person.post(withdraw, json=back).status_code == 200)
            bank.run("tick")
            within(60, lambda: not held())
            yield Walked(folder, (listed, offered), number, opened["recovery_phrase"])


def client(address: str) -> httpx.Client:
    """Return a client that calls from ``address`` and says that it was forwarded."""
    headers = {"X-Forwarded-For": FORWARDED, "Forwarded": f"for={FORWARDED}"}
    return httpx.Client(
        transport=httpx.HTTPTransport(local_address=address), headers=headers, timeout=30
    )


def faults(caller: httpx.Client, url: str, body: dict[str, Any], number: str) -> None:
    """Ask for what isn't there, with planted values in every place that a log might show."""
    value = str(body["surprise"])
    caller.get(f"{url}/{number}/{value}?signal={value}")
    caller.get(f"{url}/api/v2/feed?after={value}")
    caller.get(f"{url}/api/v1/items/{value}")
    for path in ("/api/public/cases", "/api/v1/uploads", "/status/", "/start/check/"):
        caller.post(f"{url}{path}", json=body)
        caller.post(f"{url}{path}", content=value.encode())
        caller.post(f"{url}{path}", files={value: (value, PIN)})
        caller.post(f"{url}{path}", data={"fingerprints": value, "pin": PIN})


def forms(value: str) -> list[bytes]:
    """Return a fingerprint as it might be written: digits, capitals, bytes, base64."""
    raw = bytes.fromhex(value)
    encoded = [base64.b64encode(raw), base64.urlsafe_b64encode(raw)]
    return [value.encode(), value.upper().encode(), raw, *encoded]


def number_forms(number: str) -> list[bytes]:
    """Return a case number with and without its dashes."""
    bare = re.sub(r"[^0-9A-Z]", "", number)
    return [number.encode(), bare.encode(), bare.lower().encode()]


def found(files: dict[str, bytes], planted: list[bytes]) -> list[str]:
    """Return the files that hold any of the planted values."""
    return [name for name, data in files.items() if any(value in data for value in planted)]


def test_no_fingerprint_is_in_the_open_in_anything_written(walked: Walked) -> None:
    planted = [form for value in walked.fingerprints for form in forms(value)]
    assert found(walked.files(logs=False), planted) == []


def test_no_case_number_pin_or_phrase_is_in_anything_written(walked: Walked) -> None:
    planted = [*number_forms(walked.case_number), PIN.encode(), walked.phrase.encode()]
    assert found(walked.files(logs=False), planted) == []


def test_no_address_of_a_caller_is_in_anything_written(walked: Walked) -> None:
    planted = [value.encode() for value in (PERSON_ADDRESS, PLATFORM_ADDRESS, FORWARDED)]
    assert found(walked.files(logs=False), planted) == []


def test_no_url_or_reference_of_content_is_in_a_log(walked: Walked) -> None:
    planted = [PREVIEW.encode(), REFERENCE.encode(), b"planted"]
    assert found(walked.files(logs=True), planted) == []


def test_the_search_would_find_what_is_there(walked: Walked) -> None:
    """The desk must keep the platform's own reference: the search finds that one."""
    hits = found(walked.files(logs=False), [REFERENCE.encode()])
    assert hits != []
    assert all("sqlite3" in name for name in hits)
    assert len(walked.files(logs=True)) >= 2
