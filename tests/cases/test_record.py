"""Events are written down so that what is read back is the same, and nothing else is read."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staydown.base.incident import DistributionMode, IdentifyingDetail
from staydown.base.vocabulary import Under18
from staydown.cases import record
from staydown.cases.events import AgeSaid, Event, FactsSaid
from staydown.cases.record import BadRecord, Fault, Recorded, read, write
from staydown.notices.facts import Facts
from tests.bank_server import environment_of
from tests.cases.making import any_event, moments

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
AGE = Recorded(AT, AgeSaid(Under18.NO))

#: Records of version 1 stay readable for ever.
KEPT = b'{"at":"2026-11-30T09:30:00+00:00","event":"age_said","v":1,"with":{"under18":"no"}}'


@given(moments, any_event)
def test_what_is_written_reads_back_as_the_same(at: datetime, event: Event) -> None:
    written = write(Recorded(at, event))
    assert read(written) == Recorded(at, event)
    assert write(read(written)) == written


def test_the_form_of_a_record_stays() -> None:
    assert write(AGE) == KEPT
    assert read(KEPT) == AGE


def test_what_has_no_order_is_written_in_one_in_every_process() -> None:
    facts = Facts(DistributionMode.SOCIAL_MEDIA, beside=frozenset(IdentifyingDetail))
    here = write(Recorded(AT, FactsSaid(facts)))
    program = (
        "from tests.cases.test_record import *\n"
        "facts = Facts(DistributionMode.SOCIAL_MEDIA, beside=frozenset(IdentifyingDetail))\n"
        "sys.stdout.buffer.write(write(Recorded(AT, FactsSaid(facts))))"
    )
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=environment_of({"PYTHONHASHSEED": seed}),
            cwd=ROOT,
            capture_output=True,
        )
        assert done.stdout == here, done.stderr


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"v": 2}, Fault.OTHER_VERSION),
        ({"v": True}, Fault.OTHER_VERSION),
        ({"event": "age_told"}, Fault.UNKNOWN_EVENT),
        ({"event": ["age_said"]}, Fault.UNKNOWN_EVENT),
        ({"at": "2026-11-30T09:30:00"}, Fault.NOT_AS_AGREED),
        ({"at": 7}, Fault.NOT_AS_AGREED),
        ({"at": "0001-01-01T00:00:00+23:59"}, Fault.NOT_AS_AGREED),
        ({"more": 1}, Fault.NOT_AS_AGREED),
        ({"with": {"under18": "no", "more": 1}}, Fault.NOT_AS_AGREED),
        ({"with": {"under18": "perhaps"}}, Fault.NOT_AS_AGREED),
        ({"with": {}}, Fault.NOT_AS_AGREED),
        ({"with": None}, Fault.NOT_AS_AGREED),
    ],
)
def test_a_record_that_is_not_as_agreed_is_refused_with_the_reason(
    changed: dict[str, object], fault: Fault
) -> None:
    content = json.dumps({**json.loads(KEPT), **changed}, sort_keys=True, separators=(",", ":"))
    with pytest.raises(BadRecord) as refused:
        read(content.encode())
    assert refused.value.fault is fault


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", Fault.NOT_JSON),
        (b"\xff", Fault.NOT_JSON),
        (b"[" * 100_000, Fault.NOT_JSON),
        (b"[]", Fault.NOT_AS_AGREED),
        (KEPT.replace(b",", b", "), Fault.NOT_AS_AGREED),
        (b" " * (record.MOST_BYTES + 1), Fault.TOO_LONG),
    ],
)
def test_what_is_no_record_is_refused_with_the_reason(content: bytes, fault: Fault) -> None:
    with pytest.raises(BadRecord) as refused:
        read(content)
    assert refused.value.fault is fault
    assert "age" not in str(refused.value)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_record_or_refused(content: bytes) -> None:
    with pytest.raises(BadRecord):
        read(content)
