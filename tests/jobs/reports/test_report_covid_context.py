"""What stands around the day of a brief: policies, confirmed cases, and whether its figures are final."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from invented_marts import DAY
from published import cells_of, said

from jobs.errors import WrongUse
from jobs.reports import covid_daily
from jobs.reports.covid_context import read_cases

SURGE = "C004"


def test_policies_of_today_and_of_the_week_come_first(conn: Any) -> None:
    rows = cells_of(covid_daily.build(conn, DAY), "policies")
    assert rows[0][:3] == ["12월 18일(토)", "시작", "일상회복 멈춤·사적 모임 4명"]
    assert all(row[1] == "시행 중" for row in rows[1:])
    on_the_day = cells_of(covid_daily.build(conn, date(2021, 12, 3)), "policies")
    assert on_the_day[0][:2] == ["오늘", "시작"]


@pytest.mark.parametrize(
    "text",
    [
        "date,new_cases\n2021-12-14,2300\n2021-12-13,2000\n2021-12-07,2500\n",
        "date,region,confirmed\n20211206,서울,100\n20211207,서울,2600\n20211212,서울,9000\n20211213,서울,11000\n"
        "20211214,서울,13300\n20211214,부산,1\n",
    ],
)
def test_confirmed_cases_stand_beside(conn: Any, tmp_path: Path, text: str) -> None:
    file = tmp_path / "cases.csv"
    file.write_text(text, encoding="utf-8")
    document = covid_daily.build(conn, DAY, cases=read_cases(file))
    [row] = cells_of(document, "cases")
    assert row[1:] == ["2,300", "+300", "+15.0%", "-200", "-8.0%"]
    figure = document.figures()[f"outside.confirmed_cases:{DAY}"]
    assert figure.unit == "명" and figure.vintage.startswith("cases.csv sha256:")


def test_cases_that_were_corrected_are_no_negative_number(conn: Any, tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    file.write_text("date,confirmed\n2021-12-13,500\n2021-12-14,490\n", encoding="utf-8")
    assert "누적이 고쳐진 날이어서" in said(covid_daily.build(conn, DAY, cases=read_cases(file)))
    assert "확진자 자료는 주어지지 않았습니다" in said(covid_daily.build(conn, DAY))
    for content, word in (
        ("a,b\n1,2\n", "new_cases"),
        ("date,confirmed\nx,1\n", "2행"),
        ("date,confirmed\n", "한 줄도"),
    ):
        file.write_text(content, encoding="utf-8")
        with pytest.raises(WrongUse, match=word):
            read_cases(file)


def test_a_day_is_final_when_a_week_of_files_has_landed(conn: Any) -> None:
    early, late = covid_daily.build(conn, date(2021, 12, 7)), covid_daily.build(conn, date(2021, 12, 8))
    assert ("구분", "확정") in early.metadata and early.subtitle.endswith("확정")
    assert ("구분", "잠정") in late.metadata and late.subtitle.endswith("잠정")
