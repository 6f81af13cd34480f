"""What kind of day a day is, for counts that follow the working week.

Belongs here: weekdays and public holidays. Does not: how large the effect of a kind is; that is learned from a series.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.datetime64]
MONDAY, SATURDAY, SUNDAY, DAY_OFF, DAY_AFTER = 0, 5, 6, 7, 8
KINDS = 9  # Monday to Sunday, a public holiday on whatever weekday, and the first working day after one
NO_HOLIDAYS = "none"


def day_kinds(days: Days, country: str = "KR") -> npt.NDArray[np.int8]:
    """The kind of each day: 0-6 are Monday to Sunday, 7 a public holiday, 8 the first working day after one, when what
    was left undone comes.

    `days` is datetime64[D]; `country` an ISO 3166 code known to the package `holidays`, or "none". Raises `NotImplementedError` for a country that `holidays` does not know.
    """
    days = days.astype("datetime64[D]")
    weekdays = ((days.astype(np.int64) + 3) % 7).astype(np.int8)  # 1970-01-01 was a Thursday
    if country == NO_HOLIDAYS or not len(days):
        return weekdays
    years = days.astype("datetime64[Y]").astype(np.int64) + 1970
    off = np.array(sorted(_days_off(country, range(int(years.min()) - 1, int(years.max()) + 1))), "datetime64[D]")
    is_off = np.isin(days, off)
    # a holiday on a Friday or at a weekend is followed by a Monday; the three days before it decide
    was_off = np.isin(days - 1, off) | ((weekdays == MONDAY) & (np.isin(days - 2, off) | np.isin(days - 3, off)))
    return np.where(is_off, DAY_OFF, np.where(was_off & (weekdays < SATURDAY), DAY_AFTER, weekdays)).astype(np.int8)


def is_day_off(day: date, country: str = "KR") -> bool:
    """Whether a day is a public holiday, on whatever weekday."""
    return day.isoformat() in _days_off_in(country, day.year)


def _days_off(country: str, years: Iterable[int]) -> set[str]:
    return {day for year in years for day in _days_off_in(country, year)}


@cache
def _days_off_in(country: str, year: int) -> frozenset[str]:
    import holidays

    return frozenset(day.isoformat() for day in holidays.country_holidays(country, years=[year]) if day.year == year)
