"""Drift between two windows of a small lake: what was planted is told, and nothing else."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest
from click.testing import CliRunner

from jobs.cli import cli
from jobs.drift import NO_BRANCH, BranchDrift, drift
from jobs.engine.local import LocalEngine
from jobs.errors import WrongUse
from jobs.lake import LakeTable
from jobs.settings import Home
from schemas.codes import UNCLASSIFIED
from schemas.tables import CLASSIFICATION, CONSULTATION
from schemas.taxonomy import load_taxonomy

START, DAYS = date(2021, 11, 1), 42
BASELINE, NOW = (START, START + timedelta(27)), (START + timedelta(28), START + timedelta(DAYS - 1))
BRANCHES = ("교통", "수도", "환경")
WORDS = (
    "버스",
    "요금",
    "신청",
    "문의",
    "도로",
    "청소",
    "누수",
    "지하철",
    "주차",
    "쓰레기",
    "민원",
    "고장",
    "계량기",
    "소음",
    "공원",
)


@pytest.fixture
def lake(home: Home, engine: LocalEngine) -> Home:
    """Three branches of equal size; from the second window on 수도 is doubted more and 환경 speaks of 드론."""
    rng = random.Random(5)
    codes = {
        branch: next(leaf.type_code for leaf in load_taxonomy("2022").leaves if leaf.domain == branch)
        for branch in BRANCHES
    }
    contacts: list[dict[str, Any]] = []
    classes: list[dict[str, Any]] = []
    for place in range(9000):
        branch = BRANCHES[place % 3]
        day = START + timedelta(place // 3 % DAYS)
        later = day >= NOW[0]
        score = rng.betavariate(4, 3) if not (later and branch == "수도") else rng.betavariate(2, 4)
        words = rng.sample(WORDS, 5) + (["드론", "비행"] if later and branch == "환경" and rng.random() < 0.3 else [])
        key = {"channel": "sms", "contact_date": day, "consultation_id": f"{rng.getrandbits(128):032x}"}
        contacts.append(key | {"is_consultation": True, "citizen_text": " ".join(words), "memo": ""})
        is_open = score < 0.4
        classes.append(
            key
            | {"type_code": UNCLASSIFIED if is_open else codes[branch], "domain": "" if is_open else branch}
            | {"score": score, "alternatives": f"{codes[branch]}:{score:.4f}", "needs_review": is_open}
            | {"taxonomy_version": "2022", "model_version": "m"}
        )
    for table, rows in ((CONSULTATION, contacts), (CLASSIFICATION, classes)):
        held = LakeTable(home, table)
        held.commit(engine.stage(engine.rows(pa.Table.from_pylist(rows, table.arrow_schema())), held))
    return home


def by_branch(found: list[BranchDrift]) -> dict[str, BranchDrift]:
    return {one.branch: one for one in found}


def test_what_was_planted_is_told(lake: Home) -> None:
    found = by_branch(drift(lake, BASELINE, NOW))
    assert set(found) == set(BRANCHES)
    assert found["교통"].moved == []
    assert {"미분류", "점수"} <= set(found["수도"].moved) and "새 낱말" not in found["수도"].moved
    assert found["환경"].moved == ["새 낱말"]
    assert set(found["환경"].new_words) == {"드론", "비행"}
    assert found["수도"].abstention_rate > found["수도"].baseline_abstention_rate + 0.1


def test_a_quiet_window_is_quiet(lake: Home) -> None:
    quiet = drift(lake, (START, START + timedelta(13)), (START + timedelta(14), START + timedelta(27)))
    assert [one.moved for one in quiet] == [[], [], []]


def test_the_command(lake: Home) -> None:
    days = ["--from", NOW[0].isoformat(), "--to", NOW[1].isoformat()]
    result = CliRunner().invoke(cli, ["model", "drift", *days, "--json", "-"], standalone_mode=False)
    assert {one["branch"] for one in json.loads(result.stdout)} == set(BRANCHES)
    shown = CliRunner().invoke(cli, ["model", "drift", *days], standalone_mode=False)
    assert "드론" in shown.stdout and f"기준 {BASELINE[0]}~{BASELINE[1]}" in shown.stdout
    backwards = CliRunner().invoke(
        cli, ["model", "drift", "--from", "2021-12-02", "--to", "2021-12-01"], standalone_mode=False
    )
    assert isinstance(backwards.exception, WrongUse)


def test_an_empty_window(lake: Home) -> None:
    with pytest.raises(WrongUse, match="기준 기간"):
        drift(lake, (date(2020, 1, 1), date(2020, 1, 28)), NOW)
    assert NO_BRANCH not in by_branch(drift(lake, BASELINE, NOW))
