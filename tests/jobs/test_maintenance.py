"""Upkeep of the lake: what may go, and what must stay readable."""

from __future__ import annotations

import json
import os
import time
from datetime import date

import landing_files as lf
import pytest
from click.testing import CliRunner
from lake_contents import contents

from jobs.cli import cli
from jobs.engine.local import LocalEngine
from jobs.lake import LakeTable
from jobs.maintenance import maintain
from jobs.pipeline import Pipeline
from jobs.settings import Home
from schemas.tables import BRONZE, REVIEW_DRAW, VALIDATED

DAY = date(2021, 12, 14)
HOPS = ("ingest", "validate")


@pytest.fixture
def grown(home: Home, engine: LocalEngine) -> Home:
    """A day that came in three files, one run each: three files in bronze, three versions of validated."""
    for number in range(3):
        call = lf.call(f"C{number}", "수도 요금")
        lf.put(home.landing, "phone", f"{number}.csv", lf.csv_bytes(lf.CALL_HEADER, [call]))
        Pipeline(engine, home, home.landing).run(DAY, DAY, HOPS)
    return home


def rows_of_version(home: Home, version: int) -> int:
    import duckdb
    from deltalake import DeltaTable

    files = DeltaTable(LakeTable(home, VALIDATED).root, version=version).file_uris()
    with duckdb.connect() as db:
        (count,) = db.execute("SELECT count(*) FROM read_parquet(?)", [files]).fetchall()[0]
    return int(count)


def test_compaction_keeps_every_row_and_every_version(grown: Home, engine: LocalEngine) -> None:
    before = contents(engine, grown, BRONZE)
    done = {one.table: one for one in maintain(grown, engine)}
    assert (done["bronze"].compacted_partitions, done["bronze"].compacted_files) == (1, 3)
    assert len(LakeTable(grown, BRONZE).files()) == 1
    assert contents(engine, grown, BRONZE) == before
    assert [rows_of_version(grown, version) for version in (1, 2, 3)] == [1, 2, 3]
    again = maintain(grown, engine)
    assert all(one.compacted_partitions == one.expired_files == one.orphan_files == 0 for one in again)
    assert Pipeline(engine, grown, grown.landing).run(DAY, DAY, HOPS).ingested == 0  # known by file, not by place


def test_versions_outlive_a_checkpoint_and_end_with_the_retention(
    home: Home, engine: LocalEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    for days_ago, number in ((60, 0), (50, 1), (1, 2)):
        monkeypatch.setattr("jobs.lake.time.time", lambda days_ago=days_ago: now - days_ago * 86_400)
        lf.put(
            home.landing, "phone", f"{number}.csv", lf.csv_bytes(lf.CALL_HEADER, [lf.call(f"C{number}", "수도 요금")])
        )
        Pipeline(engine, home, home.landing).run(DAY, DAY, HOPS)
    monkeypatch.undo()
    maintain(home, engine, keep_days=90)
    maintain(home, engine, keep_days=90)  # now from a checkpoint, which must not have forgotten what was removed when
    assert [rows_of_version(home, version) for version in (1, 2, 3)] == [1, 2, 3]
    done = {one.table: one for one in maintain(home, engine, keep_days=30)}
    assert done["validated"].expired_files == 1  # removed 50 days ago; its successor, yesterday
    with pytest.raises(Exception, match=r"No files found|No such file|does not exist|Cannot open"):
        rows_of_version(home, 1)
    assert [rows_of_version(home, version) for version in (2, 3)] == [2, 3]


def test_what_killed_runs_left_goes_and_a_dry_run_only_counts(grown: Home, engine: LocalEngine) -> None:
    lake, reviewed = LakeTable(grown, VALIDATED), LakeTable(grown, REVIEW_DRAW)
    reviewed.commit([])
    orphan = lake.root / "channel=phone" / "landing_date=2021-12-14" / "part-orphan.parquet"
    young, old = (reviewed.root / "sample_id=s" / f"part-{age}.parquet" for age in ("young", "old"))
    part = lake.root / "_staging-1" / "part-0.parquet"
    draft = grown.marts.parent / ".dasan.duckdb.77.part"
    for path in (orphan, young, old, part, draft):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half a file")
    os.utime(old, (0, 0))
    before = {table.name: LakeTable(grown, table).version() for table in (BRONZE, VALIDATED)}
    result = CliRunner().invoke(cli, ["lake", "maintain", "--dry-run", "--json", "-"], standalone_mode=False)
    counted = {row["table"]: row for row in json.loads(result.stdout)}
    assert counted["validated"]["orphan_files"] == 2
    assert counted["review_draw"]["orphan_files"] == 1
    assert counted["bronze"]["compacted_files"] == 3
    assert all(path.exists() for path in (orphan, young, old, part, draft))
    assert {table.name: LakeTable(grown, table).version() for table in (BRONZE, VALIDATED)} == before

    maintain(grown, engine)
    assert [path.exists() for path in (orphan, young, old, part, draft)] == [False, True, False, False, False]
    assert not part.parent.exists()


def test_a_run_with_repeats_leaves_no_files_of_its_own(grown: Home, engine: LocalEngine) -> None:
    lf.put(grown.landing, "phone", "again.csv", lf.csv_bytes(lf.CALL_HEADER, [lf.call("C1", "수도 요금")]))
    Pipeline(engine, grown, grown.landing).run(DAY, DAY, HOPS)
    assert [one.orphan_files for one in maintain(grown, engine, dry_run=True)] == [0, 0]


def test_without_a_lake_there_is_nothing_to_keep(home: Home) -> None:
    result = CliRunner().invoke(cli, ["lake", "maintain"])
    assert "레이크가 없습니다" in str(result.exception)
