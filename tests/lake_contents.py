"""What stands in a lake table, in a form that two runs or two engines can be compared by."""

from __future__ import annotations

from datetime import date
from typing import Any

from jobs.engine import Engine
from jobs.lake import LakeTable
from jobs.pipeline import Pipeline
from jobs.settings import Home
from schemas.table import Table
from schemas.tables import BRONZE, VALIDATED

DAY = date(2021, 12, 14)


def contents(engine: Engine, home: Home, table: Table) -> list[tuple[Any, ...]]:
    """The rows without `run_id` and `ingested_at`, as strings, in one order."""
    lake = LakeTable(home, table)
    names = [name for name in table.column_names() if name not in ("run_id", "ingested_at")]
    rows = engine.collect(engine.read(lake, lake.files(), names)).to_pylist()
    return sorted(tuple(str(value) for value in row.values()) for row in rows)


def rows(engine: Engine, home: Home, table: Any = VALIDATED) -> list[dict[str, Any]]:
    lake = LakeTable(home, table)
    return engine.collect(engine.read(lake, lake.files())).to_pylist()


def judged(engine: Engine, home: Home, first: date = DAY, last: date = DAY) -> list[dict[str, Any]]:
    Pipeline(engine, home, home.landing).run(first, last, ("ingest", "validate"))
    assert len(rows(engine, home, BRONZE)) == len(rows(engine, home))
    return rows(engine, home)


def reasons(found: list[dict[str, Any]]) -> dict[tuple[str, int], str]:
    return {
        (row["source_file"].split("/")[-1], row["line_number"]): row["reason_code"]
        for row in found
        if row["reason_code"]
    }


def passed(found: list[dict[str, Any]]) -> list[str]:
    return sorted(row["source_id"] for row in found if row["record_status"] == "validated")
