"""Marts for the pages, made once by the whole pipeline: a day of calls, then a day of all nine channels, synthetic."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from landing_files import CALL_HEADER, DAY, call, csv_bytes, nine_channels, put

from jobs.engine import make_engine
from jobs.pipeline import Pipeline
from jobs.settings import Home

SYNTHETIC = date.fromisoformat(DAY)
OPERATIONAL = SYNTHETIC - timedelta(days=1)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("dashboards"))
    day = OPERATIONAL.isoformat()
    calls = [call(f"E{i}", "여권 발급 기간 문의", day=day) for i in range(3)]
    calls += [call("E3", "코로나 백신 예약 문의", day=day, ARS코드="0"), call("E4", day=day, 결과="포기", 통화시간="")]
    put(home.landing, "phone", "calls.csv", csv_bytes(CALL_HEADER, calls), day)
    nine_channels(home.landing, SYNTHETIC.isoformat())
    for channel in home.landing.iterdir():
        (channel / SYNTHETIC.isoformat() / "_origin.json").write_text(json.dumps({"origin": "synthetic"}))
    engine = make_engine("local", workers=1)
    try:
        Pipeline(engine, home, home.landing).run(OPERATIONAL, SYNTHETIC)
    finally:
        engine.close()
    return home


@pytest.fixture
def page() -> Path:
    return Path(__file__).parents[2] / "dashboards" / "app.py"
