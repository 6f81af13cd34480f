"""Counts of every hop by day and channel, read from the landing folder, the lake and the published marts."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from jobs.ingest import landed
from jobs.lake import LakeTable
from jobs.settings import Home
from schemas.codes import CHANNELS
from schemas.tables import BRONZE, CLASSIFICATION, CONSULTATION, VALIDATED

NAMES = (
    "landed_files",
    "bronze",
    "validated",
    "quarantined",
    "duplicate",
    "superseded",
    "contacts",
    "classified",
    "published",
)


def pipeline_status(home: Home, first: date, last: date) -> list[dict[str, Any]]:
    """A row for each (day, channel) with anything in it, by day; counts as in `NAMES`."""
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: dict.fromkeys(NAMES, 0))
    if home.landing.is_dir():
        for file in landed(home.landing, first, last).files.to_pylist():
            counts[file["landing_date"].isoformat(), file["channel"]]["landed_files"] += 1
    for table, name in ((BRONZE, "bronze"), (CONSULTATION, "contacts"), (CLASSIFICATION, "classified")):
        for data in LakeTable(home, table).files():
            counts[data.partition[1], data.partition[0]][name] += data.rows
    for day, channel, status, rows in _judged(home):
        counts[day, channel][status] += rows
    for day, channel, rows in _published(home):
        counts[day, channel]["published"] += rows
    order = {channel: i for i, channel in enumerate(CHANNELS)}
    return [
        {"day": day, "channel": channel} | numbers
        for (day, channel), numbers in sorted(counts.items(), key=lambda item: (item[0][0], order[item[0][1]]))
        if first.isoformat() <= day <= last.isoformat()
    ]


def _judged(home: Home) -> list[tuple[str, str, str, int]]:
    import duckdb

    table = LakeTable(home, VALIDATED)
    files = table.absolute(table.files())
    if not files:
        return []
    query = (
        "SELECT landing_date::VARCHAR, channel, record_status, count(*) "
        "FROM read_parquet($files, hive_partitioning = true) GROUP BY ALL"
    )
    with duckdb.connect() as db:
        rows: list[tuple[str, str, str, int]] = db.execute(query, {"files": files}).fetchall()
    return rows


def _published(home: Home) -> list[tuple[str, str, int]]:
    import duckdb

    if not home.marts.exists():
        return []
    with duckdb.connect(str(home.marts), read_only=True) as db:
        rows: list[tuple[str, str, int]] = db.execute(
            "SELECT contact_date::VARCHAR, channel, sum(consultation_count)::BIGINT FROM volume_hourly GROUP BY ALL"
        ).fetchall()
    return rows
