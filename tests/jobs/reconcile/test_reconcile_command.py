"""`dasan reconcile` as its users hold on to it: what it reads, what it writes, exit codes, Korean messages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from jobs.errors import WrongUse
from jobs.reconcile import reconcile
from jobs.reconcile.reading import COLUMNS, read_table

DASAN = str(Path(sys.executable).with_name("dasan"))
HEAD = ",".join(COLUMNS)
GOOD = """total,2031년 접수,"1,000",건,,,2031-01-01,2031-12-31,,
one,2031년 전화,640,건,,,2031-01-01,2031-12-31,total,
two,2031년 방문,360,건,,,2031-01-01,2031-12-31,total,
share,전화 비중,64.0,%,one,total,2031-01-01,2031-12-31,,
"""
BAD = GOOD.replace(",360,", ",630,")


def write(path: Path, text: str, encoding: str = "utf-8", head: str = HEAD) -> Path:
    path.write_bytes(f"{head}\n{text}".encode(encoding))
    return path


def dasan(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([DASAN, "reconcile", *map(str, arguments)], capture_output=True, text=True, check=False)


def test_a_table_that_agrees_ends_with_0_and_one_that_does_not_with_4(tmp_path: Path) -> None:
    done = dasan("--in", write(tmp_path / "good.csv", GOOD), "--json", tmp_path / "good.json")
    assert (done.returncode, done.stderr) == (0, "")
    findings = json.loads((tmp_path / "good.json").read_text(encoding="utf-8"))
    assert {one["figure"] for one in findings} == {"total", "one", "two", "share"}
    assert {one["verdict"] for one in findings} == {"agrees"}
    assert {"figure", "rule", "verdict", "explanation", "candidates"} <= set(findings[0])

    done = dasan("--in", write(tmp_path / "bad.csv", BAD), "--json", "-")
    assert done.returncode == 4
    conflicts = [one for one in json.loads(done.stdout) if one["verdict"] == "conflict"]
    assert {one["figure"] for one in conflicts} >= {"total"}
    assert "270건 차이" in conflicts[0]["explanation"]


def test_the_screen_shows_what_does_not_agree(tmp_path: Path) -> None:
    done = dasan("--in", write(tmp_path / "bad.csv", BAD))
    assert done.returncode == 4
    assert "어긋남" in done.stdout and "부분의 합" in done.stdout
    assert "share" not in done.stdout
    assert "share" in dasan("--in", tmp_path / "bad.csv", "--all").stdout


def test_rows_that_cannot_be_read_are_told_by_line_and_end_with_3(tmp_path: Path) -> None:
    rows = (
        GOOD
        + "odd,이상한 값,많음,건,,,,,,\nshort,칸이 모자람,1\n,이름 없음,5,건,,,,,,\nlost,없는 분모,5.0,%,one,nothing,,,,\n"
    )
    done = dasan("--in", write(tmp_path / "rows.csv", rows))
    assert done.returncode == 3
    for words in (
        "6번째 줄(odd): value '많음'",
        "7번째 줄: 칸 수",
        "8번째 줄(이름 없음): figure",
        "9번째 줄(lost): denominator 'nothing'",
    ):
        assert words in done.stderr
    assert dasan("--in", write(tmp_path / "rows.csv", rows + BAD.replace("total", "t2"))).returncode == 4


def test_an_explained_figure_blocks_nothing(tmp_path: Path) -> None:
    table = write(
        tmp_path / "points.csv",
        "r0,2030년 응대율,70.1,%,,,,,,\nr1,2031년 응대율,74.3,%,,,,,,\nup,응대율 증가,4.2,%,r1,,,,,r0\n",
    )
    done = dasan("--in", table)
    assert done.returncode == 0
    assert "설명됨" in done.stdout


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.csv", b"", "0바이트"),
        ("x.csv", b"figure,label\na,b\n", "없는 열이 있습니다: value"),
        ("x.csv", f"{HEAD}\n".encode(), "수치가 하나도 없습니다"),
        ("x.csv", b"figure,value\n\xff\xfe\xfd,1\n", "읽을 수 없습니다"),
        ("x.pdf", b"%PDF", ".csv 또는 .xlsx"),
        ("x.xlsx", b"not a workbook", "엑셀 파일"),
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(WrongUse, match=words):
        reconcile(path)


def test_encodings_column_orders_and_extra_columns_make_no_difference(tmp_path: Path) -> None:
    expected = [finding.as_json() for finding in reconcile(write(tmp_path / "a.csv", BAD)).findings]
    for encoding in ("utf-8-sig", "cp949"):
        assert [one.as_json() for one in reconcile(write(tmp_path / "b.csv", BAD, encoding)).findings] == expected
    rows = [line.replace('"1,000"', "1000").split(",") for line in BAD.splitlines()]
    turned = "\n".join(",".join([*reversed(row), "메모"]) for row in rows)
    path = write(tmp_path / "c.csv", turned, head=",".join([*reversed(COLUMNS), "비고"]))
    assert [one.as_json() for one in reconcile(path).findings] == expected
    path = write(tmp_path / "d.csv", "a,12\nb,약 3만\n", head="figure,value")
    assert [finding.verdict for finding in reconcile(path).findings] == ["agrees", "agrees"]


def test_months_and_years_stand_for_their_first_and_last_day(tmp_path: Path) -> None:
    path = write(tmp_path / "m.csv", "a,접수,5,건,,,2031-02,2031.2.,,\nb,방문,5,건,,,2031,2031년,,\n")
    table, _ = read_table(path)
    assert [str(figure.window) for figure in table.figures] == [
        "2031-02-01~2031-02-28(28일)",
        "2031-01-01~2031-12-31(365일)",
    ]


def test_a_workbook_is_read_as_it_is_shown(tmp_path: Path) -> None:
    """0.640 under the format 0.0% is printed as 64.0%, 1000 under #,##0 as 1,000; a date cell is its day."""
    from datetime import datetime

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(COLUMNS))
    for row in GOOD.replace('"1,000"', "1000").splitlines():
        sheet.append([int(cell) if cell.isdigit() else cell or None for cell in row.split(",")])
    sheet["C5"], sheet["D5"] = 0.6401, None
    sheet["C5"].number_format, sheet["C2"].number_format = "0.0%", "#,##0"
    sheet["G2"] = datetime(2031, 1, 1)
    book.save(tmp_path / "shown.xlsx")
    table, unread = read_table(tmp_path / "shown.xlsx")
    assert unread == []
    share = table.by_name["share"].printed
    assert share is not None and (float(share.value), float(share.step), share.unit) == (64.0, 0.1, "%")
    assert str(table.by_name["total"].window) == "2031-01-01~2031-12-31(365일)"
    assert {finding.verdict for finding in reconcile(tmp_path / "shown.xlsx").findings} == {"agrees"}


SHARES = """all,전체 비율,{},%,,,,,,
a,방문 비중,40.1,%,,,,,all,
b,온라인 비중,35.2,%,,,,,all,
c,우편 비중,{},%,,,,,all,
"""


@pytest.mark.parametrize("whole", ["100", "100.0"])
@pytest.mark.parametrize(("last", "verdict"), [("24.7", "agrees"), ("24.6", "agrees"), ("24.9", "conflict")])
def test_a_hundred_percent_is_no_rounded_figure(tmp_path: Path, whole: str, last: str, verdict: str) -> None:
    """Three parts rounded one by one may miss it by 0.15, however coarsely it is printed itself."""
    found = reconcile(write(tmp_path / "s.csv", SHARES.format(whole, last))).findings
    assert {one.verdict for one in found if one.figure == "all"} == {verdict}


@pytest.mark.parametrize(("printed", "verdict"), [("12.6", "agrees"), ("16.2", "conflict")])
def test_a_multiple_is_a_quotient_whatever_it_is_called(tmp_path: Path, printed: str, verdict: str) -> None:
    rows = f"""a,2030년 챗봇,39900,건,,,2030-01-01,2030-12-31,,
b,2031년 챗봇,501000,건,,,2031-01-01,2031-12-31,,
times,챗봇 증가,{printed},배,b,,,,,a
"""
    found = reconcile(write(tmp_path / "m.csv", rows)).findings
    assert {one.verdict for one in found if one.figure == "times"} == {verdict}
