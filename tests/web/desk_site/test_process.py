"""What a desk says when it starts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from staydown.base.clock import HandClock
from staydown.base.settings import DatabaseSettings, SiteSettings
from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.model import CopyUnavailable
from staydown.fingerprint.sealing import Sealer
from staydown.review.settings import DeskSettings
from staydown.web.desk_site import process
from tests.review.support import Desk, copy_code

SEALER = Sealer(b"k" * 32)


@pytest.mark.django_db
def test_a_missing_network_is_said_where_copy_codes_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The operator must know that some copies get through."""

    def nothing(_: Path | None) -> Path:
        raise CopyUnavailable("not installed")

    monkeypatch.setattr("staydown.review.settings.find_model", nothing)
    clock = HandClock(datetime(2026, 3, 1, tzinfo=UTC))
    follower = Desk(SEALER, clock, tmp_path, timedelta(seconds=10))
    bank = BankSimulator()
    bank.put(copy_code(0))
    follower.follow(follower.add(bank))
    settings = DeskSettings(SiteSettings(port=1), DatabaseSettings(), tmp_path)
    desk = process.Desk(settings, SEALER)
    try:
        desk.start_gate()
        assert desk.gate is not None
        assert desk.gate.model is None
    finally:
        desk.close()
    assert "copy codes" in caplog.text
