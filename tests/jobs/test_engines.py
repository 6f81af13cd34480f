"""One body a hop, two engines: the record-level hops give the same tables on the embedded engine and on Spark."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from datetime import date
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import landing_files as lf
import pyarrow as pa
import pytest
from lake_contents import contents

from jobs.engine import make_engine
from jobs.engine.local import LocalEngine
from jobs.engine.pieces import divided
from jobs.engine.spark import BATCH_ROWS
from jobs.errors import WrongUse
from jobs.lake import LakeTable
from jobs.models import classifier
from jobs.pipeline import Pipeline
from jobs.settings import Home
from schemas.tables import BRONZE, CLASSIFICATION, CONSULTATION, VALIDATED

FIRST, LAST = date(2021, 12, 14), date(2021, 12, 15)
HOPS = ("ingest", "validate", "deidentify", "classify")


def landing_of_two_days(landing: Path) -> None:
    """Nine channels on two days, with a duplicate, a correction, a late transcript and unreadable records."""
    lf.nine_channels(landing)
    again = [
        lf.call("C1", "불법주차 신고 안내"),
        lf.call("C3", "코로나 백신 3차 예약 문의", ARS코드="0"),
        lf.call("D9", 결과="모름"),
    ]
    lf.put(landing, "phone", "second.csv", lf.csv_bytes(lf.CALL_HEADER, again), LAST.isoformat())
    late = lf.transcript("C3", ("customer", "백신 3차 예약하고 싶어요 제 전화는 010-0000-7777"), ("agent", "네"))
    lf.put(landing, "phone", "late.jsonl", lf.jsonl([late]) + b'{"call_id": "cut', LAST.isoformat())
    lf.put(landing, "naver", "empty.xlsx", b"", LAST.isoformat())


@pytest.mark.skipif(shutil.which("java") is None, reason="Java가 없어 Spark를 켤 수 없습니다")
def test_spark_fills_the_same_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASAN_TOKEN_KEY", os.urandom(32).hex())
    landing = tmp_path / "landing"
    landing_of_two_days(landing)
    local = make_engine("local")
    homes = {}
    for engine in (local, make_engine("spark", master="local[2]")):
        homes[engine.name] = Home(tmp_path / engine.name)
        pipeline = Pipeline(engine, homes[engine.name], landing)
        pipeline.run(FIRST, FIRST, HOPS)
        pipeline.run(LAST, LAST, HOPS)
        if engine.name == "spark":
            engine.close()
    for table in (BRONZE, VALIDATED, CONSULTATION, CLASSIFICATION):
        on_spark = contents(local, homes["spark"], table)
        assert on_spark == contents(local, homes["local"], table)
        assert on_spark
    local.close()


@pytest.mark.skipif(shutil.which("java") is None, reason="Java가 없어 Spark를 켤 수 없습니다")
def test_one_file_is_work_for_several_spark_workers(home: Home) -> None:
    spark: Any = make_engine("spark", master="local[2]")
    table = LakeTable(home, CLASSIFICATION)
    rows = [
        {"channel": "phone", "contact_date": FIRST, "consultation_id": hashlib.sha256(b"%d" % number).hexdigest()}
        for number in range(3 * BATCH_ROWS)
    ]
    files = spark.stage(spark.rows(pa.Table.from_pylist(rows, CLASSIFICATION.arrow_schema())), table)
    assert [file.rows for file in files] == [len(rows)]
    tasks = spark.read(table, files, ["consultation_id"]).rdd.glom().map(len).collect()
    spark.close()
    assert sum(tasks) == len(rows)
    assert max(tasks) <= BATCH_ROWS


def test_the_pool_gives_what_one_process_gives(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    lf.nine_channels(home.landing)
    single = make_engine("local", workers=1)
    Pipeline(single, home, home.landing).run(FIRST, FIRST, HOPS)
    before = [contents(single, home, table) for table in (VALIDATED, CONSULTATION, CLASSIFICATION)]
    single.close()
    shutil.rmtree(home.lake)
    monkeypatch.setattr("jobs.engine.local.POOL_FROM_ROWS", 1)
    pooled = make_engine("local", workers=2)
    assert not active_children()
    Pipeline(pooled, home, home.landing).run(FIRST, FIRST, HOPS)
    assert active_children()
    assert [contents(pooled, home, table) for table in (VALIDATED, CONSULTATION, CLASSIFICATION)] == before
    assert all(before)
    pooled.close()


def identifiers(number: int) -> pa.Table:
    rows = [
        {"channel": "phone", "contact_date": FIRST, "consultation_id": f"{at}", "score": at / 10}
        for at in range(number)
    ]
    return pa.Table.from_pylist(rows, CLASSIFICATION.arrow_schema())


def even(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    yield batch.filter(pa.array([int(name) % 2 == 0 for name in batch["consultation_id"].to_pylist()]))


def nothing(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    yield batch.slice(0, 0)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_file_is_transformed_in_pieces(home: Home, monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    monkeypatch.setattr("jobs.engine.local.POOL_FROM_ROWS", 1)
    monkeypatch.setattr("jobs.engine.local.BATCH_ROWS", 3)  # rows of a row group, and of the smallest piece
    engine = make_engine("local", workers=workers)
    table = LakeTable(home, CLASSIFICATION)
    files = engine.stage(engine.rows(identifiers(20)), table)
    assert [(len(piece.groups), piece.rows) for piece in divided(table, files, 6)] == [(2, 6), (2, 6), (2, 6), (1, 2)]
    assert [piece.rows for piece in divided(table, files, 1)] == [3, 3, 3, 3, 3, 3, 2]
    made = engine.transform(table, files, None, even, table)
    assert len(made) == (1 if workers == 1 else 7)
    found = engine.collect(engine.read(table, made)).sort_by([("score", "ascending")])
    assert found.equals(engine.collect(engine.rows(identifiers(20).take(list(range(0, 20, 2))))))
    assert engine.transform(table, files, None, nothing, table) == []
    assert {file.partition for file in made} == {("phone", FIRST.isoformat())}
    engine.close()


def test_many_days_are_published_without_idle_workers(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    landing_of_two_days(home.landing)
    other_day = lf.csv_bytes(lf.CALL_HEADER, [lf.call("L1", day=LAST.isoformat())])
    lf.put(home.landing, "phone", "other.csv", other_day, LAST.isoformat())
    monkeypatch.setattr("jobs.engine.local.POOL_FROM_ROWS", 1)
    engine = make_engine("local", workers=2)
    workers: list[int] = []
    monkeypatch.setattr("jobs.pipeline.publish", lambda *given: workers.append(len(active_children())) or [])
    pipeline = Pipeline(engine, home, home.landing)
    pipeline.run(FIRST, LAST)
    monkeypatch.setattr("jobs.pipeline.CHUNK_DAYS", 1)
    pipeline.run(FIRST, LAST)
    pipeline.run(FIRST, LAST, ("publish",))
    assert workers[0] > 0  # as many as the work asked for
    assert workers[1] == workers[2] == 0
    again = lf.csv_bytes(lf.CALL_HEADER, [lf.call(f"N{number}") for number in range(20)])
    lf.put(home.landing, "phone", "third.csv", again, LAST.isoformat())
    assert pipeline.run(LAST, LAST, HOPS).ingested == 20  # and they come back when there is work
    assert active_children()
    engine.close()


def repeating(home: Home) -> None:
    """Twenty calls with the memos of two."""
    calls = [lf.call(f"R{number}", ("여권 재발급 문의", "불법주차 신고 안내")[number % 2]) for number in range(20)]
    lf.put(home.landing, "phone", "calls.csv", lf.csv_bytes(lf.CALL_HEADER, calls))


@pytest.mark.parametrize("workers", [1, 2])
def test_the_manifest_says_how_often_a_text_came_again(
    home: Home, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    repeating(home)
    classifier.cache_clear()  # with what other tests made it remember
    monkeypatch.setattr("jobs.engine.local.POOL_FROM_ROWS", 1)
    monkeypatch.setattr("jobs.engine.local.BATCH_ROWS", 5)  # so that both workers have batches
    engine = make_engine("local", workers=workers)
    found = Pipeline(engine, home, home.landing).run(FIRST, FIRST, HOPS)
    assert found.texts_read == 20
    assert 20 - 2 * workers <= found.texts_repeated <= 18  # each process meets two texts for the first time
    assert found.text_hit_rate == found.texts_repeated / 20
    (manifest,) = home.runs.glob("*.json")
    assert json.loads(manifest.read_text(encoding="utf-8"))["text_hit_rate"] == found.text_hit_rate
    assert not list(home.lake.rglob("_staging-*"))
    again = Pipeline(engine, home, home.landing).run(FIRST, FIRST, HOPS)
    assert (again.classified, again.texts_read, again.texts_repeated) == (20, 0, 0)
    engine.close()


def test_without_the_memory_every_text_is_scored_to_the_same_end(
    home: Home, engine: LocalEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    repeating(home)
    Pipeline(engine, home, home.landing).run(FIRST, FIRST, HOPS)
    before = contents(engine, home, CLASSIFICATION)
    scored: list[str] = []
    model = classifier(home.taxonomy_version, None, home.models, "").classifier
    classify = model.classify
    monkeypatch.setattr(model, "classify", lambda texts: scored.extend(texts) or classify(texts), raising=False)
    monkeypatch.setenv("DASAN_TEXT_MEMORY", "off")
    shutil.rmtree(home.lake)
    found = Pipeline(engine, home, home.landing).run(FIRST, FIRST, HOPS)
    assert (len(scored), found.texts_read, found.texts_repeated) == (20, 20, 0)
    assert contents(engine, home, CLASSIFICATION) == before
    monkeypatch.setenv("DASAN_TEXT_MEMORY", "아니오")
    with pytest.raises(WrongUse, match="on 또는 off"):
        _ = home.text_memory


def test_an_unknown_engine_is_wrong_use() -> None:
    with pytest.raises(WrongUse, match="local 또는 spark"):
        make_engine("flink")
