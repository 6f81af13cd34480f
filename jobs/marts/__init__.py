"""Hop 5, consultation and classification → marts: one SQL file a mart, run over the days that changed.

Belongs here: building a draft of the published DuckDB file. A day's rows are replaced whole; the draft starts as a
copy of what is published, so an unchanged day is not computed again. Whether the draft may replace the published
file is `jobs.publish`.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.duckcolumns import SQL_TYPES, create_columns
from jobs.errors import DasanError
from jobs.lake import DataFile, LakeTable, Partition, by_days
from jobs.settings import Home
from schemas.codes import UNCLASSIFIED, UNCLASSIFIED_NAME, code_list
from schemas.table import Table
from schemas.tables import BRONZE, CLASSIFICATION, CONSULTATION, TABLES, VALIDATED
from schemas.taxonomy import known_versions, load_taxonomy
from schemas.taxonomy.crosswalk import NOT_IN_VERSION, NOT_IN_VERSION_NAME, all_conversions

if TYPE_CHECKING:
    import duckdb

NO_TYPE = ((UNCLASSIFIED, UNCLASSIFIED_NAME), (NOT_IN_VERSION, NOT_IN_VERSION_NAME))
BY_CONTACT = ("volume_hourly", "phone_daily", "type_daily", "type_service_daily")
BY_LANDING = ("quality_daily",)
_DAYS_AT_A_TIME = 31
Residents = Sequence[tuple[str, str, int]]  # rows of the table `population`
BY_CONTACT_SOURCES = (CONSULTATION, CLASSIFICATION)
BY_LANDING_SOURCES = (BRONZE, VALIDATED)


class Snapshot(dict[str, list[DataFile]]):
    """The live files of each lake table at one moment, and the version that each table was in."""

    versions: dict[str, int]


def snapshot(home: Home, versions: Mapping[str, int] | None = None) -> Snapshot:
    """The lake as it is, or as it was when its tables stood at `versions`. Raises `DasanError` if that is gone."""
    tables = (*BY_CONTACT_SOURCES, *BY_LANDING_SOURCES)
    found = Snapshot()
    found.versions = {table.name: LakeTable(home, table).version() for table in tables} | dict(versions or {})
    for table in tables:
        found[table.name] = LakeTable(home, table).files(version=found.versions[table.name])
    return found


def build_draft(home: Home, draft: Path, lake: Snapshot, own: set[Partition] | None, *, run_id: str) -> set[Partition]:
    """Write to `draft` the published marts, with every day made anew whose files in the lake are not those it was
    last made from (`lineage`). What is up to date is not read.

    Returns the contact days left as they were published because another run has de-identified but not yet classified
    them; days in `own`, or all if it is None, are never left out: there a difference is a fault for the gate.
    """
    import duckdb

    _start_from(home.marts, draft)
    with duckdb.connect(str(draft)) as db:
        _prepare(db, draft)
        stale = _stale(db, lake, BY_CONTACT_SOURCES)
        _views(db, home, lake, BY_CONTACT_SOURCES, stale)
        unfinished = _unfinished(db) - own if own is not None else set()
        _refresh(db, home, lake, (BY_CONTACT_SOURCES, BY_CONTACT), stale - unfinished)
        _refresh(db, home, lake, (BY_LANDING_SOURCES, BY_LANDING), _stale(db, lake, BY_LANDING_SOURCES))
        _today(db, home, lake, unfinished)
        _dimensions(db, home)
        _build_facts(db, home, lake, run_id)
        db.execute("CHECKPOINT")
    shutil.rmtree(f"{draft}.spill", ignore_errors=True)
    return unfinished


def rebuild(
    home: Home, target: Path, lake: Snapshot, marts: Collection[str], facts: Mapping[str, str], population: Residents
) -> None:
    """Write to `target` the named marts made from a snapshot alone, whatever is published, as the build `facts` and with
    these rows of `population`; without types.

    Raises `DasanError` where a file of the snapshot is gone.
    """
    import duckdb

    try:
        with duckdb.connect(str(target)) as db:
            _prepare(db, target)
            for sources, made in ((BY_CONTACT_SOURCES, BY_CONTACT), (BY_LANDING_SOURCES, BY_LANDING)):
                wanted = tuple(mart for mart in made if mart in marts)
                if wanted:
                    _refresh(db, home, lake, (sources, wanted), _stale(db, lake, sources))
            if population:
                _fill(db, "TABLE population", tuple(TABLES["population"].column_names()), population)
            if facts:
                _fill(db, "TABLE build", ("name", "value"), list(facts.items()))
    except duckdb.IOException as error:
        raise DasanError("그 판의 자료 파일이 보존 기간이 지나 지워져, 그때의 마트를 다시 만들 수 없습니다.") from error
    shutil.rmtree(f"{target}.spill", ignore_errors=True)


def _prepare(db: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Settings, and the declared tables where they are not there yet."""
    db.execute("SET TimeZone = 'Asia/Seoul'")
    db.execute("SET enable_progress_bar = false")  # it goes to standard output, where results are
    db.execute("SET memory_limit = '4GB'")
    db.execute("SET temp_directory = ?", [f"{path}.spill"])
    for table in TABLES.values():
        if table.layer == "mart":
            db.execute(f"CREATE TABLE IF NOT EXISTS {table.name} ({create_columns(table)})")
    _code_channel(db)


def _start_from(published: Path, draft: Path) -> None:
    """Copy what is published, unless it cannot be opened or has other columns: then all is made anew from the lake."""
    import duckdb

    if not published.exists():
        return
    shutil.copyfile(published, draft)
    try:
        with duckdb.connect(str(draft)) as db:
            sound = all(
                [name for name, *_ in db.execute(f"SELECT * FROM {table.name} LIMIT 0").description or ()]
                == list(table.column_names())
                for table in TABLES.values()
                if table.layer == "mart"
            )
    except duckdb.Error:
        sound = False
    if not sound:
        draft.unlink()


def _stale(db: duckdb.DuckDBPyConnection, lake: Snapshot, sources: tuple[Table, ...]) -> set[Partition]:
    """The partitions whose live files are not those that the marts remember."""
    now = _file_hashes(lake, sources)
    names = [table.name for table in sources]
    made: dict[tuple[str, ...], str] = {
        (name, channel, day.isoformat()): value
        for name, channel, day, value in db.execute(
            "SELECT table_name, channel, day, files_hash FROM lineage WHERE list_contains(?, table_name)", [names]
        ).fetchall()
    }
    return {key[1:] for key in now.keys() | made.keys() if now.get(key) != made.get(key)}


def _unfinished(db: duckdb.DuckDBPyConnection) -> set[Partition]:
    """Of the stale days, those whose classification does not cover their consultations."""
    rows = db.execute(
        "SELECT channel, contact_date::VARCHAR FROM ("
        "SELECT channel, contact_date, count(*) AS n FROM consultation WHERE is_consultation GROUP BY ALL) AS c "
        "FULL JOIN (SELECT channel, contact_date, count(*) AS n FROM classification GROUP BY ALL) AS k "
        "USING (channel, contact_date) WHERE c.n IS DISTINCT FROM k.n"
    ).fetchall()
    return {(channel, day) for channel, day in rows}


def _refresh(
    db: duckdb.DuckDBPyConnection,
    home: Home,
    lake: Snapshot,
    made_of: tuple[tuple[Table, ...], tuple[str, ...]],
    stale: set[Partition],
) -> None:
    """Make the stale days of some marts anew from their sources, and write down what they are made from. It goes a
    month at a time, so that memory does not grow with the range."""
    sources, marts = made_of
    if not stale:
        return
    now = _file_hashes(lake, sources)
    for some in by_days(stale, _DAYS_AT_A_TIME):
        _views(db, home, lake, sources, some)
        for mart in marts:
            _replace(db, TABLES[mart], some)
        db.execute("DELETE FROM lineage USING changed AS c WHERE lineage.channel = c.channel AND lineage.day = c.day "
                   "AND list_contains(?, table_name)", [[table.name for table in sources]])  # fmt: skip
        rows = [(n, c, date.fromisoformat(d), value) for (n, c, d), value in sorted(now.items()) if (c, d) in some]
        if rows:
            _fill(db, "TEMP TABLE remembered", tuple(TABLES["lineage"].column_names()), rows)
            db.execute("INSERT INTO lineage SELECT * FROM remembered")


def _file_hashes(lake: Snapshot, sources: tuple[Table, ...]) -> dict[tuple[str, ...], str]:
    paths: dict[tuple[str, ...], list[str]] = {}
    for table in sources:
        for file in lake[table.name]:
            paths.setdefault((table.name, *file.partition), []).append(file.path)
    return {key: hashlib.sha256("|".join(found).encode()).hexdigest() for key, found in paths.items()}


def _views(
    db: duckdb.DuckDBPyConnection, home: Home, lake: Snapshot, sources: tuple[Table, ...], partitions: set[Partition]
) -> None:
    """Views of the live files of the partitions, under the tables' own names; they end with the connection."""
    for table in sources:
        files = LakeTable(home, table).absolute(file for file in lake[table.name] if file.partition in partitions)
        names = ", ".join(
            f"CAST({'NULL' if not files else column.name} AS {SQL_TYPES.get(column.type, 'VARCHAR[]')}) AS {column.name}"
            for column in table.columns
        )
        listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
        source = f"read_parquet([{listed}], hive_partitioning = true)" if files else "(SELECT 1) WHERE false"
        db.execute(f"CREATE OR REPLACE TEMP VIEW {table.name} AS SELECT {names} FROM {source}")


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
    _fill(db, "TEMP TABLE changed", ("channel", "day"), [(c, date.fromisoformat(d)) for c, d in sorted(partitions)])
    db.execute(f"DELETE FROM {table.name} USING changed WHERE {table.name}.channel = changed.channel AND {day} = day")
    names = ", ".join(table.column_names())
    db.execute(
        f"INSERT INTO {table.name} SELECT {names} FROM ({mart_query(table.name)}) ORDER BY {', '.join(table.key)}"
    )


def _today(db: duckdb.DuckDBPyConnection, home: Home, lake: Snapshot, unfinished: set[Partition]) -> None:
    """The last contact day by hour and type: too many rows to keep for every day, so only this one has them."""
    ((last,),) = db.execute("SELECT max(contact_date) FROM volume_hourly WHERE consultation_count > 0").fetchall()
    kept = [channel for channel, day in unfinished if day == str(last)]
    db.execute("DELETE FROM today WHERE contact_date IS DISTINCT FROM ? OR NOT list_contains(?, channel)", [last, kept])
    partitions = {file.partition for file in lake[CLASSIFICATION.name] if file.partition[1] == str(last)} - unfinished
    if partitions:
        _views(db, home, lake, BY_CONTACT_SOURCES, partitions)
        _replace(db, TABLES["today"], partitions)


def mart_query(name: str) -> str:
    """The SQL of a mart, over the views of its lake tables."""
    return resources.files(__name__).joinpath(f"{name}.sql").read_text(encoding="utf-8")


def _dimensions(db: duckdb.DuckDBPyConnection, home: Home) -> None:
    _types(db, home)
    db.execute("DELETE FROM population")
    if home.population.exists():
        db.execute(
            "INSERT INTO population SELECT district_code, month, resident_count FROM read_csv(?, header = true, "
            "columns = {'district_code': 'VARCHAR', 'month': 'VARCHAR', 'resident_count': 'BIGINT'})",
            [str(home.population)],
        )


def _types(db: duckdb.DuckDBPyConnection, home: Home) -> None:
    """The types of all versions (a code in several, as the newest has it), and the shares between the versions."""
    imported = home.taxonomies
    leaves = {
        leaf.type_code: leaf for name in known_versions(imported) for leaf in load_taxonomy(name, imported).leaves
    }
    rows = [
        (leaf.type_code, leaf.name, leaf.domain, leaf.middle, leaf.minor, leaf.department_code, leaf.duty)
        for leaf in leaves.values()
    ]
    rows += [(code, name, "", "", "", "", "") for code, name in NO_TYPE]
    _fill(db, "TABLE dim_type", tuple(TABLES["dim_type"].column_names()), rows)
    _fill(db, "TABLE crosswalk", tuple(TABLES["crosswalk"].column_names()), all_conversions(imported))
    db.execute(f"CREATE OR REPLACE VIEW type_version_daily AS {mart_query('type_version_daily')}")


def _build_facts(db: duckdb.DuckDBPyConnection, home: Home, lake: Snapshot, run_id: str) -> None:
    facts = {"run_id": run_id, "built_at": datetime.now(UTC).isoformat(timespec="seconds")}
    facts |= _newest_versions(db, home, lake[CLASSIFICATION.name])
    facts |= {f"lake_{name}_version": str(version) for name, version in lake.versions.items()}
    kept = dict(db.execute("SELECT name, value FROM build").fetchall())
    _fill(db, "TABLE build", ("name", "value"), list((kept | facts).items()))


def _newest_versions(db: duckdb.DuckDBPyConnection, home: Home, files: list[DataFile]) -> dict[str, str]:
    """Taxonomy and model of the newest classified day; earlier days may stand under others until they are run again."""
    if not files:
        return {}
    last = max(file.partition[-1] for file in files)
    newest = LakeTable(home, CLASSIFICATION).absolute(file for file in files if file.partition[-1] == last)
    names = ("taxonomy_version", "model_version")
    found = db.execute(f"SELECT DISTINCT {', '.join(names)} FROM read_parquet(?)", [newest]).fetchall()
    return {name: ",".join(sorted(set(column))) for name, column in zip(names, zip(*found, strict=True), strict=True)}
