"""Does the right type exist? 200 of the 120 questions and 200 petition titles, drawn before the types were written.

`taxonomy_coverage.csv` keeps the identifiers, not the texts (they are not ours), and for each the judgement: `covered`
by the type named, `partly` (the nearest type is too wide, too narrow or of another kind of request) or `missing`.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from schemas.taxonomy import load_taxonomy

JUDGED = Path(__file__).with_name("taxonomy_coverage.csv")
DOCUMENT = Path(__file__).parents[2] / "docs" / "taxonomy.md"
SOURCES = {
    "seoul-120": ("seoul-120/seoul-120-text.csv", "번호"),
    "petitions": ("petitions-covid-2019-2021/petition_data.csv", "id"),
}
VERDICTS = ("covered", "partly", "missing")


def judgements() -> list[dict[str, str]]:
    with JUDGED.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_text_of_the_sample_was_judged() -> None:
    rows, taxonomy = judgements(), load_taxonomy("2022")
    assert Counter(row["source"] for row in rows) == dict.fromkeys(SOURCES, 200)
    assert len({(row["source"], row["record_id"]) for row in rows}) == len(rows)
    for row in rows:
        assert row["verdict"] in VERDICTS
        assert (row["type_code"] in taxonomy) if row["verdict"] != "missing" else row["type_code"] == "", row


@pytest.mark.parametrize("source", list(SOURCES))
def test_the_document_says_what_was_judged(source: str) -> None:
    counts = Counter(row["verdict"] for row in judgements() if row["source"] == source)
    cells = " | ".join(str(counts[verdict]) for verdict in VERDICTS)
    assert f"| {source} | {cells} |" in DOCUMENT.read_text(encoding="utf-8")


@pytest.mark.parametrize("source", list(SOURCES))
def test_the_sample_is_of_the_source(source: str, real_data: Path) -> None:
    name, key = SOURCES[source]
    with (real_data / name).open(encoding="utf-8-sig", newline="") as stream:
        there = {row[key] for row in csv.DictReader(stream)}
    assert {row["record_id"] for row in judgements() if row["source"] == source} <= there


def test_no_published_title_was_copied(real_data: Path) -> None:
    with (real_data / SOURCES["seoul-120"][0]).open(encoding="utf-8-sig", newline="") as stream:
        titles = {"".join(row["제목"].split()) for row in csv.DictReader(stream)}
    for leaf in load_taxonomy("2022").leaves:
        own = {"".join(text.split()) for text in (leaf.definition, *leaf.examples)}
        assert not own & titles, leaf.type_code
