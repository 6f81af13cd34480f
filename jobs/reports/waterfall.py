"""A waterfall: from one total to the next, each part's rise or fall beside what came before.

Belongs here: drawing a `document.Chart` of that kind. Does not: which parts it holds. The bars lie, so that long names
can be read; rises and falls are told apart by hatching and by the sign of the number, for grey print and for readers
who see no colours.
"""

from __future__ import annotations

from typing import Any

from jobs.reports.document import Chart
from jobs.reports.figures import Figure

_TOTAL, _RISE, _FALL = "#6b87a5", "#d98a52", "#b9d3c6"
_INK = "#333333"
_ROOM = 0.2  # of the span of the steps, on both sides
_WIDTH, _BAR, _FRAME = 7.2, 0.155, 0.45  # inches
_LONGEST = 26  # letters of a name


def draw(axes: Any, chart: Chart) -> None:
    """The totals stand on the axis, the steps float between them; the axis begins where the steps can be seen."""
    values = [_value(figure) for figure in chart.bars]
    last = len(values) - 1
    axes.figure.set_size_inches(_WIDTH, _FRAME + _BAR * len(values))
    level, steps = values[0], []
    for value in values[1:-1]:
        steps.append((level, level + value))
        level += value
    edges = [values[0], values[-1], *(edge for step in steps for edge in step)]
    room = max(1.0, _ROOM * (max(edges) - min(edges)))
    floor = max(0.0, min(edges) - room)
    gap = 0.01 * (max(edges) + room - floor)
    for place, total in ((0, values[0]), (last, values[-1])):
        axes.barh(place, total - floor, left=floor, color=_TOTAL, edgecolor=_INK, linewidth=0.5)
        axes.text(total + gap, place, f"{total:,.0f}", va="center", fontsize=7.5)
    for place, (start, end) in enumerate(steps, start=1):
        style = {"color": _RISE} if end >= start else {"color": _FALL, "hatch": "///"}
        axes.barh(place, abs(end - start), left=min(start, end), edgecolor=_INK, linewidth=0.5, **style)
        axes.text(max(start, end) + gap, place, f"{end - start:+,.0f}", va="center", fontsize=7.5)
        axes.plot([start, start], [place - 0.6, place - 0.4], color=_INK, linewidth=0.5)
    axes.set_xlim(floor, max(edges) + room)
    axes.set_ylim(last + 0.6, -0.6)
    axes.set_yticks(range(len(values)), [_short(label) for label in chart.labels], fontsize=7.5)
    axes.tick_params(axis="x", labelsize=8)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.set_xlabel(f"{chart.bar_name} (건)", fontsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="x", linewidth=0.4, color="#d0d0d0")
    axes.set_axisbelow(True)


def _value(figure: Figure | None) -> float:
    """Zero for what is not there. Raises `ValueError` for a masked figure: its neighbours would show its value."""
    if figure is not None and figure.masked:
        raise ValueError(f"{figure.figure_id} is masked and cannot stand in a waterfall")
    return 0.0 if figure is None else float(figure.value or 0)


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…"
