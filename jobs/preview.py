"""What a backfill would change, before it is done: classified apart, drafted apart, compared, and thrown away.

Belongs here: the comparison. Nothing here becomes live: neither in the lake nor in the published marts.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from jobs import query
from jobs.backfill import Backfill, Progress, stale
from jobs.classify import stage
from jobs.engine import Engine
from jobs.errors import WrongUse
from jobs.lake import DataFile, LakeTable, Partition
from jobs.marts import build_draft, snapshot
from jobs.publish import gate
from jobs.reports.errata import Correction, corrections
from jobs.settings import Home
from schemas.tables import CLASSIFICATION

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Move:
    """A type's consultations in the days concerned, under the taxonomy asked for (what stands under another is carried
    over by the crosswalk, so `before` need not be whole)."""

    type_code: str
    type_name: str
    before: float
    after: float

    @property
    def change(self) -> float:
        return self.after - self.before


@dataclass(frozen=True)
class Preview:
    """`retyped` of the `consultations` would have another type code; `moves`, the largest first; printed numbers that
    would change; and what the gate would hold against publication (Korean)."""

    run_id: str
    partitions: int
    first: str
    last: str
    consultations: int
    retyped: int
    moves: list[Move]
    corrections: list[Correction]
    faults: list[str]


def preview(engine: Engine, home: Home, backfill: Backfill, progress: Progress) -> Preview:
    """Raises `WrongUse` for a backfill of the earlier hops: those are not previewed."""
    if backfill.basis != "contact" or "classify" not in backfill.hops:
        raise WrongUse(
            "--preview 는 분류(--hops classify,marts)만 미리 봅니다. 앞 단계는 레이크를 바꾸지 않고는 할 수 없습니다."
        )
    if not home.marts.is_file():
        raise WrongUse(f"견줄 마트가 없습니다: {home.marts}. 먼저 dasan run 을 실행하세요.")
    todo = set(stale(home, backfill))
    days = sorted({date.fromisoformat(day) for _, day in todo})
    if not days:
        return Preview(backfill.run_id, 0, backfill.first, backfill.last, 0, 0, [], [], [])
    with _apart(home, backfill) as (scratch, draft):
        progress("분류(미리 보기)", 0, 1)
        target = LakeTable(scratch, CLASSIFICATION)
        staged = stage(engine, home, todo, backfill.taxonomy_version, target)
        placed = [replace(file, path=str(target.root / file.path)) for file in staged]
        progress("마트 초안", 0, 1)
        lake = snapshot(home)
        replaced = [file for file in lake[CLASSIFICATION.name] if file.partition in todo]
        lake[CLASSIFICATION.name] = [
            *(file for file in lake[CLASSIFICATION.name] if file.partition not in todo), *placed
        ]  # fmt: skip
        undone = build_draft(home, draft, lake, todo, run_id=backfill.run_id)
        faults, _ = gate(draft, lake, undone)
        with query.connect(home) as before, query.open_marts(draft) as after:
            found = corrections(
                home, days, after, before, backfill.cause, lambda n, of: progress("낸 문서의 수치", n, of)
            )
            return Preview(
                backfill.run_id,
                len(todo),
                days[0].isoformat(),
                days[-1].isoformat(),
                sum(file.rows for file in staged),
                _retyped(LakeTable(home, CLASSIFICATION), replaced, placed),
                _moves(before, after, backfill.taxonomy_version, todo),
                found,
                faults,
            )


@contextmanager
def _apart(home: Home, backfill: Backfill) -> Iterator[tuple[Home, Path]]:
    """A lake and a draft of its own, gone afterwards; `dasan lake maintain` clears what a killed preview leaves."""
    scratch = Home(home.previews / backfill.run_id)
    draft = home.marts.with_name(f".{home.marts.name}.preview-{os.getpid()}.part")
    try:
        yield scratch, draft
    finally:
        shutil.rmtree(scratch.root, ignore_errors=True)
        draft.unlink(missing_ok=True)


def _retyped(table: LakeTable, before: Collection[DataFile], after: Collection[DataFile]) -> int:
    """Consultations whose type code differs, or that were not classified before."""
    import duckdb

    if not after:
        return 0
    files = {"after": table.absolute(after)}
    old = "(SELECT NULL::VARCHAR AS consultation_id, NULL::VARCHAR AS type_code WHERE false)"
    if before:
        files["before"], old = table.absolute(before), "read_parquet($before)"
    sql = (
        f"SELECT count(*) FROM read_parquet($after) AS a LEFT JOIN {old} AS b USING (consultation_id) "
        "WHERE a.type_code IS DISTINCT FROM b.type_code"
    )
    with duckdb.connect() as db:
        return int(db.execute(sql, files).fetchall()[0][0])


def _moves(
    before: duckdb.DuckDBPyConnection, after: duckdb.DuckDBPyConnection, version: str, todo: set[Partition]
) -> list[Move]:
    days = sorted({day for _, day in todo})
    volumes = [_volumes(conn, version, days, sorted({channel for channel, _ in todo})) for conn in (before, after)]
    names = query.type_rows(after)
    moves = [
        Move(code, names.get(code, {}).get("type_name", ""), volumes[0].get(code, 0.0), volumes[1].get(code, 0.0))
        for code in volumes[0].keys() | volumes[1].keys()
    ]
    moved = [move for move in moves if round(move.change, 6)]
    return sorted(moved, key=lambda move: (-abs(move.change), move.type_code))


def _volumes(conn: duckdb.DuckDBPyConnection, version: str, days: list[str], channels: list[str]) -> dict[str, float]:
    sql = (
        "SELECT type_code, sum(consultation_count) FROM type_version_daily WHERE taxonomy_version = ? "
        "AND list_contains(?::DATE[], contact_date) AND list_contains(?, channel) GROUP BY 1"
    )
    return {code: float(count) for code, count in query.rows(conn, sql, [version, days, channels])}
