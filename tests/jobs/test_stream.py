"""Files as they come: everything once, whatever was written, renamed, killed or started again in between."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path
from typing import Any

import landing_files as lf
import pytest
from click.testing import CliRunner
from lake_contents import contents

from jobs import query
from jobs.claims import claimed
from jobs.cli import cli
from jobs.engine import make_engine
from jobs.engine.local import LocalEngine
from jobs.pipeline import Pipeline
from jobs.settings import Home
from jobs.stream import Watcher
from schemas.tables import BRONZE, CLASSIFICATION, CONSULTATION, VALIDATED

FIRST, SECOND = date(2021, 12, 14), date(2021, 12, 15)
LAKE = (BRONZE, VALIDATED, CONSULTATION, CLASSIFICATION)


@pytest.fixture(autouse=True)
def small_taxonomy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASAN_TAXONOMY", "2019")


def calls(*ids: str, day: date = FIRST) -> bytes:
    return lf.csv_bytes(lf.CALL_HEADER, [lf.call(name, "코로나19 백신 예약", day=day.isoformat()) for name in ids])


def put(home: Home, name: str, content: bytes, day: date = FIRST) -> Path:
    return lf.put(home.landing, "phone", name, content, day.isoformat())


def counted(home: Home) -> list[tuple[Any, ...]]:
    with query.connect(home) as conn:
        return query.rows(conn, "SELECT contact_date, sum(consultation_count) FROM today GROUP BY 1")


def test_a_watcher_takes_every_file_once(home: Home, engine: LocalEngine) -> None:
    put(home, "1.csv", calls("C1"))
    writing = put(home, ".2.csv", calls("C2"))
    watcher = Watcher(engine, home, home.landing)
    assert [result.ingested for result in watcher.tick()] == [1]
    assert watcher.tick() == []  # the other is still being written
    writing.rename(writing.with_name("2.csv"))
    assert [result.ingested for result in watcher.tick()] == [1]
    assert counted(home) == [(FIRST, 2)]

    again = Watcher(engine, home, home.landing)  # as after a restart
    assert again.tick() == []
    old = put(home, "1.csv", calls("C1", "C3"))
    os.utime(old, (0, 0))  # copied with its time of writing
    assert [result.ingested for result in again.tick()] == [2]
    assert counted(home) == [(FIRST, 3)]
    put(home, "3.csv", calls("C4", day=SECOND), SECOND)
    assert [result.first for result in again.tick()] == [SECOND.isoformat()]
    assert counted(home) == [(SECOND, 1)]
    assert len(contents(engine, home, CONSULTATION)) == 4


def test_days_in_other_hands_are_taken_with_a_later_tick(home: Home, engine: LocalEngine) -> None:
    put(home, "1.csv", calls("C1"))
    troubles: list[str] = []
    watcher = Watcher(engine, home, home.landing, trouble=troubles.append)
    with claimed(home, "daily", ["phone"], FIRST, FIRST):
        assert watcher.tick() == []
    assert "daily" in troubles[0]
    assert [result.ingested for result in watcher.tick()] == [1]


def test_sigterm_ends_a_watch_between_two_ticks(home: Home) -> None:
    put(home, "1.csv", calls("C1"))
    command = [sys.executable, "-c", "from jobs.cli import main; main()", "stream", "--every", "1"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert "새 레코드 1건" in process.stdout.readline()
        landed = time.monotonic()
        put(home, "2.csv", calls("C2", "C3"))
        assert "새 레코드 2건" in process.stdout.readline()
        assert time.monotonic() - landed < 60
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0, said
    assert "멈추었습니다" in said
    assert counted(home) == [(FIRST, 3)]
    done = CliRunner().invoke(cli, ["stream", "--once"], standalone_mode=False)
    assert (done.exception, done.stdout) == (None, "")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("java") is None, reason="Java가 없어 Spark를 켤 수 없습니다")
def test_spark_streams_into_the_same_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: LocalEngine
) -> None:
    """Three starts over one checkpoint, the second of which dies after its commits; the third ends with every record
    once, and with the tables of the embedded engine.
    """
    from jobs import stream as streaming

    monkeypatch.setenv("DASAN_TOKEN_KEY", os.urandom(32).hex())
    landing, spark_home, local_home = tmp_path / "landing", Home(tmp_path / "spark"), Home(tmp_path / "local")
    spark: Any = make_engine("spark", master="local[2]")
    told: list[int] = []

    def once() -> None:
        said = lambda result: told.append(result.ingested)  # noqa: E731
        streaming.stream_spark(spark, spark_home, landing, threading.Event(), said, once=True)

    lf.put(landing, "phone", "1.csv", calls("C1", "C2"), FIRST.isoformat())
    lf.put(landing, "phone", ".half.csv", calls("C9"), FIRST.isoformat())
    lf.put(landing, "phone", "_origin.json", b'{"origin": "synthetic"}', FIRST.isoformat())
    once()
    assert told == [2]
    lf.put(landing, "phone", "2.csv", calls("C2", "C3"), FIRST.isoformat())
    honest = streaming.run_days

    def dying(*given: Any) -> None:
        honest(*given)
        raise OSError("the driver is gone")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="the driver is gone"):
        patch.setattr(streaming, "run_days", dying)
        once()
    once()
    assert told == [2, 0]  # Spark gave the batch again; its file was in bronze already
    spark.close()
    Pipeline(engine, local_home, landing).run(FIRST, FIRST)
    for table in LAKE:
        assert contents(engine, spark_home, table) == contents(engine, local_home, table)
    assert counted(spark_home) == counted(local_home) == [(FIRST, 3)]
