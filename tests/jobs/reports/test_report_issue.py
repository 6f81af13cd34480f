"""The issue report: what it counts, when it speaks of a trend, and what it never prints."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from invented_marts import invent, span, write
from real_types import PASS, Added, autumn, renamed
from remaking import methods_of

from jobs import query
from jobs.cli import cli
from jobs.errors import WrongUse
from jobs.reports import issue, meanings
from jobs.reports.document import Document, Table, Text, written
from jobs.settings import Home

WINDOW = (date(2021, 11, 29), date(2021, 12, 19))
TURN = date(2021, 12, 10)


@pytest.fixture(scope="module")
def leaves() -> Any:
    return meanings.leaves()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """From `TURN` on four times the contacts of the vaccine pass."""
    home = Home(tmp_path_factory.mktemp("issue"))
    rows = autumn()
    added = Added(rows)
    for row in list(rows["type_daily"]):
        if row["covid_subgroup"] == "vaccine_pass" and row["contact_date"] >= TURN:
            key = (row["contact_date"], row["type_code"], row["district_code"])
            added.add(*key, 3 * row["consultation_count"], row["channel"])
    write(home.marts, rows)
    return home


@pytest.fixture(scope="module")
def conn(home: Home) -> Any:
    with query.connect(home) as opened:
        yield opened


@pytest.fixture(scope="module")
def document(conn: Any, leaves: Any) -> Document:
    codes = issue.find_types(leaves, (), PASS)
    return issue.build(conn, PASS, codes, WINDOW, leaves, ["증명", "격리"])


def _tables(document: Document) -> dict[str, Table]:
    return {table.table_id: table for table in document.tables()}


def _text(document: Document) -> str:
    blocks = [block for section in document.sections for block in section.blocks]
    return "\n".join(block.text for block in (*document.key_messages, *blocks) if isinstance(block, Text))


def test_its_structure(document: Document) -> None:
    assert [section.title for section in document.sections] == [
        "날짜별 상담과 추세", "무엇을 묻나", "이웃 유형", "계열", "자치구", "정책 일지", "자료 품질", "집계 방법",
    ]  # fmt: skip
    assert {name: len(table.columns) for name, table in _tables(document).items()} == {
        "types": 3,
        "channels": 4,
        "districts": 3,
        "policy_timeline": 7,
    }
    assert [chart.chart_id for chart in document.charts()] == ["daily"]
    assert (document.period, document.recipient) == ("2021-11-29_2021-12-19", PASS)


def test_it_agrees_with_plain_sql(document: Document) -> None:
    conn = document.ledger.conn
    names = {leaf.name for leaf in meanings.leaves().values() if PASS in leaf.name or PASS in "".join(leaf.keywords)}
    sql = (
        "SELECT sum(consultation_count) FROM type_daily JOIN dim_type USING (type_code) "
        "WHERE contact_date BETWEEN ? AND ? AND list_contains(?, type_name)"
    )
    total = conn.execute(sql, [*WINDOW, sorted(names)]).fetchone()[0]  # type: ignore[index]
    assert f"{total:,}건" in document.key_messages[0].text
    tables = _tables(document)
    shown = [written(row[-1]).replace(",", "") for row in tables["types"].rows]
    assert sum(map(int, shown)) == total
    residents = dict(conn.execute("SELECT district_code, resident_count FROM population").fetchall())
    counts = dict(
        conn.execute(
            "SELECT district_code, sum(consultation_count) FROM type_daily JOIN dim_type USING (type_code) "
            "WHERE contact_date BETWEEN ? AND ? AND list_contains(?, type_name) GROUP BY 1",
            [*WINDOW, sorted(names)],
        ).fetchall()
    )
    rows = {written(row[0]): [written(cell) for cell in row[1:]] for row in tables["districts"].rows}
    assert rows["강동구"] == [f"{counts['11740']:,}", f"{counts['11740'] / residents['11740'] * 10_000:.1f}"]


def test_a_rise_is_said_with_its_interval_and_its_day(document: Document) -> None:
    text = _text(document)
    assert "비중은 기간 안에서 늘고 있습니다" in text
    assert "95% 구간" in text
    assert any(f"12월 {day}일" in text and "수준이 바뀌었습니다" in text for day in (9, 10, 11))


def test_the_trend_is_made_again_from_its_step(document: Document, conn: Any) -> None:
    assert methods_of(document, conn) == {"issue.share-trend"}


def test_without_a_rise_nothing_is_said_to_rise(conn: Any, leaves: Any) -> None:
    early = (date(2021, 10, 4), date(2021, 10, 31))
    document = issue.build(conn, PASS, issue.find_types(leaves, (), PASS), early, leaves)
    text = _text(document)
    assert "늘거나 줄었다고 할 근거는 없습니다" in text
    assert "뚜렷이 바뀐 날은 찾지 못했습니다" in text
    assert "상담 글을 읽지 않아" in text


def test_words_stand_without_numbers(document: Document) -> None:
    line = next(line for line in _text(document).splitlines() if "늘어난 말" in line)
    assert line.endswith(": 증명, 격리.")


def test_neighbours_are_of_the_same_level(conn: Any, leaves: Any) -> None:
    counted = {r[0] for r in conn.execute("SELECT DISTINCT type_code FROM type_daily").fetchall()}
    pairs: dict[Any, list[str]] = {}
    for code in sorted(counted & leaves.keys()):
        pairs.setdefault(leaves[code].path[:3], []).append(code)
    one, *others = next(codes for codes in pairs.values() if len(codes) > 1)
    document = issue.build(conn, leaves[one].name, (one,), WINDOW, leaves)
    shown = [written(row[0]) for row in _tables(document)["neighbours"].rows]
    assert shown
    assert set(shown) <= {leaves[code].name for code in others}


def test_a_first_day_says_what_it_lacks(marts_of: Any, leaves: Any) -> None:
    conn = marts_of(renamed(invent(span(TURN, TURN), 600)))
    document = issue.build(conn, PASS, issue.find_types(leaves, (), PASS), (TURN, TURN), leaves, [])
    text = _text(document)
    assert "바로 앞 1일과는 자료가 있는 날이나 채널이 같지 않아" in text
    assert "7일 미만" in text
    assert "서로 다른 5명 이상이 쓴 말은 없습니다" in text
    assert all(section.blocks for section in document.sections)


def test_nothing_asked_is_no_empty_page(conn: Any, leaves: Any) -> None:
    counted = {r[0] for r in conn.execute("SELECT DISTINCT type_code FROM type_daily").fetchall()}
    silent = next(code for code in sorted(leaves) if code not in counted)
    document = issue.build(conn, "조용한 유형", (silent,), WINDOW, leaves)
    assert "분류된 상담이 없습니다" in document.key_messages[0].text
    assert written(_tables(document)["listed"].rows[0][0]) == silent


def test_what_is_not_known_is_wrong_use(conn: Any, leaves: Any) -> None:
    with pytest.raises(WrongUse, match="T99999"):
        issue.find_types(leaves, ("T99999",), "")
    with pytest.raises(WrongUse, match="없습니다"):
        issue.find_types(leaves, (), "화성 이주 보조금")
    with pytest.raises(WrongUse, match="2021-09-01부터 2021-12-19까지"):
        issue.build(conn, PASS, ("T01508",), (date(2020, 1, 1), date(2020, 1, 2)), leaves)


def test_the_commands(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Home(tmp_path / "home")
    own.marts.parent.mkdir(parents=True)
    shutil.copyfile(home.marts, own.marts)
    monkeypatch.setenv("DASAN_HOME", str(own.root))
    days = ["--from", "2021-12-01", "--to", "2021-12-19", "--format", "csv,html", "--out", str(tmp_path)]

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(cli, ["report", *arguments], standalone_mode=False)

    assert run("issue", "--search", PASS, *days).return_value == 0
    assert (tmp_path / "issue" / "2021-12-01_2021-12-19" / PASS / "figures.csv").is_file()
    assert isinstance(run("issue", *days).exception, WrongUse)
    assert isinstance(run("issue", "--types", "T01508", "--search", PASS, *days).exception, WrongUse)
    backwards = ["--from", "2021-12-19", "--to", "2021-12-01"]
    assert isinstance(run("issue", "--types", "T01508", *backwards).exception, WrongUse)
    for name, options in (("whitepaper", ["--year", "2021"]), ("covid-weekly", ["--week", "2021-W49"])):
        assert run(name, *options, "--format", "csv", "--out", str(tmp_path)).return_value == 0
        assert list((tmp_path / name).rglob("figures.csv"))
