"""A desk that runs, the bank it follows, and a moderator's browser without a browser."""

import io
import json
import re
import secrets
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from PIL import Image

from staydown.base.vocabulary import EntryState, Kind
from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.value import Fingerprint
from tests.desk_server import RunningDesk, eventually

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')

#: What a browser sends with a form of the same site under ``Referrer-Policy: no-referrer``.
FROM_OUR_PAGE = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}

#: Photographs that the package ships.
SAMPLES = Path(__file__).parents[3] / "src/staydown/cli/samples"

PASSWORD = "kettle orbit lantern mud"


def fresh(quality: int | None = 80) -> Fingerprint:
    """A fingerprint that is near no other."""
    return Fingerprint(Kind.PDQ, secrets.token_bytes(32), quality)


def jpeg(picture: Image.Image) -> bytes:
    """The picture as a file."""
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=80)
    return out.getvalue()


def is_problem(answer: httpx.Response, status: int) -> bool:
    """Whether an answer is a problem document of this status."""
    return (
        answer.status_code == status
        and answer.headers["content-type"] == "application/problem+json"
        and answer.json()["status"] == status
    )


def altered(data: bytes) -> bytes:
    """The same picture, smaller and saved again."""
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    out = io.BytesIO()
    picture.resize((picture.width * 2 // 3, picture.height * 2 // 3)).save(out, "JPEG", quality=70)
    return out.getvalue()


@dataclass
class Site:
    """A running desk, its bank, and the origin that previews come from."""

    desk: RunningDesk
    bank: BankSimulator
    preview_origin: str
    http: httpx.Client = field(init=False)
    consoles: list["Console"] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.desk.url, timeout=30)

    def close(self) -> None:
        """Hang up."""
        self.http.close()
        for console in self.consoles:
            console.http.close()

    def offer(self, *fingerprints: Fingerprint, **more: Any) -> httpx.Response:
        """Offer ready fingerprints to the gate; ``headers`` are added to the key's."""
        headers = self.desk.headers | more.pop("headers", {})
        values = [
            {"kind": value.kind.value, "value": value.hex, "quality": value.quality}
            for value in fingerprints
        ]
        body = {"fingerprints": values} | more
        return self.http.post("/api/v1/uploads", json=body, headers=headers)

    def upload(self, picture: bytes) -> httpx.Response:
        """Offer a picture to the gate."""
        files = {"picture": picture}
        return self.http.post("/api/v1/uploads", files=files, headers=self.desk.headers)

    def list(self, fingerprint: Fingerprint, state: EntryState = EntryState.LISTED) -> str:
        """List a fingerprint in the bank and wait until the desk matches it."""
        entry = self.bank.put(fingerprint, state)
        before = self.rows("review_item")
        eventually(lambda: self.offer(fingerprint).status_code != 200)
        assert self.rows("review_item") == before + 1
        return entry

    def held_item(self, **more: Any) -> UUID:
        """Make an item of a fresh fingerprint."""
        fingerprint = fresh()
        self.list(fingerprint)
        answer = self.offer(fingerprint, **more)
        assert answer.status_code == 451, answer.text
        return UUID(answer.json()["item"])

    def rows(self, table: str) -> int:
        """Count the rows of a table, over a connection of our own."""
        database = sqlite3.connect(f"file:{self.desk.folder}/desk.sqlite3?mode=ro", uri=True)
        try:
            (count,) = database.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
        finally:
            database.close()
        return int(count)

    def written(self) -> bytes:
        """Return every byte in the desk's folder, apart from its secrets, and in its output."""
        files = [file for file in self.desk.folder.glob("desk.*") if file.is_file()]
        return b"".join(file.read_bytes() for file in [*files, self.desk.output])

    def visitor(self) -> "Console":
        """Return a console at which nobody has signed in."""
        self.consoles.append(Console(self.desk.url))
        return self.consoles[-1]

    def moderator(self, name: str) -> "Console":
        """Add a moderator and return their console, signed in, with a password of their own."""
        made = json.loads(self.desk.command("user", "add", name, "--json"))
        console = self.visitor()
        console.sign_in(name, made["password"])
        console.change_password(made["password"], PASSWORD)
        return console


class Console:
    """A moderator at the console, as far as HTTP goes."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=30)
        self.page = ""

    def get(self, path: str) -> httpx.Response:
        """Open a page."""
        answer = self.http.get(path)
        self.page = answer.text
        return answer

    def post(self, path: str, **fields: str) -> httpx.Response:
        """Send the form of the page that is open, hidden fields included."""
        token = _TOKEN.search(self.page)
        hidden = dict(_FIELD.findall(self.page))
        values = hidden | ({"csrfmiddlewaretoken": token[1]} if token else {}) | fields
        answer = self.http.post(path, data=values, headers=FROM_OUR_PAGE)
        self.page = answer.text
        return answer

    def sign_in(self, name: str, password: str) -> httpx.Response:
        """Sign in from the sign-in page."""
        self.get("/signin/")
        return self.post("/signin/", name=name, password=password)

    def change_password(self, old: str, new: str) -> httpx.Response:
        """Change the password."""
        self.get("/password/")
        return self.post("/password/", old=old, new=new, again=new)

    def decide(self, item: UUID, decision: str) -> httpx.Response:
        """Open an item, choose, confirm."""
        self.get(f"/items/{item}/")
        asked = self.post(f"/items/{item}/", decision=decision)
        if asked.status_code != 200:
            return asked
        return self.post(f"/items/{item}/")
