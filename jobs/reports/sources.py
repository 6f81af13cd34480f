"""What an edition rests on beside the lake: names, residents, rows of the statistics, numbers from other files.

Belongs here: taking them as the marts of the document have them, keeping each content once below `ledger/sources` by its
hash, and reading it again. Does not: editions (`history`), nor the lake, whose tables have versions of their own.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs import query
from jobs.errors import DasanError
from jobs.files import atomic_path
from jobs.reports import identity, statements
from jobs.settings import Home
from schemas.codes import codes_on
from schemas.metrics import MEASURES, METRICS
from schemas.tables import TABLES

if TYPE_CHECKING:
    import duckdb

    from jobs.reports.figures import Ledger

NAMES, OUTSIDE, POPULATION = "names", "outside", "population"
STATISTICS_BUILD = "statistics_build"
_CODES = (("district_code", "districts"), ("department_code", "departments"), ("channel", "channels"))
_OUTSIDE_COLUMNS = ("metric", "basis", "unit", "vintage", "date", "value")


@dataclass(frozen=True)
class Outside:
    """Daily numbers from a file outside the lake: a metric of their own, what they count, and the file with its hash."""

    metric_id: str
    basis: str
    unit: str
    vintage: str
    values: Mapping[date, int]


def population(conn: duckdb.DuckDBPyConnection) -> bytes:
    """The registered population of some marts, byte for byte as `dasan import population` writes it; empty without any."""
    columns = TABLES[POPULATION].column_names()
    rows = query.rows(conn, f"SELECT {', '.join(columns)} FROM {POPULATION} ORDER BY month, district_code")
    return _written(columns, rows) if rows else b""


def short(content: bytes) -> str:
    """The hash of a content, as a figure's vintage names it."""
    return hashlib.sha256(content).hexdigest()[:12]


def take(ledger: Ledger, day: date) -> dict[str, bytes]:
    """The content of each source of a document's ledger by its name. `day`: that on which its code names hold."""
    found = {NAMES: _written(("column", "code", "name"), _names(ledger, day))}
    found |= {POPULATION: people} if (people := population(ledger.conn)) else {}
    found |= _statistics(ledger)
    if ledger.outside:
        rows = [
            (s.metric_id, s.basis, s.unit, s.vintage, at, n)
            for s in ledger.outside.values()
            for at, n in s.values.items()
        ]
        found[OUTSIDE] = _written(_OUTSIDE_COLUMNS, rows)
    return found


def _names(ledger: Ledger, day: date) -> list[tuple[str, str, str]]:
    """(column, code, name) of what a condition of a figure may name."""
    rows = [("type_code", code, kind["type_name"]) for code, kind in sorted(ledger.types.items())]
    for column, codes in _CODES:
        title = f"{column.removesuffix('_code')}_name"
        rows += [(column, code, row[title]) for code, row in sorted(codes_on(codes, day).items())]
    return rows


def _statistics(ledger: Ledger) -> dict[str, bytes]:
    """The rows of the statistics on which figures rest, by table, and what the file of the statistics says of itself."""
    asked: dict[str, dict[str, statements.Statement]] = {}
    for figure in ledger.figures.values():
        for mart in marts_of(figure.metric_id):
            name = identity.parsed(figure.figure_id) if TABLES[mart].layer == "statistics" else None
            if isinstance(name, identity.Basic):
                where = {column: list(values) for column, values in name.where.items()}
                asked.setdefault(mart, {})[figure.figure_id] = statements.rows_behind(mart, name.window, where)
    found = {}
    for mart, queries in asked.items():
        rows = {row for sql, parameters in queries.values() for row in query.rows(ledger.conn, sql, parameters)}
        found[mart] = _written(TABLES[mart].column_names(), sorted(rows))
    if found:
        facts = query.rows(ledger.conn, "SELECT name, value FROM statistics.statistics_build ORDER BY name")
        found[STATISTICS_BUILD] = _written(("name", "value"), [*facts, ("file_sha256", _statistics_hash(ledger.conn))])
    return found


def marts_of(metric_id: str) -> set[str]:
    """The marts that a metric reads; none for a number from outside."""
    metric = METRICS.get(metric_id)
    return set() if metric is None else {MEASURES[m].mart for m in (metric.numerator, metric.denominator) if m}


def _statistics_hash(conn: duckdb.DuckDBPyConnection) -> str:
    """The hash of the attached file of the statistics; empty where it is not a file."""
    ((path,),) = query.rows(conn, "SELECT path FROM duckdb_databases() WHERE database_name = 'statistics'")
    if not path or not Path(path).is_file():
        return ""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def keep(home: Home, contents: Mapping[str, bytes]) -> dict[str, str]:
    """Keep each content, unless it is there already; the hashes by name."""
    hashes = {}
    for name, content in contents.items():
        hashes[name] = hashlib.sha256(content).hexdigest()
        path = _path(home, hashes[name])
        if not path.is_file():
            with atomic_path(path) as draft:
                draft.write_bytes(gzip.compress(content, mtime=0))
    return hashes


def read(home: Home, content_hash: str) -> list[dict[str, str]]:
    """The rows of a kept content. Raises `DasanError` where it is gone or is not what it was."""
    path = _path(home, content_hash)
    content = gzip.decompress(path.read_bytes()) if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != content_hash:
        raise DasanError(f"{path}: 그 판이 쓴 자료가 없거나 바뀌어, 그때의 수치를 다시 만들 수 없습니다.")
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def outside(rows: Iterable[Mapping[str, str]]) -> dict[str, Outside]:
    """The numbers from outside of a kept content, by metric."""
    found: dict[str, Outside] = {}
    for row in rows:
        told = (row["metric"], row["basis"], row["unit"], row["vintage"])
        values = dict(found[row["metric"]].values) if row["metric"] in found else {}
        found[row["metric"]] = Outside(*told, {**values, date.fromisoformat(row["date"]): int(row["value"])})
    return found


def restore(conn: duckdb.DuckDBPyConnection, name: str, rows: Sequence[Mapping[str, str]]) -> None:
    """Fill the table of a source in the statistics beside rebuilt marts with its rows."""
    columns = TABLES[name].column_names()
    values = [[row[column] or None for column in columns] for row in rows]
    if values:
        conn.executemany(f"INSERT INTO statistics.{name} VALUES ({', '.join('?' * len(columns))})", values)


def _path(home: Home, content_hash: str) -> Path:
    return home.root / "ledger" / "sources" / f"{content_hash}.csv.gz"


def _written(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return buffer.getvalue().encode()
