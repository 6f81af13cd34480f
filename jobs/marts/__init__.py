"""Hop 5, consultation and classification → marts: one SQL file a mart, run over the days that changed.

Belongs here: building a draft of the published DuckDB file. A day's rows are replaced whole; the draft starts as a
copy of what is published, so an unchanged day is not computed again. Whether the draft may replace the published
file is `jobs.publish`.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.lake import LakeTable, Partition
from jobs.settings import Home
from schemas.codes import UNCLASSIFIED, UNCLASSIFIED_NAME, code_list
from schemas.table import Table
from schemas.tables import BRONZE, CLASSIFICATION, CONSULTATION, TABLES, VALIDATED

if TYPE_CHECKING:
    import duckdb

SQL_TYPES = {
    "string": "VARCHAR",
    "int64": "BIGINT",
    "float64": "DOUBLE",
    "bool": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMPTZ",
}
BY_CONTACT = ("volume_hourly", "phone_daily", "type_daily")
BY_LANDING = ("quality_daily",)


def build_draft(
    home: Home, draft: Path, contact: set[Partition], landing: set[Partition], *, run_id: str, taxonomy_version: str
) -> None:
    """Write to `draft` the published marts with these (channel, date) partitions made anew from the lake."""
    import duckdb

    if home.marts.exists():
        shutil.copyfile(home.marts, draft)
    with duckdb.connect(str(draft)) as db:
        db.execute("SET TimeZone = 'Asia/Seoul'")
        db.execute("SET memory_limit = '4GB'")
        db.execute("SET temp_directory = ?", [f"{draft}.spill"])
        for table in TABLES.values():
            if table.layer == "mart":
                columns = ", ".join(f"{column.name} {SQL_TYPES[column.type]}" for column in table.columns)
                db.execute(f"CREATE TABLE IF NOT EXISTS {table.name} ({columns})")
        _code_channel(db)
        for table, partitions in (
            (CONSULTATION, contact),
            (CLASSIFICATION, contact),
            (BRONZE, landing),
            (VALIDATED, landing),
        ):
            _lake_view(db, home, table, partitions)
        for names, partitions in ((BY_CONTACT, contact), (BY_LANDING, landing)):
            for name in names:
                _replace(db, TABLES[name], partitions)
        _dimensions(db, home, taxonomy_version)
        _build_facts(db, home, run_id, taxonomy_version)
        for table in (CONSULTATION, CLASSIFICATION, BRONZE, VALIDATED):
            db.execute(f"DROP VIEW {table.name}")
        db.execute("CHECKPOINT")
    shutil.rmtree(f"{draft}.spill", ignore_errors=True)


def _lake_view(db: duckdb.DuckDBPyConnection, home: Home, table: Table, partitions: set[Partition]) -> None:
    """A view of the live files of the partitions, under the table's own name."""
    lake = LakeTable(home, table)
    files = lake.absolute(lake.files(partitions))
    names = ", ".join(
        f"CAST({'NULL' if not files else column.name} AS {SQL_TYPES.get(column.type, 'VARCHAR[]')}) AS {column.name}"
        for column in table.columns
    )
    listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
    source = f"read_parquet([{listed}], hive_partitioning = true)" if files else "(SELECT 1) WHERE false"
    db.execute(f"CREATE VIEW {table.name} AS SELECT {names} FROM {source}")


def _code_channel(db: duckdb.DuckDBPyConnection) -> None:
    rows = [(row["channel"], row["series"], row.valid_from, row.valid_to) for row in code_list("channels")]
    _fill(db, "TEMP TABLE code_channel", ("channel", "series", "valid_from", "valid_to"), rows)


def _fill(
    db: duckdb.DuckDBPyConnection, target: str, names: tuple[str, ...], rows: Collection[tuple[Any, ...]]
) -> None:
    """Make `target` (`TABLE name` or `TEMP TABLE name`) anew from at least one row; types follow the values."""
    import pyarrow as pa

    given = pa.table(dict(zip(names, zip(*rows, strict=True), strict=True)))
    db.register("given", given)
    db.execute(f"CREATE OR REPLACE {target} AS SELECT * FROM given")
    db.unregister("given")


def _replace(db: duckdb.DuckDBPyConnection, table: Table, partitions: set[Partition]) -> None:
    day = "landing_date" if table.name in BY_LANDING else "contact_date"
    if not partitions:
        return
    _fill(db, "TEMP TABLE changed", ("channel", "day"), [(c, date.fromisoformat(d)) for c, d in sorted(partitions)])
    db.execute(f"DELETE FROM {table.name} USING changed WHERE {table.name}.channel = changed.channel AND {day} = day")
    query = resources.files(__name__).joinpath(f"{table.name}.sql").read_text(encoding="utf-8")
    names = ", ".join(table.column_names())
    db.execute(f"INSERT INTO {table.name} SELECT {names} FROM ({query}) ORDER BY {', '.join(table.key)}")


def _dimensions(db: duckdb.DuckDBPyConnection, home: Home, taxonomy_version: str) -> None:
    from schemas.taxonomy import load_taxonomy

    leaves = [
        (leaf.type_code, leaf.name, leaf.domain, leaf.middle, leaf.minor, leaf.department_code, leaf.duty)
        for leaf in load_taxonomy(taxonomy_version).leaves
    ]
    rows = [*leaves, (UNCLASSIFIED, UNCLASSIFIED_NAME, "", "", "", "", "")]
    _fill(db, "TABLE dim_type", tuple(TABLES["dim_type"].column_names()), rows)
    db.execute("DELETE FROM population")
    if home.population.exists():
        db.execute(
            "INSERT INTO population SELECT district_code, month, resident_count FROM read_csv(?, header = true, "
            "columns = {'district_code': 'VARCHAR', 'month': 'VARCHAR', 'resident_count': 'BIGINT'})",
            [str(home.population)],
        )


def _build_facts(db: duckdb.DuckDBPyConnection, home: Home, run_id: str, taxonomy_version: str) -> None:
    from schemas.taxonomy import load_taxonomy

    facts = {
        "run_id": run_id,
        "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "taxonomy_version": load_taxonomy(taxonomy_version).version,
    }
    models = db.execute("SELECT DISTINCT model_version FROM classification ORDER BY 1").fetchall()
    if models:
        facts["model_version"] = ",".join(model for (model,) in models)
    for table in (BRONZE, VALIDATED, CONSULTATION, CLASSIFICATION):
        facts[f"lake_{table.name}_version"] = str(LakeTable(home, table).version())
    kept = dict(db.execute("SELECT name, value FROM build").fetchall())
    _fill(db, "TABLE build", ("name", "value"), list((kept | facts).items()))
