"""The sample for judging whether the right type exists: drawn before the types were written, kept by identifier.

`taxonomy_coverage.csv` holds 200 of the 120 questions and 200 petition titles, without their texts (they are not
ours). The columns for the judgement are filled when the version is whole.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from schemas.taxonomy import load_taxonomy

DRAWN = Path(__file__).with_name("taxonomy_coverage.csv")
SOURCES = {
    "seoul-120": ("seoul-120/seoul-120-text.csv", "번호"),
    "petitions": ("petitions-covid-2019-2021/petition_data.csv", "id"),
}


def drawn() -> list[tuple[str, str]]:
    with DRAWN.open(encoding="utf-8", newline="") as stream:
        return [(row["source"], row["record_id"]) for row in csv.DictReader(stream)]


def test_the_sample_is_whole() -> None:
    assert Counter(source for source, _ in drawn()) == dict.fromkeys(SOURCES, 200)
    assert len(set(drawn())) == len(drawn())


@pytest.mark.parametrize("source", list(SOURCES))
def test_the_sample_is_of_the_source(source: str, real_data: Path) -> None:
    name, key = SOURCES[source]
    with (real_data / name).open(encoding="utf-8-sig", newline="") as stream:
        there = {row[key] for row in csv.DictReader(stream)}
    assert {record_id for kind, record_id in drawn() if kind == source} <= there


def test_no_published_title_was_copied(real_data: Path) -> None:
    with (real_data / SOURCES["seoul-120"][0]).open(encoding="utf-8-sig", newline="") as stream:
        titles = {"".join(row["제목"].split()) for row in csv.DictReader(stream)}
    for leaf in load_taxonomy("2022").leaves:
        own = {"".join(text.split()) for text in (leaf.definition, *leaf.examples)}
        assert not own & titles, leaf.type_code
