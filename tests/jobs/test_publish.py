"""The gate and the swap: figures that do not reconcile are not published, and what was published stays."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import landing_files as lf
import pytest

from jobs import query
from jobs.engine.local import LocalEngine
from jobs.errors import PublicationBlocked
from jobs.lake import LakeTable
from jobs.pipeline import Pipeline
from jobs.settings import Home
from schemas.table import Table
from schemas.tables import CLASSIFICATION, CONSULTATION, TABLES

FIRST, SECOND = date(2021, 12, 14), date(2021, 12, 15)


def mart(home: Home, sql: str) -> list[tuple[Any, ...]]:
    with query.connect(home) as conn:
        return query.rows(conn, sql)


def drop_a_row(home: Home, table: Table, channel: str) -> None:
    """Take one row out of a lake table behind the pipeline's back."""
    import pyarrow.parquet as pq

    lake = LakeTable(home, table)
    key = (channel, FIRST.isoformat())
    (file,) = lake.files([key])
    copy = lake.root / file.path.replace("part-", "part-short-")
    pq.write_table(pq.ParquetFile(lake.root / file.path).read().slice(1), copy)
    lake.commit(lake.describe([copy]), [key])


@pytest.mark.parametrize(
    ("table", "rule"),
    [(CLASSIFICATION, "types_sum_to_volume"), (CONSULTATION, "mart_equals_lake")],
)
def test_a_lost_record_blocks_publication(home: Home, engine: LocalEngine, table: Table, rule: str) -> None:
    lf.nine_channels(home.landing)
    pipeline = Pipeline(engine, home, home.landing)
    pipeline.run(FIRST, FIRST)
    published = home.marts.read_bytes()
    drop_a_row(home, table, "phone")
    with pytest.raises(PublicationBlocked, match=rule) as blocked:
        pipeline.run(FIRST, FIRST, ("publish",))
    assert "2021-12-14" in str(blocked.value)
    assert home.marts.read_bytes() == published
    assert {path.name for path in home.marts.parent.glob("*.duckdb*")} == {home.marts.name, home.statistics.name}
    pipeline.run(FIRST, FIRST)  # the hops make the day anew, and it reconciles again
    assert mart(home, "SELECT sum(consultation_count) FROM volume_hourly") == [(10,)]


def test_the_gate_sees_inflow_that_does_not_add_up(
    home: Home, engine: LocalEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    lf.nine_channels(home.landing)
    from jobs import marts

    honest = marts.mart_query
    wrong = honest("phone_daily").replace("count(*) AS inflow_count", "count(*) + 2 AS inflow_count")
    monkeypatch.setattr(marts, "mart_query", lambda name: wrong if name == "phone_daily" else honest(name))
    with pytest.raises(PublicationBlocked) as blocked:
        Pipeline(engine, home, home.landing).run(FIRST, FIRST)
    assert "전화 인입 = 응대 + 포기: 2021-12-14 phone — phone_daily의 인입 7건, 응대 + 포기 3건" in str(blocked.value)
    assert not home.marts.exists()


def test_publishing_alone_brings_every_changed_day_up_to_date(home: Home, engine: LocalEngine) -> None:
    pipeline = Pipeline(engine, home, home.landing)
    lf.put(home.landing, "phone", "a.csv", lf.csv_bytes(lf.CALL_HEADER, [lf.call("C1", "처음")]))
    pipeline.run(FIRST, FIRST)
    correction = lf.csv_bytes(lf.CALL_HEADER, [lf.call("C1", "고침", 결과="포기")])
    lf.put(home.landing, "phone", "b.csv", correction, SECOND.isoformat())
    pipeline.run(SECOND, SECOND, ("ingest", "validate", "deidentify", "classify"))
    assert mart(home, "SELECT sum(consultation_count) FROM volume_hourly") == [(1,)]
    pipeline.run(SECOND, SECOND, ("publish",))
    assert mart(home, "SELECT sum(consultation_count), sum(abandoned_count) FROM volume_hourly") == [(0, 1)]
    assert mart(home, "SELECT landing_date, superseded_count FROM quality_daily ORDER BY 1") == [
        (FIRST, 1),
        (SECOND, 0),
    ]


def test_the_marts_are_as_declared(home: Home, engine: LocalEngine) -> None:
    lf.nine_channels(home.landing)
    Pipeline(engine, home, home.landing).run(FIRST, FIRST)
    for table in TABLES.values():
        if table.layer == "mart":
            names = [name for name, *_ in mart(home, f"DESCRIBE {table.name}")]
            assert names == table.column_names()
            doubled = f"SELECT 1 FROM {table.name} GROUP BY {', '.join(table.key)} HAVING count(*) > 1"
            assert mart(home, doubled) == []


def test_a_day_half_done_elsewhere_does_not_block_the_others(home: Home, engine: LocalEngine) -> None:
    lf.nine_channels(home.landing)
    half = Pipeline(engine, home, home.landing, ("sms",))
    half.run(FIRST, FIRST, ("ingest", "validate", "deidentify"))  # killed, or still at work
    result = Pipeline(engine, home, home.landing, ("twitter",)).run(FIRST, FIRST)
    assert mart(home, "SELECT DISTINCT channel FROM volume_hourly") == [("twitter",)]
    assert [note.split(":")[0] for note in result.notes] == ["sms/2021-12-14"]
    with pytest.raises(PublicationBlocked, match="sms"):  # publishing by itself answers for every day
        half.run(FIRST, FIRST, ("publish",))
    half.run(FIRST, FIRST)
    assert mart(home, "SELECT DISTINCT channel FROM volume_hourly ORDER BY 1") == [("sms",), ("twitter",)]


def test_a_damaged_mart_file_is_made_anew(home: Home, engine: LocalEngine) -> None:
    lf.nine_channels(home.landing)
    pipeline = Pipeline(engine, home, home.landing)
    pipeline.run(FIRST, FIRST)
    home.marts.write_bytes(b"not a database")
    pipeline.run(FIRST, FIRST)
    assert mart(home, "SELECT sum(consultation_count) FROM volume_hourly") == [(10,)]


def test_today_is_the_last_day_by_hour_and_type(home: Home, engine: LocalEngine) -> None:
    pipeline = Pipeline(engine, home, home.landing, ("phone",))
    days = "SELECT contact_date, contact_hour, channel, type_code, consultation_count FROM today ORDER BY ALL"
    for day, hour in ((SECOND, "09:20:00"), (FIRST, "10:15:00")):  # the earlier day comes later, and is not today
        call = lf.call(f"C{day.day}", "코로나19 백신 예약", 인입일시=f"{day} {hour}")
        lf.put(home.landing, "phone", "calls.csv", lf.csv_bytes(lf.CALL_HEADER, [call]), day.isoformat())
        pipeline.run(day, day)
        ((contact_date, contact_hour, channel, code, count),) = mart(home, days)
        assert (contact_date, contact_hour, channel, count) == (SECOND, 9, "phone", 1)
        assert [(code,)] == mart(home, f"SELECT type_code FROM type_daily WHERE contact_date = '{SECOND}'")
    moved = lf.csv_bytes(lf.CALL_HEADER, [lf.call("C15", "코로나19 백신 예약", day=FIRST.isoformat())])
    lf.put(home.landing, "phone", "moved.csv", moved, SECOND.isoformat())
    pipeline.run(SECOND, SECOND)
    assert sum(row[-1] for row in mart(home, days)) == 2
    assert {row[0] for row in mart(home, days)} == {FIRST}


def test_many_days_are_made_a_few_at_a_time(home: Home, engine: LocalEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [table.name for table in TABLES.values() if table.layer == "mart" and table.name != "build"]
    lf.nine_channels(home.landing)
    for day in (SECOND, SECOND + timedelta(days=3)):
        calls = [lf.call(f"C{day.day}{n}", "가로등이 꺼졌어요", day=day.isoformat()) for n in range(day.day)]
        lf.put(home.landing, "phone", "more.csv", lf.csv_bytes(lf.CALL_HEADER, calls), day.isoformat())
    pipeline = Pipeline(engine, home, home.landing)
    pipeline.run(FIRST, SECOND + timedelta(days=3))
    at_once = {name: mart(home, f"SELECT * FROM {name}") for name in names}
    home.marts.unlink()
    monkeypatch.setattr("jobs.marts._DAYS_AT_A_TIME", 1)
    pipeline.run(FIRST, FIRST, ("publish",))
    assert len(at_once["type_daily"]) > 3
    assert {name: sorted(mart(home, f"SELECT * FROM {name}"), key=str) for name in names} == {
        name: sorted(rows, key=str) for name, rows in at_once.items()
    }
