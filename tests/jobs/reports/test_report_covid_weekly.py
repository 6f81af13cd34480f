"""The weekly trend: it finds what was planted, is silent where there is nothing, and says what it lacks."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from invented_marts import invent, span, write
from real_types import Added, autumn, renamed
from remaking import methods_of

from jobs import query
from jobs.errors import WrongUse
from jobs.reports import charts, covid_weekly, publish, weekly_places
from jobs.reports.document import Chart, Document, Number, Table, Text, written
from jobs.settings import Home
from schemas.codes import code_list

MONDAY, SUNDAY = date(2021, 12, 6), date(2021, 12, 12)
PASS_START = date(2021, 12, 3)  # 방역패스 확대 발표
TOGETHER = ("11500", "11470")  # 강서구, 양천구: neighbours
SECTIONS = [
    "추세와 수준",
    "무엇이 늘고 줄었나",
    "계열의 이동",
    "자치구",
    "정책의 효과",
    "새로 나타난 주제",
    "경보 기록",
    "다음 주 전망",
    "자료 품질",
    "방법과 주의",
]


def _planted() -> tuple[Any, str, str]:
    """From 3 December three times the contacts of a vaccine-pass type; in the week two districts ask of all COVID twice
    as much, and a type is asked for the first time."""
    rows = autumn(SUNDAY)
    new = [row["type_code"] for row in rows["dim_type"] if row["covid_group"] == "suspected"][-1]
    passes = next(row["type_code"] for row in rows["dim_type"] if row["covid_subgroup"] == "vaccine_pass")
    dropped = [r for r in rows["type_daily"] if r["type_code"] == new and r["contact_date"] < MONDAY]
    rows["type_daily"] = [r for r in rows["type_daily"] if not (r["type_code"] == new and r["contact_date"] < MONDAY)]
    added, draw = Added(rows), random.Random(8)
    hourly = {}
    for row in rows["volume_hourly"]:
        hourly.setdefault((row["contact_date"], row["channel"]), []).append(row)
    for row in dropped:  # what is not typed is not counted by hour either
        left = row["consultation_count"]
        for each in hourly[row["contact_date"], row["channel"]]:
            taken = min(left, each["covid_count"])
            for name in ("covid_count", "consultation_count", "contact_count"):
                each[name] -= taken
            left -= taken
        assert left == 0
    for row in list(rows["type_daily"]):
        key = (row["contact_date"], row["type_code"], row["district_code"])
        if row["type_code"] == passes and row["contact_date"] >= PASS_START:
            added.add(*key, 2 * row["consultation_count"], row["channel"])
        elif row["covid_group"] and row["contact_date"] >= MONDAY and row["district_code"] in TOGETHER:
            added.add(*key, row["consultation_count"] + draw.randrange(2), row["channel"])
    return rows, passes, new


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Any:
    home = Home(tmp_path_factory.mktemp("weekly"))
    rows, passes, new = _planted()
    write(home.marts, rows)
    with query.connect(home) as conn:
        yield covid_weekly.build(conn, "2021-W49"), passes, new


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Any:
    home = Home(tmp_path_factory.mktemp("quiet"))
    write(home.marts, autumn(SUNDAY))
    with query.connect(home) as conn:
        yield covid_weekly.build(conn, "2021-W49")


def _tables(document: Document) -> dict[str, Table]:
    return {table.table_id: table for table in document.tables()}


def _rows(document: Document, table_id: str) -> dict[str, list[str]]:
    return {written(row[0]): [written(cell) for cell in row[1:]] for row in _tables(document)[table_id].rows}


def _text(document: Document) -> str:
    blocks = [block for section in document.sections for block in section.blocks]
    return "\n".join(block.text for block in (*document.key_messages, *blocks) if isinstance(block, Text))


def test_its_structure(planted: Any) -> None:
    document: Document = planted[0]
    assert [section.title for section in document.sections] == SECTIONS
    assert {name: [column.title for column in table.columns] for name, table in _tables(document).items()} == {
        "levels": ["그룹", "이번 주", "지난주", "증감", "증감률", "지난주 대비", "비중의 추세", "수준"],
        "contribution": ["유형", "이번 주", "지난주", "증감(기여)", "증감률", "지난주 대비"],
        "channels": ["계열", "이번 주", "비중(%)", "지난주 비중(%)", "차이(%p)", "95% 아래(%p)", "95% 위(%p)"],
        "districts": ["자치구", "이번 주(건)", "1만 명당", "지난주(건)", "증감률", "판정"],
        "event_effects": [
            "시작", "사건", "본 상담", "뒤의 날", "뒤의 건수", "효과", "95% 아래", "95% 위", "효과에 따른 건수", "판정",
        ],
        "emerging": ["처음 본 날", "유형", "무엇을 묻나", "이번 주"],
        "alarms": ["상담", "상태", "시작", "길이", "정점", "정점의 건수", "기대값", "하루 상한"],
        "forecast": ["날", "전망", "95% 아래", "95% 위"],
        "forecast_review": ["날", "전망", "95% 아래", "95% 위", "실제", "구간"],
        "quality": ["지표", "값", "기준"],
    }  # fmt: skip
    assert [chart.chart_id for chart in document.charts()] == ["weeks", "waterfall"]


def test_volume_agrees_with_plain_sql(planted: Any) -> None:
    document: Document = planted[0]
    sql = "SELECT sum(covid_count) FROM volume_hourly WHERE contact_date BETWEEN ? AND ?"
    now, before = (
        document.ledger.conn.execute(sql, [MONDAY - timedelta(back), SUNDAY - timedelta(back)]).fetchone()[0]  # type: ignore[index]
        for back in (0, 7)
    )
    assert _rows(document, "levels")["코로나19 전체"][:3] == [f"{now:,}", f"{before:,}", f"{now - before:+,}"]
    assert f"{now:,}건" in document.key_messages[0].text
    assert f"{now - before:+,}건" in document.key_messages[0].text


def test_contributions_add_up_to_the_change(planted: Any) -> None:
    rows = _tables(planted[0])["contribution"].rows
    changes = [cell.value for row in rows for cell in row[3:4] if isinstance(cell, Number)]
    assert sum(changes[:-1]) == changes[-1]
    chart = next(chart for chart in planted[0].charts() if chart.kind == "waterfall")
    values = [figure.value for figure in chart.bars if figure is not None]
    assert values[0] + sum(values[1:-1]) == values[-1]
    assert "<svg" in charts.svg(chart)


def test_the_policy_effect_is_found_with_its_size(planted: Any, quiet: Document) -> None:
    row = next(row for row in _tables(planted[0])["event_effects"].rows if "확대" in written(row[1]))
    middle, lower, upper = (cell.value for cell in row[5:8] if isinstance(cell, Number))
    conn, days = planted[0].ledger.conn, (PASS_START, SUNDAY)
    sql = (
        "SELECT sum(consultation_count) FROM type_daily "
        "WHERE covid_subgroup = 'vaccine_pass' AND contact_date BETWEEN ? AND ?"
    )
    after, before = (conn.execute(sql, list(w)).fetchone()[0] for w in (days, (date(2021, 11, 23), date(2021, 12, 2))))  # type: ignore[index]
    assert lower < (after / before - 1) * 100 < upper
    assert lower < middle < upper
    assert row[9] == "늘었음"
    calm = next(row for row in _tables(quiet)["event_effects"].rows if "확대" in written(row[1]))
    assert calm[9] == "근거 없음"


def test_neighbours_that_rose_together_are_a_cluster(planted: Any, quiet: Document) -> None:
    said = {name: cells[-1] for name, cells in _rows(planted[0], "districts").items()}
    assert {said["강서구"], said["양천구"]} == {"늘었음"}
    assert sum(word == "늘었음" for word in said.values()) <= 4
    assert "양천구, 강서구" in _text(planted[0])
    assert list({cells[-1] for cells in _rows(quiet, "districts").values()} - {"-", "판단 보류", ""}) == []


def test_what_is_new_is_named_with_its_first_day(planted: Any, quiet: Document) -> None:
    document, _, new = planted
    rows = _tables(document)["emerging"].rows
    assert [written(row[1]) for row in rows] == [document.ledger.types[new]["type_name"]]
    assert written(rows[0][0]).startswith("12월 6일")
    assert "emerging" not in _tables(quiet)


def test_alarms_are_logged(planted: Any, quiet: Document) -> None:
    document, passes, _ = planted
    row = _rows(document, "alarms")[document.ledger.types[passes]["type_name"]]
    assert row[1] in ("12.3.", "12.4.", "12.5.")
    observed, expected, upper = (float(cell.replace(",", "")) for cell in row[4:7])
    assert expected < upper < observed
    assert "경보" in document.key_messages[-1].text
    assert len(_tables(quiet)["alarms"].rows if "alarms" in _tables(quiet) else ()) <= 1


def test_only_what_holds_is_a_key_message(planted: Any, quiet: Document) -> None:
    document, passes, new = planted
    text = "\n".join(message.text for message in document.key_messages)
    names = {document.ledger.types[code]["type_name"] for code in (passes, new)}
    assert any(f"늘어난 유형은 ‘{name}’" in text for name in names)
    assert "‘방역패스 확대 발표’ 뒤 방역패스 상담 건수는" in text
    calm = "\n".join(message.text for message in quiet.key_messages)
    assert "확대 발표" not in calm
    assert "근거는 없습니다" in calm
    assert "우연을 넘어 늘거나 준 유형은 찾지 못했습니다" in calm


def test_every_estimate_is_made_again_from_its_step(planted: Any) -> None:
    assert methods_of(planted[0], planted[0].ledger.conn) == {
        "covid-weekly.alarms",
        "covid-weekly.event-effect",
        "covid-weekly.forecast",
        "covid-weekly.share-change",
    }


def test_the_forecast_is_reviewed_against_what_came(quiet: Document) -> None:
    rows = _rows(quiet, "forecast_review")
    assert len(rows) == 7
    for cells in rows.values():
        lower, upper, actual = (float(cell.replace(",", "")) for cell in cells[1:4])
        assert cells[4] == ("안" if lower <= actual <= upper else "밖")
    assert sum(cells[4] == "안" for cells in rows.values()) >= 5
    assert next(iter(_rows(quiet, "forecast"))).startswith("12월 13일")


def test_the_first_week_says_what_it_lacks(marts_of: Any) -> None:
    rows = renamed(invent(span(MONDAY, SUNDAY), 300))
    document = covid_weekly.build(marts_of(rows), "2021-W49")
    assert [section.title for section in document.sections] == SECTIONS
    text = _text(document)
    for words in (
        "지난주 0일이어서 지난주와 견주지 않았습니다",
        "주별 그림을 그리지 않았습니다",
        "늘고 줄었는지 가르지 않았습니다",
        "이웃 구를 가려내지 않았습니다",
        "새로 나타난 주제를 말하지 않습니다",
        "경보를 내지 않았습니다",
        "다음 주 전망을 싣지 않았습니다",
    ):
        assert words in text, words
    assert "판단 보류" in _rows(document, "levels")["코로나19 전체"][-1]


def test_other_channels_last_week_are_no_change(marts_of: Any) -> None:
    rows = renamed(invent(span(MONDAY - timedelta(7), SUNDAY), 300))
    for table in ("volume_hourly", "type_daily"):
        rows[table] = [r for r in rows[table] if r["channel"] != "sms" or r["contact_date"] >= MONDAY]
    text = _text(covid_weekly.build(marts_of(rows), "2021-W49"))
    assert "지난주와 자료가 있는 채널이 달라(문자) 지난주와 견주지 않았습니다" in text


def test_numbers_are_equal_in_all_formats(planted: Any, tmp_path: Path) -> None:
    document: Document = planted[0]
    files = publish(document, document.ledger, tmp_path, ["html", "csv"], home=Home(tmp_path))
    page = next(path for path in files if path.suffix == ".html").read_text(encoding="utf-8")
    for table in document.tables():
        for row in table.rows:
            for cell in row:
                assert not isinstance(cell, Number) or f">{cell.text}<" in page


@pytest.mark.parametrize(
    ("week", "words"), [("2021-50", "주가 아닙니다"), ("2021-W54", "주가 아닙니다"), ("2020-W10", "자료가 없습니다")]
)
def test_wrong_weeks(planted: Any, week: str, words: str) -> None:
    with pytest.raises(WrongUse, match=words):
        covid_weekly.build(planted[0].ledger.conn, week)


def test_the_last_week_is_the_default(planted: Any) -> None:
    assert covid_weekly.last_week(planted[0].ledger.conn) == "2021-W49"


def test_clusters() -> None:
    assert weekly_places.clusters(["11110", "11140", "11740"]) == [["11110", "11140"]]
    assert weekly_places.clusters([]) == []
    neighbours = code_list("district_neighbours")
    known = {row.cells["district_code"] for row in code_list("districts")}
    assert {row[name] for row in neighbours for name in ("district_code", "neighbour_code")} == known
    assert all(row["district_code"] < row["neighbour_code"] for row in neighbours)


def test_neighbours_are_those_of_the_map(real_data: Path) -> None:
    """Districts of which two legal dongs share a point of their borders."""
    text = (real_data / "seoul-districts" / "seoul_neighborhoods_geo_simple.json").read_text(encoding="utf-8")
    at: dict[tuple[float, float], set[str]] = defaultdict(set)
    for feature in json.loads(text)["features"]:
        shape = feature["geometry"]
        polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        for point in (point for polygon in polygons for ring in polygon for point in ring):
            at[round(point[0], 6), round(point[1], 6)].add(feature["properties"]["EMD_CD"][:5])
    found = {(a, b) for codes in at.values() for a in codes for b in codes if a < b}
    assert found == {(row["district_code"], row["neighbour_code"]) for row in code_list("district_neighbours")}


def test_a_masked_bar_is_not_drawn(planted: Any) -> None:
    figure = next(iter(planted[0].figures().values()))
    chart = Chart("w", "", ("a", "b"), (figure, figure), "건", (), "", "", kind="waterfall")
    masked, figure.masked = figure.masked, True
    try:
        with pytest.raises(ValueError, match="masked"):
            charts.svg(chart)
    finally:
        figure.masked = masked
