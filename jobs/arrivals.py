"""How far the data reaches and how late it came: the watermark of each channel, and the late contacts of a run.

Belongs here: reading that from the consultations. A contact is late if its record landed after its day.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from jobs.lake import LakeTable, Partition
from jobs.settings import Home
from schemas.tables import CONSULTATION


@dataclass(frozen=True)
class Arrival:
    """One channel: the start of its latest contact in the lake (ISO 8601, UTC), the contacts that landed in the run's
    days after their own, and by how many days the latest of them."""

    latest_contact_at: str
    late_count: int = 0
    latest_days: int = 0


def arrivals(home: Home, days: Collection[Partition], first: date, last: date) -> dict[str, Arrival]:
    """By channel, for the contact `days` (channel, date) of a run over the landing days `first`..`last`."""
    table = LakeTable(home, CONSULTATION)
    newest: dict[str, str] = {}
    live = table.files()
    for channel, day in (file.partition for file in live):
        newest[channel] = max(day, newest.get(channel, ""))
    concerned = {channel for channel, _ in days}
    ends = {(channel, day) for channel, day in newest.items() if channel in concerned}
    came = {file.partition for file in live} & set(days)
    files = table.absolute(file for file in live if file.partition in ends | came)
    return _read(files, first, last) if files else {}


def _read(files: list[str], first: date, last: date) -> dict[str, Arrival]:
    import duckdb

    query = (
        "SELECT channel, strftime(max(started_at), '%Y-%m-%dT%H:%M:%SZ'), count(*) FILTER (late), "
        "coalesce(max(landing_date - contact_date) FILTER (late), 0) FROM (SELECT *, landing_date > contact_date AND "
        "landing_date BETWEEN $first AND $last AS late FROM read_parquet($files, hive_partitioning = true)) "
        "GROUP BY channel ORDER BY channel"
    )
    with duckdb.connect() as db:
        db.execute("SET TimeZone = 'UTC'")
        rows = db.execute(query, {"files": files, "first": first, "last": last}).fetchall()
    return {channel: Arrival(*rest) for channel, *rest in rows}
