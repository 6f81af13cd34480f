"""The counts of every series on each day, read from the marts, and which of them are there at all.

Belongs here: reading. Does not: what is made of the counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jobs import query
from schemas.codes import SERIES, codes_on
from schemas.statistics_tables import ALL

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Key = tuple[str, str, str, str]  # level, code, district_code, series
Floats = npt.NDArray[np.float64]
_CHUNK = timedelta(days=7)  # of rows in memory


@dataclass(frozen=True)
class DayCounts:
    """A day's counts by series, those that are not zero; `covered` are the channels whose data is there."""

    day: date
    keys: list[Key]
    counts: Floats
    covered: frozenset[str]


def fingerprints(conn: duckdb.DuckDBPyConnection, version: str) -> dict[date, str]:
    """For each day of the marts, what changes when anything changes that its series are made of."""
    (names,) = query.rows(conn, "SELECT bit_xor(hash(d)) FROM dim_type AS d")[0]
    (shares,) = query.rows(conn, "SELECT bit_xor(hash(c)) FROM crosswalk AS c")[0]
    found = query.rows(conn, "SELECT contact_date, bit_xor(hash(t)) FROM type_daily AS t GROUP BY 1 ORDER BY 1")
    return {day: f"{version} {names} {shares} {value}" for day, value in found}


def read_days(conn: duckdb.DuckDBPyConnection, version: str, first: date, last: date) -> Iterator[DayCounts]:
    """Every day of a window in turn, also those of which the marts hold nothing."""
    sql = resources.files(__package__).joinpath("series.sql").read_text(encoding="utf-8")
    while first <= last:
        until = min(last, first + _CHUNK - timedelta(days=1))
        covered = query.covered_channels(conn, first, until)
        table = conn.sql(sql, params={"first": first, "last": until, "version": version}).to_arrow_table()
        days = table.column("contact_date").to_numpy()
        columns = [_strings(table.column(name)) for name in ("level", "code", "district_code", "series")]
        keys, counts = list(zip(*columns, strict=True)), table.column("n").to_numpy().astype(float)
        for offset in range((until - first).days + 1):
            day = first + timedelta(days=offset)
            start, end = np.searchsorted(days, np.array([day, day + timedelta(days=1)], days.dtype))
            yield DayCounts(day, keys[start:end], counts[start:end], frozenset(covered.get(day, ())))
        first = until + timedelta(days=1)


def _strings(column: pa.ChunkedArray) -> list[str]:
    """The values of a column, each different one once in memory."""
    coded = column.combine_chunks().dictionary_encode()
    names: list[str] = np.array(coded.dictionary.to_pylist(), object)[coded.indices.to_numpy()].tolist()
    return names


def missing_series(day: date, covered: frozenset[str], last_seen: dict[str, date], patience: timedelta) -> set[str]:
    """The published series, and `all`, of which the day's data is not there.

    A large channel that was seen within `patience` and is not there today leaves a gap in its own series and in `all`;
    a series of small channels has a gap where none of them is there.
    """
    if not covered:
        return {ALL, *SERIES}
    channels = codes_on("channels", day)
    expected = {
        channel
        for channel in query.LARGE_CHANNELS
        if channel in last_seen and day - last_seen[channel] <= patience and channel not in covered
    }
    missing = {channels[channel]["series"] for channel in expected}
    for name in SERIES:
        its = {channel for channel, row in channels.items() if row["series"] == name}
        if not its & covered:
            missing.add(name)
    return missing | ({ALL} if expected else set())
