"""Somebody else's list of types: read in the encodings and the wording it comes in, refused line by line."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from jobs.classify import classified
from jobs.errors import WrongUse
from jobs.settings import Home
from jobs.taxonomies.exporting import FORMATS, export
from jobs.taxonomies.importing import TaxonomyImport, import_taxonomy
from schemas.taxonomy import _load, load_taxonomy
from schemas.taxonomy.crosswalk import all_conversions, load_crosswalk

HEADER = [
    "코드",
    "대분류",
    "중분류",
    "소분류",
    "유형명",
    "정의",
    "주요 키워드",
    "예시",
    "요청 성격",
    "소관",
    "담당부서",
    "담당 과",
    "챗봇",
    "코로나 그룹",
]
ROWS = [
    ["A-01", "교통", "버스", "시내", "무정차 신고", "정류소를 서지 않고 지나간 버스를 알리는 것", "무정차|버스가 그냥 감|손 흔들었는데|정류장 통과|안 서고", "쌩 가 버렸어요|문을 안 열어요", "신고", "서울시", "도시교통실", "", "X", ""],
    ["A-02", "교통", "버스", "시내", "막차 문의", "마지막 버스가 몇 시에 떠나는지 묻는 것", "막차; 첫차; 버스 끊겨; 심야; 마지막 버스", "막차가 언제죠;끊겼나요", "문의", "서울시", "D03", "", "1", ""],
    ["B-07", "보건", "감염병", "", "코로나 검사", "검사를 어디서 받을지 묻는 것", "선별진료소|피시알|검사 받으러|보건소 검사|코 찌르기", "어디서 받아요|몇 시까지 해요", "", "자치구", "없는 과", "보건소 의약과", "", "suspected"],
]  # fmt: skip
LINKS = [
    ["이전 코드", "새 코드", "비율"],
    ["A-01", "Z-1", "0.25"],
    ["A-01", "Z-2", "75%"],
    ["A-02", "Z-2", ""],
    ["", "Z-3", ""],
    ["B-07", "", ""],
]


def csv_file(path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8") -> Path:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def take(home: Home, file: Path, version: str = "F1", crosswalk: Path | None = None, **more: bool) -> TaxonomyImport:
    predecessor = "F1" if crosswalk else "2022"
    return import_taxonomy(file, version, crosswalk, predecessor, home.taxonomies, **more)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "xlsx"])
def test_it_reads_what_it_is_given(home: Home, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / f"types.{'xlsx' if encoding == 'xlsx' else 'csv'}"
    if encoding == "xlsx":
        book = openpyxl.Workbook()
        for row in [HEADER, *ROWS]:
            book.active.append(row)
        book.save(file)
    else:
        csv_file(file, [HEADER, *ROWS], encoding)
    found = take(home, file)
    assert found.errors == []
    assert "3 번째 줄" not in " ".join(found.warnings)
    assert [line for line in found.warnings if "없는 과" in line] != []  # kept in the note, and said
    taxonomy = load_taxonomy("F1", home.taxonomies)
    assert [leaf.type_code for leaf in taxonomy.leaves] == ["A-01", "A-02", "B-07"]
    bus, last, test = taxonomy.leaves
    assert (bus.request_kind, bus.duty, bus.department_code, bus.chatbot) == ("report", "city", "D03", False)
    assert last.keywords == ("막차", "첫차", "버스 끊겨", "심야", "마지막 버스")
    assert (test.duty, test.unit_code, test.minor, test.request_kind) == ("district", "U29", "", "inquiry")
    assert "없는 과" in test.note
    assert {code: row["covid_group"] for code, row in taxonomy.covid_on(date(2021, 1, 1)).items()} == {
        "B-07": "suspected"
    }


def test_texts_are_classified_by_it(home: Home, tmp_path: Path) -> None:
    take(home, csv_file(tmp_path / "a.csv", [HEADER, *ROWS]))
    day = date(2021, 1, 4)
    (found,) = classified(["선별진료소 검사 받으러 가려고요 어디서 받아요"], [day], [None], "F1", home.taxonomies)
    assert (found["type_code"], found["covid_group"], found["taxonomy_version"]) == ("B-07", "suspected", "F1")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["", *ROWS[0][1:]], "4번째 줄 : 유형코드가 비어"),
        ([ROWS[0][0], *ROWS[1][1:]], "4번째 줄: 유형코드 A-01가 2번째 줄에도"),
        (["A-09", "", *ROWS[0][2:]], "4번째 줄 A-09 무정차 신고: 대분류"),
        (["A-09", *ROWS[0][1:8], "부탁", *ROWS[0][9:]], "요청성격 '부탁'"),
        (["A-09", *ROWS[0][1:9], "마을", *ROWS[0][10:]], "업무주체 '마을'"),
        (["A-09", *ROWS[0][1:12], "글쎄", ""], "챗봇 칸 '글쎄'"),
        (["A-09", *ROWS[0][1:13], "독감"], "코로나19 그룹 '독감'"),
        (["A-09", "교통"], "4번째 줄: 칸의 수가"),
        (["A-09", *ROWS[0][1:]], "키워드가 100% 같습니다"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_kept(home: Home, tmp_path: Path, row: list[str], words: str) -> None:
    found = take(home, csv_file(tmp_path / "a.csv", [HEADER, *ROWS[:2], row]))
    assert any(words in error for error in found.errors), found.errors
    assert not home.taxonomies.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "0바이트"),
        (b"\xff\xfe\x00\x01", "어느 것으로도"),
        ("코드,대분류\nA,교통\n".encode(), "중분류, 유형"),
        (",".join(HEADER).encode(), "필요한 열"),
        (",".join([*HEADER, "유형코드"]).encode() + b"\nA", "필요한 열"),
    ],
)
def test_a_file_that_is_no_such_table(home: Home, tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(content)
    with pytest.raises(WrongUse, match=words):
        take(home, file)


def test_a_damaged_workbook(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(b"PK\x03\x04 not a workbook")
    with pytest.raises(WrongUse, match="엑셀 파일"):
        take(home, file)


@pytest.mark.parametrize("version", ["2022", "../x", "새 판", ""])
def test_a_name_that_cannot_be_used(home: Home, tmp_path: Path, version: str) -> None:
    with pytest.raises(WrongUse, match="판"):
        take(home, csv_file(tmp_path / "a.csv", [HEADER, *ROWS]), version)


def test_a_version_is_replaced_only_when_asked(home: Home, tmp_path: Path) -> None:
    file = csv_file(tmp_path / "a.csv", [HEADER, *ROWS])
    take(home, file)
    with pytest.raises(WrongUse, match="이미 있습니다"):
        take(home, file)
    take(home, csv_file(file, [HEADER, *ROWS[:2]]), replace_it=True)
    _load.cache_clear()
    assert len(load_taxonomy("F1", home.taxonomies)) == 2


def test_a_crosswalk_comes_with_it(home: Home, tmp_path: Path) -> None:
    take(home, csv_file(tmp_path / "a.csv", [HEADER, *ROWS]))
    renamed = [[f"Z-{number}", *row[1:6], *row[6:]] for number, row in enumerate(ROWS, start=1)]
    file, links = csv_file(tmp_path / "b.csv", [HEADER, *renamed]), csv_file(tmp_path / "l.csv", LINKS, "cp949")
    found = take(home, file, "F2", links)
    assert found.errors == []
    kept = load_crosswalk("F1", "F2", home.taxonomies)
    assert {(link.old_code, link.new_code): link.relation for link in kept.links} == {
        ("A-01", "Z-1"): "split",
        ("A-01", "Z-2"): "split",
        ("A-02", "Z-2"): "merge",
        ("", "Z-3"): "new",
        ("B-07", ""): "retired",
    }
    assert kept.shares()["A-01"] == {"Z-1": 0.25, "Z-2": 0.75}
    assert kept.shares(forward=False)["Z-2"] == pytest.approx({"A-01": 0.75 / 1.75, "A-02": 1 / 1.75})
    pairs = {(start, end) for start, _, end, _, _ in all_conversions(home.taxonomies)}
    assert pairs == {("2019", "2022"), ("2022", "2019"), ("F1", "F2"), ("F2", "F1")}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["A-01", "Z-1", "절반"], "대응표 2번째 줄: 몫 '절반'"),
        (["A-01", "Z-1", "0.3"], "share의 합"),
        (["A-01", "Z-9", "0.25"], "판에 없는 코드"),
    ],
)
def test_a_faulty_crosswalk_keeps_the_version_out(home: Home, tmp_path: Path, row: list[str], words: str) -> None:
    take(home, csv_file(tmp_path / "a.csv", [HEADER, *ROWS]))
    renamed = [[f"Z-{number}", *row_[1:]] for number, row_ in enumerate(ROWS, start=1)]
    links = csv_file(tmp_path / "l.csv", [LINKS[0], row, *LINKS[2:]])
    found = take(home, csv_file(tmp_path / "b.csv", [HEADER, *renamed]), "F2", links)
    assert any(words in error for error in found.errors), found.errors
    assert not (home.taxonomies / "F2").exists()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_goes_out_comes_back_the_same(home: Home, tmp_path: Path, form: str) -> None:
    assert form in FORMATS
    built_in = load_taxonomy("2022")
    export(built_in, form, tmp_path / f"a.{form}")
    found = take(home, tmp_path / f"a.{form}")
    assert found.errors == []
    assert found.warnings == []
    assert load_taxonomy("F1", home.taxonomies).content_hash == built_in.content_hash
    on = date(2021, 12, 15)
    groups = {code: (row["covid_group"], row["covid_subgroup"]) for code, row in built_in.covid_on(on).items()}
    mine = load_taxonomy("F1", home.taxonomies).covid_on(on)
    assert {code: (row["covid_group"], row["covid_subgroup"]) for code, row in mine.items()} == groups
