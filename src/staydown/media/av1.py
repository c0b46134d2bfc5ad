"""How large the pictures of an AV1 stream may be, by its sequence header.

AV1 Bitstream & Decoding Process Specification, 5.3 to 5.5: enough of it to find two numbers.
"""

from dataclasses import dataclass

_SEQUENCE_HEADER = 1
_TEMPORAL_DELIMITER = 2
_PADDING = 15

#: Units that are passed over before the sequence header.
_MOST_UNITS = 8


@dataclass(slots=True)
class _Bits:
    data: bytes
    at: int = 0

    def take(self, count: int) -> int:
        """Return the next bits as a number. Raises IndexError where there are no more."""
        value = 0
        for bit in range(self.at, self.at + count):
            value = value << 1 | self.data[bit >> 3] >> (7 - bit & 7) & 1
        self.at += count
        return value


def largest_picture(stream: bytes) -> tuple[int, int] | None:
    """Return the width and height that a stream's pictures have at most.

    ``stream`` is its beginning; None where no sequence header stands there.
    """
    at = 0
    try:
        for _ in range(_MOST_UNITS):
            head = stream[at]
            kind, extended, sized = head >> 3 & 15, head >> 2 & 1, head >> 1 & 1
            at += 1 + extended
            size, at = _length(stream, at) if sized else (len(stream) - at, at)
            if kind == _SEQUENCE_HEADER:
                return _sizes(_Bits(stream[at : at + size]))
            if kind not in {_TEMPORAL_DELIMITER, _PADDING}:
                return None
            at += size
    except IndexError:
        pass
    return None


def _length(stream: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 56, 7):
        value |= (stream[at] & 0x7F) << shift
        at += 1
        if not stream[at - 1] & 0x80:
            break
    return value, at


def _sizes(bits: _Bits) -> tuple[int, int]:
    bits.take(4)  # profile, still picture
    if bits.take(1):  # the short header of a still picture
        bits.take(5)
    else:
        _pass_over_operating_points(bits)
    wide, high = bits.take(4) + 1, bits.take(4) + 1
    return bits.take(wide) + 1, bits.take(high) + 1


def _pass_over_operating_points(bits: _Bits) -> None:
    delay_bits = 0
    if bits.take(1):  # timing
        bits.take(64)
        if bits.take(1):
            _pass_over_uvlc(bits)
        if bits.take(1):  # of a decoder model
            delay_bits = bits.take(5) + 1
            bits.take(42)
    delayed = bits.take(1)
    for _ in range(bits.take(5) + 1):
        bits.take(12)
        if bits.take(5) > 7:
            bits.take(1)
        if delay_bits and bits.take(1):
            bits.take(2 * delay_bits + 1)
        if delayed and bits.take(1):
            bits.take(4)


def _pass_over_uvlc(bits: _Bits) -> None:
    zeros = 0
    while not bits.take(1) and zeros < 32:
        zeros += 1
    bits.take(zeros)
