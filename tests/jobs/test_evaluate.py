"""`dasan evaluate` and the sets it reads: right figures, and a Korean word for every bad file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from aihub_files import dialogues, turn, write
from click.testing import CliRunner

from jobs.cli import cli
from jobs.datasets import open_dataset
from jobs.errors import WrongUse
from jobs.evaluate import evaluate

KEYS = "dataset n classes accuracy macro_f1 top5_accuracy fit_seconds feature_docs_per_second score_docs_per_second peak_mb"
ROWS = [
    f"{text} {number}번,{label}"
    for number in range(6)
    for text, label in (("버스가 안 와요", "교통"), ("수도 요금", "수도"))
]


def table(path: Path, rows: list[str], head: str = "text,label", encoding: str = "utf-8") -> Path:
    path.write_bytes("\n".join([head, *rows, ""]).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_csv_in_three_encodings(tmp_path: Path, encoding: str) -> None:
    found = evaluate(f"csv:{table(tmp_path / 'a.csv', ROWS, encoding=encoding)}").as_dict()
    assert set(KEYS.split()) <= set(found)
    assert (found["n"], found["classes"], found["accuracy"], found["macro_f1"]) == (12, 2, 1.0, 1.0)


def test_split_and_group(tmp_path: Path) -> None:
    rows = [f"{row},{'test' if number > 8 else 'TRAIN'}" for number, row in enumerate(ROWS)]
    assert evaluate(f"csv:{table(tmp_path / 'a.csv', rows, 'text,label,split')}").as_dict()["n"] == 3
    rows = [f"{row},{number // 2}" for number, row in enumerate(ROWS)]
    dataset = open_dataset(f"csv:{table(tmp_path / 'b.csv', rows, 'text,label,group')}")
    assert dataset.tasks[0].groups == [str(number // 2) for number in range(12)]


def test_rows_without_a_label_are_left_out_and_named(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", [*ROWS, "라벨이 없는 글,", "칸이,너무,많음", "\x00널\x00,교통"])
    result = CliRunner().invoke(cli, ["evaluate", "--dataset", f"csv:{path}", "--json", "-"], standalone_mode=False)
    assert result.return_value == 3
    found = json.loads(result.stdout)
    assert found["n"] == 13
    assert [message.split("번째")[0] for message in found["rejected"]] == ["14", "15"]


@pytest.mark.parametrize(
    ("rows", "head", "told"),
    [
        ([], "text,label", "쓸 수 있는 행이 없습니다"),
        (ROWS, "text,class", "없는 열이 있습니다: label"),
        (["가,나", "다,라"], "text,label", "행이 2개입니다"),
        (["버스,교통"] * 9, "text,label", "한 가지뿐"),
        ([f"{row},a" for row in ROWS], "text,label,split", "split은 train 또는 test"),
        ([f"{row},train" for row in ROWS], "text,label,split", "test 행이 없습니다"),
        ([f"{row},한묶음" for row in ROWS], "text,label,group", "group이 1가지"),
        ([f'"{"가" * 200_000}",교통'], "text,label", "한 칸이 너무 깁니다"),
    ],
)
def test_a_csv_that_cannot_be_used(tmp_path: Path, rows: list[str], head: str, told: str) -> None:
    with pytest.raises(WrongUse, match=told):
        evaluate(f"csv:{table(tmp_path / 'a.csv', rows, head)}")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00t\x00e", b"text,label\n\x81\xff,\xff\n"])
def test_a_file_of_other_bytes(tmp_path: Path, content: bytes) -> None:
    (path := tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(WrongUse):
        evaluate(f"csv:{path}")


@pytest.mark.parametrize("spec", ["csv", "csv:", "xml:a", "csv:/no/such/file.csv", "curse:/no/such", "seoul120:."])
def test_a_set_that_is_not_there(spec: str) -> None:
    with pytest.raises(WrongUse):
        evaluate(spec)


def test_rare_labels_are_tested_too(tmp_path: Path) -> None:
    rows = [*ROWS, "여권 발급,여권", "따릉이 환불,따릉이", "따릉이 대여,따릉이"]
    found = evaluate(f"csv:{table(tmp_path / 'a.csv', rows)}").as_dict()
    assert (found["n"], found["classes"]) == (15, 4)


def test_curse_lines(tmp_path: Path) -> None:
    lines = [f"{'나쁜 놈아' if number % 2 else '좋은 하루'} {number}|{number % 2}" for number in range(20)]
    (path := tmp_path / "a.txt").write_text("\n".join([*lines, "구분 | 없음", "모름|2", ""]), encoding="utf-8")
    report = evaluate(f"curse:{path}")
    assert report.tasks[0]["n"] == 20
    assert len(report.rejected) == 2
    (by_list,) = evaluate(f"curse:{path}", coldstart=True).tasks
    assert (by_list["n"], by_list["recall"]) == (20, 0.0)  # the list holds swearing; this is none


def test_seoul120_has_retrieval_beside(tmp_path: Path) -> None:
    rows = [
        f"{number},{label},{text} {number},{text} {number} 안내"
        for number, (text, label) in enumerate([("여권", "행정"), ("버스", "교통")] * 6)
    ]
    found = evaluate(f"seoul120:{table(tmp_path / 'a.csv', rows, '번호,분류,제목,내용')}").as_dict()
    assert {"r_at_1", "r_at_5", "mrr", "accuracy"} <= set(found)
    assert [task["task"] for task in found["tasks"]] == [
        "제목+내용 → 분류",
        "제목 → 분류",
        "제목 → 자기 내용(라벨 없이)",
    ]


def test_aihub(tmp_path: Path) -> None:
    write(tmp_path, dialogues())
    category, intent = evaluate(f"aihub-callcentre:{tmp_path}").tasks
    assert (category["n"], category["classes"]) == (36, 3)
    assert (intent["n"], intent["classes"]) == (36, 6)
    assert category["accuracy"] == intent["accuracy"] == 1.0


def test_aihub_covid_by_the_taxonomy_alone(tmp_path: Path) -> None:
    write(tmp_path, dialogues(1))
    (covid,) = evaluate(f"aihub-callcentre:{tmp_path}", coldstart=True).tasks
    assert covid["n"] == 6
    assert covid["accuracy"] == 1.0


def test_aihub_turns_of_another_shape_are_named(tmp_path: Path) -> None:
    good = dialogues(5)
    bad = [
        "글",
        {"도메인": "다산콜센터"},
        turn("X", 1, "가", "고객답변", ""),
        turn("X", 1, "가", "고객답변", "네") | {"상담사답변": "네"},
        turn("X", 1, "가", "고객답변", "네") | {"화자": "상담사"},
        turn("", 1, "가", "고객답변", "네"),
    ]
    write(tmp_path / "안쪽", [*good, *bad])
    dataset = open_dataset(f"aihub-callcentre:{tmp_path}")
    assert len(dataset.covid) == 30
    assert [message.split("번째")[0].rpartition(" ")[2] for message in dataset.rejected] == [
        str(len(good) + place) for place in range(1, 7)
    ]


@pytest.mark.parametrize("content", ["", "[", "{}", "[]", "null", "[" * 100_000])
def test_aihub_files_of_another_shape(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.json").write_text(content, encoding="utf-8")
    with pytest.raises(WrongUse):
        open_dataset(f"aihub-callcentre:{tmp_path}")


def test_coldstart_needs_a_set_for_it(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="--coldstart"):
        evaluate(f"csv:{table(tmp_path / 'a.csv', ROWS)}", coldstart=True)
