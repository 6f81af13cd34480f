"""The monthly VOC of the city, a district and a department: what is in it, and whether its numbers are the marts'."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from invented_marts import Rows, invent, span, write
from published import csv_rows, html, parquet_rows
from remaking import methods_of

from jobs import proposals, query
from jobs.errors import WrongUse
from jobs.proposals import Proposal
from jobs.reports import publish, release, voc, voc_similar
from jobs.reports.document import Document, Number, Table, written
from jobs.settings import Home
from schemas.codes import codes_on

MONTH, FIRST, LAST = "2021-12", date(2021, 12, 1), date(2021, 12, 31)
RISEN, HALVED, CHANGED_ON = "T005", "T002", date(2021, 11, 1)


def _rows() -> Rows:
    """August to December 2021 and December 2020; T005 trebles in December, T002 halves in November."""
    rows = invent(span(date(2021, 8, 1), LAST) + span(date(2020, 12, 1), date(2020, 12, 31)), 700)
    added: Counter[tuple[date, str]] = Counter()
    for row in rows["type_daily"]:
        before = row["consultation_count"]
        if row["type_code"] == RISEN and row["contact_date"] >= FIRST:
            row["consultation_count"] *= 3
        if row["type_code"] == HALVED and row["contact_date"] >= CHANGED_ON:
            row["consultation_count"] = (row["consultation_count"] + row["contact_date"].day % 2) // 2
        added[row["contact_date"], row["channel"]] += row["consultation_count"] - before
    for name in ("contact_count", "consultation_count"):  # all marts count the same contacts
        left = Counter(added)
        for row in rows["volume_hourly"]:
            row[name] += (change := max(left[row["contact_date"], row["channel"]], -row[name]))
            left[row["contact_date"], row["channel"]] -= change
        assert not any(left.values())
    codes = codes_on("districts", LAST)
    rows["population"] = [
        {"district_code": code, "month": "2021-11", "resident_count": 150_000 + 9_000 * i}
        for i, code in enumerate(codes)
    ]
    return rows


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Home:
    found = Home(tmp_path_factory.mktemp("voc"))
    write(found.marts, _rows())
    return found


@pytest.fixture(scope="module")
def opened(place: Home) -> Iterator[Any]:
    with query.connect(place) as conn:
        yield conn


@pytest.fixture(scope="module")
def city(opened: Any) -> Document:
    return voc.build(opened, MONTH, "city")


def _tables(document: Document) -> dict[str, Table]:
    return {table.table_id: table for table in document.tables()}


def _row(document: Document, table_id: str, head: str) -> list[str]:
    return next([written(c) for c in row] for row in _tables(document)[table_id].rows if head in map(written, row))


COMMON = ["compared", "series", "risen", "proposals", "to_confirm", "theme_types", "theme_series", "outlook"]
AFTER = {
    "city": ["top_types", "domains", "departments", "districts", "quality"],
    "11680": ["top_types", "domains", "departments", "per_resident", "against_city", "quality"],
    "D04": ["top_types", "domains", "districts", "quality"],
}
SECTIONS = [
    "상담량",
    "무엇이 늘었나",
    "개선 제안",
    "앞선 제안의 대장",
    "이달에 확인할 표준상담DB",
    "주제",
    "다음 달 예고",
]
SECTIONS += ["많이 물은 유형", "대분류"]


@pytest.mark.parametrize(
    ("recipient", "between"),
    [("city", ["담당 부서", "자치구"]), ("11680", ["담당 부서", "비슷한 구와 서울시"]), ("D04", ["자치구"])],
)
def test_the_structure_of_an_edition(opened: Any, recipient: str, between: list[str]) -> None:
    document = voc.build(opened, MONTH, recipient)
    assert [section.title for section in document.sections] == [*SECTIONS, *between, "자료 품질", "집계 방법", "부록"]
    assert all(section.blocks for section in document.sections)
    found = [name for name in _tables(document) if name not in ("fallen", "types_by_district_and_series")]
    known = [name for name in [*COMMON, *AFTER[recipient]] if name in found or name not in ("risen", "proposals")]
    assert found == known
    assert "types_by_district_and_series" in _tables(document)


def test_the_first_thing_said_is_what_to_do(city: Document, place: Home, tmp_path: Path) -> None:
    first = city.key_messages[0].text
    assert first.startswith("이달 할 일: ‘상수도 문의 06’")
    files = publish(city, city.ledger, tmp_path, ["html"], home=place)
    lines = [text.strip() for text in html(files[0]).text if text.strip()]
    body = lines[lines.index(city.title) :]
    assert first in body[:14]  # below the title: subtitle, and name and value of four facts


def test_what_rose_is_told_against_three_months(city: Document, opened: Any) -> None:
    sql = "SELECT sum(consultation_count) FROM type_daily WHERE type_code = ? AND contact_date BETWEEN ? AND ?"
    now = opened.execute(sql, [RISEN, FIRST, LAST]).fetchone()[0] / 31
    before = opened.execute(sql, [RISEN, date(2021, 9, 1), date(2021, 11, 30)]).fetchone()[0] / 91
    row = _row(city, "risen", "상수도 문의 06")
    assert row[1:5] == [f"{now:,.1f}", f"{before:,.1f}", row[3], f"{(now / before - 1) * 100:+.1f}%"]
    assert float(row[5]) < (now / before - 1) * 100 < float(row[6])
    assert {str(r[0]) for r in _tables(city)["risen"].rows} == {"상수도 문의 06"}
    assert _row(city, "compared", "직전 3개월")[1] == "9월 1일–11월 30일, 91일분"


def test_departments_and_districts_add_up(city: Document) -> None:
    total = city.ledger.figures["type_count:2021-12-01/2021-12-31"].value
    for table_id in ("departments", "districts"):
        cells = [row[1] for row in _tables(city)[table_id].rows]
        values = [cell.figure.value for cell in cells if isinstance(cell, Number)]
        assert len(values) == len(cells)
        assert sum(int(value or 0) for value in values) == total


def test_the_annex_says_the_same_in_all_its_files(city: Document, place: Home, tmp_path: Path) -> None:
    files = publish(city, city.ledger, tmp_path, ["csv", "xlsx"], home=place)
    stem = files[0].parent / "voc_2021-12_city_types_by_district_and_series"
    plain, columnar = csv_rows(stem.with_suffix(".csv")), parquet_rows(stem.with_suffix(".parquet"))
    assert len(plain) > 100
    assert [[str("" if cell is None else cell) for cell in row] for row in columnar] == [
        [cell.removeprefix("'") for cell in row] for row in plain
    ]


def test_an_annex_beyond_a_sheet_is_split(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from jobs.reports import voc_annex

    whole = _tables(voc.build(opened, MONTH, "D04"))["types_by_district_and_series"]
    monkeypatch.setattr(voc_annex, "MOST_ROWS", len(whole.rows) // 2)
    parts = [t for name, t in _tables(voc.build(opened, MONTH, "D04")).items() if name.startswith("types_by")]
    assert len(parts) in (2, 3)
    assert [[*map(written, row)] for t in parts for row in t.rows] == [[*map(written, row)] for row in whole.rows]


def test_a_wide_annex_gives_rare_types_as_a_whole(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from jobs.reports import voc_annex

    monkeypatch.setattr(voc_annex, "MOST_HIDDEN", 40)
    table = _tables(voc.build(opened, MONTH, "city"))["types_by_district_and_series"]
    rows = [[written(cell) for cell in row] for row in table.rows]
    assert {row[0] for row in rows if row[3] == voc_annex.WHOLE}.isdisjoint(
        row[0] for row in rows if row[3] != voc_annex.WHOLE
    )
    assert any(row[3] == voc_annex.WHOLE for row in rows)
    assert "로만 실음" in table.note


def test_similar_districts_are_near_in_people_and_in_what_is_asked() -> None:
    mixes = {code: {"교통": 50, "환경": 50} for code in "abcde"} | {"f": {"교통": 95, "환경": 5}}
    people = {"a": 100, "b": 101, "c": 104, "d": 120, "e": 400, "f": 100}
    assert voc_similar.nearest("a", mixes, people) == ["b", "c", "d"]
    assert voc_similar.nearest("a", mixes, {}) == ["b", "c", "d"]
    assert voc_similar.nearest("f", {"f": {"교통": 1}}, {}) == []
    assert voc_similar.nearest("z", mixes, people) == []


def test_a_district_is_told_per_resident_and_per_contact(opened: Any) -> None:
    document = voc.build(opened, MONTH, "11680")
    sql = (
        "SELECT sum(consultation_count) FROM type_daily WHERE district_code = '11680' AND contact_date BETWEEN ? AND ?"
    )
    count = opened.execute(sql, [FIRST, LAST]).fetchone()[0]
    people = opened.execute("SELECT resident_count FROM population WHERE district_code = '11680'").fetchone()[0]
    assert _row(document, "per_resident", "강남구")[1:3] == [f"{count:,}", f"{count / people * 10_000:,.1f}"]
    shares = [float(written(row[2])) for row in _tables(document)["against_city"].rows]
    assert round(sum(shares), 1) == 100.0


def test_the_outlook_has_an_interval_and_its_last_word_is_checked(city: Document) -> None:
    ahead, hindsight, actual = ([written(cell) for cell in row] for row in _tables(city)["outlook"].rows)
    numbers = [[int(cell.replace(",", "")) for cell in row[1:4]] for row in (ahead, hindsight)]
    assert all(lower < mean < upper for mean, lower, upper in numbers)
    assert ahead[0] == "다음 달(1월 1–31일)"
    assert written(_tables(city)["outlook"].rows[0][4]) == f"{numbers[0][0] / 31:,.1f}"
    within = numbers[1][1] <= int(actual[1].replace(",", "")) <= numbers[1][2]
    section = next(s for s in city.sections if s.title == "다음 달 예고")
    told = section.blocks[-1].text  # type: ignore[union-attr]
    assert ("안에 들었습니다" in told) == within
    assert f"예고 대비 {(int(actual[1].replace(',', '')) / numbers[1][0] - 1) * 100:+.1f}%" in told


def test_what_was_proposed_is_remembered_and_its_effect_told(opened: Any, tmp_path: Path) -> None:
    home = Home(tmp_path)
    proposed = voc.build_with_proposals(opened, MONTH, "city")[1]
    assert {(each.rule, each.type_code) for each in proposed} >= {("rise", RISEN), ("repeat", "T003")}
    earlier = Proposal("2021-10_city_repeat_T002", "2021-10", "city", "repeat", HALVED, "주택 문의 03: 안내를 고침")
    proposals.register(home, [earlier, *proposed])
    proposals.register(home, [earlier])
    assert len(proposals.read(home)) == 1 + len(proposed)
    proposals.set_status(home, earlier.proposal_id, "done", CHANGED_ON, "=고침")
    proposals.register(home, [earlier])  # publishing again leaves the status alone
    held = proposals.read(home)
    assert (held[0].status, held[0].note) == ("done", "'=고침")
    document = voc.build_with_proposals(opened, MONTH, "city", past=held)[0]
    row = _row(document, "history", earlier.title)
    assert row[2:4] == ["마침", "2021-11-01"]
    effect, lower, upper = (float(cell) for cell in row[6:9])
    assert lower < effect < upper < 0  # it was halved, give or take the rounding of odd counts
    assert lower < -50 + 12
    assert methods_of(document, opened) == {"voc.rises", "voc.effect", "voc.outlook"}
    assert "history" not in _tables(voc.build_with_proposals(opened, MONTH, "11680", past=held)[0])


def test_a_broken_ledger_of_proposals_says_what_is_wrong(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with pytest.raises(WrongUse, match="제안을 찾을 수 없습니다"):
        proposals.set_status(home, "없음", "done", LAST)
    home.proposals.write_text("a,b\r\n1,2\r\n", encoding="utf-8")
    with pytest.raises(WrongUse, match="제안 대장을 읽을 수 없습니다"):
        proposals.read(home)


def test_first_weeks_say_what_is_missing(marts_of: Any) -> None:
    rows = invent(span(FIRST, FIRST + timedelta(days=9)), 300)
    rows["type_service_daily"] = []
    document = voc.build(marts_of(rows), MONTH, "city")
    text = "\n".join(block.text for s in document.sections for block in s.blocks if hasattr(block, "text"))
    for piece in (
        "지난달 자료가 없어 늘고 준 유형을 가려내지 못했습니다",
        "다음 달 예고는 싣지 않았습니다",
        "근거가 우연을 넘는 개선 제안이 없습니다",
        "대장에 없습니다",
        "지난달, 지난해 같은 달, 직전 3개월은 자료가 없어",
    ):
        assert piece in text
    assert not {"risen", "outlook", "proposals", "history"} & set(_tables(document))


def test_many_editions_are_the_same_as_one_by_one(place: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = ["city", "11680", "11110", "D04"]
    monkeypatch.setattr(voc, "recipients", lambda conn, month: chosen)
    seen: list[tuple[int, int]] = []
    together = release.publish_voc(
        place, MONTH, "all", ["csv"], tmp_path / "all", lambda done, total: seen.append((done, total)), workers=2
    )
    alone = release.publish_voc(place, MONTH, "11680", ["csv"], tmp_path / "one")
    assert {path.parent.name for path in together} == set(chosen)
    assert (seen[0], seen[-1]) == ((0, 4), (4, 4))
    for path in alone:
        other = tmp_path / "all" / path.relative_to(tmp_path / "one")
        assert other.read_bytes() == path.read_bytes()
    assert not place.proposals.exists()  # a trial in another folder proposes nothing
