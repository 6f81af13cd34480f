"""Types over days that were classified by different versions of the taxonomy."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import landing_files as lf
import pytest
from streamlit.testing.v1 import AppTest

from dashboards import charts, queries
from jobs.engine.local import LocalEngine
from jobs.pipeline import Pipeline
from jobs.query import connect
from jobs.settings import Home
from schemas.codes import CHANNELS
from schemas.taxonomy.crosswalk import NOT_IN_VERSION

DAYS = (date(2021, 12, 14), date(2021, 12, 15))


@pytest.fixture
def changed(home: Home, engine: LocalEngine, monkeypatch: pytest.MonkeyPatch) -> Home:
    for day, version in zip(DAYS, ("2019", "2022"), strict=True):
        calls = [
            lf.call(f"{day}-{n}", text, day=day.isoformat())
            for n, text in enumerate(["백신 예약 변경", "수돗물 녹물이 나와요"])
        ]
        lf.put(home.landing, "phone", "a.csv", lf.csv_bytes(lf.CALL_HEADER, calls), day.isoformat())
        monkeypatch.setenv("DASAN_TAXONOMY", version)
        Pipeline(engine, home, home.landing).run(day, day)
    return home


def test_every_version_counts_every_consultation(changed: Home) -> None:
    with connect(changed) as conn:
        assert queries.taxonomy_versions(conn, DAYS) == ["2019", "2022"]
        for version in ("2019", "2022"):
            types = queries.top_types(conn, DAYS, CHANNELS, version, limit=9999)
            days = [queries.type_by_day(conn, DAYS, CHANNELS, version, code) for code in types["type_code"]]
            assert all(list(found["contact_date"].dt.date) == list(DAYS) for found in days)
            assert sum(found["typed"].sum() for found in days) <= 4.0 + 1e-9
        back = queries.type_by_day(conn, DAYS, CHANNELS, "2019", NOT_IN_VERSION)
    assert back["typed"].tolist() == [0.0, 1.0]  # the vaccine came after 2019
    assert back["classified_version"].tolist() == ["2019", "2022"]


def test_the_break_is_drawn(changed: Home) -> None:
    with connect(changed) as conn:
        by_day = queries.type_by_day(conn, DAYS, CHANNELS, "2019", NOT_IN_VERSION)
        one = queries.type_by_day(conn, (DAYS[0], DAYS[0]), CHANNELS, "2019", NOT_IN_VERSION)
    layers = charts.type_chart(by_day, "2019").to_dict()["layer"]
    assert [layer["mark"]["type"] for layer in layers] == ["bar", "rule"]
    assert charts.type_chart(one, "2019").to_dict()["mark"]["type"] == "bar"


def test_the_page_offers_both(changed: Home) -> None:
    app = AppTest.from_file(str(Path(charts.__file__).with_name("app.py")), default_timeout=60).run()
    assert not app.exception
    assert app.selectbox(key="version").value == "2022"
    app.selectbox(key="version").set_value("2019").run()
    assert not app.exception
    assert any("대응표" in caption.value for caption in app.caption)
