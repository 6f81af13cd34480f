"""How many days a count covers: as its window says, or as its printed daily mean implies.

Belongs here: the days that two printed figures imply together. Two counts whose daily means give the same number of days
reveal another window than the printed one.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction

from jobs.analysis.printing import Interval
from jobs.reconcile.dates import Window
from jobs.reconcile.figures import Figure, Kind
from jobs.reconcile.labels import is_monthly
from jobs.reconcile.relation import Relation

_MOST_DAYS = 3_700
_TELLING = Fraction(
    1, 4
)  # an interval of days no wider than this holds a whole number by chance one time in four at most


def implied_days(relation: Relation) -> list[int]:
    """The whole numbers of days for which count ÷ days gives the printed mean; empty where there is none."""
    figure = relation.figure
    if figure.printed is None or figure.printed.value <= 0 or relation.numerator.true.low <= 0:
        return []
    days = relation.numerator.true / figure.printed.around if figure.printed.around.low > 0 else Interval.of(0)
    first, last = -(-days.low // 1), days.high // 1
    if first < 1 or last > _MOST_DAYS or days.high - days.low > 40:
        return []
    return list(range(int(first), int(last) + 1))


def is_telling(relation: Relation) -> bool:
    """Whether the implied days are a finding and not a matter of few digits."""
    printed = relation.figure.printed
    assert printed is not None
    days = relation.numerator.true / printed.around if printed.around.low > 0 else Interval.of(0)
    return days.high - days.low <= _TELLING


class Spans:
    """The days of each count in the table."""

    def __init__(self, found: dict[Figure, Relation]) -> None:
        self._implied: dict[Figure, int] = {}
        self.by_days: dict[int, list[Relation]] = defaultdict(list)
        for relation in found.values():
            if relation.rule not in ("mean", "quotient") or relation.figure.kind is not Kind.MEAN:
                continue
            if is_monthly(f"{relation.figure.unit} {relation.figure.label}") or (
                relation.rounding == "nearest" and relation.window
            ):
                continue
            days = implied_days(relation)
            if len(days) != 1 or not is_telling(relation):
                continue
            self.by_days[days[0]].append(relation)
            if relation.numerator.figure:
                self._implied[relation.numerator.figure] = days[0]

    def is_implied(self, figure: Figure) -> bool:
        return figure in self._implied

    def days(self, figure: Figure) -> int | None:
        return self._implied.get(figure) or (figure.period.days if figure.period else None)

    def window(self, figure: Figure) -> Window | None:
        """The printed window; of the implied length where that is another, with the printed end."""
        days = self._implied.get(figure)
        if days is None or figure.period is None or figure.period.days == days:
            return figure.period
        return ending(figure.period.end, days)


def ending(end: date, days: int) -> Window:
    return Window(end - timedelta(days - 1), end)


def possible_windows(days: int, window: Window) -> list[Window]:
    """Windows of `days` that share the end, or the start, of a printed window."""
    return [ending(window.end, days), Window(window.start, window.start + timedelta(days - 1))]
