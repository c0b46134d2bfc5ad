"""Each command of ``staydown`` as somebody runs it, with sites for those that need them."""

import json
import re
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import count
from pathlib import Path

import click
import httpx
import numpy as np
from PIL import Image

from staydown.cli.main import cli
from tests.cli.notice.test_many import DETAILS as DETAILS_FOR_MANY
from tests.cli.notice.test_many import ITEMS
from tests.cli.notice.test_send import DETAILS, FACTS, TO
from tests.desk_server import eventually
from tests.flows.sites import ALTERED_COPY, LISTED, UNRELATED
from tests.flows.watched import Place, Watched
from tests.net.mail_site import Post, serving
from tests.notices.contacts.recorded import FOLDER as RDAP
from tests.ports import free_port

#: Commands that run at once.
_AT_ONCE = 3

ROUTE = "eu-dsa-16_facebook"
DEADLINES = """
[[entry]]
id = "7c1f"
title = "first letter"
regime = "us-tida"
places = ["US"]
happened = { sent = 2026-11-20T09:20:00Z }
"""


#: Raises an alarm at the desk with these settings.
RAISED = """
import sys
from pathlib import Path
from staydown.cli.desk.options import open_desk
desk = open_desk(Path(sys.argv[1]))
from staydown.review import api
from staydown.review.records import AlarmKind
assert api.raise_alarm(AlarmKind.DESK_FULL, "", {"most_bytes": 1}, desk.clock) == 1
"""


def leaves(command: click.Command = cli, path: str = "") -> Iterator[str]:
    """Yield every command that does something, as it is typed: ``desk bank add``."""
    if not isinstance(command, click.Group):
        yield path
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        assert found is not None
        yield from leaves(found, f"{path} {name}".strip())


@dataclass
class World:
    """A folder for everything, and what was run in it so far."""

    folder: Path
    runs: list[Watched] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.inputs.mkdir(parents=True)
        for name, text in (
            ("facts", FACTS), ("details", DETAILS), ("to", TO), ("items", ITEMS),
            ("many", DETAILS_FOR_MANY), ("deadlines", DEADLINES), ("answers", 'watched = "no"\n'),
            ("terms", 'names = ["A. B."]\n'),
        ):  # fmt: skip
            (self.inputs / f"{name}.toml").write_text(text)
        (self.inputs / "pin").write_text("kastanie7")
        (self.inputs / "pin").chmod(0o600)

    @property
    def inputs(self) -> Path:
        """What commands read; nothing may be written there."""
        return self.folder / "in"

    @property
    def outputs(self) -> Path:
        """Where those commands write that are told to."""
        return self.folder / "out"

    @property
    def bank(self) -> Path:
        """The bank's folder."""
        return self.folder / "bank"

    @property
    def desk(self) -> Path:
        """The desk's folder."""
        return self.folder / "desk"

    def input(self, name: str) -> str:
        """Return the path of an input file."""
        return str(self.inputs / f"{name}.toml")

    def start(self, command: str, *given: str, named: Sequence[Path] = ()) -> Watched:
        """Start ``staydown COMMAND GIVEN``; the sites' folders go with their commands."""
        place = Place(self.folder / f"run-{next(self.numbers)}-{command.replace(' ', '-')}")
        site = {"bank": self.bank, "desk": self.desk}.get(command.split(maxsplit=1)[0])
        settings = []
        if site is not None and command.split()[1] not in ("init", "submit"):
            settings = ["--settings", str(site / f"{site.name}.toml")]
        folders = [*named, *((site,) if site is not None else ())]
        if command == "demo":  # its sites live in a temporary folder, and go with it
            folders.append(place.temporary)
        run = Watched(place, [*command.split(), *given, *settings], tuple(folders))
        self.runs.append(run)
        return run

    def run(self, command: str, *given: str, named: Sequence[Path] = (), typed: str = "") -> str:
        """Run a command to its end, and return what it printed. It must work."""
        run = self.start(command, *given, named=named).ended(typed.encode())
        assert run.process.returncode == 0, f"{run.arguments}: {run.printed}"
        return run.printed

    def together(self, *tasks: Callable[[], object]) -> None:
        """Do several things at once."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for done in [pool.submit(task) for task in tasks]:
                done.result()


def run_everything(folder: Path) -> list[Watched]:
    """Run every command and each site, and return what ran, ended."""
    world = World(folder)
    world.outputs.mkdir()
    try:
        _run_all(world)
    finally:
        for run in world.runs:
            run.given_up()
    return world.runs


def _run_all(world: World) -> None:
    ports = free_port(), free_port()
    world.together(
        lambda: world.run(
            "bank init", str(world.bank), "--port", str(ports[0]), "--release-seconds", "0"
        ),
        lambda: world.run(
            "desk init", str(world.desk), "--port", str(ports[1]), "--allow-private-banks"
        ),
    )
    with _served(world, ports):
        world.together(
            lambda: _use_sites(world, ports),
            lambda: _use_case_site(world),
            lambda: _run_others(world),
        )
    _tell_of_the_end(world)


@contextmanager
def _served(world: World, ports: tuple[int, int]) -> Iterator[None]:
    """Serve both sites, and let both tick, until the block ends."""
    with ExitStack() as stack:
        for command, more in (
            ("bank serve", ()), ("desk serve", ()),
            ("bank tick", ("--every", "1")), ("desk tick", ("--every", "0.2")),
        ):  # fmt: skip
            stack.callback(world.start(command, *more).stopped)
        for port, path in ((ports[0], "/about/"), (ports[1], "/signin/")):
            eventually(lambda port=port, path=path: _answers(port, path), 120)  # type: ignore[misc]
        yield


def _answers(port: int, path: str) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}{path}", timeout=30).status_code == 200
    except httpx.TransportError:
        return False


def _use_sites(world: World, ports: tuple[int, int]) -> None:
    """List a picture at the bank, follow it at the desk, offer uploads, sign in, sweep."""
    bank, desk = (f"http://127.0.0.1:{port}" for port in ports)
    keys = json.loads(world.run("bank partner add", "Example", "--json"))
    for name in ("subscription_key", "function_key"):
        (world.inputs / name).write_text(keys[name])
        (world.inputs / name).chmod(0o600)
    pair = (
        "--subscription-key-file", str(world.inputs / "subscription_key"),
        "--function-key-file", str(world.inputs / "function_key"),
    )  # fmt: skip
    world.run("desk bank add", "example", bank, *pair)
    world.run("desk bank keys", "example", *pair)
    world.run("desk bank allow", "example", "60000")
    platform = json.loads(world.run("desk key add", "shop", "--json"))["key"]
    world.run(
        "bank submit", bank, str(LISTED), "--adult-confirmed", "--acting-for", "self",
        "--pin-file", str(world.inputs / "pin"), "--json",
    )  # fmt: skip
    with httpx.Client(headers={"Authorization": f"Bearer {platform}"}, timeout=120) as caller:
        eventually(lambda: _offered(caller, desk, ALTERED_COPY.read_bytes()) == 451, 120)
        assert _offered(caller, desk, _large_picture()) == 200
        caller.get(f"{desk}/m/raw_lookup", params={"signal_type": "pdq", "signal": "f" * 64})
    _run_the_bank(world, bank, keys)
    world.together(
        lambda: world.run("desk sweep", str(LISTED.parent), "--name", "all"),
        lambda: world.run("desk user add", "anna"),
        lambda: world.run("bank tick"),
        lambda: world.run("desk tick"),
        lambda: world.run("desk doctor"),
    )
    world.run("desk user reset", "anna")
    for command in ("add", "remove"):
        world.run(f"desk user under-18 {command}", "anna")
    world.run("desk user under-18 list")
    _look_at_an_alarm(world)
    _look_at_a_flood(world, bank)


def _run_the_bank(world: World, bank: str, example: dict[str, str]) -> None:
    """What an operator does about partners' words and about harmless pictures."""
    harmless = world.inputs / "harmless.txt"
    harmless.write_text(world.run("hash", str(LISTED)))
    given = ("Other", "--organisation", "Company", "--json")
    other = json.loads(world.run("bank partner add", *given))
    for commands in (
        (("bank partner list",), ("bank organisation list",), ("bank dispute list",)),
        (("bank negative add", str(harmless), "--name", "logos"),),
        (("bank partner move", "Other", "Group"),),
        (("bank organisation stop", "Group", "--reason", "x"), ("bank negative list",)),
        (("bank organisation release", "Group", "--reason", "x"), ("bank review list",)),
    ):  # fmt: skip
        world.together(*(lambda one=one: world.run(*one) for one in commands))
    (number, *_) = re.findall(r"\d+", world.run("bank review list"))
    world.run("bank review decide", number, "keep", "--reason", "x")
    world.run("bank negative remove", "logos")
    _dispute(world, bank, (example, other))


def _dispute(world: World, bank: str, partners: Sequence[dict[str, str]]) -> None:
    """Let two partners dispute what was listed, and extend the dispute by hand."""
    entry = ""
    for keys in partners:
        headers = {
            "Ocp-Apim-Subscription-Key": keys["subscription_key"],
            "x-functions-key": keys["function_key"],
        }
        with httpx.Client(base_url=bank, headers=headers, timeout=120) as partner:
            # An entry that somebody speaks of moves to the end of the feed: the same for both.
            entry = entry or partner.get("/api/v2/feed").json()["entries"][0]["entry_id"]
            word = {"entry_id": entry, "value": "NotBlocked"}
            assert partner.post("/api/v2/feedback", json=word).status_code == 200
    until = f"{datetime.now(UTC) + timedelta(days=10):%Y-%m-%d}"
    why = ("--reason", "x")
    world.run("bank dispute extend", entry, "--from", entry, "--until", until, *why)
    world.run("bank dispute end", entry, *why)


def _look_at_an_alarm(world: World) -> None:
    """Look at an alarm, mark it as seen and lift it. It is raised as the desk raises its own."""
    settings = str(world.desk / "desk.toml")
    subprocess.run([sys.executable, "-c", RAISED, settings], check=True)
    world.run("desk alarms list")
    for command in ("desk alarms show", "desk alarms seen", "desk alarms lift"):
        world.run(command, "1")


def _look_at_a_flood(world: World, bank: str) -> None:
    """Hand in more than goes on unpaid, in two groups; release one, drop the other, restore it."""
    for pictures in (50, 50, 50, 5):
        values = [secrets.token_hex(32) for _ in range(pictures)]
        case = {
            "under18": "no", "acting_for": "self", "pin": "kastanie7",
            "fingerprints": [{"kind": "pdq", "value": one, "quality": 90} for one in values],
        }  # fmt: skip
        httpx.post(f"{bank}/api/public/cases", json=case, timeout=60).raise_for_status()
    lines = world.run("bank quarantine list", "--json").splitlines()
    large, small = (str(json.loads(line)["group"]) for line in lines)
    why = ("--by", "Ann", "--reason", "tried")
    world.run("bank quarantine release", small, *why)
    world.run("bank quarantine drop", large, "--agreed-by", "Ben", *why)
    world.run("bank quarantine restore", large, *why)


def _offered(caller: httpx.Client, desk: str, picture: bytes) -> int:
    files = {"picture": ("picture", picture, "image/jpeg")}
    return caller.post(f"{desk}/api/v1/uploads", files=files).status_code


def _large_picture() -> bytes:
    """A picture of some megabytes: what a server might put into a file on the way."""
    pixels = np.random.default_rng(1).integers(0, 255, (1600, 1600, 3), np.uint8)
    with BytesIO() as made:
        Image.fromarray(pixels).save(made, "JPEG", quality=97)
        return made.getvalue()


def _tell_of_the_end(world: World) -> None:
    """Shut out who was let in."""
    world.together(
        lambda: world.run("bank partner rotate", "Example"),
        lambda: world.run("desk key revoke", "shop"),
    )
    world.run("bank partner revoke", "Example")


def _run_others(world: World) -> None:
    """Commands that need no site."""
    facts, details = ("--facts", world.input("facts")), ("--details", world.input("details"))
    letter, out = ("--route", ROUTE, *facts, *details), world.outputs
    ports = ("--bank-port", str(free_port()), "--desk-port", str(free_port()))
    world.together(
        lambda: world.run("demo", "--once", *ports),
        lambda: world.run("hash", str(LISTED), str(UNRELATED)),
        lambda: world.run("match", "--against", str(LISTED), str(ALTERED_COPY)),
        lambda: world.run("compare", str(LISTED), str(ALTERED_COPY)),
        *(
            lambda one=one: world.run(*one, named=(out,))
            for one in (
                ("directory lint",), ("directory list",), ("directory stale",),
                ("directory show", "us-tida"),
                ("guide plan", "--answers", world.input("answers"), "-o", f"{out}/plan.txt"),
                ("guide questions",), ("guide support", "--country", "NL"), ("guide words",),
                ("guide search-sheet", "--terms", world.input("terms")),
                ("notice routes", *facts),
                ("notice write", *letter, "--as", "pdf", "-o", f"{out}/letter.pdf"),
                ("notice many", world.input("items"), "--details", world.input("many")),
                ("notice deadline", "us-tida", "--sent", "2026-11-20T10:20+01:00"),
                ("notice calendar", world.input("deadlines"), "-o", f"{out}/calendar.ics"),
                ("notice ladder", *facts, "--route", ROUTE),
                ("notice contacts", "--saved", str(RDAP / "domain-registry.json")),
            )
        ),
        lambda: _send(world, letter),
    )  # fmt: skip


def _send(world: World, letter: tuple[str, ...]) -> None:
    """Send a notice to a mail server on this machine."""
    post = Post()
    with serving(post) as port:
        settings = world.inputs / "mail.toml"
        settings.write_text(
            f'host = "127.0.0.1"\nport = {port}\nsender = "letters@helpline.example"\n'
            'security = "none"\nallow_private = true\n'
        )
        more = ("--to", world.input("to"), "--settings", str(settings))
        kept = str(world.outputs / "kept.eml")
        world.run(
            "notice send", *letter, *more, "-o", kept,
            named=(world.outputs,), typed="abuse@example.org\n",
        )  # fmt: skip
    assert len(post.taken) == 1


def _use_case_site(world: World) -> None:
    """Walk through the case pages to a letter as a PDF, and close them."""
    from tests.case_server import OWN_FORM, Person, form_token
    from tests.web.case_site.cases import CASES, FILLED

    port = free_port()
    served = world.start("case serve", "--port", str(port))
    found: list[str] = []

    def printed() -> bool:
        assert served.process.poll() is None, served.printed
        found[:] = [word for word in served.printed.split() if f":{port}/open/" in word]
        return bool(found)

    eventually(printed, 120)
    with httpx.Client(
        base_url=f"http://127.0.0.1:{port}", headers=OWN_FORM, timeout=120
    ) as browser:
        assert browser.get(found[0]).status_code == 302
        person = Person(browser, form_token(browser.get("/").text))
        person.begin()
        person.send("/list/", {"addresses": "https://www.site.example/1"})
        person.send("/facts/", CASES["posted in the US"])
        person.send("/letter/us-tida_facebook/", FILLED)
        file = person.get("/letter/us-tida_facebook/file/pdf/")
        assert file.content.startswith(b"%PDF-"), file.text
    served.stopped()
