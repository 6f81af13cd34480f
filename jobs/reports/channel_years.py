"""The year of the annual statistics, the years before it that it is compared with, and their windows.

Belongs here: which days count as a year, a month or the COVID part of a year. Does not: figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from jobs import query
from jobs.reports.figures import Ledger, Window
from schemas.codes import code_list

YEARS_SHOWN = 4


def days_between(window: Window) -> int:
    return (window[1] - window[0]).days + 1


@dataclass(frozen=True)
class Year:
    """A year of the statistics, and the years before it that the marts hold whole."""

    ledger: Ledger
    year: int

    @property
    def window(self) -> Window:
        return whole(self.year)

    @cached_property
    def _held(self) -> list[date]:
        return query.days(self.ledger.conn)

    def held_days(self, window: Window) -> int:
        """On how many days of a window there is any contact."""
        return sum(window[0] <= day <= window[1] for day in self._held)

    @cached_property
    def years(self) -> list[int]:
        """The years shown, oldest first: the year, and those before it of which every day is there."""
        before = range(self.year - YEARS_SHOWN + 1, self.year)
        return [y for y in before if self.held_days(whole(y)) == days_between(whole(y))] + [self.year]

    @property
    def before(self) -> int | None:
        """The year before, where it can be compared: both are whole."""
        is_whole = self.held_days(self.window) == days_between(self.window)
        return self.year - 1 if is_whole and self.year - 1 in self.years else None

    @property
    def gaps(self) -> str:
        """A sentence where the year is not whole."""
        held, of = self.held_days(self.window), days_between(self.window)
        if held == of:
            return ""
        return f" {self.year}년은 {of}일 가운데 {held}일의 자료뿐이어서 하루 평균은 그 {held}일로 나누고, 해끼리 견주지 않았습니다."

    def months(self, year: int) -> list[Window]:
        """The months of a year of which there is any data."""
        starts = [date(year, month, 1) for month in range(1, 13)]
        ends = [*(start - timedelta(1) for start in starts[1:]), date(year, 12, 31)]
        return [window for window in zip(starts, ends, strict=True) if self.held_days(window)]


def whole(year: int) -> Window:
    return date(year, 1, 1), date(year, 12, 31)


def covid_window(year: int) -> Window | None:
    """The days of a year over which COVID is published; `None` before it began."""
    printed = [row for row in code_list("published_totals") if (row["measure"], row["series"]) == ("covid", "all")]
    longest = [(row.valid_from, row.valid_to) for row in printed if row.valid_to == date(year, 12, 31)]
    if longest:
        return min(longest)
    first = min(row.valid_from for row in code_list("covid_codebook"))
    return None if year < first.year else whole(year)
