"""One body a hop, two engines: the record-level hops give the same tables on the embedded engine and on Spark."""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path

import landing_files as lf
import pytest
from lake_contents import contents

from jobs.engine import make_engine
from jobs.errors import WrongUse
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


def test_the_pool_gives_what_one_process_gives(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    lf.nine_channels(home.landing)
    single = make_engine("local", workers=1)
    Pipeline(single, home, home.landing).run(FIRST, FIRST, HOPS)
    before = contents(single, home, CLASSIFICATION)
    single.close()
    monkeypatch.setattr("jobs.engine.local.POOL_FROM_ROWS", 1)
    pooled = make_engine("local", workers=2)
    Pipeline(pooled, home, home.landing).run(FIRST, FIRST, ("deidentify", "classify"))
    assert contents(pooled, home, CLASSIFICATION) == before
    pooled.close()


def test_an_unknown_engine_is_wrong_use() -> None:
    with pytest.raises(WrongUse, match="local 또는 spark"):
        make_engine("flink")
