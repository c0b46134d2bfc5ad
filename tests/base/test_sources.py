"""A digest over a module and what it is made of changes with each of them."""

from pathlib import Path

import pytest

from staydown.base import sources

MODULES = {
    "index/kept.py": "import json\n\nfrom staydown.index import near\n",
    "index/near.py": "from staydown.base.far import (\n    ONE,\n    TWO,\n)\n",
    "base/far/__init__.py": "ONE = TWO = 1\n",
    "index/stranger.py": "from staydown.index import kept\n",
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in MODULES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(sources, "_ROOT", tmp_path)
    return tmp_path


def digest() -> str:
    sources._source.cache_clear()
    try:
        return sources.digest("staydown.index.kept")
    finally:
        sources._source.cache_clear()


@pytest.mark.parametrize(
    ("name", "counts"), [(name, name != "index/stranger.py") for name in MODULES]
)
def test_what_a_module_leans_on_counts_and_nothing_else(
    root: Path, name: str, counts: bool
) -> None:
    before = digest()
    assert digest() == before
    (root / name).write_text(MODULES[name] + "# changed\n")
    assert (digest() != before) is counts


def test_modules_that_import_each_other_and_foreign_ones_do_no_harm(root: Path) -> None:
    (root / "index/near.py").write_text("from staydown.index import kept\n")
    assert len(digest()) == len(sources.digest("__main__")) == 64
