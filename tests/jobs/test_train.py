"""What `dasan train` learns from: agents' codes of a lake, thinned by type, what reviewers settled, and CSV files."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from click.testing import CliRunner

import jobs.train
from jobs.cli import cli
from jobs.engine.local import LocalEngine
from jobs.errors import WrongUse
from jobs.lake import LakeTable
from jobs.settings import Home
from jobs.train import from_csv, from_lake, thinned
from schemas.codes import UNCLASSIFIED
from schemas.table import Table
from schemas.tables import CONSULTATION, REVIEW
from schemas.taxonomy import load_taxonomy

FIRST, LAST = date(2021, 12, 1), date(2021, 12, 10)
TAXONOMY = load_taxonomy("2019")
FREQUENT, USUAL, RARE = (leaf.type_code for leaf in TAXONOMY.leaves[:3])


def put(home: Home, engine: LocalEngine, table: Table, rows: list[dict[str, Any]]) -> None:
    lake = LakeTable(home, table)
    lake.commit(engine.stage(engine.rows(pa.Table.from_pylist(rows, table.arrow_schema())), lake))


def contact(place: int, code: str, **more: Any) -> dict[str, Any]:
    return {
        "channel": "sms" if place % 3 else "phone",
        "contact_date": FIRST + timedelta(place % 10),
        "consultation_id": f"{place:032x}",
        "is_consultation": True,
        "agent_type_code": code,
        "citizen_text": f"{place}번 문의",
        "memo": "메모",
    } | more


@pytest.fixture
def lake(home: Home, engine: LocalEngine) -> Home:
    """Of 1,000 contacts nine in ten are of one type and ten of a rare one; others are no consultation, or without a
    code, or of another day."""
    codes = [FREQUENT] * 900 + [USUAL] * 90 + [RARE] * 10
    rows = [contact(place, code) for place, code in enumerate(codes)]
    rows += [
        contact(2000, FREQUENT, is_consultation=False),
        contact(2001, ""),
        contact(2002, FREQUENT, contact_date=LAST + timedelta(1)),
        contact(2003, FREQUENT, citizen_text="", memo="메모만"),
        contact(2004, "X-없음"),
    ]
    put(home, engine, CONSULTATION, rows)
    return home


def test_agents_codes_of_the_days(lake: Home) -> None:
    found = from_lake(lake, FIRST, LAST, TAXONOMY)
    assert Counter(found.codes) == {FREQUENT: 901, USUAL: 90, RARE: 10}
    assert "메모만" in found.texts
    assert not any(found.reviewed)
    assert found.dropped == {"분류 체계 2019에 없는 코드": 1}
    assert not from_lake(lake, FIRST - timedelta(9), FIRST - timedelta(1), TAXONOMY).texts


def test_a_full_lake_is_thinned_by_type_and_alike_every_time(lake: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs.train, "MOST_CHARACTERS", 1_615)  # some 250 texts
    monkeypatch.setattr(jobs.train, "LEAST_OF_A_TYPE", 20)
    found = from_lake(lake, FIRST, LAST, TAXONOMY)
    counts = Counter(found.codes)
    assert counts[RARE] == 10
    assert counts[USUAL] == pytest.approx(20 + 0.21 * 70, abs=12)
    assert counts[FREQUENT] == pytest.approx(20 + 0.21 * 881, abs=40)
    assert (
        found.dropped["한 유형 20,000건, 모두 1,615자를 넘어 솎은 글"]
        == 1002 - len(found.texts) - found.dropped["분류 체계 2019에 없는 코드"]
    )
    assert found.texts == from_lake(lake, FIRST, LAST, TAXONOMY).texts
    days = {int(text.partition("번")[0]) % 10 for text in found.texts if text[0].isdigit()}
    assert days == set(range(10))


def test_shares_kept_add_up_and_none_is_above_all(monkeypatch: pytest.MonkeyPatch) -> None:
    assert thinned({}, 0) == {}
    assert thinned({"a": 3, "b": 5}, 8) == {"a": 1.0, "b": 1.0}
    counts = {"a": 500_000, "b": 400_000, "c": 40, "d": 60}
    kept = {code: share * counts[code] for code, share in thinned(counts, 300_000).items()}
    assert kept["c"] == 40
    assert 50 <= kept["d"] <= 60
    assert kept["a"] == kept["b"] == jobs.train.MOST_OF_A_TYPE
    monkeypatch.setattr(jobs.train, "MOST_OF_A_TYPE", 10**9)
    assert sum(share * counts[code] for code, share in thinned(counts, 300_000).items()) == pytest.approx(300_000)


def test_what_reviewers_settled_stands_for_the_agents_code(lake: Home, engine: LocalEngine) -> None:
    def judged(sample: str, place: int, reviewer: str, code: str) -> dict[str, Any]:
        drawn = {key: contact(place, "")[key] for key in ("channel", "contact_date", "consultation_id")}
        return drawn | {"sample_id": sample, "reviewer_token": reviewer, "type_code": code, "taxonomy_version": "2019"}

    rows = [
        *[judged("s1", 1, who, code) for who, code in (("a", RARE), ("b", RARE), ("c", USUAL))],
        *[judged("s1", 2, who, code) for who, code in (("a", RARE), ("b", USUAL))],  # a tie: the agent's code stays
        judged("s1", 3, "a", UNCLASSIFIED),
        judged("s2", 4, "a", USUAL),
        judged("s2", 2001, "a", USUAL),  # the agent gave none
    ]
    put(lake, engine, REVIEW, rows)
    put(
        lake,
        engine,
        jobs.review.REVIEW_DRAW,
        [{key: row[key] for key in ("sample_id", "channel", "contact_date", "consultation_id")} for row in rows],
    )
    found = from_lake(lake, FIRST, LAST, TAXONOMY)
    told = dict(zip(found.texts, zip(found.codes, found.reviewed, strict=True), strict=True))
    assert told["1번 문의"] == (RARE, True)
    assert told["2번 문의"] == (FREQUENT, False)
    assert "3번 문의" not in told
    assert told["4번 문의"] == (USUAL, True)
    assert told["2001번 문의"] == (USUAL, True)
    assert len(found.texts) == len(told)
    assert found.dropped["검토자의 의견이 갈린 상담"] == 1
    assert found.dropped["검토자가 유형을 정하지 못한 상담"] == 1
    of_other_days = from_lake(lake, FIRST - timedelta(9), FIRST - timedelta(1), TAXONOMY)
    assert sorted(of_other_days.texts) == ["1번 문의", "2001번 문의", "4번 문의"]


def test_a_csv_as_spreadsheets_write_it(tmp_path: Path) -> None:
    path = tmp_path / "라벨.csv"
    lines = [
        "text,type_code,reviewed",
        f"여권 문의,{RARE},1",
        f"버스 문의,{USUAL}",
        f"수도 문의,{USUAL},0",
        f'"깨진"칸,{USUAL},0',
    ]
    path.write_bytes("\r\n".join(lines).encode("cp949"))
    found = from_csv(path, False, TAXONOMY)
    assert (found.texts, found.reviewed) == (["여권 문의", "수도 문의"], [True, False])
    assert found.dropped == {"칸의 수가 첫 줄과 다르거나 따옴표가 잘못된 행": 2}
    path.write_text("글,코드\n", encoding="utf-8")
    with pytest.raises(WrongUse, match="없는 열"):
        from_csv(path, False, TAXONOMY)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "0바이트인 빈 파일"),
        (b"\x00" * 5_000, "없는 열이 있습니다: text, type_code"),
        (b"text,type_code\n", "배울 글이 없습니다"),
        ("text,type_code\n여권 문의,없는코드\n".encode("cp949"), "에 없는 코드 1개"),
        (f"text,type_code\n,{RARE}\n".encode("utf-8-sig"), "글이나 코드가 빈 행 1개"),
        (f"text,type_code\n여권 문의,{RARE}\n여권은요,{RARE}\n".encode(), "코드가 한 가지뿐"),
        (f"text,type_code\n{'가' * 1_000_000},{RARE}\n".encode(), "한 칸이 너무 깁니다"),
        ("text,type_code,text\n가,나,다\n".encode(), "같은 이름의 열이 여럿입니다: text"),
    ],
)
def test_a_file_that_cannot_be_learnt_from(home: Home, tmp_path: Path, content: bytes, told: str) -> None:
    (path := tmp_path / "라벨.csv").write_bytes(content)
    result = CliRunner().invoke(cli, ["train", "--in", str(path), "--taxonomy", "2019"], standalone_mode=False)
    assert isinstance(result.exception, WrongUse)
    assert told in str(result.exception)
    assert result.exception.exit_code == 2


@pytest.mark.parametrize("more", [["--from", "2021-01-01", "--to", "2021-01-02"], ["--from", "2021-01-01"]])
def test_a_file_and_days_are_not_mixed(home: Home, tmp_path: Path, more: list[str]) -> None:
    """One of the two would be left out and nobody told."""
    (path := tmp_path / "라벨.csv").write_text(f"text,type_code\n여권,{RARE}\n버스,{USUAL}\n", encoding="utf-8")
    for options in (["--in", str(path), *more], more[:2]):
        result = CliRunner().invoke(cli, ["train", *options], standalone_mode=False)
        assert isinstance(result.exception, WrongUse)


@pytest.mark.parametrize("codes_fit", [True, False])
def test_a_model_that_gives_no_type_says_so(home: Home, tmp_path: Path, codes_fit: bool) -> None:
    words, codes = ("여권", "버스"), (RARE, USUAL)
    at = [number if codes_fit else number // 2 for number in range(60)]  # else as often one code as the other
    rows = [f"{words[number % 2]} 문의 {number}번,{codes[place % 2]}" for number, place in enumerate(at)]
    (path := tmp_path / "라벨.csv").write_text("\n".join(["text,type_code", *rows]), encoding="utf-8")
    options = ["train", "--in", str(path), "--taxonomy", "2019"]
    told = CliRunner().invoke(cli, options, standalone_mode=False).output
    assert ("모든 글을 미분류로 둡니다" in told) is not codes_fit
