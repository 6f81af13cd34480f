"""The one way to read the published marts: open the file, and ask what is in it.

Belongs here: the connection and small questions about coverage (which days, which channels, which build).
Does not: figures (`jobs.reports.figures` evaluates `schemas.metrics`), nor anything upstream of the marts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from jobs.duckcolumns import create_columns
from jobs.errors import WrongUse
from schemas.metrics import MEASURES, METRICS
from schemas.statistics_tables import STATISTICS
from schemas.tables import TABLES

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from jobs.settings import Home


# Channels that have contacts on every day: a day without any is a day without their data.
LARGE_CHANNELS = ("phone", "chatbot", "smart_report", "sms")
LANDING_DAYS = 2  # a contact's record arrives on its day, or so many days later
FINAL_DAYS = 7  # after which hardly anything of a day still arrives (transcripts, corrections)


def connect(home: Home) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the published marts, in Asia/Seoul.

    Raises `WrongUse` when nothing was published yet, or the file cannot be read.
    """
    if not home.marts.is_file():
        raise WrongUse(f"공개된 마트가 없습니다: {home.marts}. 먼저 dasan run 을 실행하세요.")
    return open_marts(home.marts, home)


def open_marts(path: Path, home: Home | None = None) -> duckdb.DuckDBPyConnection:
    """A read-only connection to a marts file (a draft, a copy, what is published), in Asia/Seoul; with `home`, beside its
    statistics as they are. Raises `WrongUse` when it cannot be read."""
    import duckdb

    try:
        conn = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise WrongUse(f"마트 파일을 열 수 없습니다: {path}. dasan run 으로 다시 만드세요. ({error})") from error
    conn.execute("SET TimeZone = 'Asia/Seoul'")
    conn.execute("SET enable_progress_bar = false")  # it goes to standard output, where results are
    if home is not None:
        attach_statistics(conn, home)
    return conn


def attach_statistics(conn: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Make the statistics readable as `statistics.<table>`; their tables are empty where none were made yet.

    Raises `WrongUse` when the file cannot be read.
    """
    import duckdb

    # a second connection of a process to the same marts shares what the first has attached
    known = "SELECT path FROM duckdb_databases() WHERE database_name = 'statistics'"
    attached = conn.execute(known).fetchone()
    try:
        if home.statistics.is_file():
            if attached is not None and attached[0] != str(home.statistics):
                conn.execute("DETACH statistics")  # none had been made when it was attached
            path = str(home.statistics).replace("'", "''")
            conn.execute(f"ATTACH IF NOT EXISTS '{path}' AS statistics (READ_ONLY)")
            return
    except duckdb.Error as error:
        raise WrongUse(
            f"통계 파일을 열 수 없습니다: {home.statistics}. 지우고 dasan statistics update 로 다시 만드세요. ({error})"
        ) from error
    conn.execute("ATTACH IF NOT EXISTS ':memory:' AS statistics (READ_WRITE)")
    for table in STATISTICS:
        conn.execute(f"CREATE TABLE IF NOT EXISTS statistics.{table.name} ({create_columns(table)})")


Rows = list[tuple[Any, ...]]
_MOST_REMEMBERED = 200  # answers: the editions of a month ask some sixty questions alike


class _Memory:
    """What a connection was asked, and the answers to what it was asked twice, the one used last at the end."""

    def __init__(self) -> None:
        self.asked: set[tuple[str, str]] = set()
        self.answers: dict[tuple[str, str], Rows] = {}


_MEMORIES: WeakKeyDictionary[duckdb.DuckDBPyConnection, _Memory] = WeakKeyDictionary()


def remember(conn: duckdb.DuckDBPyConnection) -> None:
    """Answer from memory what this connection is asked more than twice; only where nothing that it reads changes."""
    _MEMORIES[conn] = _Memory()


def rows(conn: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any] | None = None) -> Rows:
    """All rows of a query."""
    memory = _MEMORIES.get(conn)
    if memory is None:
        return _fetched(conn, sql, parameters)
    question = sql, repr(parameters)
    found = memory.answers.pop(question, None)
    if found is None:
        found = _fetched(conn, sql, parameters)
        if question not in memory.asked:
            memory.asked.add(question)
            return found
    memory.answers[question] = found
    if len(memory.answers) > _MOST_REMEMBERED:
        del memory.answers[next(iter(memory.answers))]
    return list(found)


def _fetched(conn: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any] | None) -> Rows:
    found: Rows = conn.execute(sql, parameters or []).fetchall()
    return found


def days(conn: duckdb.DuckDBPyConnection, mart: str = "volume_hourly") -> list[date]:
    """The days that a mart holds, in order."""
    column = date_column(mart)
    return [row[0] for row in rows(conn, f"SELECT DISTINCT {column} FROM {mart} ORDER BY 1")]


def date_column(mart: str) -> str:
    """The date by which a mart is cut: the day of the contact, or of arrival. Raises `KeyError` for other marts."""
    names = TABLES[mart].column_names()
    return next(name for name in ("contact_date", "landing_date", "month") if name in names)


def channel_days(conn: duckdb.DuckDBPyConnection, first: date, last: date) -> dict[date, set[str]]:
    """The channels with at least one contact, for each day that has any (both ends included)."""
    sql = "SELECT DISTINCT contact_date, channel FROM volume_hourly WHERE contact_date BETWEEN ? AND ?"
    found: dict[date, set[str]] = {}
    for day, channel in rows(conn, f"{sql} AND contact_count > 0", [first, last]):
        found.setdefault(day, set()).add(channel)
    return found


def covered_channels(conn: duckdb.DuckDBPyConnection, first: date, last: date) -> dict[date, set[str]]:
    """The channels whose data is there, for each day that has any contact (both ends included).

    A small channel may have had no contact: it is covered too where anything of it landed on the day or soon after.
    """
    found = channel_days(conn, first, last)
    sql = (
        "SELECT DISTINCT landing_date, channel FROM quality_daily WHERE landing_date BETWEEN ? AND ?"
        " AND bronze_count > 0"
    )
    for landed, channel in rows(conn, sql, [first, last + timedelta(days=LANDING_DAYS)]):
        for back in range(LANDING_DAYS + 1 if channel not in LARGE_CHANNELS else 0):
            day = landed - timedelta(days=back)
            if day in found:
                found[day].add(channel)
    return found


def origins(conn: duckdb.DuckDBPyConnection, first: date, last: date) -> list[str]:
    """Where the contacts of a window come from: `operational`, `synthetic`, or the name of an imported data set."""
    sql = (
        "SELECT DISTINCT origin FROM volume_hourly WHERE contact_date BETWEEN ? AND ? AND contact_count > 0 ORDER BY 1"
    )
    return [str(row[0]) for row in rows(conn, sql, [first, last])]


def gate_warnings(conn: duckdb.DuckDBPyConnection, windows: Collection[tuple[date, date]]) -> list[str]:
    """What the marts' gate warned of on the days of some windows: a sentence a rule, with the first day and how many."""
    found: dict[str, list[str]] = {}
    sql = "SELECT meaning, day, channel FROM gate_warning ORDER BY meaning, day, channel"
    for meaning, day, channel in rows(conn, sql):
        if any(first <= day <= last for first, last in windows):
            found.setdefault(meaning, []).append(f"{day} {channel}")
    return [
        f"주의: {meaning} — {places[0]}{f' 외 {len(places) - 1}건' if len(places) > 1 else ''}"
        for meaning, places in found.items()
    ]


def build_facts(conn: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The table `build`: run, time and versions behind the marts."""
    return {str(name): str(value) for name, value in rows(conn, "SELECT name, value FROM build")}


def type_rows(conn: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """The table `dim_type` by its code."""
    columns = TABLES["dim_type"].column_names()
    found = rows(conn, f"SELECT {', '.join(columns)} FROM dim_type")
    return {row[0]: {name: value or "" for name, value in zip(columns, row, strict=True)} for row in found}


def type_families(conn: duckdb.DuckDBPyConnection, first: date, last: date) -> dict[str, dict[str, str]]:
    """For each type of a window: what it is counted under (`domain`, `covid_group`, `covid_subgroup`)."""
    names = ("domain", "covid_group", "covid_subgroup")
    sql = f"SELECT DISTINCT type_code, {', '.join(names)} FROM type_daily WHERE contact_date BETWEEN ? AND ?"
    return {
        row[0]: {name: value or "" for name, value in zip(names, row[1:], strict=True)}
        for row in rows(conn, sql, [first, last])
    }


def type_days(
    conn: duckdb.DuckDBPyConnection, first: date, last: date, where: Mapping[str, Any]
) -> list[tuple[date, str, int]]:
    """(day, type, consultations) of a window, for the rows that fit `where` (column: value)."""
    condition = "".join(f" AND coalesce({name}, '') = ?" for name in where)
    sql = (
        "SELECT contact_date, type_code, sum(consultation_count)::BIGINT FROM type_daily "
        f"WHERE contact_date BETWEEN ? AND ?{condition} GROUP BY ALL"
    )
    return [(day, code, n) for day, code, n in rows(conn, sql, [first, last, *where.values()])]


def type_places(
    conn: duckdb.DuckDBPyConnection, first: date, last: date, where: Mapping[str, Any]
) -> list[tuple[str, str, str, int]]:
    """(type, district or empty, series, consultations) of a window, for the rows that fit `where`."""
    condition = "".join(f" AND coalesce({name}, '') = ?" for name in where)
    sql = (
        "SELECT type_code, coalesce(district_code, ''), series, sum(consultation_count)::BIGINT FROM type_daily "
        f"WHERE contact_date BETWEEN ? AND ?{condition} GROUP BY ALL"
    )
    return [(code, place, name, n) for code, place, name, n in rows(conn, sql, [first, last, *where.values()])]


def service_counts(
    conn: duckdb.DuckDBPyConnection, first: date, last: date, where: Mapping[str, Any]
) -> dict[str, tuple[tuple[int, int], ...]]:
    """For each type of a window, (events, all) of four shares: asked again, handed over by the chatbot, at odd hours, long
    calls; as `schemas.metrics` counts them."""
    shares = ("repeat_pct", "handed_off_pct", "off_hours_pct", "long_talk_pct")
    names = [name for share in shares for name in (METRICS[share].numerator, METRICS[share].denominator or "")]
    selected = ", ".join(f"coalesce({MEASURES[name].sql}, 0)::BIGINT" for name in names)
    condition = "".join(f" AND coalesce({name}, '') = ?" for name in where)
    sql = (
        f"SELECT type_code, {selected} FROM type_service_daily WHERE contact_date BETWEEN ? AND ?{condition} GROUP BY 1"
    )
    found = rows(conn, sql, [first, last, *where.values()])
    return {code: tuple(zip(counts[::2], counts[1::2], strict=True)) for code, *counts in found}


def departments_of_types(
    conn: duckdb.DuckDBPyConnection, first: date, last: date, where: Mapping[str, Any]
) -> dict[str, set[str]]:
    """The departments (empty for none) under which each type of a window is counted, in the rows that fit `where`."""
    condition = "".join(f" AND coalesce({name}, '') = ?" for name in where)
    sql = (
        "SELECT DISTINCT type_code, coalesce(department_code, '') FROM type_daily "
        f"WHERE contact_date BETWEEN ? AND ?{condition}"
    )
    found: dict[str, set[str]] = {}
    for code, department in rows(conn, sql, [first, last, *where.values()]):
        found.setdefault(code, set()).add(department)
    return found


def district_mixes(
    conn: duckdb.DuckDBPyConnection, first: date, last: date
) -> tuple[dict[str, dict[str, int]], dict[str, int]]:
    """For each district: its consultations of a window by 대분류, and its residents in the newest month known by then."""
    sql = (
        "SELECT district_code, coalesce(domain, ''), sum(consultation_count)::BIGINT FROM type_daily "
        "WHERE contact_date BETWEEN ? AND ? AND coalesce(district_code, '') <> '' GROUP BY ALL"
    )
    mixes: dict[str, dict[str, int]] = {}
    for code, domain, n in rows(conn, sql, [first, last]):
        mixes.setdefault(code, {})[domain] = n
    month = population_month(conn, f"{last:%Y-%m}")
    people = rows(conn, "SELECT district_code, resident_count FROM population WHERE month = ?", [month])
    return mixes, {code: int(n) for code, n in people if n}


def has_table(conn: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether the published file holds a table; one made by an earlier version may lack it."""
    return bool(rows(conn, "SELECT 1 FROM information_schema.tables WHERE table_name = ?", [name]))


def departments(conn: duckdb.DuckDBPyConnection, first: date, last: date) -> list[str]:
    """Codes of the departments that had any consultation in a window."""
    sql = (
        "SELECT DISTINCT department_code FROM type_daily WHERE contact_date BETWEEN ? AND ?"
        " AND consultation_count > 0 AND coalesce(department_code, '') <> '' ORDER BY 1"
    )
    return [str(row[0]) for row in rows(conn, sql, [first, last])]


def population_month(conn: duckdb.DuckDBPyConnection, until: str) -> str | None:
    """The newest month of registered population not after `until` (YYYY-MM); `None` where there is none."""
    month = rows(conn, "SELECT max(month) FROM population WHERE month <= ?", [until])[0][0]
    return None if month is None else str(month)
