"""The command line as its users and their scripts hold on to it: files, columns, exit codes, Korean messages."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import time
from pathlib import Path

import landing_files as lf
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jobs.settings import Home

DASAN = str(Path(sys.executable).with_name("dasan"))


def dasan(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([DASAN, *map(str, arguments)], capture_output=True, text=True, check=False)


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_help_answers_at_once() -> None:
    best = 9.0
    for _ in range(3):
        started = time.perf_counter()
        done = dasan("--help")
        best = min(best, time.perf_counter() - started)
    assert done.returncode == 0
    assert "종료 코드" in done.stdout
    assert best < 1.0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("report", "channel-stats", "--year", "지난해"), "정수가 아닙니다"),
        (("report", "channel-stats", "--year", "2021"), "마트가 없습니다"),
        (("simulate", "--from", "2021-12-01", "--to", "2021-12-02", "--workers", "0"), "1부터 64까지"),
        (("simulate", "--from", "2021-12-01", "--to", "2021-12-02", "--seed", "x"), "정수가 아닙니다"),
        (("nothing",), "없는 명령"),
        (("run",), "꼭 필요한 값"),
        (("run", "--from", "2021-13-01", "--to", "2021-12-01"), "날짜가 아닙니다"),
        (("run", "--from", "2021-12-02", "--to", "2021-12-01", "--landing", "."), "거꾸로"),
        (("run", "--from", "2021-12-01", "--to", "2021-12-01", "--landing", "no-such-folder"), "도착 폴더가 없습니다"),
        (("run", "--from", "2021-12-01", "--to", "2021-12-01", "--channel", "fax"), "채널을 모릅니다"),
        (("run", "--from", "2021-12-01", "--to", "2021-12-01", "--engine", "flink"), "local, spark, auto"),
        (("classify", "--in", "no-such.csv", "--out", "x.csv"), "파일이 없습니다"),
        (("classify", "--nope"), "없는 옵션"),
        (("report", "covid-daily", "--format", "doc"), "서식"),
        (("report", "nope"), "covid-daily, covid-weekly"),
        (("report", "covid-daily", "extra"), "남는 인자"),
        (("run", "--from"), "값이 없거나"),
        (("status", "--from", "2021-12-02", "--to", "2021-12-01"), "거꾸로"),
    ],
)
def test_wrong_use_answers_2_in_korean(home: Home, arguments: tuple[str, ...], words: str) -> None:
    done = dasan(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_classify_keeps_every_row_in_its_order(tmp_path: Path, suffix: str) -> None:
    texts = ["코로나 백신 예약은 어떻게 하나요", "", "😀😀", "불법주차 신고합니다", "a\nb", "널\0글자"]
    source = tmp_path / f"in{suffix}"
    rows = [{"id": f"r{i}", "text": text} for i, text in enumerate(texts)]
    if suffix == ".csv":
        with source.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, ["id", "text"])
            writer.writeheader()
            writer.writerows(rows)
    elif suffix == ".jsonl":
        source.write_bytes(lf.jsonl(rows))
    else:
        pq.write_table(pa.Table.from_pylist(rows), source)
    target = tmp_path / "out.csv"
    done = dasan("classify", "--in", source, "--out", target, "--json", "-")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows"] == len(texts)
    out = read_csv(target)
    assert list(out[0]) == [
        "id", "type_code", "type_name", "domain", "covid_group", "district_code", "department", "score", "needs_review",
        "alternatives",
    ]  # fmt: skip
    assert [row["id"] for row in out] == [row["id"] for row in rows]
    assert out[0]["covid_group"] == "general"
    assert [row["type_code"] for row in out[1:3]] == ["UNCLASSIFIED"] * 2
    assert out[1]["needs_review"] == "true"
    assert out[3]["covid_group"] == ""


def test_redact_gives_offsets_and_never_the_value(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    text = "제 번호는 010-0000-1234 입니다"
    source.write_text(f"id,text\n1,{text}\n", encoding="utf-8")
    done = dasan("redact", "--in", source, "--out", target)
    assert done.returncode == 0, done.stderr
    (row,) = read_csv(target)
    kind, _, span = row["redactions"].partition(":")
    start, end = map(int, span.split("-"))
    assert (kind, text[start:end]) == ("phone", "010-0000-1234")
    assert "0000" not in target.read_text(encoding="utf-8")


def test_bad_rows_keep_their_place_and_answer_3(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("id,text\n1,여권 재발급\n2,쉼표가, 더 있음\n3,주차 단속\n", encoding="utf-8")
    done = dasan("classify", "--in", source, "--out", target)
    assert done.returncode == 3
    assert "행 번호: 2" in done.stderr
    assert [row["id"] for row in read_csv(target)] == ["1", "2", "3"]


def test_an_open_quote_swallows_no_row(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text('id,text\n1,"안 닫힌 따옴표\n2,여권 재발급\n3,"두 줄\n글"\n', encoding="utf-8")
    assert dasan("redact", "--in", source, "--out", target).returncode == 3
    assert [(row["id"], row["text"]) for row in read_csv(target)] == [
        ("1", ""),
        ("2", "여권 재발급"),
        ("3", "두 줄\n글"),
    ]


def test_odd_cells_are_bad_rows(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.csv"
    source.write_bytes(b'{"id": 1, "text": "\\ud800"}\n{"id": 2, "text": {"a": 1}}\n[1]\n{"id": 4, "text": null}\n')
    assert dasan("redact", "--in", source, "--out", target).returncode == 3
    assert [row["id"] for row in read_csv(target)] == ["1", "2", "", "4"]


def test_an_output_that_cannot_be_written_is_wrong_use(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("id,text\n1,글\n", encoding="utf-8")
    (tmp_path / "folder.csv").mkdir()
    for target in (tmp_path / "none" / "out.csv", tmp_path / "folder.csv"):
        done = dasan("redact", "--in", source, "--out", target)
        assert done.returncode == 2
        assert "쓸 수 없습니다" in done.stderr


def test_a_cp949_file_is_read(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes("id,text\n1,수도요금 고지서\n".encode("cp949"))
    assert dasan("redact", "--in", source, "--out", target).returncode == 0
    assert read_csv(target)[0]["text"] == "수도요금 고지서"


def test_a_file_without_the_columns_is_wrong_use(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("번호,내용\n1,글\n", encoding="utf-8")
    done = dasan("classify", "--in", source, "--out", target)
    assert done.returncode == 2
    assert "id, text" in done.stderr
    assert not target.exists()


def test_a_day_from_files_to_status(home: Home) -> None:
    lf.nine_channels(home.landing)
    lf.put(home.landing, "naver", "empty.xlsx", b"")
    done = dasan("run", "--from", lf.DAY, "--to", lf.DAY)
    assert done.returncode == 3, done.stderr
    assert "empty.xlsx" in done.stdout
    shown = dasan("status", "--json", "-")
    rows = {row["channel"]: row for row in json.loads(shown.stdout)}
    assert rows["naver"] | {} == {
        "day": lf.DAY, "channel": "naver", "landed_files": 2, "bronze": 2, "validated": 1, "quarantined": 1, "duplicate": 0,
        "superseded": 0, "contacts": 1, "classified": 1, "published": 1,
    }  # fmt: skip
    assert rows["phone"]["contacts"] == 4
    assert rows["phone"]["published"] == 2
    assert "격리" in dasan("status").stdout


def test_population_reaches_the_marts_with_the_next_publication(home: Home, tmp_path: Path) -> None:
    from jobs import query
    from schemas.codes import code_list

    assert dasan("publish").returncode == 2
    lf.nine_channels(home.landing)
    assert dasan("run", "--from", lf.DAY, "--to", lf.DAY).returncode == 0
    listed = [
        f'"서울특별시 {row["district_name"]} ({row["district_code"]}00000)","200,000"' for row in code_list("districts")
    ]
    table = "\n".join(["행정구역,2021년11월_총인구수", '"서울특별시  (1100000000)","5,000,000"', *listed]) + "\n"
    file = tmp_path / "population.csv"
    file.write_bytes(table.encode("cp949"))
    done = dasan("import", "population", file)
    assert done.returncode == 0, done.stderr
    assert dasan("publish").returncode == 0
    with query.connect(home) as conn:
        assert query.rows(conn, "SELECT count(*), min(resident_count), min(month) FROM population") == [
            (25, 200_000, "2021-11")
        ]
    assert dasan("report", "voc", "--month", "2021-12", "--format", "html").returncode == 0
    html = (home.reports / "voc" / "2021-12" / "city" / "voc_2021-12_city.html").read_text(encoding="utf-8")
    assert "1만 명당" in html
