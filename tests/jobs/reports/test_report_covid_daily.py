"""The COVID daily brief: what it says of a day, what it says nothing of, and that it stays within its two pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pypdf
import pytest
from invented_marts import DAY, Rows, invent, more, span, write
from invented_statistics import write_statistics
from published import cells_of, everything, said, structure, table_of

from jobs import query
from jobs.reports import covid_daily, publish
from jobs.reports.covid_context import Cases
from jobs.reports.document import Document
from jobs.settings import Home
from schemas.codes import codes_on
from schemas.taxonomy import DEFAULT_VERSION, load_taxonomy

SURGE, NEW = "C004", "C900"  # invented types: one that surges for three days, one that was never asked before
STRUCTURE = Path(__file__).parent / "structures" / "covid-daily.json"


@pytest.fixture(scope="module")
def eventful(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Seven months; in the last three days one type surges and one is new."""
    home = Home(tmp_path_factory.mktemp("eventful"))
    rows = invent(span(date(2021, 5, 20), DAY) + span(date(2020, 12, 10), date(2020, 12, 20)), 700)
    rows["dim_type"].append(
        {"type_code": NEW, "type_name": "새로 나온 문의", "domain": "코로나19", "department_code": "D02"}
        | {"covid_group": "other", "covid_subgroup": ""}
    )
    last = [DAY - timedelta(days=back) for back in range(3)]
    more(rows, SURGE, last, 300)
    more(rows, NEW, last[:2], 9)
    rows["population"] = [
        {"district_code": code, "month": "2021-11", "resident_count": 300_000} for code in codes_on("districts", DAY)
    ]
    write(home.marts, rows)
    write_statistics(home)
    return home


@pytest.fixture(scope="module")
def brief(eventful: Home) -> Document:
    with query.connect(eventful) as conn:
        return covid_daily.build(conn, DAY)


def test_a_surge_is_shown_as_it_was_observed_and_expected(brief: Document, eventful: Home) -> None:
    names = {row[0]: row for row in cells_of(brief, "signals")}
    assert "코로나19 전체" in names
    row = names["코로나19 문의 05 (economic_support)"]
    with query.connect(eventful) as conn:
        [(observed,)] = query.rows(
            conn,
            "SELECT sum(consultation_count) FROM type_daily WHERE contact_date = ? AND type_code = ?",
            [DAY, SURGE],
        )
        [(expected, upper)] = query.rows(
            conn,
            "SELECT expected_count, upper_count FROM statistics.expectation_daily "
            "WHERE contact_date = ? AND level = 'type' AND code = ? AND district_code = 'all' AND series = 'all'",
            [DAY, SURGE],
        )
    assert row[1:4] == [f"{observed:,}", f"{expected:,.0f}", f"{upper:,.0f}"]
    assert row[4] == "3일째(이어짐)"
    assert observed > upper > expected
    assert "으로, 급증 3일째입니다(기대 " in brief.key_messages[0].text
    assert "가장 뚜렷한 것은 ‘" in brief.key_messages[1].text
    assert "3일째" in brief.key_messages[1].text


def test_no_surge_no_signal(marts_of: Callable[[Rows], Any], tmp_path: Path) -> None:
    home = Home(tmp_path / "quiet")
    write(home.marts, invent(span(DAY - timedelta(days=20), DAY), 300))
    write_statistics(home)
    with query.connect(home) as conn:
        document = covid_daily.build(conn, DAY)
    assert not [table for table in document.tables() if table.table_id == "signals"]
    assert "급증이 없습니다(살핀 코로나19 계열" in said(document)
    assert " 안입니다" in document.key_messages[0].text
    assert "급증 신호는 없습니다" in document.key_messages[1].text


def test_without_statistics_it_says_so_and_claims_nothing(conn: Any) -> None:
    document = covid_daily.build(conn, DAY)
    assert "통계(기대 건수와 급증)가 아직 없어" in said(document)
    messages = " ".join(message.text for message in document.key_messages)
    assert "기대" not in messages and "급증" not in messages


def test_what_is_new_is_told_from_what_is_frequent(brief: Document) -> None:
    assert cells_of(brief, "new_types") == [["새로 나온 문의", "9", "12월 13일(월)", ""]]
    ranked = cells_of(brief, "covid_types")
    assert len([row for row in ranked if row[0]]) == 10
    with_new = [row for row in ranked if "새로 나온" in row[1]]
    total = sum(int(row[2].replace(",", "")) for row in ranked)
    covid = brief.ledger.figures[f"covid_type_count:{DAY}"].value
    assert total == covid
    assert len(with_new) <= 1


def test_before_there_are_four_weeks_nothing_is_called_new(marts_of: Callable[[Rows], Any]) -> None:
    document = covid_daily.build(marts_of(invent(span(DAY - timedelta(days=20), DAY), 200)), DAY)
    assert "새로 나온 질문은 아직 가리지 못합니다" in said(document)


def test_questions_are_in_the_words_of_the_taxonomy(marts_of: Callable[[Rows], Any]) -> None:
    leaf = next(leaf for leaf in load_taxonomy(DEFAULT_VERSION).leaves if leaf.type_code == "T01001")
    rows = invent([DAY], 900)
    for row in [*rows["dim_type"], *rows["type_daily"]]:
        if row["type_code"] == "C000":
            row |= {"type_code": "T01001", "type_name": leaf.name}
    document = covid_daily.build(marts_of(rows), DAY)
    first = cells_of(document, "covid_types")[0]
    assert first[1] == leaf.name
    assert first[4] == leaf.definition


def test_trend_and_level_are_said_where_their_tests_hold(brief: Document, conn: Any) -> None:
    columns = [column.title for column in table_of(brief, "covid_groups").columns]
    assert columns[-2:] == ["추세(14일)", "수준(52주)"]
    words = {row[0]: row[-2:] for row in cells_of(brief, "covid_groups")}
    assert words["경제적 지원"][1] == "매우 높음"
    assert {trend for trend, _ in words.values()} <= {"오름", "내림", "뚜렷하지 않음", "알 수 없음"}
    young = {row[0]: row[-2:] for row in cells_of(covid_daily.build(conn, date(2021, 11, 14)), "covid_groups")}
    assert all(level == "견줄 자료 적음" for _, level in young.values())


def test_a_rising_share_is_called_rising_and_an_even_one_is_not(marts_of: Callable[[Rows], Any]) -> None:
    rows = invent(span(DAY - timedelta(days=20), DAY), 400)
    for back in range(14):
        more(rows, SURGE, [DAY - timedelta(days=back)], 14 * (14 - back))
    words = {row[0]: row[-2] for row in cells_of(covid_daily.build(marts_of(rows), DAY), "covid_groups")}
    assert words["경제적 지원"] == "오름"
    even = covid_daily.build(marts_of(invent(span(DAY - timedelta(days=20), DAY), 400)), DAY)
    assert [row[-2] for row in cells_of(even, "covid_groups")].count("뚜렷하지 않음") >= 6


def test_last_year_is_the_same_weekday(brief: Document, eventful: Home) -> None:
    with query.connect(eventful) as conn:
        now, then = (
            query.rows(conn, "SELECT sum(consultation_count) FROM volume_hourly WHERE contact_date = ?", [day])[0][0]
            for day in (DAY, date(2020, 12, 15))
        )
    row = cells_of(brief, "indicators")[0]
    assert row[-2:] == [f"{now - then:+,}", f"{(now / then - 1) * 100:+.1f}%"]
    assert "52주 전 같은 요일(2020-12-15)" in table_of(brief, "indicators").note


def test_answer_rates_differ_only_beyond_chance(marts_of: Callable[[Rows], Any]) -> None:
    rows = invent(span(DAY - timedelta(days=7), DAY), 1000)
    assert "우연의 범위" in covid_daily.build(marts_of(rows), DAY).key_messages[2].text
    for row in rows["phone_daily"]:
        if row["contact_date"] == DAY and row["ars_code"] == "0":
            row["inflow_count"] += row["answered_count"]
            row["abandoned_count"] += row["answered_count"]
    assert "떨어졌습니다" in covid_daily.build(marts_of(rows), DAY).key_messages[2].text


def test_two_pages_whatever_happens(eventful: Home, tmp_path: Path) -> None:
    """With all sections at their longest: five signals, new types, long meanings, cases, and a channel that is missing
    on the compared days."""
    cases = Cases("서울", "cases.csv", "v", {DAY - timedelta(days=back): 2000 + back for back in range(9)})
    marts = tmp_path / "marts"
    marts.mkdir()
    home = Home(tmp_path)
    for path in (eventful.marts, eventful.statistics):
        (marts / path.name).write_bytes(path.read_bytes())
    import duckdb

    with duckdb.connect(str(home.marts)) as db:
        db.execute("UPDATE dim_type SET type_name = type_name || ' 관련 시설 이용 확인서' WHERE type_code LIKE 'C%'")
        for back, mart in product((1, 7, 364), ("volume_hourly", "type_daily")):
            db.execute(f"DELETE FROM {mart} WHERE channel = 'sms' AND contact_date = ?", [DAY - timedelta(days=back)])
        db.execute("UPDATE volume_hourly SET origin = 'petitions' WHERE contact_hour = 3")
    with query.connect(home) as conn:
        document = covid_daily.build(conn, DAY, cases=cases)
        files = publish(document, document.ledger, tmp_path, ["pdf"], home=home)
    assert len(table_of(document, "signals").rows) >= 3
    assert len(document.banners) == 2
    assert len(pypdf.PdfReader(files[0]).pages) == 2


def test_its_structure_is_as_agreed(brief: Document) -> None:
    """Sections, tables and columns; to agree on another one: write `structure` into the file and read the difference."""
    assert json.loads(STRUCTURE.read_text(encoding="utf-8")) == structure(brief)


def test_nothing_small_is_in_any_file(eventful: Home, tmp_path: Path, brief: Document) -> None:
    with query.connect(eventful) as conn:
        document = covid_daily.build(conn, DAY)
        files = publish(document, document.ledger, tmp_path, ["html", "csv", "hwpx"], home=Home(tmp_path))
    assert document.title in everything(files[0].parent, document)
    for figure in document.figures().values():
        if not figure.masked:
            assert not any(0 < count.value < 5 for count in figure.counts), figure.figure_id
