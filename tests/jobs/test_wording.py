"""Words that rose in a small lake: what was planted is told, and nothing that few people said."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest

from jobs.engine.local import LocalEngine
from jobs.lake import LakeTable
from jobs.settings import Home
from jobs.wording import risen
from schemas.tables import CLASSIFICATION, CONSULTATION

BEFORE = (date(2021, 11, 22), date(2021, 11, 28))
NOW = (date(2021, 11, 29), date(2021, 12, 5))
WORDS = ("버스", "요금", "신청", "문의", "도로", "청소", "주차", "쓰레기", "민원", "고장", "소음", "공원")


@pytest.fixture
def lake(home: Home, engine: LocalEngine) -> Home:
    """Two weeks of two types. In the second week contacts of T1 speak of 증명서; one person repeats 계단 forty times,
    four people say 우산, and contacts of T2 speak of 지하철."""
    draw = random.Random(3)
    contacts: list[dict[str, Any]] = []
    classes: list[dict[str, Any]] = []

    def contact(day: date, code: str, words: list[str], person: str = "") -> None:
        key = {"channel": "sms", "contact_date": day, "consultation_id": f"{draw.getrandbits(128):032x}"}
        texts = {"citizen_text": " ".join(words), "memo": "", "caller_token": person}
        contacts.append(key | texts | {"is_consultation": True})
        classes.append(key | {"type_code": code, "taxonomy_version": "2022", "score": 0.9, "alternatives": ""})

    for place in range(3_000):
        day = BEFORE[0] + timedelta(place % 14)
        code = ("T1", "T2")[draw.random() < 0.5]
        more = {"T1": "증명서", "T2": "지하철"}[code] if day >= NOW[0] and draw.random() < 0.15 else ""
        contact(day, code, [*draw.sample(WORDS, 5), *([more] if more else [])])
    for _ in range(40):
        contact(NOW[0], "T1", ["계단", "계단"], "one person")
    for person in range(4):
        contact(NOW[0], "T1", ["우산"] * 10, f"person {person}")
    for table, rows in ((CONSULTATION, contacts), (CLASSIFICATION, classes)):
        held = LakeTable(home, table)
        held.commit(engine.stage(engine.rows(pa.Table.from_pylist(rows, table.arrow_schema())), held))
    return home


def test_what_rose_is_told(lake: Home) -> None:
    words = risen(lake, ["T1"], NOW, BEFORE)
    assert words
    assert set(words) <= {"증명", "증명서"}
    assert "지하철" in risen(lake, ["T1", "T2"], NOW, BEFORE)


def test_nothing_to_compare_is_no_word(lake: Home) -> None:
    assert risen(lake, ["T9"], NOW, BEFORE) == []
    assert risen(lake, ["T1"], NOW, (date(2020, 1, 1), date(2020, 1, 7))) == []
