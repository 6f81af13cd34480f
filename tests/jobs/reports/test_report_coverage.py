"""Comparisons between days and months that do not have the same channels, and data without an hour."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from invented_marts import DAY, Rows, invent, span

from jobs.reports import charts, covid_daily, voc
from jobs.reports.document import Chart, Document, Number, Table, Text, say, written
from jobs.reports.figures import Figure, Ledger

YESTERDAY = DAY - timedelta(days=1)


def _without(rows: Rows, channel: str, days: list[date], *, landed: bool = False) -> Rows:
    """The rows without a channel on some days; its records still arrived if `landed`."""
    for name, column in (("volume_hourly", "contact_date"), ("type_daily", "contact_date")):
        rows[name] = [row for row in rows[name] if not (row["channel"] == channel and row[column] in days)]
    if not landed:
        rows["quality_daily"] = [
            row for row in rows["quality_daily"] if not (row["channel"] == channel and row["landing_date"] in days)
        ]
    return rows


def _rows(document: Document, table_id: str) -> dict[str, list[str]]:
    table = next(table for table in document.tables() if table.table_id == table_id)
    return {written(row[0]): [written(cell) for cell in row[1:]] for row in table.rows}


def _text(document: Document) -> str:
    blocks = [block for section in document.sections for block in section.blocks]
    return "\n".join(block.text if isinstance(block, Text) else block.note for block in blocks)


def test_a_month_without_the_phone_is_not_compared_in_the_key_message(marts_of: Any) -> None:
    november = span(date(2021, 11, 27), date(2021, 11, 30))
    rows = _without(invent(november + span(date(2021, 12, 1), date(2021, 12, 4)), 900), "phone", november)
    rows = _without(rows, "foreign", november)
    document = voc.build(marts_of(rows), "2021-12", "city")
    assert "지난달과는 전화 자료가 있는 날이 달라" in " ".join(message.text for message in document.key_messages)
    opening = next(message.text for message in document.key_messages if "하루 평균" in message.text)
    assert "%" not in opening
    assert _rows(document, "compared")["지난달"][-1] == "견주지 않음"
    assert "지난달과 이번 달의 자료가 있는 채널이 다릅니다(전화" in _text(document)
    assert "늘고 준 유형을 가려내지 않았습니다" in _text(document)
    assert not {"risen", "fallen"} & {table.table_id for table in document.tables()}
    assert _rows(document, "series")["전화"][3:] == ["자료 없음", ""]


def test_a_month_without_another_channel_is_compared_with_a_caveat(marts_of: Any) -> None:
    days = span(date(2021, 12, 1), date(2021, 12, 4))
    november = span(date(2021, 11, 27), date(2021, 11, 30))
    document = voc.build(marts_of(_without(invent(november + days, 900), "sms", days)), "2021-12", "city")
    assert "(자료가 있는 채널이 다름)" in " ".join(message.text for message in document.key_messages)
    row = _rows(document, "series")["문자"]
    assert row[:3] == ["자료 없음", "", "자료 없음"]
    assert row[4] == ""


@pytest.mark.parametrize("landed", [True, False])
def test_a_small_channel_is_absent_only_when_nothing_of_it_arrived(marts_of: Any, landed: bool) -> None:
    rows = _without(invent([YESTERDAY, DAY], 3000), "naver", [DAY], landed=landed)
    document = covid_daily.build(marts_of(rows), DAY)
    assert ("(자료가 있는 채널이 다름)" in document.key_messages[1].text) is not landed
    assert ("자료가 있는 채널이 다릅니다" in _text(document)) is not landed


def test_the_brief_does_not_compare_with_a_day_without_the_phone(marts_of: Any) -> None:
    document = covid_daily.build(marts_of(_without(invent([YESTERDAY, DAY], 900), "phone", [YESTERDAY])), DAY)
    assert "전일과는 전화 자료가 한쪽에만 있어" in document.key_messages[1].text
    groups = next(table for table in document.tables() if table.table_id == "covid_groups")
    assert "전일과 당일의 자료가 있는 채널이 다릅니다(전화" in groups.note
    assert "자료가 없는 날이 있는 큰 채널: 전화 1일" in _text(document)


def test_a_series_without_data_has_no_zero_in_the_hours(marts_of: Any) -> None:
    document = covid_daily.build(marts_of(_without(invent([DAY], 900), "sms", [DAY])), DAY)
    assert set(_rows(document, "hours")["문자"]) == {"자료 없음"}


@pytest.mark.parametrize("origin", ["petitions", "faq"])
def test_data_without_an_hour_has_no_table_of_hours(marts_of: Any, origin: str) -> None:
    document = covid_daily.build(marts_of(invent([DAY], 300, origin=origin)), DAY)
    assert "시각을 알 수 없는 자료여서 시간대별 표를 싣지 않았습니다." in _text(document)
    assert not {"hours", "hours_annex"} & {table.table_id for table in document.tables()}


def test_figures_by_resident_say_on_how_many_contacts_they_rest(conn: Any) -> None:
    sql = "SELECT sum(consultation_count) FILTER (district_code <> ''), sum(consultation_count) FROM type_daily"
    known, total = conn.execute(f"{sql} WHERE contact_date BETWEEN '2021-12-01' AND ?", [DAY]).fetchone()
    document = voc.build(conn, "2021-12", "city")
    assert f"자치구가 확인된 상담(전체의 {known * 100 / total:.1f}%)만 센 것" in _text(document)
    assert "자치구가 확인된 상담(전체의" in _text(covid_daily.build(conn, DAY))


def test_masked_numbers_in_words(conn: Any) -> None:
    ledger = Ledger(conn, "test")
    found = ledger.by("type_count", (DAY, DAY), ["type_code", "district_code"]).values()
    small = next(figure for figure in found if 0 < int(figure.value or 0) < 5)
    from jobs.reports import derived

    change = Number(derived.change(ledger, small, ledger.figure("type_count", (DAY, DAY))), with_unit=True)
    ledger.protect()
    assert Number(small, with_unit=True).text == "5건 미만"
    assert Number(small).text == "5 미만"
    assert say("전일 대비 {}({}).", change, change).text == "전일 대비 작은 수여서 싣지 않음."


def test_a_chart_of_zeros_has_a_scale_of_whole_numbers(conn: Any) -> None:
    import re

    window = (DAY, DAY)
    zero = Figure("zero", "type_count", 0, 0, None, window, "", "건", "정수", "", is_count=True)
    labels = ("1", "2", "3")
    drawn = charts.svg(Chart("zero", "", labels, (zero,) * 3, "전체", (zero,) * 3, "일부", ""))
    ticks = re.findall(r"<text[^>]*>\s*([\d.,]+)\s*</text>", drawn)
    assert sorted(ticks) == sorted(["1", "2", "3", "0", "1", "0", "1"])


def test_every_table_has_as_many_cells_as_columns(conn: Any) -> None:
    for document in (covid_daily.build(conn, DAY), voc.build(conn, "2021-12", "city")):
        tables: list[Table] = document.tables()
        assert all(len(row) == len(table.columns) for table in tables for row in table.rows)
