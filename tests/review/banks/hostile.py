"""Banks that send much, and what the desk's counting of them is held against."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from staydown.base.vocabulary import EntryState, Kind
from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.value import Fingerprint
from staydown.net.message import Request, Response
from staydown.review.banks import shares
from staydown.review.models import BankEntry, BankMeter
from tests.fingerprint.made import made_bits

#: A fortieth of the real share, so that a test needn't send tens of thousands.
SMALL = shares.Spent(entries=500, bytes=6_000_000, memory=100_000)


def value(number: int) -> str:
    return made_bits(number).hex()


def many(count: int, start: int = 0) -> BankSimulator:
    """A bank that lists so many entries."""
    bank = BankSimulator()
    for number in range(start, start + count):
        bank.put(Fingerprint(Kind.PDQ, made_bits(number), 80))
    return bank


@dataclass
class Endless:
    """A bank without end, in both dialects. ``page`` makes the records of a page by its number."""

    page: Callable[[int, bool], list[Any]]
    handed: int = 0
    pages: int = 0
    received: int = 0

    def __call__(self, request: Request) -> Response:
        parts = urlsplit(request.url)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        v1 = parts.path.endswith("/FetchHashes")
        records = self.page(self.pages, v1)
        self.handed += len(records)
        self.pages += 1
        if v1:
            answer: Any = {
                "count": len(records),
                "nextPageToken": f"t{self.pages}",
                "nextSetTimestamp": 1_700_000_000,
                "hasMoreRecords": True,
                "hashRecords": records,
            }
        else:
            after = int(asked["after"])
            for place, record in enumerate(records):
                if isinstance(record, dict) and record.get("seq") == 0:
                    record["seq"] = after + 1 + place
            span = max(1, len(records))
            answer = {"entries": records, "next_after": after + span, "has_more": True}
        body = json.dumps(answer).encode()
        self.received += len(body)
        return Response(200, {}, body)


def record(number: int, v1: bool, state: EntryState = EntryState.LISTED, **more: Any) -> Any:
    if v1:
        status = "Withdrawn" if state is EntryState.WITHDRAWN else "Active"
        return {
            "lastModtimestamp": 1_700_000_000,
            "signalType": "ImagePDQ",
            "hashValue": value(number),
            "hashStatus": status,
            **more,
        }
    return {
        "seq": 0, "entry_id": f"e{number}", "kind": "pdq", "value": value(number),
        "quality": 80, "state": state.value, "picture": None, **more,
    }  # fmt: skip


def check_meter(bank_id: int) -> None:
    """What the meter says is kept is what is kept."""
    meter = BankMeter.objects.get(pk=bank_id)
    rows = BankEntry.objects.filter(bank_id=bank_id)
    live = rows.exclude(state="withdrawn").values_list("kind", flat=True)
    assert meter.rows == rows.count()
    assert meter.listed == len(live)
    assert meter.index_bytes == sum(shares.INDEX_BYTES[Kind(kind)] for kind in live)
