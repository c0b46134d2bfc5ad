"""Packages that tests hold our own work against; they aren't needed to run Staydown."""

from typing import Any

import pytest


def peer_package(module: str) -> Any:
    """Return ``module`` of a peer, or skip the test that asks, with the package's name."""
    package = module.partition(".")[0]
    return pytest.importorskip(
        module,
        reason=f"{package} isn't installed: scripts/setup dev adds it where it can be compiled",
    )
