"""The simulated bank plays what it says, so that a follower is held to it."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from staydown.base.vocabulary import Kind
from staydown.exchange.behaviour import EMPTY_PAGE, Behaviour, Stamped, Tokens, Unreadable
from staydown.exchange.client import BankClient
from staydown.exchange.errors import BankRefused, ExchangeError
from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.value import Fingerprint
from staydown.net.fake import FakeTransport
from tests.fingerprint.made import made_bits

API = Path(__file__).parents[2] / "docs/api.md"


def bank_of(count: int, behaviour: Behaviour) -> tuple[BankSimulator, BankClient]:
    bank = BankSimulator(behaviour=behaviour)
    for number in range(count):
        bank.put(Fingerprint(Kind.PDQ, made_bits(number), 80))
        bank.now += 60
    network = FakeTransport({"https://bank.example": bank})
    base = "https://bank.example/v1"
    return bank, BankClient(base, bank.subscription_key, bank.function_key, network)


@pytest.mark.parametrize("tokens", [one for one in Tokens if one is not Tokens.IGNORED])
@pytest.mark.parametrize("backwards", [False, True])
def test_tokens_of_each_kind_lead_through_all_records(tokens: Tokens, backwards: bool) -> None:
    _, client = bank_of(10, Behaviour(tokens=tokens, backwards=backwards))
    seen: list[str] = []
    token: str | None = None
    while True:
        page, _ = client.fetch_v1(10, 3, token)
        seen += [record.value for record in page.records]
        token = page.next_page_token
        if not page.has_more:
            break
    assert len(seen) == len(set(seen)) == 10


@pytest.mark.parametrize(
    ("tokens", "start", "size", "refused"),
    [
        (Tokens.QUERY, 11, 3, True),
        (Tokens.QUERY, 10, 2, False),
        (Tokens.WHOLE_QUERY, 10, 2, True),
        (Tokens.OFFSET, 11, 2, False),
    ],
)
def test_tokens_of_a_query_are_good_for_that_one_alone(
    tokens: Tokens, start: int, size: int, refused: bool
) -> None:
    _, client = bank_of(10, Behaviour(tokens=tokens, expired=410))
    page, _ = client.fetch_v1(10, 3)
    if not refused:
        assert client.fetch_v1(start, size, page.next_page_token)[0].records
        return
    with pytest.raises(BankRefused) as error:
        client.fetch_v1(start, size, page.next_page_token)
    assert error.value.status == 410


def test_tokens_run_out_by_the_banks_clock() -> None:
    bank, client = bank_of(10, Behaviour(token_lasts=60, expired=EMPTY_PAGE))
    page, _ = client.fetch_v1(10, 3)
    bank.now += 60
    assert client.fetch_v1(10, 3, page.next_page_token)[0].records
    bank.now += 1
    gone, _ = client.fetch_v1(10, 3, page.next_page_token)
    assert (gone.records, gone.has_more) == ((), False)


def test_pages_shrink_and_checkpoints_move_as_told() -> None:
    bank, client = bank_of(10, Behaviour(caps=(3, 1), stamped=Stamped.AHEAD))
    first, _ = client.fetch_v1(10, 800)
    second, _ = client.fetch_v1(10, 800, first.next_page_token)
    assert [len(one.records) for one in (first, second)] == [1, 3]
    assert first.next_set_timestamp == bank.now - 60
    bank.behaviour = Behaviour(stamped=Stamped.AT_THE_END)
    assert client.fetch_v1(10, 3)[0].next_set_timestamp == 10


@pytest.mark.parametrize("how", list(Unreadable))
def test_what_cannot_be_read_spoils_the_pages_that_hold_it_and_no_other(how: Unreadable) -> None:
    bank, client = bank_of(10, Behaviour())
    native = BankClient(
        "https://bank.example", bank.subscription_key, bank.function_key,
        FakeTransport({"https://bank.example": bank}),
    )  # fmt: skip
    bank.behaviour = replace(bank.behaviour, unreadable={"e5": how})
    for size in (5, 10):
        with pytest.raises(ExchangeError):
            client.fetch_v1(10, size)
        with pytest.raises(ExchangeError):
            native.fetch_feed(0, size)
    assert len(client.fetch_v1(10, 4)[0].records) == 4
    assert len(native.fetch_feed(5, 5)[0].entries) == 5


def test_the_example_in_the_docs_runs(capsys: pytest.CaptureFixture[str]) -> None:
    part = API.read_text("utf-8").split("## A bank to test against")[1]
    code = re.findall(r"```python\n(.*?)```", part, re.DOTALL)[0]
    exec(compile(code, "docs/api.md", "exec"), {})  # noqa: S102 - our own docs
    assert capsys.readouterr().out == "this page can't be read\n"
