"""Numbers as requests state them: digits, and nothing that only looks like some."""


def whole(text: str, *, least: int = 0, most: int = 2**63 - 1) -> int | None:
    """Return a whole number from ``least`` to ``most``, or None for anything else.

    ``str.isdigit`` alone takes "²" for a digit, and ``int`` fails on more than some thousand.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        return None
    return int(text) if least <= int(text) <= most else None
