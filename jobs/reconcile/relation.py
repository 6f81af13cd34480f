"""A relation: what a figure should be by what its row names, and how its print stands to that.

Belongs here: one figure's arithmetic, evaluated. Which arithmetic a row declares is `relations`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jobs.analysis.printing import Interval, Rounding, rounding_of
from jobs.reconcile.dates import Window
from jobs.reconcile.figures import Figure, Operand

Rule = Literal["share", "growth", "difference", "mean", "quotient", "copy"]


@dataclass(frozen=True)
class Relation:
    """`figure` should be within one of `readings`, the first of which is what the row says most plainly.

    `base` is what the numerator is divided by or compared with; `span` the days or months of a mean, `window` theirs;
    `is_inferred` where the row itself does not name all of it.
    """

    rule: Rule
    figure: Figure
    readings: tuple[Interval, ...]
    numerator: Operand
    base: Operand | None = None
    span: int | None = None
    window: Window | None = None
    is_inferred: bool = False
    is_cut_off: bool = False  # the table cuts off where others round

    @property
    def rounding(self) -> Rounding | None:
        """The best rounding by which one of the readings gives the print."""
        found = {self.rounding_to(reading) for reading in self.readings}
        return next((kind for kind in ("nearest", "truncated", "raised") if kind in found), None)

    def rounding_to(self, true: Interval) -> Rounding | None:
        printed = self.figure.printed
        assert printed is not None
        if (printed.hedge == "least" and true.high >= printed.value) or (
            printed.hedge == "most" and true.low <= printed.value
        ):
            return "nearest"
        rounding = rounding_of(true, printed.value, printed.step)
        return "nearest" if rounding == "truncated" and self.is_cut_off else rounding

    @property
    def expected(self) -> Interval:
        """The reading nearest to the print."""
        printed = self.figure.printed
        assert printed is not None
        return min(self.readings, key=lambda reading: abs(reading.middle - printed.value))
