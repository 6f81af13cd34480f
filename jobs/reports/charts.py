"""Charts as SVG or PNG: bars and a line, told apart by shape as well as by colour; in SVG text stays text.

Belongs here: drawing a `document.Chart`. Does not: which figures it holds, nor the elements (`drawing`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from jobs.reports import waterfall
from jobs.reports.document import Chart
from jobs.reports.drawing import GRID, SMALL, TICK, Picture, numbers, ticks, width_of
from jobs.reports.figures import Figure
from jobs.reports.fonts import typst_fonts

BAR_COLOUR, BAR_EDGE = "#9db8d2", "#4a6a8a"  # light enough to stay behind the line in grey
LINE_COLOUR = "#a33b00"
WIDTH = 518.4  # points: 7.2 inches
_POINTS = 72  # an inch
_KEPT = 16  # drawn charts: those of one document go into several formats
_DOTS = 200.0  # an inch: sharp in print, some 50 kB
_TOP, _BOTTOM, _GAP = 18.0, 17.0, 4.0
_ROOM = 1.05  # above the tallest
_LABELS = 14  # under the bars; more would touch
_PAGE = b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")'


@lru_cache(maxsize=_KEPT)
def svg(chart: Chart) -> str:
    """The chart as an SVG element, once its masks are decided; equal figures give equal bytes."""
    if chart.kind == "waterfall":
        return waterfall.drawn(chart, WIDTH).element()
    return _bars(chart).element()


@lru_cache(maxsize=_KEPT)
def png(chart: Chart) -> bytes:
    """The same chart as a picture, for what shows no SVG (Hancom, mail programs); equal figures give equal bytes."""
    import typst

    picture: bytes = typst.compile(
        _PAGE, format="png", ppi=_DOTS, font_paths=typst_fonts(), sys_inputs={"svg": svg(chart)}
    )
    return picture


@dataclass(frozen=True)
class _Axis:
    """A scale from zero to `top`, at `bottom` and `height` points above it."""

    values: list[float]
    top: float
    bottom: float
    height: float

    @classmethod
    def of(cls, figures: Sequence[Figure | None], bottom: float, height: float, *, whole: bool) -> _Axis:
        """To one at least: where all is zero there is still a scale of whole numbers."""
        most = max((h for h in _heights(figures) if h > 0), default=0.0)
        if not most:
            return cls([0.0, 1.0], 1.0, bottom, height)
        return cls(ticks(0, most * _ROOM, 6, whole=whole), most * _ROOM, bottom, height)

    def y(self, value: float) -> float:
        return self.bottom - value / self.top * self.height

    @property
    def labels(self) -> list[str]:
        return numbers(self.values)

    @property
    def margin(self) -> float:
        """The room for the numbers beside it."""
        return max(map(width_of, self.labels)) + TICK + _GAP


def _bars(chart: Chart) -> Picture:
    picture = Picture(WIDTH, chart.height * _POINTS)
    bottom = picture.height - _BOTTOM
    left_axis = _Axis.of(chart.bars, bottom, bottom - _TOP, whole=True)
    has_line = any(figure is not None for figure in chart.line)
    right_axis = _Axis.of(chart.line, bottom, bottom - _TOP, whole=False) if has_line else None
    left, right = left_axis.margin, WIDTH - (right_axis.margin if right_axis else _GAP)
    step = (right - left) / (len(chart.labels) + 0.4)
    middles = [left + (place + 0.7) * step for place in range(len(chart.labels))]
    _scale(picture, left_axis, left, right)
    for middle, height in zip(middles, _heights(chart.bars), strict=False):
        if not math.isnan(height):
            y = left_axis.y(height)
            picture.rect(middle - 0.4 * step, y, 0.8 * step, bottom - y, BAR_COLOUR, BAR_EDGE)
    if right_axis:
        _line(picture, right_axis, middles, chart.line, right)
    for order, (place, sign) in enumerate(chart.marks):  # close ones at different heights
        x = middles[0] + (place - 0.5) * step
        picture.line([(x, _TOP), (x, bottom)], "#4d4d4d", 1, "4 3")
        picture.text(x + 0.1 * step, _TOP + 9 + 0.1 * (order % 2) * (bottom - _TOP), sign, 9)
    picture.line([(left, _TOP), (left, bottom), (right, bottom), (right, _TOP)])
    each = max(1, -(-len(chart.labels) // _LABELS))
    for place, (middle, label) in enumerate(zip(middles, chart.labels, strict=True)):
        if (len(chart.labels) - 1 - place) % each == 0:
            picture.line([(middle, bottom), (middle, bottom + TICK)])
            picture.text(middle, bottom + TICK + 9, label, SMALL, "middle")
    _legend(picture, chart, left, has_line)
    return picture


def _scale(picture: Picture, axis: _Axis, left: float, right: float) -> None:
    """The numbers on the left, and the lines that lead across from them."""
    for value, label in zip(axis.values, axis.labels, strict=True):
        y = axis.y(value)
        picture.line([(left, y), (right, y)], GRID, 0.4)
        picture.line([(left - TICK, y), (left, y)])
        picture.text(left - TICK - 2, y + 3, label, SMALL, "end")


def _line(
    picture: Picture, axis: _Axis, middles: Sequence[float], figures: Sequence[Figure | None], right: float
) -> None:
    """The line with a dot for each figure, broken where one is missing; its numbers on the right."""
    points: list[tuple[float, float]] = []
    for x, height in [*zip(middles, _heights(figures), strict=False), (0.0, math.nan)]:
        if not math.isnan(height):
            points.append((x, axis.y(height)))
        elif points:
            picture.line(points, LINE_COLOUR, 1.6)
            for point in points:
                picture.dot(*point, LINE_COLOUR)
            points = []
    for value, label in zip(axis.values, axis.labels, strict=True):
        y = axis.y(value)
        picture.line([(right, y), (right + TICK, y)])
        picture.text(right + TICK + 2, y + 3, label, SMALL)


def _legend(picture: Picture, chart: Chart, left: float, has_line: bool) -> None:
    name = f"{chart.bar_name} (왼쪽, {_unit(chart.bars)})"
    picture.rect(left + 2, 5, 16, 6, BAR_COLOUR, BAR_EDGE)
    picture.text(left + 23, 11, name)
    if has_line:
        start = left + 23 + width_of(name) + 16
        picture.line([(start, 8), (start + 16, 8)], LINE_COLOUR, 1.6)
        picture.dot(start + 8, 8, LINE_COLOUR)
        picture.text(start + 21, 11, f"{chart.line_name} (오른쪽, {_unit(chart.line)})")


def _heights(figures: Sequence[Figure | None]) -> list[float]:
    """The values; not-a-number (not drawn) where a figure is missing, undefined or masked."""
    return [math.nan if f is None or f.masked or f.value is None else float(f.value) for f in figures]


def _unit(figures: Sequence[Figure | None]) -> str:
    return next((figure.unit for figure in figures if figure is not None), "")
