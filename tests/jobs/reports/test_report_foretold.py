"""The forecast that is held against what came is the one that was printed, not one made anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from invented_marts import invent, span, write
from published import cells_of, csv_rows, said, table_of

from jobs import query
from jobs.reports import covid_weekly, grammar, voc, voc_edition, voc_outlook
from jobs.reports.document import Document
from jobs.reports.figures import Ledger
from jobs.reports.recompute import evaluate
from jobs.reports.release import publish_voc
from jobs.reports.release_trend import publish_covid_weekly
from jobs.settings import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Editions of week 47 and of October were published; since then the counts of September have been corrected."""
    home = Home(tmp_path)
    write(home.marts, invent(span(date(2021, 9, 1), date(2021, 12, 5)), 300))
    publish_covid_weekly(home, "2021-W47", ["csv"])
    publish_voc(home, "2021-10", "city", ["csv"])
    with duckdb.connect(str(home.marts)) as conn:
        conn.execute(
            "UPDATE type_daily SET consultation_count = 3 * consultation_count WHERE contact_date < '2021-10-01'"
        )
    return home


def _printed(home: Home, report: str, period: str, name: str) -> list[list[str]]:
    [path] = (home.reports / report / period).rglob(f"*_{name}.csv")
    return csv_rows(path)[1:]


def test_the_week_is_held_against_what_was_printed(home: Home) -> None:
    with query.connect(home) as conn:
        told = covid_weekly.build(conn, "2021-W48", None, covid_weekly.printed_before(home, "2021-W48"))
        anew = covid_weekly.build(conn, "2021-W48")
        _follows(conn, told, 21)
    printed = [row[:4] for row in _printed(home, "covid-weekly", "2021-W47", "forecast")]
    plain = [[cell.replace(",", "") for cell in row[:4]] for row in cells_of(told, "forecast_review")]
    assert plain == printed
    assert [[cell.replace(",", "") for cell in row[:4]] for row in cells_of(anew, "forecast_review")] != printed
    assert "실린 전망 그대로" in table_of(told, "forecast_review").note
    assert "지금 다시 셈한 전망" in table_of(anew, "forecast_review").note
    for _, _, lower, upper, actual, verdict in cells_of(told, "forecast_review"):
        low, high, came = (float(cell.replace(",", "")) for cell in (lower, upper, actual))
        assert verdict == ("안" if low <= came <= high else "밖")


def test_the_month_is_held_against_what_was_printed(home: Home) -> None:
    with query.connect(home) as conn:
        now = voc_edition.months(conn, "2021-11")[0]
        made = voc_outlook.outlooks(conn, now, ["city"])
        found = voc_outlook.as_printed(home, now, made)
        told, anew = (_edition(conn, outlook) for outlook in (found["city"], made["city"]))
        _follows(conn, told, 5)
        partial = replace(now, days=now.days[:-1])
        assert voc_outlook.as_printed(home, partial, made) == made
    printed = _printed(home, "voc", "2021-10", "outlook")[0][1:4]
    plain = [cell.replace(",", "") for cell in cells_of(told, "outlook")[1][1:4]]
    assert plain == printed
    assert [cell.replace(",", "") for cell in cells_of(anew, "outlook")[1][1:4]] != printed
    assert "에 실린 그대로" in table_of(told, "outlook").note
    assert "다시 셈한 것" in table_of(anew, "outlook").note
    assert "이번 달 실제 상담은 예고의" in said(told)


def _edition(conn: Any, outlook: voc_outlook.Outlook) -> Any:
    return voc.build_with_proposals(conn, "2021-11", "city", outlook=outlook)[0]


def _follows(conn: Any, document: Document, count: int) -> None:
    """What rests on printed numbers keeps the grammar, and is made again from its name and the numbers that were kept."""
    grammar.check(document)
    ledger = Ledger(conn, document.report_id)
    ledger.outside |= document.ledger.outside
    found = [figure for name, figure in document.figures().items() if "printed_" in name]
    assert len(found) >= count
    for figure in found:
        assert evaluate(ledger, figure.figure_id).value == figure.value
