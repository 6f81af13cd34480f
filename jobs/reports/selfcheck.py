"""A document's own figures as the table of printed figures that `dasan reconcile` checks.

Belongs here: what each published figure says of itself, in that table's columns. Does not: the rules (`jobs.reconcile`).
"""

from __future__ import annotations

from collections.abc import Iterable

from jobs.reconcile import check
from jobs.reconcile.figures import Table
from jobs.reconcile.findings import Finding
from jobs.reconcile.reading import COLUMNS, figure_of
from jobs.reports import identity
from jobs.reports.figures import Figure


def conflicts(figures: Iterable[Figure]) -> list[Finding]:
    """What does not follow from its own numerator, denominator and window, of the figures that are not masked.

    Counts cut by several columns (an annex) name nothing that they follow from, and are left to the declared sums.
    """
    shown = [f for f in figures if not f.masked and f.value is not None and not _is_cell(f)]
    table = Table([figure_of(line, _row(figure)) for line, figure in enumerate(shown, start=1)])
    return [finding for finding in check(table) if finding.verdict == "conflict"]


def _is_cell(figure: Figure) -> bool:
    name = identity.parsed(figure.figure_id)
    return figure.is_count and isinstance(name, identity.Basic) and len(name.where) > 1


def _row(figure: Figure) -> dict[str, str]:
    """A quotient names its two numbers, a comparison what it is compared with; counts and estimates stand alone.

    A share rounded with its level is checked by `grammar` instead: alone it may be one unit off. There are no labels:
    figures here are told apart by their conditions, not by words.
    """
    row = dict.fromkeys(COLUMNS, "")
    name = identity.parsed(figure.figure_id)
    kind = name.kind if isinstance(name, identity.Step) else ""
    unit = figure.unit.replace("건/만명", "건/10000명")
    row |= {
        "figure": figure.figure_id,
        "value": f"{figure.value:.{figure.decimals}f}",
        "unit": f"{unit}/일" if identity.read_per_day(kind) else unit,
        "window_start": figure.window[0].isoformat(),
        "window_end": figure.window[1].isoformat(),
    }
    numbers = {"numerator": _text(figure.numerator), "denominator": _text(figure.denominator)}
    if kind in ("change", "difference"):
        return row | {"numerator": numbers["numerator"], "period_before": numbers["denominator"]}
    is_quotient = isinstance(name, identity.Basic) and unit in ("%", "초")
    if is_quotient or kind == "proportion" or identity.read_per_day(kind):
        return row | numbers
    return row


def _text(value: float | int | None) -> str:
    return "" if value is None else f"{value:.6f}".rstrip("0").rstrip(".")
