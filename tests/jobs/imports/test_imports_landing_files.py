"""Petitions and FAQ as homepage files: nothing lost, well-formed, of one origin, and no traceback for a bad file."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest
from defusedxml.ElementTree import parse

from jobs.errors import WrongUse
from jobs.fields import field_reader
from jobs.imports import ImportResult
from jobs.imports.faq import import_faq
from jobs.imports.landing import SIDECAR, claim, clear
from jobs.imports.petitions import import_petitions
from schemas.contracts import contract

DATA = Path(os.environ.get("DASAN_DATA_DIR") or Path(__file__).parents[4] / "shared" / "data")
HEADER = "\ufeffid,category,title,expiryDate,numOfAgrees\n"
ROWS = """449459.0,행정,"제목에, 쉼표와 ""따옴표""와 <태그> & 기호",2021-01-20,3
449458.0,행정,둘째 줄이\x0b있는\x00 제목 😀\u2028끝,2021-01-20,10
449457.0,보건복지,다른 날,2021-01-19,1
,행정,id가 없음,2021-01-20,1
449455.0,행정,날짜가 없음,,1
449454.0,행정,날짜가 이상함,2021-02-30,1
449453.0,행정,칸이 모자람
449459.0,행정,같은 id,2021-01-20,3
449452.0,행정,,2021-01-20,3
449451.0,행정,"따옴표"뒤에 글,2021-01-20,3
449450.0,행정,마지막,2021-01-18,3
"""


@pytest.fixture
def petitions(tmp_path: Path) -> Path:
    file = tmp_path / "petitions.csv"
    file.write_text(HEADER + ROWS, encoding="utf-8", newline="")
    return file


def read(path: Path) -> list[dict[str, object]]:
    """Posts as the contract's canonical columns."""
    (source,) = contract("homepage").sources
    posts = []
    for post in parse(path).getroot().iter(str(source.items)):
        raw: dict[str, object] = {"@id": post.get("id"), "writer": {"phone": post.findtext("writer/phone")}}
        raw |= {child.tag: child.text for child in post if child.tag != "writer"}
        posts.append({column: field_reader(column, spec)(raw) for column, spec in source.fields.items()})
    return posts


def accounted(result: ImportResult) -> int:
    return result.records + len(result.rejected) + result.skipped


def test_petitions_become_a_file_a_day_and_every_bad_row_is_named(petitions: Path, tmp_path: Path) -> None:
    result = import_petitions(petitions, tmp_path / "landing")
    assert (result.records, result.files, result.skipped) == (4, 3, 0)
    assert (result.first, result.last) == (date(2020, 12, 19), date(2020, 12, 21))
    assert accounted(result) == 11
    reasons = {
        5: "id가 없",
        6: "expiryDate",
        7: "expiryDate",
        8: "칸의 수",
        9: "2번째 줄에 이미",
        10: "title",
        11: "따옴표",
    }
    assert len(result.rejected) == len(reasons)
    for message, (line, reason) in zip(result.rejected, reasons.items(), strict=True):
        assert message.startswith(f"{line}번째 줄: ") and reason in message


def test_a_petition_file_keeps_to_the_homepage_contract(petitions: Path, tmp_path: Path) -> None:
    import_petitions(petitions, tmp_path)
    folder = tmp_path / "homepage" / "2020-12-21"
    first, second = read(folder / "petitions_20201221.xml")
    assert first["source_id"] == "449459" and first["category"] == "행정"
    assert first["citizen_text"] == '제목에, 쉼표와 "따옴표"와 <태그> & 기호'
    assert first["started_at"].isoformat() == "2020-12-20T15:00:00+00:00"  # midnight in Seoul
    assert second["citizen_text"].replace("\ufffd", "?") == "둘째 줄이?있는? 제목 😀\u2028끝"
    sidecar = json.loads((folder / SIDECAR).read_text(encoding="utf-8"))
    assert sidecar["origin"] == "petitions" and sidecar["label"] == "국민청원 제목(공개 자료)"
    assert "MIT" in sidecar["licence"] and "알 수 없" in sidecar["note"]


def test_petitions_only_of_the_asked_days(petitions: Path, tmp_path: Path) -> None:
    result = import_petitions(petitions, tmp_path, date(2020, 12, 20), date(2020, 12, 20))
    assert (result.records, result.skipped, result.files) == (1, 3, 1)
    assert [path.name for path in (tmp_path / "homepage").iterdir()] == ["2020-12-20"]


def test_importing_twice_gives_the_same_bytes(petitions: Path, tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    runs = []
    for _ in range(2):
        import_petitions(petitions, landing)
        runs.append({path: path.read_bytes() for path in landing.rglob("*") if path.is_file()})
    assert runs[0] == runs[1] and len(runs[0]) == 6


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "0바이트"),
        (b"\xff\xfe\x00\xd8", "읽을 수 없습니다"),
        ("번호,제목\n1,가\n".encode(), "id, category, title, expiryDate"),
        ((HEADER + '1,행정,"닫히지 않은 따옴표,2021-01-20,1\n').encode(), "2번째 줄"),
        ((HEADER + f"1,행정,{'가' * 200_000},2021-01-20,1\n").encode(), "너무 깁니다"),
        ((HEADER + "없음,행정,제목,어제,1\n").encode(), "쓸 수 있는 행이 없습니다"),
    ],
    ids=["empty", "encoding", "columns", "quote", "cell", "rows"],
)
def test_an_unusable_file_is_wrong_use(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "bad.csv"
    file.write_bytes(content)
    with pytest.raises(WrongUse, match=says):
        import_petitions(file, tmp_path / "landing")
    assert not (tmp_path / "landing").exists()


def test_a_missing_file_or_a_folder_is_wrong_use(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.csv", tmp_path):
        with pytest.raises(WrongUse, match="파일이 없습니다"):
            import_faq(path, tmp_path / "landing", date(2021, 12, 1))


def test_a_file_past_the_limit_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.imports.tables.MAX_FILE_BYTES", 10)
    file = tmp_path / "large.csv"
    file.write_text(HEADER + ROWS, encoding="utf-8")
    with pytest.raises(WrongUse, match="한도"):
        import_petitions(file, tmp_path / "landing")


def test_faq_becomes_posts_of_one_day(tmp_path: Path) -> None:
    file = tmp_path / "faq.csv"
    file.write_text(
        "번호,분류,제목,내용,내용번호\n2,복지,질문,답,1\n,복지,번호 없음,답,1\n2,복지,겹침,답,1\n3,교통,,답,1\n4,교통\n"
    )
    result = import_faq(file, tmp_path / "landing", date(2021, 12, 1))
    assert (result.records, len(result.rejected), result.files) == (1, 4, 1)
    assert [message[0] for message in result.rejected] == ["3", "4", "5", "6"]
    (post,) = read(tmp_path / "landing" / "homepage" / "2021-12-01" / "faq_20211201.xml")
    assert (post["citizen_text"], post["agent_text"], post["category"]) == ("질문", "답", "복지")


def test_origins_never_share_a_folder(petitions: Path, tmp_path: Path) -> None:
    operational = tmp_path / "homepage" / "2020-12-21"
    operational.mkdir(parents=True)
    (operational / "board.xml").write_text("<posts/>")
    with pytest.raises(WrongUse, match="operational"):
        import_petitions(petitions, tmp_path)
    assert not (operational / SIDECAR).exists()
    claim(tmp_path, "homepage", date(2022, 1, 1), {"origin": "synthetic"})
    with pytest.raises(WrongUse, match="synthetic"):
        claim(tmp_path, "homepage", date(2022, 1, 1), {"origin": "faq"})


def test_clearing_leaves_files_of_others(tmp_path: Path) -> None:
    day = date(2022, 1, 1)
    folder = claim(tmp_path, "sms", day, {"origin": "synthetic"})
    (folder / "old.csv").write_text("x")
    clear(tmp_path, "sms", day, "petitions", ["old.csv"])
    assert (folder / "old.csv").exists()
    clear(tmp_path, "sms", day, "synthetic", ["old.csv"])
    assert not folder.exists()


def test_the_real_petitions_are_all_accounted_for(tmp_path: Path) -> None:
    file = DATA / "petitions-covid-2019-2021" / "petition_data.csv"
    if not file.exists():
        pytest.skip(f"실제 자료가 없습니다: {file}")
    import pandas as pd

    rows = len(pd.read_csv(file))
    first, last = date(2020, 3, 1), date(2020, 3, 31)
    result = import_petitions(file, tmp_path, first, last)
    assert accounted(result) == rows
    assert result.records > 1000 and (result.first, result.last) == (first, last)
    written = [post for path in tmp_path.rglob("*.xml") for post in read(path)]
    assert len({post["source_id"] for post in written}) == len(written) == result.records


def test_the_real_faq_is_all_accounted_for(tmp_path: Path) -> None:
    file = DATA / "seoul-120" / "seoul-120-text.csv"
    if not file.exists():
        pytest.skip(f"실제 자료가 없습니다: {file}")
    import pandas as pd

    result = import_faq(file, tmp_path, date(2022, 1, 3))
    assert accounted(result) == len(pd.read_csv(file))
    assert len(read(next(tmp_path.rglob("*.xml")))) == result.records > 2000
