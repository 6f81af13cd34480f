"""The review loop on a small lake whose true types are known: drawn, filled in, taken in, agreed on, corrected by."""

from __future__ import annotations

import csv
import json
import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from click.testing import CliRunner, Result

from jobs.cli import cli
from jobs.engine.local import LocalEngine
from jobs.errors import WrongUse
from jobs.lake import LakeTable
from jobs.review import agreements, draw, judgements, sample_name
from jobs.settings import Home
from schemas.codes import UNCLASSIFIED
from schemas.tables import CLASSIFICATION, CONSULTATION, REVIEW_DRAW
from schemas.taxonomy import load_taxonomy

FIRST, LAST, CONTACTS = date(2021, 12, 1), date(2021, 12, 4), 4000
TAXONOMY = load_taxonomy("2022")
COVID = set(TAXONOMY.covid_on(FIRST)) & set(TAXONOMY.covid_on(LAST))
Truth = dict[str, str]


@pytest.fixture
def truth(home: Home, engine: LocalEngine) -> Truth:
    """A lake of contacts; the true type of each."""
    rng = random.Random(120)
    plain = [leaf.type_code for leaf in TAXONOMY.leaves if leaf.domain != "코로나19" and leaf.type_code not in COVID]
    types = rng.sample(plain, 30) + rng.sample(sorted(COVID), 10)
    contacts: list[dict[str, Any]] = []
    classes: list[dict[str, Any]] = []
    found: Truth = {}
    for place in range(CONTACTS):
        true = types[min(int(rng.expovariate(0.12)), len(types) - 1)]
        chance = rng.random()
        code = true if chance < 0.75 else rng.choice(types) if chance < 0.9 else UNCLASSIFIED
        key = {
            "channel": "sms" if place % 3 else "phone",
            "contact_date": FIRST + timedelta(place % 4),
            "consultation_id": f"{place:032x}",
        }
        found[key["consultation_id"]] = true
        contacts.append(key | {"is_consultation": True, "citizen_text": f"={place}번 문의", "memo": ""})
        classes.append(
            key
            | {"type_code": code, "domain": "" if code == UNCLASSIFIED else TAXONOMY.leaf(code).domain, "score": 0.7}
            | {"alternatives": f"{code}:0.7000|{types[0]}:0.4000", "taxonomy_version": "2022", "model_version": "m"}
            | {"needs_review": code == UNCLASSIFIED or rng.random() < (0.2 if code == true else 0.6)}
        )
    for table, rows in ((CONSULTATION, contacts), (CLASSIFICATION, classes)):
        lake = LakeTable(home, table)
        lake.commit(engine.stage(engine.rows(pa.Table.from_pylist(rows, table.arrow_schema())), lake))
    return found


def dasan(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), standalone_mode=False)


def sheet(tmp_path: Path, size: int, *more: str) -> Path:
    target = tmp_path / "표본.csv"
    days = ("--from", FIRST.isoformat(), "--to", LAST.isoformat())
    result = dasan("review", "sample", *days, "--size", str(size), "--out", str(target), *more)
    assert result.exception is None, result.output
    return target


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def fill(path: Path, answers: dict[str, str], reviewer: str = "검토1", encoding: str = "utf-8-sig") -> Path:
    rows = read(path)
    filled = path.with_name(f"{reviewer}.csv")
    with filled.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(
            row | {"reviewer": reviewer, "type_code": answers.get(row["consultation_id"], "")} for row in rows
        )
    return filled


def test_the_draw_is_stratified_repeatable_and_kept(home: Home, engine: LocalEngine, truth: Truth) -> None:
    name = draw(home, engine, FIRST, LAST, 300, 1)
    assert name == sample_name(FIRST, LAST, 300, 1)
    lake = LakeTable(home, REVIEW_DRAW)
    rows = engine.collect(engine.read(lake, lake.files())).to_pylist()
    assert len(rows) == len({row["consultation_id"] for row in rows}) == 300
    drawn = Counter(row["stratum"] for row in rows)
    assert all(drawn[row["stratum"]] == row["sampled_count"] <= row["stratum_size"] for row in rows)
    sizes = {row["stratum"]: row["stratum_size"] for row in rows}
    assert sum(sizes.values()) == CONTACTS
    sure = sum(drawn[s] for s in drawn if s.endswith("확실")) / sum(sizes[s] for s in sizes if s.endswith("확실"))
    doubt = sum(drawn[s] for s in drawn if s.endswith("의심")) / sum(sizes[s] for s in sizes if s.endswith("의심"))
    assert doubt > 1.4 * sure
    version = lake.version()
    assert draw(home, engine, FIRST, LAST, 300, 1) == name and lake.version() == version
    other = {row["consultation_id"] for row in rows}
    draw(home, engine, FIRST, LAST, 300, 2)
    again = engine.collect(engine.read(lake, lake.files({(sample_name(FIRST, LAST, 300, 2),)}))).to_pylist()
    assert len(other & {row["consultation_id"] for row in again}) < 100


def test_the_sheet_is_safe_and_can_be_blind(tmp_path: Path, truth: Truth) -> None:
    rows = read(sheet(tmp_path, 100))
    assert all(row["text"].startswith("'=") for row in rows)  # a spreadsheet would take it for a formula
    assert any(row["suggested_name"] not in ("", "미분류") for row in rows)
    assert all(row["type_code"] == row["reviewer"] == "" for row in rows)
    assert all(row["suggested_code"] == row["alternatives"] == "" for row in read(sheet(tmp_path, 100, "--blind")))


def test_judgements_are_taken_once_and_replaced(home: Home, tmp_path: Path, truth: Truth) -> None:
    empty = sheet(tmp_path, 100)
    some = {row["consultation_id"]: truth[row["consultation_id"]] for row in read(empty)[:60]}
    assert dasan("review", "import", str(fill(empty, some, encoding="cp949"))).return_value == 0
    name = sample_name(FIRST, LAST, 100, 120)
    assert len(judgements(home, name)) == 60
    again = dasan("review", "import", str(fill(empty, some)), "--json", "-")
    assert json.loads(again.stdout)["empty"] == 40
    assert len(judgements(home, name)) == 60
    changed = dict.fromkeys(list(some)[:1], UNCLASSIFIED)
    dasan("review", "import", str(fill(empty, changed)))
    found = {row["consultation_id"]: row["type_code"] for row in judgements(home, name)}
    assert found == some | changed
    assert {len(row["reviewer_token"]) for row in judgements(home, name)} == {32}


def test_rows_that_cannot_be_taken_are_told(home: Home, tmp_path: Path, truth: Truth) -> None:
    rows = read(sheet(tmp_path, 20))
    good = rows[0]["consultation_id"]
    bad = tmp_path / "bad.csv"
    name = rows[0]["sample_id"]
    lines = [
        f"{name},{good},김,{truth[good]}",
        f"{name},{good},김,T00000",
        f"{name},nobody,김,{truth[good]}",
        f"other,{good},김,{truth[good]}",
        f"{name},{good},,{truth[good]}",
        f"{name},{good}",
    ]
    bad.write_text("sample_id,consultation_id,reviewer,type_code\n" + "\n".join(lines) + "\n", encoding="utf-8")
    result = dasan("review", "import", str(bad), "--json", "-")
    assert result.return_value == 3
    found = json.loads(result.stdout)
    assert found["taken"] == 1
    told = "\n".join(found["rejected"])
    assert [f"{line}번째 줄" in told for line in range(2, 8)] == [False, True, True, True, True, True]
    for words in ("없는 유형 코드", "표본에 없는 상담", "표본을 모릅니다", "reviewer", "칸의 수"):
        assert words in told
    bad.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(WrongUse, match="없는 열"):
        raise dasan("review", "import", str(bad)).exception or AssertionError


def test_agreement_by_level(home: Home, tmp_path: Path, truth: Truth) -> None:
    """The second reviewer takes another type of the same 대분류 now and then: the 대분류 agree, the types do not."""
    empty = sheet(tmp_path, 100)
    first = {row["consultation_id"]: truth[row["consultation_id"]] for row in read(empty)}
    by_domain = {leaf.domain: leaf.type_code for leaf in TAXONOMY.leaves}
    second = {
        key: by_domain[TAXONOMY.leaf(code).domain] if place % 4 == 0 else code
        for place, (key, code) in enumerate(first.items())
    }
    dasan("review", "import", str(fill(empty, first, "가")))
    dasan("review", "import", str(fill(empty, second, "나")))
    found = agreements(home, sample_name(FIRST, LAST, 100, 120))
    assert found["domain"].alpha == 1.0
    assert found["type"].observed_rate == pytest.approx(0.75, abs=0.02)
    assert found["type"].units == 100
    result = dasan("review", "agreement", "--sample", sample_name(FIRST, LAST, 100, 120))
    assert "대분류" in result.stdout and "1.000" in result.stdout


def estimated(sample: str, level: str) -> dict[str, Any]:
    result = dasan("review", "estimate", "--sample", sample, "--level", level, "--json", "-")
    assert result.exception is None, result.exception
    return dict(json.loads(result.stdout))


def test_a_census_gives_the_true_counts(tmp_path: Path, truth: Truth) -> None:
    empty = sheet(tmp_path, 2 * CONTACTS)
    dasan("review", "import", str(fill(empty, truth)))
    name = sample_name(FIRST, LAST, 2 * CONTACTS, 120)
    domains = {count["target"]: count for count in estimated(name, "domain")["counts"]}
    for domain, number in Counter(TAXONOMY.leaf(code).domain for code in truth.values()).items():
        assert domains[domain]["estimate"] == pytest.approx(number)
        assert domains[domain]["lower"] == pytest.approx(number) == domains[domain]["upper"]
    covid = {count["target"]: count["estimate"] for count in estimated(name, "covid")["counts"]}
    assert covid["전체"] == pytest.approx(sum(code in COVID for code in truth.values()))
    assert sum(value for target, value in covid.items() if target != "전체") == pytest.approx(covid["전체"])


@pytest.mark.parametrize("level", ["type", "middle", "domain", "covid"])
def test_a_sample_corrects_what_the_classifier_counts(tmp_path: Path, truth: Truth, level: str) -> None:
    empty = sheet(tmp_path, 600)
    dasan("review", "import", str(fill(empty, truth)))
    found = estimated(sample_name(FIRST, LAST, 600, 120), level)
    counts = found["counts"]
    assert found["contacts"] == CONTACTS
    if level == "covid":
        (whole,) = [count for count in counts if count["target"] == "전체"]
        number = sum(code in COVID for code in truth.values())
        assert whole["lower"] <= number <= whole["upper"]
        assert abs(whole["estimate"] - number) < abs(whole["predicted_count"] - number)
    else:
        assert sum(count["estimate"] for count in counts) == pytest.approx(CONTACTS)
        assert sum(count["predicted_count"] for count in counts) <= CONTACTS
        wide = [c for c in counts if c["reviewed_count"] >= 10]
        assert len(wide) > 3 and all(c["lower"] <= c["estimate"] <= c["upper"] for c in wide)


def test_without_judgements_or_contacts(home: Home, engine: LocalEngine, truth: Truth, tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="분류된 상담이 없습니다"):
        draw(home, engine, date(2020, 1, 1), date(2020, 1, 2), 50, 1)
    draw(home, engine, FIRST, LAST, 50, 1)
    result = dasan("review", "estimate", "--sample", sample_name(FIRST, LAST, 50, 1))
    assert isinstance(result.exception, WrongUse) and "검토가 없습니다" in str(result.exception)
