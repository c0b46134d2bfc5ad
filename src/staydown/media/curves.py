"""ICC profiles made of a few numbers: what gAMA and cHRM, or the codes of video, stand for.

The codes are those of ITU-T H.273. What is brighter than paper white can't be told on an ordinary
screen: programs differ there, and here it is cut off.
"""

import struct
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

_Floats = NDArray[np.float64]

#: Chromaticities, x and y: white, red, green, blue. D65 but where a row says otherwise.
_D65 = (0.3127, 0.329)
_SRGB = (*_D65, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
_PRIMARIES: dict[int, tuple[float, ...]] = {
    1: _SRGB,
    2: _SRGB,  # not said
    4: (0.31, 0.316, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08),
    5: (*_D65, 0.64, 0.33, 0.29, 0.6, 0.15, 0.06),
    6: (*_D65, 0.63, 0.34, 0.31, 0.595, 0.155, 0.07),
    7: (*_D65, 0.63, 0.34, 0.31, 0.595, 0.155, 0.07),
    8: (0.31, 0.316, 0.681, 0.319, 0.243, 0.692, 0.145, 0.049),
    9: (*_D65, 0.708, 0.292, 0.17, 0.797, 0.131, 0.046),
    11: (0.314, 0.351, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06),
    12: (*_D65, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06),
    22: (*_D65, 0.63, 0.34, 0.295, 0.605, 0.155, 0.077),
}

#: Candelas for a square metre that ordinary white has in pictures for bright screens (BT.2408).
_PAPER_WHITE = 203.0

_BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)
_D50 = np.array([0.9642, 1.0, 0.8249])

_STEPS = 1024
_GREATEST_POWER = 2000.0


def by_gamma(gamma: int, primaries: Sequence[int] | None) -> bytes:
    """Return the profile for a PNG's gAMA and cHRM, in hundred-thousandths; empty for nonsense."""
    if gamma <= 0:
        return b""
    power = min(_GREATEST_POWER, 100_000 / gamma)
    curve = b"para\0\0\0\0\0\0\0\0" + struct.pack(">i", round(power * 65536))
    places = _SRGB if primaries is None else [one / 100_000 for one in primaries]
    return _profile(places, curve)


def by_code(primaries: int, curve: int) -> bytes:
    """Return the profile for two code points of H.273; empty where they say nothing."""
    linear = _CURVES.get(curve)
    if linear is None:
        return b""
    levels = np.clip(linear(np.linspace(0, 1, _STEPS)), 0, 1)
    table = np.rint(levels * 65535).astype(">u2").tobytes()
    return _profile(
        _PRIMARIES.get(primaries, _SRGB), b"curv\0\0\0\0" + struct.pack(">I", _STEPS) + table
    )


def _power(value: float) -> Callable[[_Floats], _Floats]:
    return lambda levels: levels**value


def _srgb(levels: _Floats) -> _Floats:
    return np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)


def _television(levels: _Floats) -> _Floats:
    return np.where(levels < 0.081, levels / 4.5, ((levels + 0.099) / 1.099) ** (1 / 0.45))


def _pq(levels: _Floats) -> _Floats:
    """BT.2100, perceptual quantisation."""
    root = levels ** (1 / 78.84375)
    bright = np.maximum(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)
    return 10_000 / _PAPER_WHITE * bright ** (1 / 0.1593017578125)


def _hlg(levels: _Floats) -> _Floats:
    """BT.2100, hybrid log-gamma, on a screen of 1,000 candelas for a square metre."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(levels <= 0.5, levels**2 / 3, (np.exp((levels - c) / a) + b) / 12)
    return 1000 / _PAPER_WHITE * scene**1.2


_CURVES: dict[int, Callable[[_Floats], _Floats]] = {
    1: _television,
    4: _power(2.2),
    5: _power(2.8),
    6: _television,
    8: _power(1.0),
    13: _srgb,
    14: _television,
    15: _television,
    16: _pq,
    18: _hlg,
}


def _profile(places: Sequence[float], curve: bytes) -> bytes:
    """Return an ICC profile (2.4) of three primaries and one curve; empty for nonsense."""
    columns = _columns(places)
    if columns is None:
        return b""
    tags = [(b"wtpt", _xyz(_D50))]
    tags += [
        (name, _xyz(column))
        for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns.T, strict=True)
    ]
    tags += [(name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")]
    start, body, table = 132 + 12 * len(tags), b"", b""
    for name, content in tags:
        padded = content + b"\0" * (-len(content) % 4)
        table += name + struct.pack(">II", start + len(body), len(content))
        body += padded
    head = struct.pack(">I4xI4s4s4s", start + len(body), 0x04200000, b"mntr", b"RGB ", b"XYZ ")
    head += bytes(12) + b"acsp" + bytes(28) + _numbers(_D50)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def _columns(places: Sequence[float]) -> _Floats | None:
    """Return the primaries' colours (3, 3) under D50; None where no screen could have them."""
    white, *primaries = (
        np.array([x / y, 1.0, (1 - x - y) / y]) if y > 1e-4 else np.zeros(3)
        for x, y in zip(places[::2], places[1::2], strict=True)
    )
    across = np.array(primaries).T
    if abs(np.linalg.det(across)) < 1e-6 or not white.any():
        return None
    scaled = across * np.linalg.solve(across, white)
    cones, wanted = _BRADFORD @ white, _BRADFORD @ _D50
    if (np.abs(cones) < 1e-6).any():
        return None
    adapted: _Floats = np.linalg.inv(_BRADFORD) @ np.diag(wanted / cones) @ _BRADFORD @ scaled
    return adapted if np.abs(adapted).max() < 100 else None


def _xyz(colour: _Floats) -> bytes:
    return b"XYZ \0\0\0\0" + _numbers(colour)


def _numbers(colour: _Floats) -> bytes:
    return b"".join(struct.pack(">i", round(float(one) * 65536)) for one in colour)
