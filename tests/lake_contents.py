"""What stands in a lake table, in a form that two runs or two engines can be compared by."""

from __future__ import annotations

from typing import Any

from jobs.engine import Engine
from jobs.lake import LakeTable
from jobs.settings import Home
from schemas.table import Table


def contents(engine: Engine, home: Home, table: Table) -> list[tuple[Any, ...]]:
    """The rows without `run_id` and `ingested_at`, as strings, in one order."""
    lake = LakeTable(home, table)
    names = [name for name in table.column_names() if name not in ("run_id", "ingested_at")]
    rows = engine.collect(engine.read(lake, lake.files(), names)).to_pylist()
    return sorted(tuple(str(value) for value in row.values()) for row in rows)
