"""A waterfall: from one total to the next, each part's rise or fall beside what came before.

Belongs here: drawing a `document.Chart` of that kind. Does not: which parts it holds. The bars lie, so that long names
can be read; rises and falls are told apart by hatching and by the sign of the number, for grey print and for readers
who see no colours.
"""

from __future__ import annotations

from jobs.reports.document import Chart
from jobs.reports.drawing import GRID, SMALL, TICK, Picture, numbers, ticks, width_of
from jobs.reports.figures import Figure

_TOTAL, _RISE, _FALL = "#6b87a5", "#d98a52", "#b9d3c6"
_EDGE = "#333333"
_ROOM = 0.2  # of the span of the steps, on both sides
_BAR, _THICK, _TOP, _BOTTOM = 11.2, 8.6, 4.0, 28.0  # points
_NAME = 7.5
_LAST = 20.0  # half of the last number below
_LONGEST = 26  # letters of a name


def drawn(chart: Chart, width: float) -> Picture:
    """The totals stand on the axis, the steps float between them; the axis begins where the steps can be seen.

    Raises `ValueError` for a masked figure: its neighbours would show its value.
    """
    values = [_value(figure) for figure in chart.bars]
    bars, floor, end = _spans(values)
    names = [_short(label) for label in chart.labels]
    left, right = max(width_of(name, _NAME) for name in names) + TICK + 4, width - _LAST
    picture = Picture(width, _TOP + _BAR * len(values) + _BOTTOM)
    bottom = picture.height - _BOTTOM

    def x(value: float) -> float:
        return left + (value - floor) / (end - floor) * (right - left)

    scale = ticks(floor, end, 6)
    _scale(picture, chart, list(map(x, scale)), numbers(scale), (left, right, bottom))
    hatched = picture.hatched("dasan-fall", _FALL, _EDGE)
    for place, ((start, stop), name) in enumerate(zip(bars, names, strict=True)):
        top = _TOP + _BAR * place
        is_total = place in (0, len(bars) - 1)
        fill = _TOTAL if is_total else _RISE if stop >= start else hatched
        low, high = sorted((start, stop))
        picture.rect(x(low), top + (_BAR - _THICK) / 2, x(high) - x(low), _THICK, fill, _EDGE)
        told = f"{stop:,.0f}" if is_total else f"{stop - start:+,.0f}"
        picture.text(x(high) + 3, top + 8.2, told, _NAME)
        if not is_total:
            picture.line([(x(start), top - 1.2), (x(start), top + 1.2)], _EDGE, 0.5)
        picture.line([(left - TICK, top + _BAR / 2), (left, top + _BAR / 2)])
        picture.text(left - TICK - 2, top + 8.2, name, _NAME, "end")
    picture.line([(left, _TOP), (left, bottom), (right, bottom)])
    return picture


def _spans(values: list[float]) -> tuple[list[tuple[float, float]], float, float]:
    """Where each bar starts and stops, and the ends of the axis."""
    level, steps = values[0], []
    for value in values[1:-1]:
        steps.append((level, level + value))
        level += value
    edges = [values[0], values[-1], *(edge for step in steps for edge in step)]
    room = max(1.0, _ROOM * (max(edges) - min(edges)))
    floor = max(0.0, min(edges) - room)
    return [(floor, values[0]), *steps, (floor, values[-1])], floor, max(edges) + room


def _scale(
    picture: Picture, chart: Chart, places: list[float], labels: list[str], frame: tuple[float, float, float]
) -> None:
    """The numbers below, the lines that lead up from them, and what they count."""
    left, right, bottom = frame
    for place, label in zip(places, labels, strict=True):
        picture.line([(place, _TOP), (place, bottom)], GRID, 0.4)
        picture.line([(place, bottom), (place, bottom + TICK)])
        picture.text(place, bottom + TICK + 9, label, SMALL, "middle")
    picture.text((left + right) / 2, bottom + TICK + 20, f"{chart.bar_name} (건)", SMALL, "middle")


def _value(figure: Figure | None) -> float:
    """Zero for what is not there. Raises `ValueError` for a masked figure."""
    if figure is not None and figure.masked:
        raise ValueError(f"{figure.figure_id} is masked and cannot stand in a waterfall")
    return 0.0 if figure is None else float(figure.value or 0)


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…"
