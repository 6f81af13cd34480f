"""The annual statistics, from marts that hold a simulated city's plan: the published tables, digit for digit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from invented_marts import Rows, write
from published import csv_rows, pdf_text, squeezed, texts

from jobs import query
from jobs.errors import WrongUse
from jobs.reports import channel_stats
from jobs.reports.breaks import marks
from jobs.reports.document import Document, Table
from jobs.reports.release import publish_channel_stats
from jobs.settings import Home
from jobs.simulate.plan import CATEGORIES, day_plan
from schemas.codes import CHANNELS, breaks_between, codes_on

OUTBOUND = 321


def planned(years: range, first: date | None = None) -> Rows:
    """Volume, telephone and type marts of the city's plan, a row a day and channel; 321 outbound calls in each year."""
    series = {code: row["series"] for code, row in codes_on("channels", date(2021, 1, 1)).items()}
    rows: Rows = {"volume_hourly": [], "phone_daily": [], "type_daily": [], "quality_daily": []}
    days = [
        date(years[0], 1, 1) + timedelta(i) for i in range((date(years[-1], 12, 31) - date(years[0], 1, 1)).days + 1)
    ]
    for day in (day for day in days if first is None or day >= first):
        for channel in CHANNELS:
            plan = day_plan(channel, day, 1.0, 7)
            lost = plan.contacts - plan.consultations
            outbound = OUTBOUND if (day.month, day.day, channel) == (5, 5, "phone") else 0
            if plan.contacts:
                at = {"contact_date": day, "channel": channel, "series": series[channel]}
                rows["volume_hourly"].append(_volume(at, plan.contacts + outbound, plan, lost, outbound))
                rows["type_daily"] += _types(at, plan)
                if series[channel] == "phone":
                    rows["phone_daily"].append(_calls(at, plan, lost))
    return rows


def _volume(at: dict[str, Any], contacts: int, plan: Any, lost: int, outbound: int) -> dict[str, Any]:
    names = ("unclassified_count", "handed_off_count", "late_count")
    counts = {"contact_count": contacts, "consultation_count": plan.consultations, "abandoned_count": lost}
    counts |= {"outbound_count": outbound, "covid_count": sum(plan.categories[1:])}
    return at | dict.fromkeys(names, 0) | counts | {"contact_hour": 10, "origin": "synthetic"}


def _types(at: dict[str, Any], plan: Any) -> Iterator[dict[str, Any]]:
    for name, count in zip(CATEGORIES, plan.categories, strict=True):
        cells = {"type_code": name, "covid_group": "" if name == "none" else "general", "taxonomy_version": "2022"}
        cells |= {"covid_subgroup": name if name.startswith("vaccine") else "", "consultation_count": count}
        yield at | cells | {"domain": "", "department_code": "", "district_code": "", "review_count": 0}


def _calls(at: dict[str, Any], plan: Any, lost: int) -> dict[str, Any]:
    cells = {"contact_date": at["contact_date"], "channel": at["channel"], "ars_code": "3", "abandoned_count": lost}
    cells |= {"inflow_count": plan.contacts, "answered_count": plan.consultations}
    return cells | dict.fromkeys(("wait_seconds_sum", "wait_known_count", "talk_seconds_sum"), 0)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    found = Home(tmp_path_factory.mktemp("home"))
    write(found.marts, planned(range(2018, 2022)))
    return found


@pytest.fixture(scope="module")
def conn(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with query.connect(home) as opened:
        yield opened


@pytest.fixture(scope="module")
def document(conn: duckdb.DuckDBPyConnection) -> Document:
    return channel_stats.build(conn, 2021)


def table(document: Document, table_id: str) -> list[list[str]]:
    return texts(next(table for table in document.tables() if table.table_id == table_id))


def test_the_channel_table_is_the_published_one(document: Document) -> None:
    head, *rows = table(document, "channels")
    assert head == ["구분", "합계", "전화", "비전화", "챗봇", "스마트불편신고", "문자", "수어", "민간포털"]
    assert rows[:4] == [
        ["2018년", "5,868,689", "4,258,451", "1,610,238", "도입 전", "610,617", "971,131", "14,310", "14,180"],
        ["2019년", "4,868,127", "3,129,674", "1,738,453", "39,903", "697,636", "965,328", "20,011", "15,575"],
        ["2020년", "6,238,229", "4,118,511", "2,119,718", "501,221", "719,464", "857,666", "25,450", "15,917"],
        ["2021년", "7,516,257", "4,467,628", "3,048,629", "1,419,632", "798,756", "791,295", "22,527", "16,419"],
    ]
    assert rows[4] == ["2021년 하루 평균", "20,592", "12,240", "8,352", "3,889", "2,188", "2,168", "62", "45"]


def test_shares_name_the_level_at_which_they_are_rounded(document: Document) -> None:
    """X5: 59.5 and 40.5 come of the six series; as a two-way split it is 59.4 and 40.6."""
    rows = {row[0]: row[1:] for row in table(document, "channels")}
    assert rows["비중(%), 둘로 나눔"][1:3] == ["59.4", "40.6"]
    six = rows["비중(%), 여섯 계열"]
    assert six[1] == "59.5"
    assert sum(float(cell) for cell in six if cell) == pytest.approx(100)
    assert rows["2020년 대비(%)"] == ["+20.5", "+8.5", "+43.8", "+183.2", "+11.0", "-7.7", "-11.5", "+3.2"]


def test_the_telephone_table_is_the_published_one_and_counts_no_outbound_call(document: Document) -> None:
    head, *rows = table(document, "phone")
    assert head == ["구분", "인입량", "응대량", "응대율(%)", "포기량"]
    assert rows == [
        ["2018년", "5,022,549", "4,258,451", "84.8", "764,098"],
        ["2019년", "3,603,762", "3,129,674", "86.8", "474,088"],
        ["2020년", "5,305,817", "4,118,511", "77.6", "1,187,306"],
        ["2021년", "5,521,102", "4,467,628", "80.9", "1,053,474"],
        ["2020년 대비", "+4.1%", "+8.5%", "+3.3%p", "-11.3%"],
    ]
    said = [block.text for section in document.sections for block in section.blocks if hasattr(block, "template")]
    assert any(f"아웃바운드 전화 {OUTBOUND}건은 인입에도 상담에도 넣지 않았습니다" in text for text in said)


def test_the_covid_table_is_the_published_one(document: Document) -> None:
    _, *rows = table(document, "covid")
    assert rows == [
        ["2020년(01-23~12-31)", "344", "5,895,571", "17,138", "1,120,001", "3,256", "19.0"],
        ["2021년(01-01~12-31)", "365", "7,516,257", "20,592", "1,991,566", "5,456", "26.5"],
        ["2020년 대비", "", "+27.5%", "+20.2%", "+77.8%", "+67.6%", ""],
    ]
    parts = {row[0]: row[1:] for row in table(document, "covid_parts")[1:]}
    assert parts["백신"] == ["04-01~12-31", "574,845", "1,642,414", "35.0"]
    assert parts["방역패스"][:2] == ["12-03~12-31", "8,671"]
    months = {row[0]: row[3] for row in table(document, "covid_months")[1:]}
    assert months["8월"] == "31.2" == max(months.values(), key=float)


def test_printed_values_that_are_odd_are_told(document: Document) -> None:
    rows = {(row[0], row[1]): row[2:] for row in table(document, "printed")[1:]}
    year = "2021-01-01~12-31"
    assert {verdict for (name, _), (_, _, verdict, _) in rows.items() if "상담, " in name or "인입" in name} == {"같음"}
    assert rows["전화 응대량 증감률", year][:3] == ["3.6%", "8.5%", "다름"]
    assert rows["전화 응대율 증감", year][:3] == ["3.3%", "3.3%p", "같음"]
    assert "%p" in rows["전화 응대율 증감", year][3]
    assert rows["전화 비중", year][:3] == ["59.5%", "59.4%", "다름"]
    assert rows["챗봇 상담건수 증감률", year][:3] == ["183%", "183.2%", "같음"]
    assert rows["코로나19 하루 평균", year][:2] == ["5,465건", "5,456건"]
    assert rows["백신 비중", "2021-04-01~12-31"][:3] == ["35.0%", "35.0%", "같음"]


def test_each_year_gives_its_own(conn: duckdb.DuckDBPyConnection) -> None:
    for year, total in ((2018, "5,868,689"), (2019, "4,868,127"), (2020, "6,238,229")):
        found = channel_stats.build(conn, year)
        assert next(row for row in table(found, "channels") if row[0] == f"{year}년")[1] == total
    before = channel_stats.build(conn, 2019)
    assert "covid" not in {table.table_id for table in before.tables()}


def test_breaks_of_the_series_are_marked(document: Document) -> None:
    (chart,) = document.charts()
    assert "2019-03-01" in chart.note and "상담시스템 개편" in chart.note
    place = {sign: at for at, sign in chart.marks}["①"]
    assert (chart.labels[place - 1], chart.labels[place]) == ("19.02", "19.03")
    assert sum(len(signs) for _, signs in chart.marks) == len(breaks_between(date(2018, 1, 1), date(2021, 12, 31)))
    days = [date(2020, 2, 1) + timedelta(offset) for offset in range(5)]
    assert marks(days, days[-1])[0] == ((2, "①"),)
    assert marks([date(2021, 6, 1)], date(2021, 6, 30)) == ((), "")


def test_part_of_a_year_is_told_and_not_compared(marts_of: Callable[[Rows], duckdb.DuckDBPyConnection]) -> None:
    found = channel_stats.build(marts_of(planned(range(2020, 2022), first=date(2020, 7, 1))), 2021)
    assert [row[0] for row in table(found, "channels")][1:] == [
        "2021년",
        "2021년 하루 평균",
        "비중(%), 둘로 나눔",
        "비중(%), 여섯 계열",
    ]
    partly = channel_stats.build(marts_of(planned(range(2021, 2022), first=date(2021, 7, 1))), 2021)
    assert "365일 가운데 184일" in partly.key_messages[0].text
    assert "184/365" in table(partly, "covid")[1]
    printed = {row[0]: row[1] for row in table(partly, "printed")[1:]}
    assert set(printed) == {"코로나19 비중", "방역패스"}  # of August and December: no window that is not whole


def test_a_year_without_data_is_wrong_use(conn: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(WrongUse, match="2018, 2019, 2020, 2021"):
        channel_stats.build(conn, 2017)


def test_all_formats_say_the_same(home: Home, document: Document, tmp_path: Path) -> None:
    files = publish_channel_stats(home, 2021, ("html", "pdf", "xlsx", "csv"), tmp_path)
    folder = tmp_path / "channel-stats" / "2021"
    assert {path.parent for path in files} == {folder}
    shown: list[Table] = document.tables()
    for one in shown:
        assert csv_rows(folder / f"channel-stats_2021_{one.table_id}.csv")[1][0] == texts(one)[1][0]
    text = pdf_text(folder / "channel-stats_2021.pdf")
    for cell in ("7,516,257", "4,467,628", "+3.3%p", "도입 전", "합성 자료"):
        assert squeezed(cell) in text
