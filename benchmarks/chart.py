"""A bar chart as SVG, written by hand: no script, no font or style from elsewhere.

The colours are those of Okabe and Ito, which colour-blind readers can tell apart; each method also
has its own place in a group and its name in the legend, and every bar its number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

_COLOURS = ("#595959", "#E69F00", "#0072B2", "#009E73", "#D55E00", "#CC79A7")
_LEFT, _WIDE, _RIGHT = 170, 520, 60
_BAR, _GAP = 10, 12


@dataclass(frozen=True, slots=True)
class Bar:
    """A share from 0 to 1 and its interval, None where there is none."""

    value: float
    low: float | None
    high: float | None


def bars(
    title: str,
    description: str,
    series: Sequence[str],
    groups: Sequence[tuple[str, Sequence[Bar]]],
) -> str:
    """Return a chart of horizontal bars, a group for each row, as the text of an SVG file."""
    head = 60 + 16 * ((len(series) + 1) // 2)
    step = len(series) * _BAR + _GAP
    high = head + step * len(groups) + 30
    wide = _LEFT + _WIDE + _RIGHT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" role="img" '
        'aria-labelledby="title description" font-family="sans-serif" font-size="11">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="description">{escape(description)}</desc>',
        f'<rect width="{wide}" height="{high}" fill="#ffffff"/>',
    ]
    parts.append('<text x="16" y="24" font-size="15" font-weight="bold" fill="#1a1a1a">')
    parts.append(f"{escape(title)}</text>")
    parts += _legend(series)
    parts += _scale(head, high - 30)
    for row, (name, values) in enumerate(groups):
        top = head + row * step
        middle = top + len(series) * _BAR / 2 + 4
        parts.append(
            f'<text x="{_LEFT - 8}" y="{middle:g}" text-anchor="end" fill="#1a1a1a">'
            f"{escape(name)}</text>"
        )
        for place, bar in enumerate(values):
            parts += _bar(bar, top + place * _BAR, _COLOURS[place % len(_COLOURS)])
    return "\n".join([*parts, "</svg>", ""])


def _legend(series: Sequence[str]) -> list[str]:
    parts = []
    for place, name in enumerate(series):
        x, y = _LEFT + place % 2 * 260, 44 + place // 2 * 16
        colour = _COLOURS[place % len(_COLOURS)]
        parts.append(f'<rect x="{x}" y="{y - 9}" width="10" height="10" fill="{colour}"/>')
        parts.append(f'<text x="{x + 16}" y="{y}" fill="#1a1a1a">{escape(name)}</text>')
    return parts


def _scale(top: float, bottom: float) -> list[str]:
    parts = []
    for share in range(0, 101, 20):
        x = _LEFT + _WIDE * share / 100
        parts.append(
            f'<line x1="{x:g}" x2="{x:g}" y1="{top - 6:g}" y2="{bottom:g}" stroke="#d9d9d9"/>'
        )
        parts.append(
            f'<text x="{x:g}" y="{bottom + 16:g}" text-anchor="middle" fill="#404040">'
            f"{share} %</text>"
        )
    return parts


def _bar(bar: Bar, top: float, colour: str) -> list[str]:
    wide = _WIDE * bar.value
    parts = [
        f'<rect x="{_LEFT}" y="{top:g}" width="{wide:.1f}" height="{_BAR - 1}" fill="{colour}"/>'
    ]
    end = wide
    if bar.low is not None and bar.high is not None:
        x1, x2 = _LEFT + _WIDE * bar.low, _LEFT + _WIDE * bar.high
        y = top + (_BAR - 1) / 2
        parts.append(f'<line x1="{x1:.1f}" x2="{x2:.1f}" y1="{y:g}" y2="{y:g}" stroke="#1a1a1a"/>')
        end = _WIDE * bar.high
    parts.append(
        f'<text x="{_LEFT + end + 4:.1f}" y="{top + _BAR - 2:g}" font-size="9" fill="#1a1a1a">'
        f"{100 * bar.value:.0f}</text>"
    )
    return parts
