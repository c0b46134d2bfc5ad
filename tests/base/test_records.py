"""What every record file shares."""

import os
from datetime import date
from pathlib import Path

import pytest

from staydown.base.records import BadRecord, Standing, read_table


def test_a_mistyped_year_is_fresh_for_good_and_no_crash() -> None:
    standing = Standing(date(9999, 12, 31), confirmed=True, source="https://example.org")
    assert standing.due == date.max
    assert not standing.is_stale(date.max)


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "folder.toml").mkdir()
    for name in ("pipe.toml", "folder.toml"):
        with pytest.raises(BadRecord, match=f"^{name} is not a file$"):
            read_table(tmp_path / name)
