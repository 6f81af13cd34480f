"""Daily counts of the marts as arrays, for the statistics of a report: days by series, NaN where a day is not whole.

Belongs here: reading and aligning. Does not: figures (what is printed goes through the ledger), nor any statistic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jobs import query
from jobs.analysis.calendar import day_kinds

if TYPE_CHECKING:
    import duckdb

Floats = npt.NDArray[np.float64]
_USUAL = 0.5  # of the days: a large channel that is there as often is missed where it is not


@dataclass(frozen=True)
class Series:
    """`counts` (days, names): NaN on days that are not whole; `days` in a row, without gaps."""

    names: list[str]
    days: list[date]
    counts: Floats

    @property
    def kinds(self) -> npt.NDArray[np.int8]:
        return day_kinds(self.stamps)

    @property
    def stamps(self) -> npt.NDArray[np.datetime64]:
        return np.array(self.days, "datetime64[D]")

    def column(self, name: str) -> Floats:
        """(days,) of one series; zero on whole days where it never occurs."""
        if name in self.names:
            return self.counts[:, self.names.index(name)]
        return np.where(np.isnan(self.counts).all(axis=1), np.nan, 0.0)


def span(first: date, last: date) -> list[date]:
    return [first + timedelta(step) for step in range((last - first).days + 1)]


def whole_days(conn: duckdb.DuckDBPyConnection, first: date, last: date) -> set[date]:
    """The days on which every large channel has data that has it on most of the days."""
    seen = query.channel_days(conn, first, last)
    often = {c: sum(c in channels for channels in seen.values()) for c in query.LARGE_CHANNELS}
    usual = {channel for channel, days in often.items() if days > _USUAL * len(seen)}
    return {day for day, channels in seen.items() if usual <= channels}


def read(conn: duckdb.DuckDBPyConnection, column: str, condition: str, days: Sequence[date]) -> Series:
    """Consultations by day and by `column` (an SQL expression over `type_daily`), where `condition` (SQL) holds."""
    sql = (
        f"SELECT contact_date, {column}, sum(consultation_count) FROM type_daily "
        f"WHERE contact_date BETWEEN ? AND ? AND {condition} GROUP BY 1, 2"
    )
    found = query.rows(conn, sql, [days[0], days[-1]])
    names = sorted({str(name) for _, name, _ in found})
    place, row = {name: i for i, name in enumerate(names)}, {day: i for i, day in enumerate(days)}
    counts = np.zeros((len(days), len(names)))
    for day, name, count in found:
        counts[row[day], place[str(name)]] = count
    whole = whole_days(conn, days[0], days[-1])
    counts[[i for i, day in enumerate(days) if day not in whole]] = np.nan
    return Series(names, list(days), counts)
