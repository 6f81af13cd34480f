"""The file of the statistics beside the marts: a draft of it, which replaces it whole.

Belongs here: opening and swapping. Does not: what is in its tables.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from jobs.duckcolumns import create_columns
from jobs.files import atomic_path, exclusive
from jobs.settings import Home
from schemas.statistics_tables import STATISTICS
from schemas.table import Table

if TYPE_CHECKING:
    import duckdb


@contextmanager
def only_writer(home: Home) -> Iterator[None]:
    """Wait until nobody else is making statistics."""
    with exclusive(home.statistics_lock):
        yield


@contextmanager
def statistics_draft(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of what is published, with every table as it is declared (one with other columns starts empty); it is
    published at the end of the block. To be used by the `only_writer`."""
    import duckdb

    with atomic_path(home.statistics) as draft:
        if home.statistics.exists():
            shutil.copyfile(home.statistics, draft)
        with duckdb.connect(str(draft)) as db:
            db.execute("SET TimeZone = 'Asia/Seoul'")
            db.execute("SET memory_limit = '512MB'")  # else it keeps in memory all that it has written
            for table in STATISTICS:
                db.execute(f"CREATE TABLE IF NOT EXISTS {table.name} ({create_columns(table)})")
                if [row[0] for row in db.execute(f"DESCRIBE {table.name}").fetchall()] != table.column_names():
                    db.execute(f"CREATE OR REPLACE TABLE {table.name} ({create_columns(table)})")
            yield db


def insert(db: duckdb.DuckDBPyConnection, table: Table, columns: Mapping[str, Any]) -> None:
    """Add rows, given as columns (any sequences of one length), to a table of the draft."""
    import pyarrow as pa

    if not columns or not len(next(iter(columns.values()))):
        return
    schema = table.arrow_schema()
    arrays = [pa.array(columns[name], type=schema.field(name).type, from_pandas=True) for name in schema.names]
    db.register("given", pa.table(arrays, schema=schema))
    db.execute(f"INSERT INTO {table.name} SELECT * FROM given")
    db.unregister("given")


def keep_facts(db: duckdb.DuckDBPyConnection, facts: dict[str, str]) -> None:
    """Write down names and values in `statistics_build`, in the place of those that were there."""
    for item in facts.items():
        db.execute("DELETE FROM statistics_build WHERE name = ?", item[:1])
        db.execute("INSERT INTO statistics_build VALUES (?, ?)", item)
