"""Repeated, corrected and late records, across days and across runs; and that a run repeated changes nothing."""

from __future__ import annotations

import multiprocessing
import uuid
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import landing_files as lf
import pytest
from lake_contents import contents

from jobs.arrivals import Arrival
from jobs.engine.local import LocalEngine
from jobs.lake import LakeTable
from jobs.pipeline import Pipeline
from jobs.settings import Home
from schemas.tables import BRONZE, CLASSIFICATION, CONSULTATION, VALIDATED

FIRST, SECOND, THIRD = date(2021, 12, 14), date(2021, 12, 15), date(2021, 12, 16)


def statuses(engine: LocalEngine, home: Home) -> dict[tuple[str, str], str]:
    lake = LakeTable(home, VALIDATED)
    rows = engine.collect(engine.read(lake, lake.files())).to_pylist()
    return {(row["landing_date"].isoformat(), row["source_file"].split("/")[-1]): row["record_status"] for row in rows}


def put_call(home: Home, name: str, day: date, memo: str, call_id: str = "C1") -> None:
    lf.put(home.landing, "phone", name, lf.csv_bytes(lf.CALL_HEADER, [lf.call(call_id, memo)]), day.isoformat())


def test_running_twice_changes_nothing(home: Home, engine: LocalEngine) -> None:
    lf.nine_channels(home.landing)
    pipeline = Pipeline(engine, home, home.landing)
    pipeline.run(FIRST, FIRST)
    tables = (BRONZE, VALIDATED, CONSULTATION, CLASSIFICATION)
    before = {table.name: contents(engine, home, table) for table in tables}
    marts = mart_rows(home)
    again = pipeline.run(FIRST, FIRST)
    assert again.ingested == 0
    assert {table.name: contents(engine, home, table) for table in tables} == before
    assert mart_rows(home) == marts
    assert len(before["consultation"]) == 12
    assert len(before["classification"]) == 10  # neither the abandoned nor the outbound call


def mart_rows(home: Home) -> dict[str, list[tuple[Any, ...]]]:
    import duckdb

    with duckdb.connect(str(home.marts), read_only=True) as db:
        return {
            name: db.execute(f"SELECT * FROM {name} ORDER BY ALL").fetchall()
            for name in ("volume_hourly", "phone_daily", "type_daily", "quality_daily", "dim_type")
        }


def test_the_same_file_under_another_name_is_a_duplicate(home: Home, engine: LocalEngine) -> None:
    put_call(home, "a.csv", FIRST, "메모")
    put_call(home, "b.csv", FIRST, "메모")
    Pipeline(engine, home, home.landing).run(FIRST, FIRST, ("ingest", "validate"))
    assert statuses(engine, home) == {("2021-12-14", "a.csv"): "validated", ("2021-12-14", "b.csv"): "duplicate"}


def test_a_day_that_two_chunks_concern_is_counted_once(
    home: Home, engine: LocalEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.pipeline.CHUNK_DAYS", 1)
    put_call(home, "a.csv", FIRST, "메모")
    put_call(home, "b.csv", SECOND, "고친 메모")
    result = Pipeline(engine, home, home.landing).run(FIRST, SECOND)
    assert (result.ingested, result.contacts, result.classified) == (2, 1, 1)


def test_a_correction_supersedes_and_a_resent_old_file_does_not_undo_it(home: Home, engine: LocalEngine) -> None:
    pipeline = Pipeline(engine, home, home.landing)
    put_call(home, "a.csv", FIRST, "처음 메모")
    pipeline.run(FIRST, FIRST)
    put_call(home, "b.csv", SECOND, "고친 메모")
    result = pipeline.run(SECOND, SECOND)
    assert result.contact_days == ["2021-12-14"]
    put_call(home, "c.csv", THIRD, "처음 메모")
    pipeline.run(THIRD, THIRD)
    assert statuses(engine, home) == {
        ("2021-12-14", "a.csv"): "superseded",
        ("2021-12-15", "b.csv"): "validated",
        ("2021-12-16", "c.csv"): "duplicate",
    }
    lake = LakeTable(home, CONSULTATION)
    (row,) = engine.collect(engine.read(lake, lake.files())).to_pylist()
    assert row["memo"] == "고친 메모"
    assert mart_rows(home)["quality_daily"] == [
        (FIRST, "phone", 1, 0, 0, 0, 1, 0),
        (SECOND, "phone", 1, 1, 0, 0, 0, 0),
        (THIRD, "phone", 1, 0, 0, 1, 0, 0),
    ]


@pytest.mark.parametrize("order", [(FIRST, SECOND, THIRD), (THIRD, SECOND, FIRST), (SECOND, THIRD, FIRST)])
def test_the_order_of_runs_does_not_matter(home: Home, engine: LocalEngine, order: tuple[date, ...]) -> None:
    for name, day, memo in (("a.csv", FIRST, "가"), ("b.csv", SECOND, "나"), ("c.csv", THIRD, "가")):
        put_call(home, name, day, memo)
    for day in order:
        Pipeline(engine, home, home.landing).run(day, day, ("ingest", "validate"))
    assert (
        list(Counter(statuses(engine, home).values()).items())
        and statuses(engine, home)["2021-12-15", "b.csv"] == "validated"
    )
    assert Counter(statuses(engine, home).values()) == {"validated": 1, "superseded": 1, "duplicate": 1}


def test_ids_are_read_only_of_days_that_can_hold_the_same(home: Home, engine: LocalEngine) -> None:
    days = {
        FIRST: (("C11", "가"), ("C12", "나"), ("C13", "다")),
        SECOND: (("C14", "라"), ("C15", "마")),
        THIRD: (("C12", "고친 메모"),),
    }
    for day, calls in days.items():
        rows = [lf.call(call_id, memo) for call_id, memo in calls]
        lf.put(home.landing, "phone", f"{day}.csv", lf.csv_bytes(lf.CALL_HEADER, rows), day.isoformat())
    broken = date(2021, 12, 17)
    row = lf.csv_bytes(lf.CALL_HEADER, [lf.call("", "번호 없음")])
    lf.put(home.landing, "phone", f"{broken}.csv", row, broken.isoformat())
    Pipeline(engine, home, home.landing).run(FIRST, broken, ("ingest", "validate"))
    lake = LakeTable(home, VALIDATED)
    of = {file.partition[1]: file for file in lake.files()}
    first, second, third, none = (of[day.isoformat()] for day in (FIRST, SECOND, THIRD, broken))
    assert lake.meeting([third], [first, second, none], "source_id") == [first, none]  # that without an id is doubtful
    assert lake.meeting([second], [first, third], "source_id") == []
    assert lake.meeting([none], [first, second], "source_id") == [first, second]
    found = engine.collect(engine.read(lake, lake.files(), ["source_id", "record_status"])).to_pylist()
    assert Counter((row["source_id"], row["record_status"]) for row in found) == {
        ("C12", "superseded"): 1,
        **{(name, "validated"): 1 for name in ("C11", "C12", "C13", "C14", "C15")},
        (None, "quarantined"): 1,
    }


def test_a_day_of_several_files_is_made_again_whole(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.engine.local.POOL_FROM_ROWS", 1)
    monkeypatch.setattr("jobs.engine.local.BATCH_ROWS", 1)
    for number in range(11, 17):  # a row group each
        put_call(home, f"{number}.csv", FIRST, "메모", f"C{number}")
    put_call(home, "b.csv", SECOND, "고친 메모", "C13")
    pooled = LocalEngine(workers=2)
    for day in (FIRST, SECOND):
        Pipeline(pooled, home, home.landing).run(day, day, ("ingest", "validate"))
        if day == FIRST:
            assert len(LakeTable(home, VALIDATED).files()) == 6  # of which one holds the id that comes again
    lake = LakeTable(home, VALIDATED)
    found = pooled.collect(pooled.read(lake, lake.files(), ["source_id", "record_status"])).to_pylist()
    pooled.close()
    assert Counter((row["source_id"], row["record_status"]) for row in found) == {
        ("C13", "superseded"): 1,
        **{(f"C{number}", "validated"): 1 for number in range(11, 17)},
    }


def test_a_transcript_may_come_later(home: Home, engine: LocalEngine) -> None:
    pipeline = Pipeline(engine, home, home.landing)
    put_call(home, "calls.csv", FIRST, "불법주차")
    pipeline.run(FIRST, FIRST)
    late = lf.transcript("C1", ("customer", "불법주차 신고요"), ("agent", "네"))
    lf.put(home.landing, "phone", "stt.jsonl", lf.jsonl([late]), SECOND.isoformat())
    result = pipeline.run(SECOND, SECOND)
    assert result.contact_days == ["2021-12-14"]
    lake = LakeTable(home, CONSULTATION)
    (row,) = engine.collect(engine.read(lake, lake.files())).to_pylist()
    assert (row["citizen_text"], row["agent_text"], row["has_transcript"]) == ("불법주차 신고요", "네", True)


def test_personal_data_ends_at_the_consultation(home: Home, engine: LocalEngine) -> None:
    lf.nine_channels(home.landing)
    Pipeline(engine, home, home.landing).run(FIRST, FIRST)
    for table in (CONSULTATION, CLASSIFICATION):
        text = str(contents(engine, home, table))
        assert "0000-" not in text
        assert "C1" not in text
    (key,) = home.keys.iterdir()
    assert oct(key.stat().st_mode)[-3:] == "600"


def test_a_file_that_left_the_landing_folder_stays_in_bronze(home: Home, engine: LocalEngine) -> None:
    put_call(home, "a.csv", FIRST, "가")
    pipeline = Pipeline(engine, home, home.landing)
    pipeline.run(FIRST, FIRST)
    (home.landing / "phone" / "2021-12-14" / "a.csv").unlink()
    put_call(home, "b.csv", FIRST, "나", "C2")
    pipeline.run(FIRST, FIRST)
    assert len(contents(engine, home, BRONZE)) == 2
    assert len(contents(engine, home, CONSULTATION)) == 2


def test_an_interrupted_correction_is_finished_by_the_next_run(home: Home, engine: LocalEngine) -> None:
    pipeline = Pipeline(engine, home, home.landing)
    put_call(home, "a.csv", FIRST, "처음")
    pipeline.run(FIRST, FIRST)
    moved = lf.csv_bytes(lf.CALL_HEADER, [lf.call("C1", "날짜를 고침", day="2021-12-15")])
    lf.put(home.landing, "phone", "b.csv", moved, SECOND.isoformat())
    pipeline.run(SECOND, SECOND, ("ingest", "validate"))  # and here it was killed
    pipeline.run(SECOND, SECOND)
    assert [(row[0], row[6]) for row in mart_rows(home)["volume_hourly"]] == [(SECOND, 1)]
    assert len(contents(engine, home, CONSULTATION)) == 1


def _commit_one(root: str, channel: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from jobs.lake import partition_folder

    lake = LakeTable(Home(Path(root)), CLASSIFICATION)
    for _ in range(5):
        folder = lake.root / partition_folder(CLASSIFICATION, (channel, "2021-12-14"))
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"part-{uuid.uuid4()}.parquet"
        pq.write_table(pa.table({"consultation_id": [channel]}), path)
        lake.commit(lake.describe([path]), [(channel, "2021-12-14")])


def test_runs_on_different_partitions_commit_side_by_side(home: Home) -> None:
    with ProcessPoolExecutor(4, mp_context=multiprocessing.get_context("spawn")) as pool:
        for done in [
            pool.submit(_commit_one, str(home.root), channel) for channel in ("phone", "sms", "sign", "naver")
        ]:
            done.result()
    files = LakeTable(home, CLASSIFICATION).files()
    assert sorted(file.partition[0] for file in files) == ["naver", "phone", "sign", "sms"]
    assert [file.rows for file in files] == [1, 1, 1, 1]


@pytest.mark.parametrize("trial", range(4))
def test_a_file_overwritten_under_its_name_wins_by_time(home: Home, engine: LocalEngine, trial: int) -> None:
    pipeline = Pipeline(engine, home, home.landing)
    for memo in (f"처음 {trial}", f"고침 {trial}"):
        put_call(home, "calls.csv", FIRST, memo)
        pipeline.run(FIRST, FIRST)
    lake = LakeTable(home, CONSULTATION)
    assert [row["memo"] for row in engine.collect(engine.read(lake, lake.files())).to_pylist()] == [f"고침 {trial}"]


def test_a_transcript_on_the_other_side_of_midnight_meets_its_call_and_stays(home: Home, engine: LocalEngine) -> None:
    pipeline = Pipeline(engine, home, home.landing)
    late_call = lf.call("C1", 인입일시="2021-12-14 23:59:30")
    lf.put(home.landing, "phone", "calls.csv", lf.csv_bytes(lf.CALL_HEADER, [late_call]))
    pipeline.run(FIRST, FIRST)
    spoken = lf.transcript("C1", ("customer", "수도가 안 나와요")) | {"started_at": "2021-12-15T00:00:10+09:00"}
    lf.put(home.landing, "phone", "stt.jsonl", lf.jsonl([spoken]), THIRD.isoformat())
    pipeline.run(THIRD, THIRD)

    def text() -> list[str | None]:
        lake = LakeTable(home, CONSULTATION)
        rows = engine.collect(engine.read(lake, lake.files([("phone", FIRST.isoformat())]))).to_pylist()
        return [row["citizen_text"] for row in rows if row["consultation_id"]]

    assert text() == ["수도가 안 나와요"]
    later = date(2021, 12, 18)
    both = [lf.call("C8", day=later.isoformat()), lf.call("C9", 인입일시="2021-12-14 12:00:00")]
    lf.put(home.landing, "phone", "more.csv", lf.csv_bytes(lf.CALL_HEADER, both), later.isoformat())
    pipeline.run(later, later)
    assert sorted(text(), key=str) == [None, "수도가 안 나와요"]


def test_the_watermark_and_what_came_late_are_reported(home: Home, engine: LocalEngine) -> None:
    """Late is what landed in the run's days after its own; a transcript that comes later makes no contact late."""
    pipeline = Pipeline(engine, home, home.landing)
    hops = ("ingest", "validate", "deidentify")
    put_call(home, "calls.csv", FIRST, "메모")
    spoken = lf.transcript("C1", ("customer", "수도가 안 나와요"))
    lf.put(home.landing, "phone", "stt.jsonl", lf.jsonl([spoken]), THIRD.isoformat())
    late = lf.csv_bytes(lf.CALL_HEADER, [lf.call("C2"), lf.call("C3", day=SECOND.isoformat())])
    lf.put(home.landing, "phone", "late.csv", late, THIRD.isoformat())
    lf.put(home.landing, "sms", "threads.csv", lf.csv_bytes(lf.SMS_HEADER, []), THIRD.isoformat())

    (first,) = pipeline.run(FIRST, FIRST, hops).arrivals.items()
    assert first == ("phone", Arrival("2021-12-14T01:15:00Z"))
    (third,) = pipeline.run(THIRD, THIRD, hops).arrivals.items()
    assert third == ("phone", Arrival("2021-12-15T01:15:00Z", 2, 2))
    (again,) = pipeline.run(FIRST, FIRST, hops).arrivals.items()  # the end of the channel, not of the run
    assert again == ("phone", Arrival("2021-12-15T01:15:00Z"))
