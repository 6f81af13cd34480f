"""A picture as SVG, element by element; text stays text, in the documents' font.

Belongs here: the elements, the scales and the ticks that all charts share. Does not: what a chart shows (`charts`,
`waterfall`). Lengths are in points, from the upper left corner. Written here and not by a plotting library: a month's
editions hold some two hundred pictures, and one took such a library half a second.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from html import escape
from typing import Literal

from jobs.reports.fonts import FAMILY

INK, GRID = "#1b1f24", "#d0d0d0"
SMALL = 8.0  # points: the letters on the axes
TICK = 3.5
_STEPS = (1.0, 2.0, 2.5, 5.0)
_NARROW, _WIDE = 0.6, 0.95  # of the size: how wide a digit and a Korean letter are at most


class Picture:
    """Elements in the order in which they are drawn, the first at the back."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._elements: list[str] = []

    def rect(self, x: float, y: float, width: float, height: float, fill: str, edge: str) -> None:
        place = f'x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}"'
        self._elements.append(f'<rect {place} fill="{fill}" stroke="{edge}" stroke-width="0.5"/>')

    def line(self, points: Sequence[tuple[float, float]], color: str = INK, width: float = 0.8, dash: str = "") -> None:
        path = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self._elements.append(
            f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="{width}"{dashed}/>'
        )

    def dot(self, x: float, y: float, color: str) -> None:
        self._elements.append(f'<circle cx="{x:.2f}" cy="{y:.2f}" r="1.6" fill="{color}"/>')

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = SMALL,
        anchor: Literal["start", "middle", "end"] = "start",
    ) -> None:
        """`y` is that of the line on which the letters stand."""
        place = f'x="{x:.2f}" y="{y:.2f}" font-size="{size}" text-anchor="{anchor}"'
        self._elements.append(f'<text {place} font-family="{FAMILY}" fill="{INK}">{escape(words)}</text>')

    def hatched(self, name: str, fill: str, edge: str) -> str:
        """Declare a hatching; what fills with it."""
        self._elements.append(
            f'<defs><pattern id="{name}" width="4" height="4" patternUnits="userSpaceOnUse">'
            f'<rect width="4" height="4" fill="{fill}"/>'
            f'<path d="M-1,1 L1,-1 M0,4 L4,0 M3,5 L5,3" stroke="{edge}" stroke-width="0.7"/></pattern></defs>'
        )
        return f"url(#{name})"

    def element(self) -> str:
        """The picture as one SVG element."""
        size = (
            f'width="{self.width:.1f}pt" height="{self.height:.1f}pt" viewBox="0 0 {self.width:.1f} {self.height:.1f}"'
        )
        return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" {size}>', *self._elements, "</svg>"])


def ticks(low: float, high: float, most: int, *, whole: bool = False) -> list[float]:
    """Round numbers between two ends, at most `most` steps apart; only whole ones if `whole`."""
    step, size = 0.0, 10.0**-9
    while not step:
        fit = (m * size for m in _STEPS if (high - low) / (m * size) <= most)
        step = next((each for each in fit if not whole or (each >= 1 and each == int(each))), 0.0)
        size *= 10
    first, last = -int(-low // step), int(high // step + 1e-9)
    return [place * step for place in range(first, last + 1)]


def numbers(values: Sequence[float]) -> list[str]:
    """The values with as many digits behind the point as all of them need."""
    digits = next((n for n in range(4) if all(abs(v - round(v, n)) < 1e-9 for v in values)), 4)
    return [f"{value:,.{digits}f}" for value in values]


def width_of(words: str, size: float = SMALL) -> float:
    """The room that words need, rather too much than too little."""
    return size * sum(_WIDE if unicodedata.east_asian_width(letter) in "WF" else _NARROW for letter in words)
