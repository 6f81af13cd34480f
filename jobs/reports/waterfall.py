"""A waterfall: from one total to the next, each part's rise or fall on top of what came before.

Belongs here: drawing a `document.Chart` of that kind. Does not: which parts it holds. Rises and falls are told apart by
hatching and by the sign before the number, so that grey print and colour-blind readers see them too.
"""

from __future__ import annotations

from typing import Any

from jobs.reports.document import Chart
from jobs.reports.figures import Figure

_TOTAL, _RISE, _FALL = "#6b87a5", "#d98a52", "#b9d3c6"
_INK = "#333333"
_ROOM = 0.25  # of the span of the steps, above and below
_LONGEST = 9  # letters of a label's line
_LINES = 3


def draw(axes: Any, chart: Chart) -> None:
    """The first and the last bar stand on the axis, the others float; the axis begins where the steps can be seen."""
    values = [_value(figure) for figure in chart.bars]
    level, steps = values[0], []
    for value in values[1:-1]:
        steps.append((level, level + value))
        level += value
    edges = [values[0], values[-1], *(edge for step in steps for edge in step)]
    room = max(1.0, _ROOM * (max(edges) - min(edges)))
    floor = max(0.0, min(edges) - room)
    last = len(values) - 1
    for place, total in ((0, values[0]), (last, values[-1])):
        axes.bar(place, total - floor, bottom=floor, color=_TOTAL, edgecolor=_INK, linewidth=0.5)
        axes.text(place, total, f"{total:,.0f}", ha="center", va="bottom", fontsize=7.5)
    for place, (start, end) in enumerate(steps, start=1):
        rises = end >= start
        style = {"color": _RISE} if rises else {"color": _FALL, "hatch": "///"}
        axes.bar(place, abs(end - start), bottom=min(start, end), edgecolor=_INK, linewidth=0.5, **style)
        axes.text(place, max(start, end), f"{end - start:+,.0f}", ha="center", va="bottom", fontsize=7.5)
        axes.plot([place - 1 + 0.4, place - 0.4], [start, start], color=_INK, linewidth=0.5)
    axes.set_ylim(floor, max(edges) + room)
    axes.set_xticks(range(len(values)), [_wrapped(label) for label in chart.labels], fontsize=6.5)
    axes.set_xlim(-0.6, last + 0.6)
    axes.tick_params(axis="y", labelsize=8)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.set_ylabel("건", fontsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", linewidth=0.4, color="#d0d0d0")
    axes.set_axisbelow(True)


def _value(figure: Figure | None) -> float:
    """Zero for what is not there; a masked figure has no place in a waterfall. Raises `ValueError` for one."""
    if figure is not None and figure.masked:
        raise ValueError(f"{figure.figure_id}: a masked figure would show its value between its neighbours")
    return 0.0 if figure is None else float(figure.value or 0)


def _wrapped(label: str) -> str:
    lines = [label[start : start + _LONGEST] for start in range(0, len(label), _LONGEST)]
    return "\n".join([*lines[: _LINES - 1], lines[_LINES - 1][:-1] + "…"] if len(lines) > _LINES else lines)
