"""Nothing that was handed in can be read from the database's own files."""

import base64
import time
from datetime import timedelta
from pathlib import Path

from tests.bank_server import RunningBank, running_bank, staydown
from tests.postgres import Server

PICTURE = bytes(range(64, 96))
OTHER = bytes(range(160, 192))
VIDEO = bytes(range(200, 216))
PIN = "schwalbe9xq"


def _walk(bank: RunningBank) -> list[bytes]:
    """Do everything that stores something; return what must not be found."""
    keys = bank.add_partner("Acme")
    case = bank.open_case(PICTURE.hex(), OTHER.hex(), pin=PIN)
    records = [{"signalType": "VideoMD5", "hashValue": VIDEO.hex(), "CSPFeedbacks": []}]
    assert bank.call("/v1/SubmitHashes", {"hashRecords": records}, keys.headers)[0] == 200
    assert bank.call("/v1/FetchHashes?startTimestamp=10", headers=keys.headers)[0] == 200
    word = {"hashValue": PICTURE.hex(), "feedbackValue": "Blocked", "tags": []}
    assert bank.call("/v1/SubmitFeedback", {"hashFeedbacks": [word]}, keys.headers)[0] == 200
    wrong = {"case_number": case["case_number"], "pin": "falsch4711"}
    assert bank.call("/api/public/status", wrong)[0] == 403
    bank.clock.advance(timedelta(seconds=1))
    bank.withdraw(case, [2])
    number = case["case_number"]
    texts = [number, number.replace("-", ""), case["recovery_phrase"], PIN, "falsch4711"]
    texts += [keys.subscription_key, keys.function_key, "127.0.0.1"]
    needles = [form for value in (PICTURE, OTHER, VIDEO) for form in _forms(value)]
    needles += [form for text in texts for form in (text.encode(), text.lower().encode())]
    needles += _forms(bytes.fromhex(keys.subscription_key)) + _forms(number.encode())
    return needles


def _forms(value: bytes) -> list[bytes]:
    """A value as it might be stored: raw, hex, base64 at any of its three offsets."""
    forms = [value, value.hex().encode(), value.hex().upper().encode(), value[::-1]]
    for shift in range(3):
        encoded = base64.b64encode(bytes(shift) + value)[4:-4]
        forms += [encoded, encoded.translate(bytes.maketrans(b"+/", b"-_"))]
    return forms


def _assert_absent(needles: list[bytes], where: dict[str, bytes]) -> None:
    for name, content in where.items():
        found = [place for place, needle in enumerate(needles) if needle in content]
        assert not found, f"{name} holds what was handed in: {found}"


def test_the_sqlite_files_and_the_log_hold_nothing_readable(tmp_path: Path) -> None:
    with running_bank(tmp_path / "bank") as bank:
        needles = _walk(bank)
        files = {path.name: path.read_bytes() for path in (tmp_path / "bank").glob("bank.sqlite3*")}
        assert {"bank.sqlite3", "bank.sqlite3-wal"} <= set(files)
        assert b"Acme" in b"".join(files.values()), "the search must be able to find something"
        _assert_absent(needles, files)
        log = bank.log_path.read_bytes().replace(b"127.0.0.1", b"", 1)  # where it listens
        _assert_absent(needles, {"log": log})


def test_a_dump_of_postgresql_holds_nothing_readable(
    tmp_path: Path, postgres_server: Server
) -> None:
    name = f"sealed_{time.time_ns()}"
    postgres_server.create_database(name)
    address = f"staydown@{postgres_server.host}:{postgres_server.port}/{name}"
    with running_bank(tmp_path / "bank", postgres=address) as bank:
        needles = _walk(bank)
        dump = postgres_server.dump(name)
    assert b"Acme" in dump
    _assert_absent(needles, {"dump": dump, "log": bank.log_path.read_bytes()})


def test_the_keys_lie_apart_and_only_the_owner_can_read_them(tmp_path: Path) -> None:
    staydown("bank", "init", str(tmp_path / "bank"))
    secrets = tmp_path / "bank" / "secrets"
    assert secrets.stat().st_mode & 0o777 == 0o700
    assert {path.name for path in secrets.iterdir()} == {"seal.key", "django.key"}
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in secrets.iterdir())
