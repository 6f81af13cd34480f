"""What the two reports say, and what they say when something is missing."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
from invented_marts import DAY, invent, span

from jobs import query
from jobs.errors import WrongUse
from jobs.reports import covid_daily, publish, voc
from jobs.reports.document import Document, Table, Text, written
from jobs.reports.editions import SYNTHETIC_BANNER
from jobs.settings import Home


def _table(document: Document, table_id: str) -> dict[str, list[str]]:
    """Rows by their first cell."""
    table = next(table for table in document.tables() if table.table_id == table_id)
    return {written(row[0]): [written(cell) for cell in row[1:]] for row in table.rows}


def _has(document: Document, table_id: str) -> bool:
    return any(table.table_id == table_id for table in document.tables())


def _text(document: Document) -> str:
    found = [message.text for message in document.key_messages]
    for section in document.sections:
        assert section.blocks, section.title
        found += [block.text for block in section.blocks if isinstance(block, Text)]
        found += [block.note for block in section.blocks if isinstance(block, Table)]
    return "\n".join(found)


def test_missing_marts_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="먼저 dasan run 을 실행하세요"):
        query.connect(Home(tmp_path))
    broken = Home(tmp_path)
    broken.marts.parent.mkdir()
    broken.marts.write_bytes(b"not a database")
    with pytest.raises(WrongUse, match="열 수 없습니다"):
        query.connect(broken)


def test_the_brief_agrees_with_plain_sql(conn: Any) -> None:
    document = covid_daily.build(conn, DAY)
    sql = "SELECT sum(consultation_count), sum(covid_count) FROM volume_hourly WHERE contact_date = ?"
    (total, covid), (before, _) = (conn.execute(sql, [d]).fetchone() for d in (DAY, DAY - timedelta(days=1)))
    indicators = _table(document, "indicators")
    assert indicators["전체 상담"][:3] == ["건", f"{total:,}", f"{total - before:+,}"]
    assert indicators["코로나19 상담"][1] == f"{covid:,}"
    assert f"{total:,}건" in document.key_messages[0].text
    groups = _table(document, "covid_groups")
    assert len(groups) == 7
    five = [row for name, row in groups.items() if not name.startswith("이 가운데")]
    assert round(sum(float(row[1]) for row in five), 1) == 100.0
    hours = _table(document, "hours")
    assert hours["전체"][-1] == f"{total:,}"
    assert len(_table(document, "districts")) == 26


def test_the_brief_is_two_pages(conn: Any, tmp_path: Path) -> None:
    document = covid_daily.build(conn, DAY)
    files = publish(document, document.ledger, tmp_path, ["pdf"], home=Home(tmp_path))
    assert len(pypdf.PdfReader(files[0]).pages) == 2


def test_the_synthetic_banner_is_there_exactly_when_it_must_be(conn: Any, marts_of: Any) -> None:
    assert SYNTHETIC_BANNER in covid_daily.build(conn, DAY).banners
    assert SYNTHETIC_BANNER in voc.build(conn, "2021-12", "11680").banners
    operational = marts_of(invent([DAY], 300, origin="operational"))
    assert covid_daily.build(operational, DAY).banners == ()
    assert voc.build(operational, "2021-12", "city").banners == ()
    petitions = marts_of(invent([DAY], 300, origin="petitions"))
    assert covid_daily.build(petitions, DAY).banners == (
        "국민청원 제목(공개 자료)로 만든 시험 운영 — 실제 상담이 아님",
    )
    mixed = invent([DAY], 300, origin="operational")
    mixed["volume_hourly"][0]["origin"] = "synthetic"
    assert covid_daily.build(marts_of(mixed), DAY).banners == (SYNTHETIC_BANNER,)


def test_a_day_without_data_names_the_days_that_are_there(conn: Any) -> None:
    with pytest.raises(WrongUse, match="2020-12-01부터 2021-12-14까지"):
        covid_daily.build(conn, date(2021, 12, 25))


def test_a_first_day_compares_with_nothing_and_says_so(marts_of: Any) -> None:
    rows = invent([DAY], 400)
    rows["phone_daily"] = []
    document = covid_daily.build(marts_of(rows), DAY)
    text = _text(document)
    assert "전일(12월 13일(월))은 자료가 없어 견주지 못했습니다" in text
    assert "추이를 그리지 않았습니다" in text
    assert "전화 자료가 없어" in text
    assert "7일 평균은 그 1일의 평균" in text
    assert _table(document, "indicators")["전체 상담"][2:6] == ["자료 없음", "", "자료 없음", ""]
    assert not document.charts()
    assert "ARS 0번 인입" not in _table(document, "indicators")


def test_other_channels_on_the_compared_day_are_pointed_out(marts_of: Any) -> None:
    rows = invent([DAY - timedelta(days=1), DAY], 600)
    rows["volume_hourly"] = [
        row for row in rows["volume_hourly"] if (row["contact_date"], row["channel"]) != (DAY, "sms")
    ]
    text = _text(covid_daily.build(marts_of(rows), DAY))
    assert "전일과 당일의 자료가 있는 채널이 다릅니다(문자)" in text
    assert "자료가 없는 채널: 문자" in text


def test_without_population_there_are_counts_and_a_sentence(conn: Any, marts_of: Any) -> None:
    bare = marts_of(invent([DAY], 900))
    for document in (covid_daily.build(bare, DAY), voc.build(bare, "2021-12", "city")):
        assert "인구를 가져오지 않아" in _text(document)
        assert not [f for f in document.figures().values() if f.unit == "건/만명"]
    for document in (covid_daily.build(conn, DAY), voc.build(conn, "2021-12", "city")):
        assert [f for f in document.figures().values() if f.unit == "건/만명"]
        assert "(2021-11)" in _text(document)


def test_a_day_without_covid_or_districts(marts_of: Any) -> None:
    rows = invent([DAY], 300)
    for row in rows["type_daily"]:
        row |= {"covid_group": "", "covid_subgroup": "", "district_code": ""}
    for row in rows["volume_hourly"]:
        row["covid_count"] = 0
    document = covid_daily.build(marts_of(rows), DAY)
    assert "코로나19 유형으로 분류된 상담이 없습니다" in _text(document)
    assert "자치구가 적힌 것이 없어" in _text(document)
    assert not _has(document, "districts")


def test_unequal_months_are_compared_by_the_day_and_it_is_said(conn: Any) -> None:
    document = voc.build(conn, "2021-12", "city")
    text = _text(document)
    assert "12월 1–14일, 14일분" in document.subtitle
    for piece in ("날수가 서로 다르므로", "하루 평균으로"):
        assert piece in text
    compared = _table(document, "compared")
    assert (compared["지난달"][0], compared["지난해 같은 달"][0]) == ("11월 1–30일, 30일분", "12월 1–5일, 5일분")
    assert compared["직전 3개월"] == ["자료 없음", "", "", ""]
    sql = "SELECT sum(consultation_count) / count(DISTINCT contact_date) FROM type_daily WHERE contact_date BETWEEN ? AND ?"
    now, before = (
        conn.execute(sql, list(window)).fetchone()[0]
        for window in ((date(2021, 12, 1), DAY), (date(2021, 11, 1), date(2021, 11, 30)))
    )
    row = _table(document, "series")["전체"]
    assert row[2:5] == [f"{now:,.1f}", f"{before:,.1f}", f"{(now / before - 1) * 100:+.1f}%"]


def test_days_missing_inside_a_month_are_counted(marts_of: Any) -> None:
    days = [day for day in span(date(2021, 12, 1), DAY) if day.day != 7]
    document = voc.build(marts_of(invent(days, 200)), "2021-12", "city")
    assert "12월 1–14일 가운데 13일분" in document.subtitle
    assert "지난달, 지난해 같은 달, 직전 3개월은 자료가 없어 견주지 못했습니다" in _text(document)
    assert "지난달 자료가 없어" in _text(document)


def test_editions_of_a_month(conn: Any) -> None:
    found = voc.recipients(conn, "2021-12")
    assert found[0] == "city"
    assert found[1] == "11110"
    assert len([name for name in found if name.isdigit()]) == 25
    assert "D02" in found
    assert "D34" not in found


def test_a_district_sees_its_own_and_the_city(conn: Any) -> None:
    document = voc.build(conn, "2021-12", "11680")
    sql = (
        "SELECT sum(consultation_count) FROM type_daily WHERE district_code = '11680' AND contact_date >= '2021-12-01'"
    )
    assert _table(document, "series")["전체"][0] == f"{conn.execute(sql).fetchone()[0]:,}"
    against = _table(document, "against_city")
    assert round(sum(float(row[2]) for row in against.values()), 1) == 100.0
    annex = next(table for table in document.tables() if table.annex)
    assert {row[3] for row in annex.rows} == {"강남구"}


def test_a_department_sees_its_types_and_where_they_come_from(conn: Any) -> None:
    document = voc.build(conn, "2021-12", "D02")
    annex = next(table for table in document.tables() if table.annex)
    assert {str(row[0])[0] for row in annex.rows} == {"C"}
    assert _has(document, "districts")
    assert not [f for f in document.figures().values() if f.unit == "건/만명"]


def test_a_recipient_without_contacts_gets_a_short_edition(marts_of: Any) -> None:
    rows = invent([DAY], 200)
    rows["type_daily"] = [row for row in rows["type_daily"] if row["district_code"] != "11680"]
    document = voc.build(marts_of(rows), "2021-12", "11680")
    assert "강남구에 해당하는 상담이 없습니다" in _text(document)


@pytest.mark.parametrize(
    ("month", "recipient", "message"),
    [
        ("2021-12", "99999", "받는 곳"),
        ("2021-12", "../etc", "받는 곳"),
        ("2021-13", "city", "달을 읽을 수 없습니다"),
        ("2022-01", "city", "2020-12-01부터 2021-12-14까지"),
    ],
)
def test_what_cannot_be_made_is_wrong_use(conn: Any, month: str, recipient: str, message: str) -> None:
    with pytest.raises(WrongUse, match=message):
        voc.build(conn, month, recipient)


@pytest.mark.parametrize("name", ["2021-12-14", "2021-12-05", "2021-11-20", "2021-11-01", "11680", "11110", "D05"])
def test_all_declared_sums_together_give_no_hidden_count_back(conn: Any, name: str) -> None:
    """The sums are protected one by one; as a system of equations they must not have one solution either."""
    import numpy as np

    document = covid_daily.build(conn, date.fromisoformat(name)) if "-" in name else voc.build(conn, "2021-12", name)
    shown = {count.key for f in document.figures().values() if not f.masked for count in f.counts}
    unknown: dict[str, int] = {}
    equations = []
    for relation in document.ledger.relations:
        signed = [(relation.total, 1), *((part, -1) for part in relation.parts)]
        hidden = [(count, sign) for count, sign in signed if count.value and count.key not in shown]
        equations.append([(unknown.setdefault(count.key, len(unknown)), sign) for count, sign in hidden])
    matrix = np.zeros((len(equations), len(unknown)))
    for row, equation in zip(matrix, equations, strict=True):
        for place, sign in equation:
            row[place] += sign
    _, singular, basis = np.linalg.svd(matrix)
    free = basis[(singular > 1e-9).sum() :]
    masked = {count.key for f in document.figures().values() if f.masked for count in f.counts if count.mask}
    tied = [key for key in masked & set(unknown) if np.abs(free[:, unknown[key]]).max(initial=0) < 1e-9]
    assert masked & set(unknown)
    assert not tied


def test_importing_the_reports_imports_nothing_heavy() -> None:
    import subprocess
    import sys

    code = (
        "import sys, jobs.query, jobs.reports.covid_daily, jobs.reports.voc\n"
        "heavy = {'duckdb', 'matplotlib', 'typst', 'xlsxwriter', 'jinja2', 'pandas', 'numpy', 'pyarrow'} & set(sys.modules)\n"
        "raise SystemExit(' '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
