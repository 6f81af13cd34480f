"""Charts as SVG or PNG: bars and a line, told apart by shape as well as by colour; in SVG text stays text.

Belongs here: drawing a `document.Chart`. Does not: which figures it holds.
"""

from __future__ import annotations

import io
from functools import cache, lru_cache
from typing import Any

from jobs.reports import waterfall
from jobs.reports.document import Chart
from jobs.reports.figures import Figure
from jobs.reports.fonts import FAMILY, font_files

BAR_COLOUR = "#9db8d2"  # light enough to stay behind the line in grey
LINE_COLOUR = "#a33b00"
WIDTH = 7.2  # inches
_KEPT = 16  # drawn charts: those of one document go into several formats
_DOTS = 200  # an inch: sharp in print, some 50 kB
SETTINGS = {"svg.fonttype": "none", "svg.hashsalt": "dasan", "axes.unicode_minus": False, "font.family": FAMILY}


@lru_cache(maxsize=_KEPT)
def svg(chart: Chart) -> str:
    """The chart as an SVG element, once its masks are decided; equal figures give equal bytes."""
    text = _saved(chart, format="svg", metadata={"Date": None, "Creator": None}).decode()
    return text[text.index("<svg") :]


@lru_cache(maxsize=_KEPT)
def png(chart: Chart) -> bytes:
    """The same chart as a picture, for what shows no SVG (Hancom, mail programs); equal figures give equal bytes."""
    return _saved(chart, format="png", dpi=_DOTS, metadata={"Software": None})


def _saved(chart: Chart, **how: Any) -> bytes:
    import matplotlib as mpl
    from matplotlib.figure import Figure as Canvas

    add_fonts()
    with mpl.rc_context(SETTINGS):
        canvas = Canvas(figsize=(WIDTH, chart.height), layout="constrained")
        _draw(canvas.add_subplot(), chart)
        written = io.BytesIO()
        canvas.savefig(written, **how)
    return written.getvalue()


@cache
def add_fonts() -> None:
    """Tell matplotlib where the Korean font is; `SETTINGS` name it."""
    from matplotlib import font_manager

    for path in font_files():
        font_manager.fontManager.addfont(path)


def _draw(axes: Any, chart: Chart) -> None:
    from matplotlib.ticker import MaxNLocator

    if chart.kind == "waterfall":
        waterfall.draw(axes, chart)
        return
    places = range(len(chart.labels))
    handles = [axes.bar(places, _heights(chart.bars), color=BAR_COLOUR, edgecolor="#4a6a8a", linewidth=0.5)]
    names = [f"{chart.bar_name} (왼쪽, {_unit(chart.bars)})"]
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    _from_zero(axes, chart.bars)
    if any(figure is not None for figure in chart.line):
        right = axes.twinx()
        style = {"color": LINE_COLOUR, "linewidth": 1.6, "marker": "o", "markersize": 3}
        handles += right.plot(places, _heights(chart.line), **style)
        names.append(f"{chart.line_name} (오른쪽, {_unit(chart.line)})")
        _from_zero(right, chart.line)
        right.spines[["top"]].set_visible(False)
        right.tick_params(labelsize=8)
    for order, (place, sign) in enumerate(chart.marks):  # close ones at different heights
        axes.axvline(place - 0.5, color="#4d4d4d", linewidth=1, linestyle=(0, (4, 3)))
        axes.text(
            place - 0.4, 0.98 - 0.1 * (order % 2), sign, transform=axes.get_xaxis_transform(), va="top", fontsize=9
        )
    step = max(1, -(-len(chart.labels) // 14))
    shown = [place for place in places if (len(chart.labels) - 1 - place) % step == 0]
    axes.set_xticks(shown, [chart.labels[place] for place in shown], fontsize=8)
    axes.set_xlim(-0.7, len(chart.labels) - 0.3)
    axes.tick_params(labelsize=8)
    axes.spines[["top"]].set_visible(False)
    axes.grid(axis="y", linewidth=0.4, color="#d0d0d0")
    axes.set_axisbelow(True)
    axes.legend(handles, names, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, frameon=False, fontsize=8)


def _from_zero(axes: Any, figures: tuple[Figure | None, ...]) -> None:
    """An axis from zero, to one at least: where all is zero there is still a scale of whole numbers."""
    reaches = any(height > 0 for height in _heights(figures))
    axes.set_ylim(bottom=0, top=None if reaches else 1)
    if not reaches:
        axes.set_yticks([0, 1])
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0f}")


def _heights(figures: tuple[Figure | None, ...]) -> list[float]:
    """The values; not-a-number (not drawn) where a figure is missing, undefined or masked."""
    gap = float("nan")
    return [gap if f is None or f.masked or f.value is None else float(f.value) for f in figures]


def _unit(figures: tuple[Figure | None, ...]) -> str:
    return next((figure.unit for figure in figures if figure is not None), "")
