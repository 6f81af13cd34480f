"""Which base a share or a growth was taken on, where the row names none or another one than its value shows.

Belongs here: the search over the table, and how likely a fit is by chance. Does not: the wording of a verdict.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from jobs.analysis.printing import Interval, rounding_of
from jobs.reconcile.dates import Window
from jobs.reconcile.figures import Figure, Kind, Operand, Table
from jobs.reconcile.findings import Candidate, as_printed, number

CHANCE = 0.05  # more expected chance fits than this, and a fit proves nothing
_ECHELON = math.log(100)  # bases are looked for over about two orders of magnitude
_MOST_SIBLINGS = 8
_PLAUSIBLE = 2  # how far a part of a window may be from its share of the days


@dataclass(frozen=True)
class Base:
    """Something of the table by which a numerator can be divided."""

    text: str
    true: Interval
    figure: Figure | None
    window: Window | None

    def share(self, numerator: Operand) -> Interval | None:
        try:
            return (numerator.true / self.true).scaled(100)
        except ZeroDivisionError:
            return None


def bases(table: Table, figure: Figure, numerator: Operand) -> list[Base]:
    """Figures of the numerator's unit, then what is left of a whole without one part, and two siblings together.

    Those of the numerator's own window come first.
    """
    kind = numerator.figure.kind if numerator.figure else Kind.COUNT
    window = window_of(figure, numerator)
    found = [
        Base(each.title, each.true, each, each.period)
        for each in table.valued()
        if each.kind is kind and each not in (figure, numerator.figure) and _same_unit(each.unit, numerator.unit)
    ]
    found = [base for base in found if base.figure and base.figure.unit not in ("일", "개월")]
    found.sort(key=lambda base: base.window != window)
    return found + [base for base in _combined(table, kind) if _same_window(base.window, window)]


def _combined(table: Table, kind: Kind) -> Iterator[Base]:
    for name, children in table.children.items():
        whole = table.by_name.get(name)
        parts = [part for part in children if part.kind is kind][: _MOST_SIBLINGS + 1]
        if whole is None or whole.kind is not kind or not whole.printed or not 3 <= len(parts) <= _MOST_SIBLINGS:
            continue
        for part in parts:
            yield Base(f"{whole.title} − {part.title}", whole.true - part.true, None, whole.period)
        for one, other in combinations(parts, 2):
            yield Base(f"{one.title} + {other.title}", one.true + other.true, None, whole.period)


def _same_unit(one: str, other: str) -> bool:
    return not one or not other or one == other


def _same_window(one: Window | None, other: Window | None) -> bool:
    return one is None or other is None or one == other


def window_of(figure: Figure, numerator: Operand) -> Window | None:
    """The numerator's window; that of the share where the numerator has none."""
    return numerator.period or figure.period


def fitting(
    figure: Figure, numerator: Operand, found: list[Base], *, is_raise: bool = False
) -> tuple[list[Base], bool]:
    """The bases on which the print comes out, and whether that is more than chance with so many to try."""
    printed = figure.printed
    assert printed is not None
    fits = []
    for base in found:
        share = base.share(numerator)
        if share and rounding_of(share, printed.value, printed.step) == "nearest":
            fits.append(base)
    tried = max(len(found), 1)
    return fits, bool(fits) and tried * float(printed.step / max(abs(printed.value), printed.step)) / _ECHELON < CHANCE


def implied(figure: Figure, numerator: Operand) -> Interval | None:
    """The base that the printed percentage and the numerator imply."""
    assert figure.printed is not None
    try:
        return numerator.true.scaled(100) / figure.printed.around
    except ZeroDivisionError:
        return None


@dataclass(frozen=True)
class Restricted:
    """A base of a longer window, cut to the numerator's: `pro_rata` by days."""

    base: Base
    window: Window
    pro_rata: Fraction

    def plausibility(self, wanted: Interval) -> float:
        """How far the wanted base is from the days' share, as a factor of 1 and more."""
        ratio = float(wanted.middle / self.pro_rata)
        return max(ratio, 1 / ratio)


def restricted(figure: Figure, numerator: Operand, found: list[Base], wanted: Interval) -> list[Restricted]:
    """Bases whose part in the numerator's window may well be the wanted one, the most plausible first."""
    window = window_of(figure, numerator)
    if window is None or wanted.low <= 0:
        return []
    cut = []
    for base in found:
        if (
            base.window is None
            or base.figure is None
            or not base.window.holds(window)
            or base.window.days <= window.days
        ):
            continue
        part = Restricted(base, window, base.true.middle * Fraction(window.days, base.window.days))
        if part.pro_rata > 0 and wanted.low <= base.true.high and part.plausibility(wanted) <= _PLAUSIBLE:
            cut.append(part)
    return sorted(cut, key=lambda part: part.plausibility(wanted))


def considered(figure: Figure, numerator: Operand, found: list[Base], fits: list[Base]) -> tuple[Candidate, ...]:
    """The bases as candidates, with the share that each gives; those that fit first, combinations only where they fit."""
    rest = [base for base in found if base not in fits and base.figure]
    rows = []
    for base in [*fits, *rest][: max(8, len(fits))]:
        if (share := base.share(numerator)) is None:
            continue
        what = f"분모 {base.text} {number(base.true.middle)}"
        rows.append(Candidate(what, as_printed(figure, share), base.figure.name if base.figure else None, base in fits))
    return tuple(rows)
