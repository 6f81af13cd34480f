"""A statistics file beside given marts: whole-city COVID series under the detector, as `dasan statistics` keeps them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from jobs.analysis.calendar import day_kinds
from jobs.analysis.episodes import CLOSED, NONE, OPEN, STATES, one_day_limit, watch
from jobs.duckcolumns import create_columns
from jobs.settings import Home
from schemas.statistics_tables import ALL, STATISTICS

_SERIES = (
    "SELECT 'covid', 'covid', contact_date, sum(consultation_count) FROM m WHERE covid_group <> '' GROUP BY ALL UNION ALL "
    "SELECT 'covid', covid_group, contact_date, sum(consultation_count) FROM m WHERE covid_group <> '' GROUP BY ALL "
    "UNION ALL SELECT 'covid', covid_subgroup, contact_date, sum(consultation_count) FROM m WHERE covid_subgroup <> '' "
    "GROUP BY ALL UNION ALL SELECT 'type', type_code, contact_date, sum(consultation_count) FROM m GROUP BY ALL"
)


def write_statistics(home: Home) -> None:
    """Watch every day from the first to the last of the marts' last unbroken stretch."""
    with duckdb.connect(str(home.marts), read_only=True) as marts:
        found = marts.execute(f"WITH m AS (SELECT * FROM type_daily) {_SERIES}").fetchall()
    last = max(row[2] for row in found)
    held = {row[2] for row in found}
    first = last
    while first - timedelta(days=1) in held:
        first -= timedelta(days=1)
    keys = sorted({row[:2] for row in found})
    counts = np.zeros(((last - first).days + 1, len(keys)))
    for level, code, day, n in found:
        if day >= first:
            counts[(day - first).days, keys.index((level, code))] = n
    days = np.arange(np.datetime64(first), np.datetime64(last) + 1)
    expectations: list[tuple[Any, ...]] = []
    episodes: list[tuple[Any, ...]] = []
    opened: dict[int, Any] = {}
    for place, day in enumerate(watch(counts, day_kinds(days))):
        on, limits = first + timedelta(days=place), one_day_limit(day)
        for column, key in enumerate(keys):
            state = int(day.state[column])
            if state == OPEN:
                opened[column] = on
            if state in (NONE, CLOSED) and column in opened:
                start = opened.pop(column)
                episodes.append((*key, ALL, ALL, start, on, on, on, 1.0, 1.0, 1.0, 1.0, 0.001))
            if not np.isnan(day.expected[column]):
                given = (counts[place, column], day.expected[column], limits[column], STATES[state])
                expectations.append((on, *key, ALL, ALL, *map(_plain, given)))
    episodes += [
        (*keys[c], ALL, ALL, start, last, None, last, 1.0, 1.0, 1.0, 1.0, 0.001) for c, start in opened.items()
    ]
    rows = {"expectation_daily": expectations, "episode": episodes}
    with duckdb.connect(str(home.statistics)) as db:
        for table in STATISTICS:
            db.execute(f"CREATE OR REPLACE TABLE {table.name} ({create_columns(table)})")
            columns = list(zip(*rows.get(table.name, []), strict=True))
            if columns:
                db.register("given", pa.table(dict(zip(table.column_names(), columns, strict=True))))
                db.execute(f"INSERT INTO {table.name} SELECT * FROM given")
                db.unregister("given")


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
