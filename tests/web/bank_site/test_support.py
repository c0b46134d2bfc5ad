"""The services for people under 18: each record by itself."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from staydown.web.bank_site.support import FOLDER, read_service, services

FILES = sorted(FOLDER.glob("*.toml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_record_is_whole_and_says_where_it_comes_from(path: Path) -> None:
    service = read_service(path)
    if service.confirmed:
        assert service.source, "a confirmed record names its source"


def test_worldwide_services_come_first() -> None:
    assert len(services()) == len(FILES)
    assert [service.country for service in services()][:2] == ["INT", "INT"]


def test_an_unknown_key_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text(FILES[0].read_text("utf-8") + '\nfax = "1"\n', "utf-8")
    with pytest.raises(ValidationError):
        read_service(file)
