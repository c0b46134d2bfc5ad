"""Addresses that programs ask: whatever goes wrong below them is said in JSON, never as a page."""

import re

#: What programs ask of any site. (``/status/`` is a page at a bank, and HMA's root at a desk.)
PROGRAMS = ("/api", "/v1", "/h", "/m", "/c")

#: HMA's roots, all answered by a desk, most of them with "there is no such call".
HMA = ("/h", "/m", "/c", "/status", "/site-map", "/openapi")

_SLASHES = re.compile("/{2,}")


def one_slash(path: str) -> str:
    """Return a path without empty parts.

    HMA takes it for the same address, since its callers put a base address that ends in a slash
    before a path that begins with one.
    """
    return _SLASHES.sub("/", path) if "//" in path else path


def below(path: str, roots: tuple[str, ...]) -> bool:
    """Say whether a path is one of ``roots`` or lies below it, however many slashes it has."""
    plain = one_slash(path)
    return any(plain == root or plain.startswith(f"{root}/") for root in roots)
