"""``staydown desk doctor``: what it finds, in words and as JSON, and when it asks for something."""

import json
import platform
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from staydown.base.settings import DatabaseSettings, SiteSettings
from staydown.cli.desk.doctor import DOOR_WORDS, SENTENCES, sentence
from staydown.cli.main import cli
from staydown.media.doors import DOORS, Inspection
from staydown.media.system_calls import PROCESSORS
from staydown.media.walls import Walls
from staydown.review.settings import DeskSettings
from staydown.web.desk_site import doctor as checks
from staydown.web.desk_site.doctor import Finding, State

SETTINGS = '[site]\nport = 8200\n[database]\npath = "desk.sqlite3"\n'


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    path = tmp_path / "desk.toml"
    path.write_text('secrets = "secrets"\n' + SETTINGS)
    return path


@pytest.mark.skipif(sys.platform != "linux", reason="decoders are closed in on Linux")
def test_on_this_machine_every_door_is_tried_and_shut(settings_file: Path) -> None:
    """A decoder process is really started: nothing is taken from what the kernel says of itself."""
    command = [sys.executable, "-m", "staydown", "desk", "doctor", "--json"]
    command += ["--settings", str(settings_file)]
    done = subprocess.run(command, capture_output=True, text=True)
    found = {line["code"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 0, done.stderr
    assert found["decoder_closed"]["values"] == {"tried": len(DOORS)}
    assert {"seccomp", "no_new_privileges"} <= set(found)
    assert all(line["message"] and line["state"] != "wrong" for line in found.values())
    assert sorted(file.name for file in settings_file.parent.iterdir()) == ["desk.toml"]


#: The command line on a machine whose kernel has neither seccomp nor Landlock, as many a container.
OPEN_MACHINE = """
import ctypes, struct, sys
from staydown.media.system_calls import PROCESSORS
import platform
step = struct.Struct("=HBBI").pack
code = [step(0x20, 0, 0, 0)]
for number in (PROCESSORS[platform.machine()].seccomp, 444, 445, 446):
    code += [step(0x15, 0, 1, number), step(0x06, 0, 0, 0x00050000 | 38)]
code = b"".join([*code, step(0x06, 0, 0, 0x7FFF0000)])
kept = ctypes.create_string_buffer(code, len(code))
library = ctypes.CDLL(None)
assert library.prctl(38, 1, 0, 0, 0) == 0
assert library.prctl(22, 2, struct.pack("@HP", len(code) // 8, ctypes.addressof(kept))) == 0
from staydown.cli.main import main
sys.exit(main())
"""


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in PROCESSORS,
    reason="decoders are closed in on Linux, on x86-64 and 64-bit ARM",
)
def test_on_a_machine_without_walls_it_is_said_and_a_desk_that_asks_for_them_does_not_start(
    tmp_path: Path,
) -> None:
    """What is open is named; with ``require_sandbox`` the sentence says what to run."""
    folder = tmp_path / "desk"
    init = [sys.executable, "-m", "staydown", "desk", "init", str(folder)]
    subprocess.run(init, check=True, capture_output=True)
    file = folder / "desk.toml"
    command = [sys.executable, "-c", OPEN_MACHINE, "desk"]
    use = ["--settings", str(file)]
    done = subprocess.run([*command, "doctor", *use], capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("to do: The picture decoder isn't closed in. ")
    assert "read files, write files" in done.stdout
    file.write_text("require_sandbox = true\n" + file.read_text())
    done = subprocess.run([*command, "serve", *use], capture_output=True, text=True)
    assert done.returncode == 1
    assert "staydown desk doctor" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("walls", "opened", "expected"),
    [
        (Walls(7, True, True, True), (), ["decoder_closed", "seccomp", "landlock"]),
        (Walls(7, True, True, False), (), ["decoder_closed", "seccomp", "landlock_in_part"]),
        (Walls(0, True, True, True), (), ["decoder_closed", "seccomp", "no_landlock"]),
        (
            Walls(7, False, True, True),
            ("start_processes",),
            ["decoder_open", "no_seccomp", "landlock"],
        ),
        (Walls(), tuple(DOORS), ["decoder_open", "no_seccomp", "no_landlock"]),
    ],
)
def test_what_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch,
    settings_file: Path,
    walls: Walls,
    opened: tuple[str, ...],
    expected: list[str],
) -> None:
    """Something is to do, and the exit code says so, only where a door is open."""
    monkeypatch.setattr(checks, "inspect", lambda _: Inspection(walls, opened))
    done = CliRunner().invoke(cli, ["desk", "doctor", "--json", "--settings", str(settings_file)])
    codes = [json.loads(line)["code"] for line in done.stdout.splitlines()]
    assert codes[:3] == expected
    assert done.exit_code == (1 if opened else 0)
    plain = CliRunner().invoke(cli, ["desk", "doctor", "--settings", str(settings_file)])
    assert [line.split(": ")[0] for line in plain.stdout.splitlines()].count("to do") == (
        len(codes) - sum(code in FINE_OR_BETTER for code in codes)
    )


FINE_OR_BETTER = {
    *("decoder_closed", "seccomp", "landlock", "landlock_in_part", "no_landlock"),
    *("no_new_privileges", "no_country"),
}


def test_every_door_and_every_finding_has_its_words() -> None:
    """And each sentence has the values that it asks for."""
    assert set(DOOR_WORDS) == set(DOORS)
    found = [finding for walls, opened in everything() for finding in told(walls, opened)]
    found.append(Finding("decoder_unavailable", State.WRONG, {"error": "decoder_unavailable"}))
    found += [finding for code in ("", "NL", "US-CA") for finding in checks.country(desk(code))]
    assert {finding.code for finding in found} == set(SENTENCES)
    for finding in found:
        asked = {name for _, name, _, _ in string.Formatter().parse(SENTENCES[finding.code])}
        assert asked - {None} == set(finding.values)
        assert "{" not in sentence(finding)


def everything() -> Iterator[tuple[Walls, tuple[str, ...]]]:
    for files in (0, 7):
        for calls in (False, True):
            for privileges in (False, True):
                for alone in (False, True):
                    yield Walls(files, calls, privileges, alone), (() if calls else tuple(DOORS))


def desk(country: str) -> DeskSettings:
    """The settings of a desk in a country."""
    return DeskSettings(SiteSettings(8200), DatabaseSettings(), Path("secrets"), country=country)


@pytest.mark.parametrize(
    ("code", "state", "words"),
    [
        ("", State.BETTER, ["Set country"]),
        ("US-CA", State.FINE, ["US-CA"]),
        ("NL", State.FINE, ["NL itself", "INHOPE"]),
        ("XX", State.FINE, ["XX itself", "INHOPE"]),
    ],
)
def test_whether_moderators_are_shown_where_to_report_is_said(
    code: str, state: State, words: list[str]
) -> None:
    """Settings from before have no country: the desk works, and it is asked for."""
    (finding,) = checks.country(desk(code))
    assert finding.state is state
    assert all(word in sentence(finding) for word in words)


def told(walls: Walls, opened: tuple[str, ...]) -> list[Finding]:
    """What the check of the decoder finds where its child says this."""
    settings = desk("")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checks, "inspect", lambda _: Inspection(walls, opened))
        return list(checks.decoder(settings))


def test_a_decoder_that_does_not_start_is_said(
    monkeypatch: pytest.MonkeyPatch, settings_file: Path
) -> None:
    monkeypatch.setattr("staydown.media.process.sys.executable", "/nowhere")
    done = CliRunner().invoke(cli, ["desk", "doctor", "--settings", str(settings_file)])
    assert done.exit_code == 1
    assert done.stdout.startswith("to do: The picture decoder doesn't start")


def test_settings_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["desk", "doctor", "--settings", str(tmp_path / "none.toml")])
    assert done.exit_code == 1
