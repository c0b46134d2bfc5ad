"""The real threatexchange package against a real bank over HTTP: its client, its exchange, ours."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from tests.peers import peer_package

peer_package("threatexchange")  # all of this file is about it

from threatexchange.cli.exceptions import CommandError
from threatexchange.exchanges.clients.stopncii.api import (
    FetchHashesResponse,
    StopNCIIAPI,
    StopNCIICaseStatus,
    StopNCIICSPFeedback,
    StopNCIICSPFeedbackValue,
    StopNCIIEndpoint,
    StopNCIISignalType,
)
from threatexchange.exchanges.collab_config import CollaborationConfigBase
from threatexchange.exchanges.fetch_state import SignalOpinion, SignalOpinionCategory
from threatexchange.exchanges.impl.stop_ncii_api import (
    StopNCIICheckpoint,
    StopNCIISignalExchangeAPI,
    StopNCIISignalMetadata,
)
from threatexchange.extensions.manifest import ThreatExchangeExtensionManifest
from threatexchange.signal_type.pdq.signal import PdqSignal
from threatexchange.signal_type.signal_base import SignalType
from threatexchange.signal_type.trend_query import TrendQuerySignal

from staydown.exchange.threatexchange_extension import (
    StaydownBankCredentials,
    StaydownBankSignalExchangeAPI,
)
from tests.bank.making import pdq
from tests.bank_server import SRC, PartnerKeys, RunningBank, running_bank

PDQ = StopNCIISignalType.ImagePDQ
MD5 = StopNCIISignalType.VideoMD5
COLLAB = CollaborationConfigBase("STAYDOWN", "staydown_bank", True)

_numbers = count(1)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBank]:
    """One bank for all tests here; each takes fresh partners and fresh fingerprints."""
    with running_bank(tmp_path_factory.mktemp("peer") / "bank") as running:
        yield running


@pytest.fixture
def keys(bank: RunningBank) -> PartnerKeys:
    """A new partner's keys."""
    return bank.add_partner(f"Partner {next(_numbers)}")


def _fresh(how_many: int) -> list[str]:
    """Fingerprints that no other test lists."""
    return [pdq(1000 + next(_numbers)).hex for _ in range(how_many)]


def _client(bank: RunningBank, keys: PartnerKeys, base: str = "/v1") -> StopNCIIAPI:
    more = {
        StopNCIIEndpoint.SubmitHashes: keys.function_key,
        StopNCIIEndpoint.SubmitFeedback: keys.function_key,
    }
    return StopNCIIAPI(keys.subscription_key, keys.function_key, more, bank.url + base)


def _pages(client: StopNCIIAPI, size: int, start: int = 10) -> list[FetchHashesResponse]:
    pages, token = [], ""
    while True:
        page = client.fetch_hashes(page_size=size, start_timestamp=start, next_page=token)
        pages.append(page)
        token = page.nextPageToken or ""
        if not page.hasMoreRecords:
            return pages


def _values(pages: list[FetchHashesResponse]) -> list[str]:
    return [record.hashValue for page in pages for record in page.hashRecords]


@pytest.mark.parametrize("size", [1, 3, 800, 100_000])
def test_the_client_fetches_from_zero_with_any_page_size(
    bank: RunningBank, keys: PartnerKeys, size: int
) -> None:
    mine = _fresh(4)
    bank.open_case(*mine)
    values = _values(_pages(_client(bank, keys), size))
    assert [value for value in values if value in mine] == mine
    assert len(values) == len(set(values))


def test_the_client_resumes_from_any_pages_checkpoint(bank: RunningBank, keys: PartnerKeys) -> None:
    for _ in range(2):
        bank.open_case(*_fresh(3))
        bank.clock.advance(timedelta(seconds=1))  # the wire's stamps are whole seconds
    client = _client(bank, keys)
    pages = _pages(client, 2)
    stamps = [page.nextSetTimestamp for page in pages]
    assert stamps == sorted(stamps)
    everything = set(_values(pages))
    for done in range(1, len(pages) + 1):
        rest = _pages(client, 2, start=stamps[done - 1])
        assert set(_values(pages[:done])) | set(_values(rest)) == everything
        assert rest[-1].nextSetTimestamp >= stamps[done - 1]


def test_the_client_sees_a_withdrawal(bank: RunningBank, keys: PartnerKeys) -> None:
    gone, kept = _fresh(2)
    case = bank.open_case(gone, kept)
    client = _client(bank, keys)
    checkpoint = _pages(client, 800)[-1].nextSetTimestamp
    bank.withdraw(case, [1])
    records = {
        record.hashValue: record
        for page in client.fetch_hashes_iter(start_timestamp=checkpoint)
        for record in page.hashRecords
    }
    assert records[gone].hashStatus is StopNCIICaseStatus.Withdrawn
    assert set(records[gone].caseNumbers.values()) == {StopNCIICaseStatus.Withdrawn}
    assert records[kept].hashStatus is StopNCIICaseStatus.Active
    told = bank.status(case)["listings"][0]["checked_since_withdrawal"]
    assert len(told) == 1
    late = _values(_pages(_client(bank, bank.add_partner(f"Late {next(_numbers)}")), 800))
    assert kept in late
    assert gone not in late


def test_the_client_sends_feedback_and_the_person_sees_it(
    bank: RunningBank, keys: PartnerKeys
) -> None:
    (value,) = _fresh(1)
    case = bank.open_case(value)
    client = _client(bank, keys)
    client.submit_feedback(PDQ, value, StopNCIICSPFeedbackValue.PendingReview)
    client.submit_feedback(PDQ, value, StopNCIICSPFeedbackValue.Blocked, {"nude", "face"})
    ((_, word),) = bank.status(case)["listings"][0]["feedback"]
    assert word == "Blocked"
    record = next(
        r for page in _pages(client, 800) for r in page.hashRecords if r.hashValue == value
    )
    (feedback,) = record.CSPFeedbacks
    assert feedback.feedbackValue is StopNCIICSPFeedbackValue.Blocked
    assert feedback.tags == {"nude", "face"}
    assert feedback.source.startswith("Partner ")


def test_the_client_submits_hashes_of_its_own(bank: RunningBank, keys: PartnerKeys) -> None:
    (value,) = _fresh(1)
    video = f"{next(_numbers):032x}"
    client = _client(bank, keys, base="/v1/")  # gives a double slash
    client.submit_hash(PDQ, value, {"tag"})
    client.submit_hashes({(MD5, video): StopNCIICSPFeedback(StopNCIICSPFeedbackValue.None_)})
    found = {
        record.hashValue: record.signalType
        for page in _pages(client, 800)
        for record in page.hashRecords
    }
    assert (found[value], found[video]) == (PDQ, MD5)


def test_the_stock_exchange_keeps_a_withdrawn_hash_and_ours_drops_it(bank: RunningBank) -> None:
    gone, kept = _fresh(2)
    case = bank.open_case(gone, kept)
    held: dict[type[StopNCIISignalExchangeAPI], dict[tuple[str, str], StopNCIISignalMetadata]] = {}
    exchanges: list[StopNCIISignalExchangeAPI] = []
    checkpoints: list[StopNCIICheckpoint | None] = [None, None]
    for kind in (StopNCIISignalExchangeAPI, StaydownBankSignalExchangeAPI):
        keys = bank.add_partner(f"Partner {next(_numbers)}")
        exchanges.append(kind(COLLAB, _client(bank, keys)))
        held[kind] = {}
    for turn in range(2):
        for place, exchange in enumerate(exchanges):
            kind = type(exchange)
            for delta in exchange.fetch_iter([PdqSignal], checkpoints[place]):
                kind.naive_fetch_merge(held[kind], delta.updates)
                checkpoints[place] = delta.checkpoint
        for kept_by in held.values():
            assert ("pdq", kept) in kept_by
        if turn == 0:
            assert all(("pdq", gone) in kept_by for kept_by in held.values())
            bank.withdraw(case, [1])
    assert ("pdq", gone) in held[StopNCIISignalExchangeAPI], "the peer's fault was mended: tell all"
    assert ("pdq", gone) not in held[StaydownBankSignalExchangeAPI]


def test_the_extension_loads_by_its_module_name() -> None:
    manifest = ThreatExchangeExtensionManifest.load_from_module_name(
        "staydown.exchange.threatexchange_extension"
    )
    assert [exchange.get_name() for exchange in manifest.apis] == ["staydown_bank"]


def test_importing_the_extension_needs_only_threatexchange() -> None:
    code = (
        "import sys, staydown.exchange.threatexchange_extension as _;"
        "print([m for m in ('django','pydantic','httpx','cryptography') if m in sys.modules],"
        "sorted(m for m in sys.modules if m.startswith('staydown')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(SRC)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split("]")[0] == "["
    assert "fingerprint" not in done.stdout


def test_credentials_without_an_address_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TX_STAYDOWN_KEYS", "function,subscription,https://bank.example/v1")
    exchange = StaydownBankSignalExchangeAPI.for_collab(COLLAB)
    assert exchange.api._base_url == "https://bank.example/v1"
    assert not StaydownBankCredentials("function", "subscription")._are_valid()


def _keys_text(bank: RunningBank, keys: PartnerKeys) -> str:
    return f"{keys.function_key},{keys.subscription_key},{bank.url}/v1"


@dataclass(frozen=True)
class Command:
    """The peer's real command, with a home and the keys of a partner."""

    environment: dict[str, str]

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run it, whatever comes of it."""
        return subprocess.run(
            [sys.executable, "-m", "threatexchange.cli.main", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def __call__(self, *arguments: str) -> str:
        """Run it, and return what it printed."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def tx(bank: RunningBank, keys: PartnerKeys, tmp_path: Path) -> Command:
    """The command with our extension, and a collaboration called MYBANK."""
    command = Command(
        {
            **os.environ,
            "HOME": str(tmp_path),
            "PYTHONPATH": str(SRC),
            "TX_STAYDOWN_KEYS": _keys_text(bank, keys),
        }
    )
    command("config", "extensions", "add", "staydown.exchange.threatexchange_extension")
    command("config", "collab", "edit", "staydown_bank", "--create", "MYBANK")
    return command


@pytest.fixture(scope="module")
def coffee() -> tuple[Path, str]:
    """A picture, and its hash as the peer makes it."""
    picture = SRC / "staydown" / "cli" / "samples" / "coffee.jpg"
    return picture, PdqSignal.hash_from_file(picture)


def test_the_threatexchange_command_fetches_through_the_extension(
    bank: RunningBank, tx: Command
) -> None:
    (value,) = _fresh(1)
    case = bank.open_case(value)
    tx("fetch")
    assert value in tx("dataset", "-P")
    bank.withdraw(case)
    tx("fetch")
    assert value not in tx("dataset", "-P")


def test_the_threatexchange_command_finds_a_listed_picture(
    bank: RunningBank, tx: Command, coffee: tuple[Path, str]
) -> None:
    """And a withdrawn one no longer."""
    picture, value = coffee
    case = bank.open_case(value, *_fresh(2))  # the peer's index of one hash matches nothing
    tx("fetch")
    assert "staydown_bank" not in tx("match", "photo", str(picture)), "by the name of the collab"
    assert "MYBANK" in tx("match", "photo", str(picture))
    bank.withdraw(case, [1])
    tx("fetch")
    assert "MYBANK" not in tx("match", "photo", str(picture))


def test_the_threatexchange_command_labels_what_was_matched(
    bank: RunningBank, tx: Command, coffee: tuple[Path, str], tmp_path: Path
) -> None:
    """Its one opinion is "true positive"; the person sees it."""
    _, value = coffee
    case = bank.open_case(value)
    (tmp_path / "hash.txt").write_text(value)
    tx("label", "-H", "pdq", "-l", "nude,face", "MYBANK", "photo", str(tmp_path / "hash.txt"))
    ((_, word),) = bank.status(case)["listings"][0]["feedback"]
    assert word == "Blocked"
    tx("label", "-H", "pdq", "MYBANK", "photo", "--", value)
    tx("fetch")
    assert "POSITIVE_CLASS" in tx("dataset", "-P")


def test_a_label_of_what_the_bank_does_not_list_is_told_and_lists_nothing(
    bank: RunningBank, keys: PartnerKeys, tx: Command
) -> None:
    (value,) = _fresh(1)
    done = tx.run("label", "-H", "pdq", "MYBANK", "photo", "--", value)
    assert done.returncode == 1
    assert "no hash of this value is in the feed" in done.stderr
    assert "Traceback" not in done.stderr
    assert value not in _values(_pages(_client(bank, keys), 800))


@pytest.mark.parametrize(
    ("category", "word"),
    [
        (SignalOpinionCategory.POSITIVE_CLASS, "Blocked"),
        (SignalOpinionCategory.NEGATIVE_CLASS, "NotBlocked"),
        (SignalOpinionCategory.INVESTIGATION_SEED, "PendingReview"),
    ],
)
def test_every_opinion_has_its_word_and_the_last_one_counts(
    bank: RunningBank,
    keys: PartnerKeys,
    monkeypatch: pytest.MonkeyPatch,
    category: SignalOpinionCategory,
    word: str,
) -> None:
    monkeypatch.setenv("TX_STAYDOWN_KEYS", _keys_text(bank, keys))
    exchange = StaydownBankSignalExchangeAPI.for_collab(COLLAB)
    (value,) = _fresh(1)
    case = bank.open_case(value)
    for one in (SignalOpinionCategory.INVESTIGATION_SEED, category):
        exchange.report_opinion(PdqSignal, value, SignalOpinion(True, one, {"tag"}))
    ((_, said),) = bank.status(case)["listings"][0]["feedback"]
    assert said == word


def test_what_can_not_be_told_to_a_bank_says_why(
    bank: RunningBank, keys: PartnerKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    opinion = SignalOpinion(True, SignalOpinionCategory.POSITIVE_CLASS, set())

    def told(text: str, signal: type[SignalType], value: str) -> str:
        monkeypatch.setenv("TX_STAYDOWN_KEYS", text)
        exchange = StaydownBankSignalExchangeAPI.for_collab(COLLAB)
        with pytest.raises(CommandError) as refused:
            exchange.report_opinion(signal, value, opinion)
        return str(refused.value)

    right = _keys_text(bank, keys)
    (value,) = _fresh(1)
    assert "no signals of the type trend_query" in told(right, TrendQuerySignal, "{}")
    assert "does not take these keys" in told(f"wrong,wrong,{bank.url}/v1", PdqSignal, value)
    assert "could not be reached" in told("a,b,http://127.0.0.1:9/v1", PdqSignal, value)
    assert "nothing was told" in told(f"{right}/nowhere", PdqSignal, value)
