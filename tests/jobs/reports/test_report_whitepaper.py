"""The white-paper data: what it counts, what it holds back, and what it says of gaps."""

from __future__ import annotations

import io
from collections import defaultdict
from datetime import date
from typing import Any

import pyarrow.parquet as pq
import pytest
from invented_marts import DAY, invent
from real_types import autumn, renamed

from jobs.errors import WrongUse
from jobs.reports import publish, render_csv, render_parquet, whitepaper
from jobs.reports.document import Document, Number, Table, Text, written
from jobs.settings import Home
from schemas.taxonomy import load_taxonomy


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from invented_marts import write

    from jobs import query

    home = Home(tmp_path_factory.mktemp("whitepaper"))
    write(home.marts, autumn())
    with query.connect(home) as conn:
        yield whitepaper.build(conn, 2021)


def _tables(document: Document) -> dict[str, Table]:
    return {table.table_id: table for table in document.tables()}


def _text(document: Document) -> str:
    blocks = [block for section in document.sections for block in section.blocks]
    texts = [block.text for block in (*document.key_messages, *blocks) if isinstance(block, Text)]
    return "\n".join([*texts, *(table.note for table in document.tables())])


def test_its_structure(document: Document) -> None:
    assert [section.title for section in document.sections] == [
        "월별 코로나19 상담", "월별 유형 그룹", "월별 계열", "자치구", "정점일", "정책 일지", "미담", "자료 품질", "한계",
        "집계 방법", "자료",
    ]  # fmt: skip
    assert all(section.blocks for section in document.sections)
    assert {name: len(table.columns) for name, table in _tables(document).items()} == {
        "months": 6,
        "month_groups": 8,
        "month_series": 8,
        "districts": 3,
        "peak_days": 6,
        "policy_timeline": 7,
        "thanks": 3,
        "data_dictionary": 3,
        "covid_monthly": 9,
    }


def test_it_agrees_with_plain_sql(document: Document) -> None:
    conn, tables = document.ledger.conn, _tables(document)
    total, covid = conn.execute("SELECT sum(consultation_count), sum(covid_count) FROM volume_hourly").fetchone()  # type: ignore[misc]
    assert [written(cell) for cell in tables["months"].rows[-1][2:4]] == [f"{total:,}", f"{covid:,}"]
    assert f"{covid:,}건" in document.key_messages[0].text
    sql = "SELECT month(contact_date), sum(consultation_count) FROM type_daily WHERE covid_subgroup = 'vaccine' GROUP BY 1 ORDER BY 1"
    vaccine = [f"{n:,}" for _, n in conn.execute(sql).fetchall()]
    assert [written(row[3]) for row in tables["month_groups"].rows[:-1]] == vaccine
    peak, most = conn.execute(
        "SELECT contact_date, sum(covid_count) AS n FROM volume_hourly GROUP BY 1 ORDER BY n DESC LIMIT 1"
    ).fetchone()  # type: ignore[misc]
    assert written(tables["peak_days"].rows[0][0]).startswith(f"{peak.month}월 {peak.day}일")
    assert written(tables["peak_days"].rows[0][1]) == f"{most:,}"


def test_the_data_set_counts_and_holds_nothing_small(document: Document) -> None:
    conn, rows = document.ledger.conn, _tables(document)["covid_monthly"].rows
    sql = (
        "SELECT strftime(contact_date, '%Y-%m'), type_code, coalesce(district_code, ''), series, sum(consultation_count) "
        "FROM type_daily WHERE covid_group <> '' GROUP BY ALL"
    )
    truth: dict[tuple[str, ...], int] = defaultdict(int)
    for month, code, place, series, count in conn.execute(sql).fetchall():
        for key in ((place or "unknown", series), (place or "unknown", "all"), ("all", "all")):
            truth[(month, code, *key)] += count
    assert rows
    for row in rows:
        count = row[8]
        assert isinstance(count, Number) and count.value is not None
        assert count.value >= 5
        assert count.value == truth[tuple(map(written, (row[0], row[3], row[5], row[7])))]


def test_no_hidden_count_follows_from_a_sum_that_is_shown(document: Document) -> None:
    """Of the districts of a type and month, and of the series of a pair, never just one non-zero count is missing."""
    conn, rows = document.ledger.conn, _tables(document)["covid_monthly"].rows
    shown = {tuple(map(written, (row[0], row[3], row[5], row[7]))): row[8] for row in rows}
    sql = (
        "SELECT strftime(contact_date, '%Y-%m'), type_code, coalesce(nullif(district_code, ''), 'unknown'), series, "
        "sum(consultation_count) FROM type_daily WHERE covid_group <> '' GROUP BY ALL"
    )
    places, series = defaultdict(set), defaultdict(set)
    for month, code, place, name, _ in conn.execute(sql).fetchall():
        places[month, code, "all", "all"].add((month, code, place, "all"))
        series[month, code, place, "all"].add((month, code, place, name))
    families = {
        code: (group, part)
        for code, group, part in conn.execute(
            "SELECT DISTINCT type_code, covid_group, covid_subgroup FROM type_daily WHERE covid_group <> ''"
        ).fetchall()
    }
    groups: dict[Any, set[Any]] = defaultdict(set)
    for month, code, _, _ in places:
        for name in {families[code][0], f"{families[code][0]} but {families[code][1]}", families[code][1]}:
            groups[month, name].add((month, code, "all", "all"))
    for parts in groups.values():  # whose totals stand in the table of groups, or follow from it
        assert len([part for part in parts if part not in shown]) != 1, parts
    hidden = 0
    for whole, parts in (*places.items(), *series.items()):
        missing = [part for part in parts if part not in shown]
        hidden += len(missing)
        if whole in shown:
            assert len(missing) != 1, (whole, missing)
    assert hidden > 100


def test_formats_agree(document: Document, tmp_path: Any) -> None:
    files = publish(document, document.ledger, tmp_path, ["csv"], home=Home(tmp_path))
    assert sorted(path.suffix for path in files if "covid_monthly" in path.name) == [".csv", ".parquet"]
    table = pq.read_table(io.BytesIO(render_parquet.render(document)["covid_monthly"]))
    lines = render_csv.render(document)["covid_monthly"].decode("utf-8-sig").splitlines()
    assert lines[0].split(",") == table.column_names
    assert [line.rsplit(",", 2)[1] for line in lines[1:]] == [str(n) for n in table["consultation_count"].to_pylist()]
    dictionary = [written(row[0]) for row in _tables(document)["data_dictionary"].rows]
    assert dictionary == table.column_names[: len(dictionary)]


def test_thanks_are_the_words_of_the_type(document: Document, marts_of: Any) -> None:
    praise = {leaf.name: leaf.definition for leaf in load_taxonomy().leaves if leaf.request_kind == "praise"}
    rows = _tables(document)["thanks"].rows
    assert len(rows) == 2
    assert all(praise[written(row[0])] == written(row[1]) for row in rows)
    few = renamed(invent([DAY], 60))
    for row in few["type_daily"]:
        row["consultation_count"] = 1
    names = {leaf.type_code for leaf in load_taxonomy().leaves if leaf.request_kind == "praise"}
    kept = [row for row in few["type_daily"] if row["type_code"] in names][:3]
    few["type_daily"] = [row for row in few["type_daily"] if row["type_code"] not in names] + kept
    text = _text(whitepaper.build(marts_of(few), 2021))
    assert "건수만 적습니다" in text
    assert not any(name in text for name in praise)


def test_a_part_of_a_year_says_so(document: Document) -> None:
    assert "365일 가운데 자료가 있는 날은 110일" in document.key_messages[0].text
    assert "자료가 있는 110일의 것" in _tables(document)["month_groups"].note


def test_years_that_cannot_be_made(document: Document) -> None:
    conn = document.ledger.conn
    with pytest.raises(WrongUse, match="2020년부터"):
        whitepaper.build(conn, 2019)
    with pytest.raises(WrongUse, match="자료가 있는 해: 2021"):
        whitepaper.build(conn, 2022)


def test_a_day_alone_says_what_is_missing(marts_of: Any) -> None:
    document = whitepaper.build(marts_of(renamed(invent([date(2021, 12, 14)], 400))), 2021)
    assert "한 달뿐이어서" in _text(document)
    assert all(section.blocks for section in document.sections)
