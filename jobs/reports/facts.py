"""What the marts were made of when a document was: versions of the lake's tables, and by day what can move a figure.

Belongs here: reading the facts, and naming the causes between two readings of them. Does not: keeping them (`history`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from jobs import query
from jobs.reports import sources
from jobs.reports.identity import Window
from schemas.tables import CONSULTATION

if TYPE_CHECKING:
    import duckdb

LATE, CORRECTION, MODEL, TAXONOMY = "late", "correction", "model", "taxonomy"
RECORDS, POPULATION, PROGRAM, UNKNOWN = "records", "population", "program", "unknown"
CAUSES = {
    LATE: "늦게 들어온 자료",
    CORRECTION: "원천 레코드의 정정",
    MODEL: "새 분류 모델",
    TAXONOMY: "새 분류 체계",
    RECORDS: "원천 레코드가 다시 들어옴",
    POPULATION: "주민등록 인구가 바뀜",
    PROGRAM: "같은 자료에서 문서를 만드는 프로그램이 바뀜",
    UNKNOWN: "기록된 사실로는 까닭을 알 수 없음",
}


@dataclass(frozen=True)
class DayFacts:
    """One day of contact (`superseded_count`, `received_count`: of arrival). `records`: a hash of its files in the lake."""

    contact_count: int = 0
    consultation_count: int = 0
    late_count: int = 0
    superseded_count: int = 0
    taxonomy_versions: tuple[str, ...] = ()
    model_versions: tuple[str, ...] = ()
    records: str = ""
    received_count: int = 0


@dataclass(frozen=True)
class Facts:
    """`build`: the table `build` of the marts (run, time, versions). `days`: by ISO date. `population`: the hash of the
    registered population; empty without any."""

    build: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[str, DayFacts] = field(default_factory=dict)
    population: str = ""

    def as_json(self) -> dict[str, Any]:
        days = {day: list(asdict(facts).values()) for day, facts in self.days.items()}
        return {"build": dict(self.build), "days": days, "population": self.population}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Facts:
        return cls(
            found["build"], {day: _day(values) for day, values in found["days"].items()}, found.get("population", "")
        )


def read(conn: duckdb.DuckDBPyConnection, windows: Iterable[Window]) -> Facts:
    """The facts of the days of some windows; of arrivals, also of every day after the first of them."""
    held = list(windows)
    first, last = min(window[0] for window in held), max(window[1] for window in held)
    found: dict[str, dict[str, Any]] = {}
    counted = ("contact_count", "consultation_count", "late_count")

    def take(names: tuple[str, ...], sql: str, until: date = last) -> None:
        for day, *values in query.rows(conn, sql, [first, until]):
            if day > last or any(a <= day <= b for a, b in held):
                found.setdefault(day.isoformat(), {}).update(zip(names, values, strict=True))

    take(
        counted,
        f"SELECT contact_date, {', '.join(f'sum({name})::BIGINT' for name in counted)} FROM volume_hourly "
        "WHERE contact_date BETWEEN ? AND ? GROUP BY 1",
    )
    take(
        ("taxonomy_versions", "model_versions"),
        "SELECT contact_date, list_sort(list(DISTINCT taxonomy_version)), list_sort(list(DISTINCT model_version)) "
        "FROM type_daily WHERE contact_date BETWEEN ? AND ? GROUP BY 1",
    )
    take(
        ("superseded_count",),
        "SELECT landing_date, sum(superseded_count)::BIGINT FROM quality_daily WHERE landing_date BETWEEN ? AND ? "
        "GROUP BY 1 HAVING sum(superseded_count) > 0",
        until=date.max,
    )
    take(
        ("received_count",),
        "SELECT landing_date, sum(bronze_count)::BIGINT FROM quality_daily WHERE landing_date BETWEEN ? AND ? GROUP BY 1",
    )
    files: dict[str, list[str]] = {}
    sql = f"SELECT day, files_hash FROM lineage WHERE table_name = '{CONSULTATION.name}' AND day BETWEEN ? AND ?"
    for day, name in query.rows(conn, f"{sql} ORDER BY channel", [first, last]):
        files.setdefault(day.isoformat(), []).append(name)
    for day, names in files.items():
        if day in found:
            found[day]["records"] = sha256("|".join(names).encode()).hexdigest()[:12]
    names = [each.name for each in fields(DayFacts)]
    blank = asdict(DayFacts())
    days = {day: _day([values.get(name, blank[name]) for name in names]) for day, values in sorted(found.items())}
    people = sources.population(conn)
    return Facts(query.build_facts(conn), days, sources.short(people) if people else "")


def _day(values: Sequence[Any]) -> DayFacts:
    """The facts of a day from their values in order, lists as JSON and SQL give them."""
    contacts, consultations, late, superseded, taxonomies, models, records, received = values
    return DayFacts(contacts, consultations, late, superseded, tuple(taxonomies), tuple(models), records, received)


def causes(before: Facts, after: Facts, windows: Iterable[Window], *, of_residents: bool = False) -> tuple[str, ...]:
    """Why a figure over these windows can have moved, from what differs on their days: keys of `CAUSES`, at least one.

    Contacts more than before are late data; records superseded since, with more consultations late than there are
    more consultations, a correction.
    """
    held = list(windows)
    first = min(window[0] for window in held).isoformat()
    ours, theirs = (_within(facts, held) for facts in (before, after))
    found = [
        cause
        for cause, name in ((TAXONOMY, "taxonomy_versions"), (MODEL, "model_versions"))
        if _sets(ours, name) != _sets(theirs, name)
    ]
    contacts, consultations, late = (
        _sum(theirs, name) - _sum(ours, name) for name in ("contact_count", "consultation_count", "late_count")
    )
    superseded = _arrived(after, first) - _arrived(before, first)
    if contacts > 0 or (late > 0 and superseded <= 0):
        found.append(LATE)
    if contacts < 0 or (superseded > 0 and late != consultations):
        found.append(CORRECTION)
    if of_residents and before.population != after.population:
        found.append(POPULATION)
    if not found and _sum(theirs, "received_count") > _sum(ours, "received_count"):
        found.append(LATE)
    if not found and [day.records for day in ours] != [day.records for day in theirs]:
        found.append(CORRECTION if superseded > 0 else RECORDS)
    if not found:
        found.append(PROGRAM if before == after else UNKNOWN)
    return tuple(found)


def _within(facts: Facts, windows: list[Window]) -> list[DayFacts]:
    spans = [(first.isoformat(), last.isoformat()) for first, last in windows]
    return [each for day, each in facts.days.items() if any(first <= day <= last for first, last in spans)]


def _sets(days: list[DayFacts], name: str) -> set[str]:
    return {version for day in days for version in getattr(day, name)}


def _sum(days: list[DayFacts], name: str) -> int:
    return sum(getattr(day, name) for day in days)


def _arrived(facts: Facts, first: str) -> int:
    """Records superseded that arrived on or after a day."""
    return sum(each.superseded_count for day, each in facts.days.items() if day >= first)
