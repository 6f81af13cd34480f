"""Published marts of a whole city, made up: every type of the taxonomy, 25 districts, six channels, day by day.

Belongs here: a marts file at full width for benchmarks and tests. Levels follow Zipf's law over the types, so that most
series are near zero; counts are negative binomial with the working week and the holidays of `simulated_series`.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import simulated_series as simulated

from jobs.analysis.calendar import day_kinds
from jobs.duckcolumns import create_columns
from jobs.marts import mart_query
from schemas.codes import code_list
from schemas.tables import TABLES
from schemas.taxonomy import load_taxonomy

CHANNELS = {"phone": 0.6, "chatbot": 0.19, "smart_report": 0.105, "sms": 0.105}
WEEK = (1.3, 1.18, 1.14, 1.12, 1.1, 0.5, 0.42, 0.45, 1.3)  # by kind of day
NO_DISTRICT = 0.5  # share of contacts that name none


def write(path: Path, first: date, days: int, contacts_a_day: float = 20_592, seed: int = 1) -> None:
    """Write the marts file `path`, or bring an existing one `days` further on."""
    kinds = load_taxonomy("2022").leaves
    with duckdb.connect(str(path)) as db:
        if not db.execute("FROM duckdb_tables()").fetchall():
            for table in (table for table in TABLES.values() if table.layer == "mart"):
                db.execute(f"CREATE TABLE {table.name} ({create_columns(table)})")
            _types(db)
            db.execute(f"CREATE VIEW type_version_daily AS {mart_query('type_version_daily')}")
        for offset in range(days):
            day = first + timedelta(days=offset)
            _day(db, day, _levels(len(kinds), contacts_a_day, seed), seed)
        db.execute("DELETE FROM build")
        db.executemany(
            "INSERT INTO build VALUES (?, ?)",
            [("run_id", f"{first + timedelta(days=days - 1)}"), ("taxonomy_version", load_taxonomy("2022").version)],
        )


def _types(db: duckdb.DuckDBPyConnection) -> None:
    names = TABLES["dim_type"].column_names()
    rows = [
        (k.type_code, k.name, k.domain, k.middle, k.minor, k.department_code, k.duty)
        for k in load_taxonomy("2022").leaves
    ]
    db.register("given", pa.table(dict(zip(names, zip(*rows, strict=True), strict=True))))
    db.execute("INSERT INTO dim_type SELECT * FROM given")
    db.unregister("given")


def _levels(types: int, contacts: float, seed: int) -> np.ndarray:
    """(types, 26): the average day by type and district; the last column is no district."""
    rng = np.random.default_rng(seed)
    level = 1 / np.arange(1, types + 1) ** 1.1
    level = rng.permutation(level * contacts / level.sum())
    shares = np.exp(rng.uniform(np.log(0.5), np.log(2), 25))
    return np.outer(level, np.append(shares / shares.sum() * (1 - NO_DISTRICT), NO_DISTRICT))


def _day(db: duckdb.DuckDBPyConnection, day: date, levels: np.ndarray, seed: int) -> None:
    rng = np.random.default_rng((seed, day.toordinal()))
    (which,) = day_kinds(np.array([day], "datetime64[D]"))
    mean = levels[:, :, None] * np.array(list(CHANNELS.values())) * WEEK[which]
    counts = simulated.draw(rng, mean, simulated.Scene()).astype(np.int64)
    kind, place, channel = np.nonzero(counts)
    leaves = load_taxonomy("2022").leaves
    groups = {row["type_code"]: row["covid_group"] for row in code_list("covid_codebook")}
    districts = np.array([*(row["district_code"] for row in code_list("districts")), ""])
    channels = np.array(list(CHANNELS))
    length = len(kind)
    columns = {
        "contact_date": pa.array([day] * length, pa.date32()),
        "channel": channels[channel],
        "series": channels[channel],
        "taxonomy_version": [load_taxonomy("2022").version] * length,
        "model_version": ["cold"] * length,
        "type_code": np.array([leaf.type_code for leaf in leaves])[kind],
        "domain": np.array([leaf.domain for leaf in leaves])[kind],
        "covid_group": np.array([groups.get(leaf.type_code, "") for leaf in leaves])[kind],
        "covid_subgroup": [""] * length,
        "department_code": np.array([leaf.department_code for leaf in leaves])[kind],
        "district_code": districts[place],
        "consultation_count": counts[kind, place, channel],
        "review_count": np.zeros(length, np.int64),
    }
    db.register("given", pa.table(columns))
    db.execute(f"INSERT INTO type_daily SELECT {', '.join(TABLES['type_daily'].column_names())} FROM given")
    db.execute(
        "INSERT INTO volume_hourly SELECT contact_date, 9, channel, series, 'synthetic', sum(consultation_count), "
        "sum(consultation_count), 0, 0, 0, 0, 0, 0 FROM given GROUP BY ALL"
    )
    db.unregister("given")
