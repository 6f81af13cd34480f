"""The page run by Streamlit's own test driver, and its queries against counts made by hand."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from landing_files import DAY
from streamlit.testing.v1 import AppTest

from dashboards import queries
from jobs.query import connect
from jobs.settings import Home
from schemas.codes import CHANNELS, COVID_GROUPS

DAY_OF_NINE = date.fromisoformat(DAY)
DAY_OF_CALLS = DAY_OF_NINE - timedelta(days=1)
BOTH = (DAY_OF_CALLS, DAY_OF_NINE)


def _run(page: Path, home: Home, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("DASAN_HOME", str(home.root))
    return AppTest.from_file(str(page), default_timeout=60).run()


def _metrics(app: AppTest) -> dict[str, Any]:
    return {metric.label: metric.value for metric in app.metric}


def test_page_shows_the_counts_of_the_marts(published: Home, page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = _run(page, published, monkeypatch)
    assert not app.exception
    figures = _metrics(app)
    # four answered of five calls; then two answered of three inbound calls, one foreign, seven in other channels
    assert figures["전체 상담"] == "14건"
    assert figures["전화 응대율"] == "77.8%"  # 7 of 9
    assert [banner.value for banner in app.warning] == ["합성 자료 — 실제 상담이 아님"]
    assert [heading.value for heading in app.subheader] == [
        "채널별 상담건수",
        "많이 들어온 유형",
        "코로나19",
        "전화 응대",
    ]
    table = app.dataframe[0].value
    assert list(table["합계"]) == [4, 10]
    assert any("자료 판" in caption.value and "분류 체계" in caption.value for caption in app.caption)


def test_filters_narrow_the_page(published: Home, page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = _run(page, published, monkeypatch)
    app.date_input(key="period").set_value((DAY_OF_CALLS, DAY_OF_CALLS)).run()
    assert _metrics(app)["전체 상담"] == "4건"
    assert _metrics(app)["전화 응대율"] == "80.0%"
    assert not app.warning  # that day holds nothing synthetic
    app.button_group(key="channels").set_value(["sms"]).run()
    assert not app.metric
    assert "상담이 없습니다" in app.info[0].value
    app.button_group(key="channels").set_value([]).run()
    assert "하나 이상 고르세요" in app.info[0].value
    assert not app.exception


def test_page_without_phones(published: Home, page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = _run(page, published, monkeypatch)
    app.button_group(key="channels").set_value(["sms", "chatbot"]).run()
    assert not app.exception
    assert _metrics(app)["전화 응대율"] == "–"
    assert "전화가 없습니다" in app.info[0].value


def test_page_says_what_to_do_without_marts(home: Home, page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = _run(page, home, monkeypatch)
    assert not app.exception
    assert "dasan run" in app.error[0].value
    assert not app.metric


def test_queries_agree_with_the_landed_files(published: Home) -> None:
    with connect(published) as conn:
        volume = queries.volume_by_channel(conn, BOTH, CHANNELS)
        assert volume["consultation"].sum() == 14
        assert volume.groupby("channel")["consultation"].sum().to_dict() == {"phone": 6} | dict.fromkeys(
            [channel for channel in CHANNELS if channel != "phone"], 1
        )
        phone = queries.phone_by_day(conn, BOTH, CHANNELS)
        assert phone[["inflow", "answered", "abandoned"]].to_numpy().tolist() == [[5, 4, 1], [4, 3, 1]]
        assert phone["answer_rate_pct"].round(1).tolist() == [80.0, 75.0]
        types = queries.top_types(conn, BOTH, CHANNELS, "2022", limit=100)
        assert types["typed"].sum() == 14
        assert types["share_pct"].sum() == pytest.approx(100)
        assert types["typed"].is_monotonic_decreasing
        assert (types["type_name"] != "").all()


def test_covid_is_counted_alike_by_day_and_by_group(published: Home) -> None:
    with connect(published) as conn:
        by_day = queries.covid_by_day(conn, BOTH, CHANNELS)
        groups = queries.covid_by_group(conn, BOTH, CHANNELS)
        none = queries.covid_by_group(conn, (date(2020, 1, 1), date(2020, 1, 2)), CHANNELS)
    assert list(groups["covid_group"]) == list(COVID_GROUPS)
    assert by_day["covid"].sum() == groups["covid_typed"].sum() >= 3  # two calls and a chat ask about vaccines
    assert groups["vaccine"].sum() == 3
    assert by_day["ars0_inflow"].tolist() == [1, 2]
    assert (by_day["covid_share_pct"] == 100 * by_day["covid"] / by_day["consultation"]).all()
    assert none["covid_typed"].tolist() == [0] * len(COVID_GROUPS)


def test_a_measure_is_only_taken_from_its_own_mart(published: Home) -> None:
    with connect(published) as conn, pytest.raises(ValueError, match="inflow"):
        queries._measured(conn, "volume_hourly", ("contact_date",), ("inflow",), BOTH, CHANNELS)


def test_a_break_of_the_series_is_marked() -> None:
    import pandas as pd

    from dashboards import charts
    from schemas.codes import breaks_between

    days = [date(2019, 2, 27), date(2019, 2, 28), date(2019, 3, 2)]  # nothing of the day itself
    by_day = pd.DataFrame({"contact_date": pd.to_datetime(days), "covid": [3, 4, 5]})
    found = breaks_between(days[0], days[-1])
    assert [row["break_id"] for row in found] == ["counselling_system"]
    bars = charts.count_chart(by_day, "covid", "건")
    drawn = charts.with_breaks(bars, by_day, found).to_dict()
    assert [layer["mark"]["type"] for layer in drawn["layer"]] == ["bar", "rule"]
    assert any("상담시스템 개편" in str(rows) and "2019-03-02" in str(rows) for rows in drawn["datasets"].values())
    assert charts.with_breaks(bars, by_day, []) is bars
    assert breaks_between(days[2], days[2]) == []
