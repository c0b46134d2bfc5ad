"""Whatever a file, a bank, a registry or a setting says, it reaches a terminal as text alone."""

import http.server
import json
import os
import pty
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from staydown.cli.demo.samples import LISTED, sample_folder
from tests.base.test_visible import NEVER

#: Retitles, wipes, colours, links, turns and hides, by all that terminals and readers know.
HOSTILE = "\x1b]0;OWNED\x07\x1b[2J\x9b31m\u202etxt\u2066\u200b\x08\x7f\u2028end"


def run(
    *arguments: str | bytes, typed: str = "", cwd: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run the command line, with nothing of a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "staydown", *arguments],
        input=typed.encode(),
        capture_output=True,
        cwd=cwd,
        check=False,
    )


def steering(output: bytes) -> set[str]:
    """Return what in an output a terminal would obey, or a reader not see."""
    return set(NEVER.findall(output.decode("utf-8"))) - {"\n", "\t"}


class Bank(http.server.BaseHTTPRequestHandler):
    """A bank whose answers are made for the terminal."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        says = {"case_number": HOSTILE + "\nPIN: 1", "recovery_phrase": HOSTILE, "detail": HOSTILE}
        body = json.dumps(says).encode()
        self.send_response(422 if self.path.startswith("/refuses") else 201)
        self.send_header("Content-Type", "application/problem+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def bank() -> Iterator[str]:
    """The address of such a bank."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Bank)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("path", ["", "/refuses"])
def test_a_banks_answer_is_shown_as_text(bank: str, path: str) -> None:
    submit = (
        "bank", "submit", bank + path, f"{sample_folder()}/{LISTED}", "--adult-confirmed",
        "--acting-for", "self", "--generate-pin",
    )  # fmt: skip
    done = run(*submit)
    assert done.returncode == (1 if path else 0), done.stderr
    assert steering(done.stdout + done.stderr) == set()
    if not path:
        assert rb"OWNED\u0007" in done.stdout
        assert b"\nPIN: 1" not in done.stdout
        answer = json.loads(run(*submit, "--json").stdout)
        assert answer["recovery_phrase"] == HOSTILE


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of files whose names and words are made for the terminal."""
    made = tmp_path_factory.mktemp("foreign")
    (made / f"{HOSTILE}.jpg").write_bytes(b"no picture")
    quoted = json.dumps(HOSTILE).replace("\\x7f", "\\u007f")
    (made / "unknown.toml").write_text(f"{quoted} = 1\n", "utf-8")
    (made / "facts.toml").write_text(f"[facts]\nservice = {quoted}\nwhere = {quoted}\n", "utf-8")
    (made / "rdap.json").write_text(json.dumps({"objectClassName": HOSTILE, HOSTILE: 1}), "utf-8")
    (made / "list.txt").write_text(HOSTILE + "\n", "utf-8")
    records = made / "records"
    records.mkdir()
    (records / "bad.toml").write_text(f"name = {quoted}\n{quoted} = 1\n", "utf-8")
    return made


@pytest.mark.parametrize(
    "words",
    [
        ("hash", f"{HOSTILE}.jpg"),
        ("hash", "--json", f"{HOSTILE}.jpg"),
        ("match", f"{HOSTILE}.jpg", "--against", f"{HOSTILE}.jpg"),
        ("compare", f"{HOSTILE}.jpg", f"{HOSTILE}.jpg"),
        ("hash", f"--{HOSTILE}"),
        (HOSTILE,),
        ("hash", "--kinds", HOSTILE, "unknown.toml"),
        ("guide", "support", "--country", HOSTILE),
        ("notice", "routes", "--facts", "facts.toml"),
        ("notice", "routes", "--facts", "unknown.toml"),
        ("notice", "routes", "--facts", f"{HOSTILE}.jpg"),
        ("notice", "contacts", HOSTILE, "--saved", "rdap.json"),
        ("notice", "contacts", "example.org", "--saved", "rdap.json"),
        ("bank", "serve", "--settings", "unknown.toml"),
        ("bank", "serve", "--settings", HOSTILE),
        ("bank", "init", HOSTILE, "--name", HOSTILE, "--url", HOSTILE),
        ("desk", "tick", "--settings", "unknown.toml"),
        ("directory", "check", "--folder", "records"),
    ],
)
def test_names_arguments_and_files_are_shown_as_text(words: tuple[str, ...], folder: Path) -> None:
    done = run(*words, cwd=folder)
    assert done.returncode != 0
    assert done.stderr + done.stdout
    assert steering(done.stdout + done.stderr) == set()


def test_an_error_that_nobody_foresaw_is_shown_as_text() -> None:
    fails = (
        "import staydown.cli.main as m\n"
        f"def fail(*a, **k): raise RuntimeError({HOSTILE!a})\n"
        "m.cli.main = fail\nm.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", fails], capture_output=True, check=False)
    assert b"RuntimeError" in done.stderr
    assert steering(done.stderr) == set()


def test_a_terminal_is_shown_a_saved_file_as_text() -> None:
    """At a terminal of its own; into a file, a letter goes as it is."""
    writes = (
        "from staydown.cli.output import stand_at_the_door, write_whole\n"
        f"stand_at_the_door()\nwrite_whole({(HOSTILE + chr(10)).encode()!r})"
    )
    assert subprocess.check_output([sys.executable, "-c", writes]).decode() == HOSTILE + "\n"
    ours, theirs = pty.openpty()
    subprocess.run([sys.executable, "-c", writes], stdout=theirs, check=True)
    os.close(theirs)
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        shown = terminal.read(4096)
    assert steering(shown.replace(b"\r\n", b"\n")) == set()
    assert rb"OWNED\u0007" in shown
