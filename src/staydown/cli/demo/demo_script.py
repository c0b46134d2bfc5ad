"""The main job from end to end, each step checked against what the sites really answer."""

import json
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from staydown.base.vocabulary import ActingFor, EntryState, Feedback, Under18
from staydown.cli.demo import samples
from staydown.cli.demo.incident import Incident
from staydown.cli.demo.pages import Visitor
from staydown.cli.demo.patience import Patience
from staydown.cli.demo.sites import DemoFailed, Sites
from staydown.exchange.client import PublicBankClient
from staydown.exchange.idempotency import new_key
from staydown.exchange.records import CaseOpened, CaseRequest, ListingStatus, Picture
from staydown.fingerprint.registry import fingerprint_picture, picture_worker
from staydown.fingerprint.value import Fingerprint
from staydown.net.http import HttpTransport
from staydown.net.message import Request, Response

#: How long a step that waits for the other site may take.
WAIT_SECONDS = 180.0
PARTNER = "Demo platform"


@dataclass(frozen=True, slots=True)
class Step:
    """One step that truly happened, in words, and the seconds it took."""

    name: str
    seconds: float


def walk(sites: Sites) -> Iterator[Step]:
    """Walk the main job, giving each step when it has happened.

    Raises DemoFailed, naming the step, as soon as one does not happen; foreseen faults of the parts
    pass through as the StaydownError they are.
    """
    walker, incident = _Walker(sites), Incident()
    steps: tuple[tuple[str, Callable[[], None]], ...] = (
        ("fingerprint of the picture, made here", walker.fingerprint),
        ("fingerprint handed to the bank", walker.submit),
        ("case number and PIN open the case", walker.open_case),
        ("feed fetched by the desk", walker.feed_fetched),
        ("unrelated photograph offered: 200, allowed", walker.unrelated),
        ("altered copy offered: 451, held until a person decides", walker.altered),
        ("mirrored copy in a screenshot offered: 451, cut out and turned back", walker.screenshot),
        ("decided by a moderator", walker.decide),
        ("feedback reached the bank", walker.feedback),
        ("status page shows it", walker.status_page),
        ("withdrawn by the person", walker.withdraw),
        ("altered copy offered again: 200, no longer matched", walker.forgotten),
        ("a picture is out elsewhere: the ways that are open, in order", incident.ways),
        ("what the letter cannot do without is named first", incident.missing),
        ("letter written, complete, in six languages; nothing is sent", incident.letters),
        ("the legal time is over: the next step is ready", incident.next_step),
    )
    for name, step in steps:
        before = time.perf_counter()
        try:
            step()
        except DemoFailed as error:
            raise DemoFailed(f"this step did not happen: {name}: {error}") from error
        yield Step(name, time.perf_counter() - before)


class _Walker:
    """What the walk has in hand between its steps."""

    def __init__(self, sites: Sites) -> None:
        self._sites = sites
        self._transport = HttpTransport(
            allow_private=True, read_seconds=WAIT_SECONDS, total_seconds=WAIT_SECONDS
        )
        self._bank = PublicBankClient(sites.bank_url, self._transport)
        self._pin = "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(10))
        self._print: Fingerprint | None = None
        self._case: CaseOpened | None = None
        self._item = ""

    def fingerprint(self) -> None:
        with picture_worker() as worker:
            self._print = fingerprint_picture(samples.sample(samples.LISTED), worker)

    def submit(self) -> None:
        if self._print is None:
            raise DemoFailed("there is no fingerprint")
        self._case = self._bank.open_case(
            CaseRequest(Under18.NO, ActingFor.SELF, (Picture(self._print),), self._pin),
            key=new_key(),
        )

    def open_case(self) -> None:
        _expect(self._listing().state is EntryState.LISTED, "the case does not show it as listed")

    def feed_fetched(self) -> None:
        self._wait(lambda: PARTNER in self._listing().fetched_by, "the desk has not fetched it")

    def unrelated(self) -> None:
        answer = self._offer(samples.UNRELATED)
        _expect(answer.status == 200, f"the desk answered {answer.status}")

    def altered(self) -> None:
        def held() -> bool:
            answer = self._offer(samples.ALTERED_COPY)
            if answer.status != 451:
                return False
            self._item = _json(answer)["item"]
            return True

        self._wait(held, "the desk did not hold it")

    def screenshot(self) -> None:
        answer = self._offer(samples.SCREENSHOT)
        _expect(answer.status == 451, f"the desk answered {answer.status}")
        view = _json(answer)["candidates"][0]["view"]
        _expect(view.endswith("mirrored"), "the desk does not say what it undid")

    def decide(self) -> None:
        visitor = Visitor(self._transport)
        password = secrets.token_urlsafe(18)
        page = visitor.visit(f"{self._sites.desk_url}/signin/")
        first = self._sites.one_time_password
        page = visitor.submit(page, {"name": self._sites.moderator, "password": first})
        visitor.submit(page, {"old": first, "new": password, "again": password})
        page = visitor.visit(f"{self._sites.desk_url}/items/{self._item}/")
        page = visitor.submit(page, {"decision": "ncii"})
        visitor.submit(page, {"confirmed": "yes"})
        outcome = _json(self._ask("GET", f"/api/v1/items/{self._item}"))
        _expect(outcome.get("decision") == "ncii", "the item shows no decision")

    def feedback(self) -> None:
        word = (PARTNER, Feedback.BLOCKED)
        self._wait(lambda: word in self._listing().feedback, "the bank has no feedback")

    def status_page(self) -> None:
        visitor = Visitor(self._transport)
        page = visitor.visit(f"{self._sites.bank_url}/status/")
        page = visitor.submit(page, {"case_number": self._number(), "pin": self._pin})
        _expect(PARTNER in page.text, "the page does not name the platform")

    def withdraw(self) -> None:
        self._bank.withdraw(self._number(), self._pin, None)
        _expect(self._listing().state is EntryState.WITHDRAWN, "the case shows no withdrawal")

    def forgotten(self) -> None:
        self._wait(
            lambda: self._offer(samples.ALTERED_COPY).status == 200, "the desk still matches it"
        )

    def _number(self) -> str:
        if self._case is None:
            raise DemoFailed("there is no case")
        return self._case.case_number

    def _listing(self) -> ListingStatus:
        (listing,) = self._bank.status(self._number(), self._pin).listings
        return listing

    def _offer(self, name: str) -> Response:
        headers = {"Content-Type": "image/jpeg", "X-Staydown-Reference": f"demo-{name}"}
        return self._ask("POST", "/api/v1/uploads", headers, samples.sample(name))

    def _ask(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> Response:
        key = {"Authorization": f"Bearer {self._sites.platform_key}"}
        url = f"{self._sites.desk_url}{path}"
        return self._transport.send(Request(method, url, {**key, **(headers or {})}, body))

    def _wait(self, happened: Callable[[], bool], otherwise: str) -> None:
        give_up = time.monotonic() + WAIT_SECONDS
        patience = Patience()
        while not happened():
            patience.waiting_for("the bank and the desk to hear from each other")
            if time.monotonic() > give_up:
                raise DemoFailed(f"{otherwise} after {WAIT_SECONDS:.0f} seconds")
            time.sleep(0.1)


def _json(response: Response) -> dict[str, Any]:
    value = json.loads(response.body)
    if not isinstance(value, dict):
        raise DemoFailed("the desk's answer is no JSON object")
    return value


def _expect(true: bool, otherwise: str) -> None:
    if not true:
        raise DemoFailed(otherwise)
